"""Commands and their outcomes: what a person asked for, and what they see at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nudges.model.message import Form, Message
from nudges.model.people import Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What a person asked for, already parsed. The actor comes from the signed body, never from a button.

    `key` is the same whenever the platform delivers the same tap again. `via` is "tap", "form",
    "message", "command" or "home": it says where the answer goes. `seen_in` is the workspace whose app
    received it, where that is not the actor's own: somebody from a connected workspace may stand on the
    roster under either.
    """

    key: str
    actor: Address
    verb: str
    subject: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    via: str = "tap"
    seen_in: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the person sees at once: words, or a form. Everything else goes through the ledger.

    `edits_card` says that `reply` replaces the card that was tapped.
    `errors` maps a form's field to what is wrong with it; the form stays open. What `leaves_no_trace`
    changed nothing, and that the person asked for it is not remembered either.
    """

    reply: Message | None = None
    form: Form | None = None
    edits_card: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    leaves_no_trace: bool = False
