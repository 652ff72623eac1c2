"""Two or three people who are asked to meet across organisations: slots, meeting, and links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nudges.model.people import Address, Leader


class PairKind(StrEnum):
    """How the pair came to be."""

    COFFEE = "coffee"
    SECOND_CUP = "second_cup"
    ACTION = "action"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A pair, or a trio. `met_at` is when one of them first said so.

    It counts as met when a second person confirms, or when nobody has denied it for seven days
    (`is_link`). `proposed` holds up to three instants offered by `proposed_by`. `tends_at` is when the
    two last met, where the pair was made for a second cup. `shared_by` are those who said yes to giving
    the others their contact card.
    """

    id: str
    partnership_id: str
    run_id: str
    kind: PairKind
    leader_ids: tuple[str, ...]
    organisation_ids: tuple[str, ...]
    formed_at: datetime
    round: int | None = None
    proposed: tuple[datetime, ...] = ()
    proposed_by: str | None = None
    agreed_at: datetime | None = None
    place: str = ""
    met_at: datetime | None = None
    met_by: str | None = None
    confirmed_at: datetime | None = None
    denied_at: datetime | None = None
    ended_at: datetime | None = None
    tends_at: datetime | None = None
    shared_by: frozenset[str] = frozenset()

    def others(self, leader_id: str) -> tuple[str, ...]:
        """Everybody in it but this leader."""
        return tuple(other for other in self.leader_ids if other != leader_id)


def propose(pair: Pair, *, by: str, slots: tuple[datetime, ...]) -> Pair:
    """Offer up to three instants; a later proposal replaces an earlier one."""
    return replace(pair, proposed=slots[:3], proposed_by=by, agreed_at=None)


def agree(pair: Pair, *, at: datetime, place: str = "") -> Pair:
    """Settle on one instant."""
    return replace(pair, agreed_at=at, place=place or pair.place)


def say_met(pair: Pair, *, by: str, at: datetime) -> Pair:
    """One of them says they met; a second, different voice confirms it. Saying it twice changes nothing."""
    if pair.met_at is None:
        return replace(pair, met_at=at, met_by=by, denied_at=None)
    if pair.met_by != by and pair.confirmed_at is None:
        return replace(pair, confirmed_at=at, denied_at=None)
    return pair


def unsay_met(pair: Pair, *, by: str) -> Pair:
    """Undo of `say_met` by the same person."""
    if pair.met_by == by and pair.confirmed_at is None:
        return replace(pair, met_at=None, met_by=None)
    return pair


def deny_met(pair: Pair, *, by: str, at: datetime) -> Pair:
    """The other says they have not met: no link, and nobody is asked why."""
    return pair if pair.met_by in (None, by) or pair.confirmed_at else replace(pair, denied_at=at)


def lapse(pair: Pair, *, at: datetime) -> Pair:
    """Seven days without a no: the first voice is enough."""
    if pair.met_at is None or pair.denied_at is not None or pair.confirmed_at is not None:
        return pair
    return replace(pair, confirmed_at=at)


def is_link(pair: Pair) -> bool:
    """They met, as far as anybody can know."""
    return pair.confirmed_at is not None and pair.denied_at is None


def group_address(people: Sequence[Leader], *, on: Collection[str]) -> Address | None:
    """The conversation that two people share with the bot; None where each must be told apart.

    They share one where they are reached in one installation of a platform in `on` and read the same
    words: one time zone, one language. Three are told apart, so that each message counts for one person.
    """
    places = [one.address for one in people if one.address is not None]
    if len(people) != 2 or len(places) != 2 or places[0] == places[1]:
        return None
    if not is_together(people) or places[0].platform not in on:
        return None
    if len({(one.zone, one.locale) for one in people}) > 1:
        return None
    return replace(places[0], to=",".join(sorted(one.to for one in places)))


def is_together(people: Sequence[Leader]) -> bool:
    """Whether all are reached in one installation, so that they can write to each other there."""
    return len({one.address.installation if one.address else one.id for one in people}) <= 1


def share(pair: Pair, *, by: str) -> Pair:
    """One of them agrees that the others get their contact card. Agreeing twice changes nothing."""
    return replace(pair, shared_by=pair.shared_by | {by})


def unshare(pair: Pair, *, by: str) -> Pair:
    """They take it back, or never agreed; what has been exchanged stays as it is."""
    return pair if has_exchanged(pair) else replace(pair, shared_by=pair.shared_by - {by})


def has_exchanged(pair: Pair) -> bool:
    """Everybody agreed: the cards are given."""
    return bool(pair.leader_ids) and pair.shared_by >= set(pair.leader_ids)


def calendar_sequence(pair: Pair, *, at: datetime) -> int:
    """The number of a version of the pair's calendar entry: a later one is higher. At least 0."""
    return max(0, int((at - pair.formed_at).total_seconds()))
