"""One handling of a reply or of a timer: what it reads, and all that it will write at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from nudges.model import calendar
from nudges.model.delivery import Delivery
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpRequest
from nudges.model.ids import make_id
from nudges.model.message import UNCAPPED, MessageKind
from nudges.model.nudge import Nudge, Promise
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Address, CampaignRun, Leader, Organisation, Partnership
from nudges.model.playbook import Playbook
from nudges.model.problem_tree import Leaf
from nudges.model.thing_heard import ThingHeard
from nudges.model.timers import Timer, TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Transaction
from nudges.unit_of_work.stale_homes import stale_homes
from nudges.unit_of_work.weekly_cap import WeeklyCap

T = TypeVar("T")
POSTS = frozenset({MessageKind.ROLLUP, MessageKind.CHANNEL_POST})
Entity = (
    Leader
    | Nudge
    | Pair
    | Promise
    | PartnerStep
    | CampaignRun
    | Partnership
    | Organisation
    | HelpRequest
    | ThingHeard
    | TwoWeekTest
    | Leaf
)


@dataclass(kw_only=True, slots=True)
class UnitOfWork:
    """Collects changes and writes them in one go, so that a unit of work costs few statements.

    `at` is the instant of the unit of work; nothing in it reads a clock.
    """

    tx: Transaction
    book: Playbook
    at: datetime
    holidays: Mapping[str, frozenset[date]]
    _kept: dict[tuple[type, str], Entity] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _deliveries: list[Delivery] = field(default_factory=list)
    _timers: dict[tuple[TimerKind, str], Timer] = field(default_factory=dict)
    _dropped: set[tuple[TimerKind, str]] = field(default_factory=set)
    _cap: WeeklyCap = field(init=False)

    def __post_init__(self) -> None:
        """Open the count of the week's messages on the same transaction."""
        self._cap = WeeklyCap(tx=self.tx, book=self.book)

    def keep(self, *things: Entity) -> None:
        """Save these at the end of the unit of work; the last version of each counts."""
        for thing in things:
            self._kept[type(thing), thing.id] = thing

    def log(
        self,
        kind: EventKind,
        *,
        partnership_id: str,
        subject: str = "",
        leader: Leader | None = None,
        organisation_id: str | None = None,
        run_id: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line to the event log."""
        self._events.append(
            Event(
                partnership_id=partnership_id,
                at=self.at,
                kind=kind,
                subject=subject,
                leader_id=leader.id if leader else None,
                organisation_id=organisation_id or (leader.organisation_id if leader else None),
                run_id=run_id,
                data=data or {},
            )
        )

    def set_timer(
        self, kind: TimerKind, subject: str, due_at: datetime | None, *, partnership_id: str
    ) -> None:
        """Ask to look at `subject` at `due_at`; None means that there is nothing to look at."""
        if due_at is None:
            self.cancel_timer(kind, subject)
            return
        self._dropped.discard((kind, subject))
        self._timers[kind, subject] = Timer(
            partnership_id=partnership_id, kind=kind, subject=subject, due_at=due_at
        )

    def cancel_timer(self, kind: TimerKind, subject: str) -> None:
        """Drop a timer."""
        self._timers.pop((kind, subject), None)
        self._dropped.add((kind, subject))

    def holidays_of(self, who: Leader | Organisation | Partnership) -> frozenset[date]:
        """The bank holidays that count for this person or body."""
        return self.holidays.get(who.nation, frozenset())

    async def room(self, leader: Leader, week_on: date) -> int:
        """How many more counted messages this person may get in that week; a pulse week has one more."""
        return await self._cap.room(leader, week_on)

    def window(self, leader: Leader, *, after: datetime | None = None) -> tuple[datetime, datetime] | None:
        """The next [start, end) in which this person may be sent something."""
        holidays = self.holidays_of(leader)
        start = calendar.next_sending_instant(
            leader, after=after or self.at, holidays=holidays, rules=self.book.rules
        )
        if start is None:
            return None
        day = calendar.local(start, leader.zone).date()
        window = calendar.sending_window(leader, day, holidays, self.book.rules)
        return (start, window[1]) if window else None

    async def tell(
        self,
        leader: Leader,
        purpose: MessageKind,
        event: str,
        *,
        occurrence: str,
        facts: Mapping[str, Any] | None = None,
        subject: str = "",
        action_id: str | None = None,
        variant: int = 0,
        edits: str | None = None,
        at_once: bool = False,
        can_wait: bool = False,
        address: Address | None = None,
    ) -> bool:
        """Write a message for one leader, inside their hours and their weekly cap.

        `address` is where it goes if not to the leader alone: to a conversation that others read as well.

        Where the week is full, nothing is written and the answer is False: the caller decides what
        rides on a later message. Answers to a person's own tap go at once, at any hour, unless they
        `can_wait` for their hours; nothing else goes to somebody who said stop.
        """
        is_answer = (purpose is MessageKind.ANSWER and not can_wait) or at_once
        if leader.address is None or (leader.stopped_at is not None and not is_answer):
            return False
        window = (self.at, None) if is_answer else self.window(leader)
        if window is None:
            return False
        week_on = calendar.week_of(window[0], leader.zone)
        is_counted = purpose not in UNCAPPED and edits is None
        if is_counted and not await self._cap.take(leader, week_on):
            return False
        self._deliveries.append(
            Delivery(
                id=make_id(leader.partnership_id, leader.id, purpose, occurrence),
                partnership_id=leader.partnership_id,
                recipient=leader.id,
                person=leader.person,
                address=address or leader.address,
                purpose=purpose,
                occurrence=occurrence,
                event=event,
                facts=facts or {},
                subject=subject,
                action_id=action_id,
                locale=leader.locale,
                variant=variant,
                edits=edits,
                not_before=window[0],
                not_after=window[1],
                week_on=week_on,
                created_at=self.at,
            )
        )
        return True

    def post(
        self,
        partnership: Partnership,
        channel: str,
        purpose: MessageKind,
        event: str,
        *,
        occurrence: str,
        facts: Mapping[str, Any],
        edits: str | None = None,
        thread_of: str | None = None,
        subject: str = "",
        not_after: datetime | None = None,
    ) -> str | None:
        """Write a message for a channel; the delivery's id, or None where the channel has no address.

        What is not sent by `not_after` is not sent any more. Posts that count go through `channel_posts`.
        """
        address: Address | None = partnership.channels.get(channel)
        if address is None:
            return None
        delivery_id = make_id(partnership.id, channel, purpose, occurrence)
        self._deliveries.append(
            Delivery(
                id=delivery_id,
                partnership_id=partnership.id,
                recipient=f"channel:{channel}",
                person=None,
                address=address,
                purpose=purpose,
                occurrence=occurrence,
                event=event,
                facts=facts,
                subject=subject,
                edits=edits,
                thread_of=thread_of,
                not_before=self.at,
                not_after=not_after,
                week_on=calendar.week_of(self.at, partnership.zone),
                created_at=self.at,
            )
        )
        return delivery_id

    def unpost(self, subject: str) -> None:
        """Take back what this unit of work has written about a subject: something newer takes its place."""
        self._deliveries = [one for one in self._deliveries if one.subject != subject]

    def told_about(self, subject: str) -> set[str]:
        """The recipients of what this unit of work has written about a subject."""
        return {one.recipient for one in self._deliveries if one.subject == subject}

    def posts_to(self, address: Address) -> int:
        """How many posts were written to a channel so far; edits and answers in a thread are none."""
        return sum(
            1
            for delivery in self._deliveries
            if delivery.address == address
            and delivery.purpose in POSTS
            and delivery.edits is None
            and delivery.thread_of is None
        )

    def variants(self, person: str, event: str) -> list[int]:
        """The wordings of an event that this unit of work has written to this person."""
        return [one.variant for one in self._deliveries if (one.person, one.event) == (person, event)]

    def known(self, kind: type[T], thing_id: str) -> T | None:
        """A thing of this kind as it was left here; None where it was not touched."""
        kept = self._kept.get((kind, thing_id))
        return kept if isinstance(kept, kind) else None

    async def nudge(self, nudge_id: str | None) -> Nudge | None:
        """A nudge as this unit of work has left it."""
        known = self._kept.get((Nudge, nudge_id or ""))
        if isinstance(known, Nudge):
            return known
        return await self.tx.commitments.unchecked_nudge(nudge_id) if nudge_id else None

    async def pair(self, pair_id: str | None) -> Pair | None:
        """A pair as this unit of work has left it."""
        known = self._kept.get((Pair, pair_id or ""))
        if isinstance(known, Pair):
            return known
        return await self.tx.commitments.unchecked_pair(pair_id) if pair_id else None

    async def write(self) -> None:
        """Write everything that was collected."""
        tx = self.tx
        for partnership in self.kept(Partnership):
            await tx.people.save_partnership(partnership)
        for run in self.kept(CampaignRun):
            await tx.people.save_run(run)
        await self._save(Leader, tx.people.save_leaders)
        await self._save(Nudge, tx.commitments.save_nudges)
        await self._save(Pair, tx.commitments.save_pairs)
        await self._save(Promise, tx.commitments.save_promises)
        await self._save(PartnerStep, tx.commitments.save_steps)
        await self._save(Organisation, tx.people.save_organisations)
        await self._save(HelpRequest, tx.listening.save_help)
        await self._save(ThingHeard, tx.listening.save_heard)
        await self._save(TwoWeekTest, tx.listening.save_two_week_tests)
        await self._save(Leaf, tx.listening.save_leaves)
        for kind in {kind for kind, _ in self._dropped}:
            await tx.records.drop_timers(
                kind, sorted(subject for one, subject in self._dropped if one == kind)
            )
        if self._timers:
            await tx.records.set_timers(list(self._timers.values()))
        if self._deliveries:
            await tx.deliveries.add(self._deliveries)
        if self._events:
            await tx.records.append(self._events)
        stale = stale_homes(list(self._kept.values()), self._events, self._deliveries)
        await tx.homes.touch(stale.leaders, at=self.at, leads_of=stale.leads_of, all_of=stale.everybody_of)

    async def _save(self, kind: type[T], save: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        if things := self.kept(kind):
            await save(things)

    def kept(self, kind: type[T]) -> list[T]:
        """What of this kind will be saved."""
        return [thing for thing in self._kept.values() if isinstance(thing, kind)]


OnTimer = Callable[[UnitOfWork, str, str], Awaitable[None]]
"""What is done when a timer is due: of which partnership, and about what."""
OnTimers = Callable[[UnitOfWork, Sequence[Timer]], Awaitable[None]]
"""The same for timers of one kind and one partnership that are due, taken together."""
