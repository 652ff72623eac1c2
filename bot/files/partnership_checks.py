"""A partnership file read and checked against the rules, and people checked against their partnership."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import PersonRow
from bot.files.phrases import in_words
from bot.files.problems import FileProblem
from bot.files.validation import located, refuse_errors, validated
from bot.files.yaml_file import load_yaml
from nudges.model.ruleset import Rules
from nudges.model.screened_text import holds_nhs_number
from nudges.rules.campaigns.content_checks import Problem
from nudges.use_cases.campaigns.launch_advice import ASK_VIEWS, VIEWS_ASKED


def check_partnership(partnership: PartnershipFile, rules: Rules) -> list[Problem]:
    """Lengths, doubles, names that lead nowhere, and what is advised before a launch."""
    return [
        *_check_lengths(partnership, rules),
        *_check_organisations(partnership),
        *_check_steps(partnership, rules),
        *_check_openness(partnership, rules),
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


def _check_openness(partnership: PartnershipFile, rules: Rules) -> Iterator[Problem]:
    joining = rules.joining
    if len(partnership.principles) > joining.principles_max:
        yield Problem(
            where="principles",
            what=f"there are {len(partnership.principles)} principles, {joining.principles_max} fit",
            why="they are read on one card",
            todo="keep those that matter most",
        )
    for index, line in enumerate(partnership.principles):
        if len(line) > joining.principle_chars_max:
            yield Problem(
                where=f"principles[{index}]",
                what=f"the line has {len(line)} characters, {joining.principle_chars_max} fit",
                why="a principle that fits on one line is remembered",
                todo="shorten it",
            )
    if partnership.join is not None and len(partnership.join.code) < joining.join_code_chars_min:
        yield Problem(
            where="join.code",
            what=f"the code has {len(partnership.join.code)} characters",
            why=f"anybody in the workspace can try codes, so it has {joining.join_code_chars_min} or more",
            todo="use a longer one, such as `river-2027`",
        )
    if VIEWS_ASKED not in partnership.advised:
        ask_views = in_words(ASK_VIEWS)
        yield Problem(
            where="advised",
            what="nothing says that views were asked",
            why="people come along better when they are asked",
            todo=ask_views[0].lower() + ask_views[1:].rstrip("."),
            severity="advice",
        )


def _check_patients(partnership: PartnershipFile) -> Iterator[Problem]:
    texts = [("shared_goal", partnership.shared_goal), ("better_off", partnership.better_off)]
    texts += [(f"words.{word}", text) for word, text in partnership.words.items()]
    for index, organisation in enumerate(partnership.organisations):
        line = organisation.permission.line if organisation.permission else ""
        texts.append((f"organisations[{index}].permission.line", line))
    for index, step in enumerate(partnership.partner_steps):
        for field in ("text", "owner", "done_means", "why", "because"):
            texts.append((f"partner_steps[{index}].{field}", getattr(step, field) or ""))
        texts.append((f"partner_steps[{index}].given.limit", step.given.limit if step.given else ""))
    texts += [(f"principles[{index}]", line) for index, line in enumerate(partnership.principles)]
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
            ("why" if step.why else "because", step.why_together, rules.partner_step.why_together_max),
            ("given.limit", step.given.limit if step.given else "", rules.partner_step.given_limit_max),
        ):
            if len(text) > most:
                yield Problem(
                    where=f"{where}.{field}",
                    what=f"the text has {len(text)} characters, {most} fit",
                    why="the simpler a public step, the better it can be checked",
                    todo="shorten it, or make two steps",
                )
        if not step.why_together:
            yield Problem(
                where=where,
                what="the step does not say why no organisation would do it alone",
                why="a step belongs here when it only makes sense together",
                todo="add one line `why: ...`",
                severity="advice",
            )


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
