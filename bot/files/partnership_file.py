"""The partnership file: its goal, its helper, its organisations and their first public steps."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from bot.files.shapes import CLOSED, Day, Slug, Text, Whole, known_zones
from nudges.model.people import Nation
from nudges.model.ruleset import Rules


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
    """One partner. It starts when it has a permission and an assessment; both may come later.

    `workspace`: its people are looked for in this workspace of Slack and in no other.
    """

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
    workspace: Annotated[Text, Field(pattern=r"^[TE][A-Z0-9]{1,63}$")] | None = None


class GivenFields(BaseModel):
    """A step that costs its partner something for the whole: how far it goes, when it is looked at again."""

    model_config = CLOSED
    limit: Text
    review_on: Day


class PartnerStepFields(BaseModel):
    """One public commitment of one organisation. `why`: why no organisation would do it alone.

    `because` is an older name of `why`.
    """

    model_config = CLOSED
    organisation: Slug
    text: Text
    owner: Text
    done_means: Text
    due_on: Day
    why: Text | None = None
    because: Text | None = None
    given: GivenFields | None = None

    @property
    def why_together(self) -> str:
        """Why no single organisation would do it alone; empty where the file does not say."""
        return self.why or self.because or ""


class JoinFields(BaseModel):
    """The code with which staff join by themselves: they type "join" and the code."""

    model_config = CLOSED
    code: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,59}$")]


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
    principles: tuple[Text, ...] = ()
    open_page: Literal["public", "members"] = "members"
    join: JoinFields | None = None
    advised: tuple[Literal["system_test", "leaders_chose", "views_asked"], ...] = ()
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
