"""Neutral messages and forms: what is said, before any platform gives it a shape."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is for; every kind but `ANSWER` and `LEAD` counts against a person's weekly cap."""

    WELCOME = "welcome"
    NUDGE = "nudge"
    REMINDER = "reminder"
    DID_IT_HAPPEN = "did_it_happen"
    SUPPORT = "support"
    PULSE = "pulse"
    RESTART = "restart"
    STEP = "step"
    PAIR = "pair"
    ANSWER = "answer"
    LEAD = "lead"
    ROLLUP = "rollup"
    CHANNEL_POST = "channel_post"
    BOARD = "board"


UNCAPPED = frozenset({MessageKind.ANSWER, MessageKind.LEAD})


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """One tap. `verb` and `subject` come back as the command; neither says who tapped."""

    label: str
    verb: str
    subject: str = ""
    value: str = ""
    is_primary: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under named columns, for platforms that can draw them; every row has as many cells as columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of a message: paragraphs of plain text, small print, a heading, or a row of buttons.

    `style` is "text", "heading" or "small". People's own words in `text` are plain text: each
    platform's layout escapes the whole of it. Where there is a `table`, `text` says the same in words, for
    platforms and readers that have no tables.
    """

    text: str = ""
    style: str = "text"
    buttons: tuple[Button, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A small file that goes with a message, such as a calendar invitation."""

    name: str
    media_type: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRef:
    """Where a platform put a message, so that it can be edited: for Slack, channel and ts."""

    conversation: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One thing said once. `text` is the whole message read aloud, without the buttons.

    `thread` is the message that this one is put under.
    """

    text: str
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_pinned: bool = False
    thread: MessageRef | None = None


class FieldKind(StrEnum):
    """What a form field takes."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option of a choice field; options of one `group` stand together, in order."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One question of a form. `initial` is the value shown first.

    What was chosen of `CHOICES` (any number of them) comes back as its values with a comma between, and
    `initial` is written the same way.
    """

    name: str
    label: str
    kind: FieldKind
    choices: tuple[Choice, ...] = ()
    initial: str = ""
    hint: str = ""
    is_required: bool = True
    max_length: int = 280


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A few questions asked at once; its answers come back as the command `verb` on `subject`."""

    title: str
    verb: str
    subject: str
    fields: tuple[Field, ...]
    submit: str
    intro: str = ""
