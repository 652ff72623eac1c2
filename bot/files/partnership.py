"""The partnership file: its goal, its helper, its organisations and their first public steps."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from bot.files.people import PersonRow
from bot.files.problems import FileProblem
from bot.files.shapes import CLOSED, Day, Slug, Text, Whole, known_zones
from bot.files.validating import located, refuse_errors, validated
from bot.files.yaml_file import load_yaml
from nudges.rules.catalogue import Rules
from nudges.rules.content_checks import Problem
from nudges.rules.people import Nation
from nudges.rules.privacy import holds_nhs_number


def _known_zone(zone: str) -> str:
    if zone not in known_zones():
        raise ValueError("this is a time zone such as `Europe/London`")
    return zone


def _email_like(text: str) -> str:
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{1,60}", text):
        raise ValueError("this is an e-mail address")
    return text.lower()


Zone = Annotated[Text, AfterValidator(_known_zone)]
Email = Annotated[Text, AfterValidator(_email_like), WithJsonSchema({"type": "string", "format": "email"})]


class Contact(BaseModel):
    """A named person, with an e-mail address where there is one."""

    model_config = CLOSED
    name: Text
    email: Email | None = None


class Channel(BaseModel):
    """Where the partnership's posts go."""

    model_config = CLOSED
    platform: Literal["slack", "teams", "email"]
    workspace: Text
    to: Text


class Permission(BaseModel):
    """The line in which an organisation's sponsor allows its people to act."""

    model_config = CLOSED
    line: Text
    posted_on: Day


class OrganisationFields(BaseModel):
    """One partner. It starts when it has a permission and an assessment; both may come later."""

    model_config = CLOSED
    id: Slug
    name: Text
    nation: Nation | None = None
    zone: Zone | None = None
    kind: Text | None = None
    setting: Text | None = None
    permission: Permission | None = None
    assessment: Text | None = None
    sponsor: Contact | None = None


class PartnerStepFields(BaseModel):
    """One public commitment of one organisation. `because`: why no organisation would do it alone."""

    model_config = CLOSED
    organisation: Slug
    text: Text
    owner: Text
    done_means: Text
    due_on: Day
    because: Text | None = None


class ClosedDay(BaseModel):
    """A day on which the whole partnership is closed, beyond the bank holidays of its nations."""

    model_config = CLOSED
    on: Day
    name: Text


class PartnershipFile(BaseModel):
    """A partnership as its file says it."""

    model_config = CLOSED
    version: Whole = 1
    id: Slug
    name: Text
    called: Text | None = None
    shared_goal: Text
    better_off: Text
    zone: Zone = "Europe/London"
    nation: Nation = Nation.ENGLAND
    helper: Contact
    facilitator: Contact | None = None
    programme_leads: tuple[Email, ...] = Field(min_length=1)
    words: Mapping[
        Literal["example_person", "front_line_places", "front_line_worker", "system_name"], Text
    ] = Field(default_factory=dict)
    channels: Mapping[str, Channel] = Field(default_factory=dict)
    organisations: tuple[OrganisationFields, ...] = Field(min_length=1)
    partner_steps: tuple[PartnerStepFields, ...] = ()
    holidays: tuple[ClosedDay, ...] = ()

    @property
    def spoken_name(self) -> str:
        """What fills {partnership}: the name that the partnership gives itself."""
        return self.called or self.name

    def organisation(self, id_or_name: str) -> OrganisationFields | None:
        """The organisation with this id or name, capitals aside; None if there is none."""
        wanted = id_or_name.casefold()
        return next((org for org in self.organisations if wanted in (org.id, org.name.casefold())), None)

    def all_words(self, rules: Rules) -> dict[str, str]:
        """Every word of the partnership, its own or the default."""
        return rules.content.default_words() | dict(self.words)


def load_partnership(path: Path, *, rules: Rules | None = None) -> PartnershipFile:
    """One partnership, checked against the rules (those that ship by default).

    Raises:
        FilesRefused: the file does not hold. Advice alone does not refuse it.
    """
    partnership, problems = read_partnership(path, rules=rules)
    refuse_errors(problems)
    return partnership


def read_partnership(path: Path, *, rules: Rules | None = None) -> tuple[PartnershipFile, list[FileProblem]]:
    """One partnership with every finding on it.

    Raises:
        FilesRefused: the file has not the shape of a partnership.
    """
    if rules is None:
        from bot.files.content import load_rules

        rules = load_rules()
    file = load_yaml(path)
    partnership = validated(file, PartnershipFile)
    return partnership, located(file, check_partnership(partnership, rules))


def check_partnership(partnership: PartnershipFile, rules: Rules) -> list[Problem]:
    """Lengths, doubles and names that lead nowhere."""
    return [
        *_check_lengths(partnership, rules),
        *_check_organisations(partnership),
        *_check_steps(partnership, rules),
        *_check_patients(partnership),
    ]


def check_people(partnership: PartnershipFile, people: Iterable[PersonRow], path: Path) -> list[FileProblem]:
    """People of organisations that the partnership file does not name."""
    known = ", ".join(organisation.name for organisation in partnership.organisations)
    return [
        FileProblem(
            path=path,
            line=person.line,
            what=f"`{person.organisation}` is not an organisation of {partnership.spoken_name}",
            why="each person belongs to one of them",
            todo=f"use one of: {known}",
        )
        for person in people
        if partnership.organisation(person.organisation) is None
    ]


def _check_lengths(partnership: PartnershipFile, rules: Rules) -> Iterator[Problem]:
    limits = rules.content.longest()
    wanted = [("called" if partnership.called else "name", partnership.spoken_name, limits["partnership"])]
    wanted += [(f"words.{word}", text, limits[word]) for word, text in partnership.words.items()]
    for where, text, most in wanted:
        if len(text) > most:
            yield Problem(
                where=where,
                what=f"`{text[:40]}` has {len(text)} characters, {most} fit",
                why="messages name it, and they have to stay short",
                todo="write a shorter form" if where != "name" else "add `called:` with a shorter form",
            )
    most = rules.before_launch.shared_goal_sentences_max
    if len(re.findall(r"[.?!](?:\s|$)", partnership.shared_goal.rstrip() + " ")) > most:
        yield Problem(
            where="shared_goal",
            what=f"the shared goal has more than {most} sentences",
            why="it stands above every message",
            todo="say it in fewer words",
        )


def _check_patients(partnership: PartnershipFile) -> Iterator[Problem]:
    texts = [("shared_goal", partnership.shared_goal), ("better_off", partnership.better_off)]
    texts += [(f"words.{word}", text) for word, text in partnership.words.items()]
    for index, organisation in enumerate(partnership.organisations):
        line = organisation.permission.line if organisation.permission else ""
        texts.append((f"organisations[{index}].permission.line", line))
    for index, step in enumerate(partnership.partner_steps):
        for field in ("text", "owner", "done_means", "because"):
            texts.append((f"partner_steps[{index}].{field}", getattr(step, field) or ""))
    for where, text in texts:
        if holds_nhs_number(text):
            yield Problem(
                where=where,
                what="the text holds an NHS number",
                why="nothing about patients is kept here",
                todo="delete it",
            )


def _check_organisations(partnership: PartnershipFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, organisation in enumerate(partnership.organisations):
        names = {organisation.id, organisation.name.casefold()}
        if names & seen:
            yield Problem(
                where=f"organisations[{index}].id",
                what=f"`{organisation.name}` stands twice",
                why="people and steps belong to one organisation",
                todo="keep one, or give it another id and name",
            )
        seen |= names
        if organisation.permission is None or organisation.assessment is None:
            lacking = "permission" if organisation.permission is None else "assessment reference"
            yield Problem(
                where=f"organisations[{index}]",
                what=f"{organisation.name} has no {lacking} yet",
                why="its people get nothing before that; the others can start",
                todo="add it here or in the console when it is there",
                severity="advice",
            )
    if len(partnership.organisations) == 1:
        yield Problem(
            where="organisations",
            what="there is one organisation",
            why="every pair crosses a boundary, so nobody can be paired",
            todo="add a second one",
            severity="advice",
        )


def _check_steps(partnership: PartnershipFile, rules: Rules) -> Iterator[Problem]:
    for index, step in enumerate(partnership.partner_steps):
        where = f"partner_steps[{index}]"
        if partnership.organisation(step.organisation) is None:
            yield Problem(
                where=f"{where}.organisation",
                what=f"`{step.organisation}` is not an organisation of this file",
                why="a public step belongs to one of them",
                todo="use the id of one of the `organisations`",
            )
        for field, text, most in (
            ("text", step.text, rules.partner_step.text_max),
            ("done_means", step.done_means, rules.partner_step.done_means_max),
        ):
            if len(text) > most:
                yield Problem(
                    where=f"{where}.{field}",
                    what=f"the text has {len(text)} characters, {most} fit",
                    why="the simpler a public step, the better it can be checked",
                    todo="shorten it, or make two steps",
                )
        if step.because is None:
            yield Problem(
                where=where,
                what="the step does not say why no organisation would do it alone",
                why="a step belongs here when it only makes sense together",
                todo="add one line `because: ...`",
                severity="advice",
            )
