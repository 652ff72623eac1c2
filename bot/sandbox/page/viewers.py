"""Who looks at what: a person at their own conversation, or at one that they share with somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.outbound import SandboxPlatform, sandbox_address
from nudges.model.people import Address

# Stands in no e-mail address.
_AT = ">"


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """`who` looks at `place`: their own conversation, a channel, or a group that they are in."""

    who: str
    place: str

    @property
    def room(self) -> str:
        """The one name of both, as the page knows it."""
        return self.who if self.who == self.place else f"{self.who}{_AT}{self.place}"

    @property
    def address(self) -> Address:
        """Where the messages are that they look at."""
        return sandbox_address(self.place)


def viewer_of(room: str) -> Viewer:
    """Who looks from the room with this name; a group that the person is not in is not shown to them."""
    who, _, place = room.partition(_AT)
    is_in = who in place.split(",")
    return Viewer(who=who, place=place if is_in else who)


def shared_by(platform: SandboxPlatform, who: str) -> Iterator[Viewer]:
    """This person as a viewer of each conversation that they share, the oldest first."""
    for place in platform.groups_of(who):
        yield Viewer(who=who, place=place)
