"""One reply being handled: who said it, what the verbs share, and how the answer is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from nudges import access
from nudges.errors import InvalidInput, MilepostError
from nudges.model import calendar, message_facts
from nudges.model.commands import Command, Outcome
from nudges.model.delivery import Delivery, draft
from nudges.model.ids import make_id
from nudges.model.message import Message, MessageKind
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.ports import Renderer
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import Facts, Scene, card_facts
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyContext:
    """What a verb works with. `leaders` are all roster entries of the person who acts."""

    work: UnitOfWork
    renderer: Renderer
    command: Command
    leaders: list[Leader]
    leader: Leader
    roster: Roster

    @property
    def subject(self) -> str:
        """What the tap was about."""
        return self.command.subject

    def argument(self, name: str) -> str:
        """One answer of a form, or the value of a button; empty where it was not given."""
        return self.command.args.get(name, "").strip()

    def choice(self, kind: type[Choice]) -> Choice:
        """The value of the button, as one of these choices.

        Raises:
            InvalidInput: there is no such choice.
        """
        try:
            return kind(self.argument("value"))
        except ValueError as error:
            raise InvalidInput(said("words.unknown_choice")) from error

    def day(self, name: str) -> date | None:
        """A day that was given as "2027-01-05"; None where it cannot be read or is over a year away."""
        today = calendar.local(self.work.at, self.leader.zone).date()
        try:
            day = date.fromisoformat(self.argument(name))
        except ValueError:
            return None
        return day if abs((day - today).days) <= self.work.book.rules.cadence.day_within_days else None

    async def as_leader(self, leader: Leader) -> ReplyContext:
        """The same reply, as another roster entry of the same person."""
        if leader.id == self.leader.id:
            return self
        roster = self.roster
        if leader.partnership_id != roster.partnership.id:
            roster = await read_roster(self.work.tx, leader.partnership_id)
        return replace(self, leader=leader, roster=roster)

    def about(self, subject: str) -> ReplyContext:
        """The same reply, about another thing."""
        return replace(self, command=replace(self.command, subject=subject))

    async def nudge(self) -> tuple[ReplyContext, Nudge]:
        """The nudge that the tap was about."""
        leader, nudge = await access.own_nudge(self.work.tx, self.leaders, self.subject)
        return await self.as_leader(leader), nudge

    async def pair_of(self, nudge: Nudge) -> Pair | None:
        """The pair that the nudge needs, if it needs one."""
        return await self.work.pair(nudge.pair_id)

    def scene(self, pair: Pair | None = None) -> Scene:
        """What the words of a nudge are made of."""
        return Scene(book=self.work.book, roster=self.roster, leader=self.leader, pair=pair)

    def in_words(self, words: Said | MilepostError) -> str:
        """A sentence, or what an error says, in the language of the person who acts."""
        return self.work.book.in_words(words, locale=self.leader.locale)

    async def say(
        self, event: str, facts: Mapping[str, Any] | None = None, *, subject: str = "", lasts: bool = False
    ) -> Outcome:
        """Answer in words: a new message where it should last or was typed, else only for now."""
        facts = facts or {}
        if self.command.via == "message" or (lasts and self.command.via not in ("command", "home")):
            await self.work.tell(
                self.leader,
                MessageKind.ANSWER,
                event,
                occurrence=f"{event}:{make_id(self.command.key)}",
                facts=facts,
                subject=subject,
            )
            return Outcome()
        return Outcome(reply=self.draw(event, facts, subject=subject))

    def draw(self, event: str, facts: Mapping[str, Any], *, subject: str = "") -> Message:
        """An event in words, at once."""
        address, at = self.command.actor, self.work.at
        return self.renderer.message(
            draft(event, facts, address=address, at=at, leader=self.leader, subject=subject)
        )

    async def show_card(
        self, nudge: Nudge, pair: Pair | None = None, *, note: str = "", first: Sequence[Facts] = ()
    ) -> Outcome:
        """Redraw every message that shows this nudge; typed words get a new one as well.

        `first` are buttons that stand before the card's own.
        """
        facts = await self.redraw_card(nudge, pair, note=note, first=first)
        if self.command.via in ("tap", "form", "home"):
            return Outcome()
        return await self.say("card", facts, subject=nudge.id)

    async def redraw_card(
        self, nudge: Nudge, pair: Pair | None, *, note: str = "", first: Sequence[Facts] = ()
    ) -> message_facts.Card:
        """Save the nudge and redraw the messages that show it; returns what they say now."""
        self.work.keep(nudge)
        facts = card_facts(self.scene(pair), nudge, note=note)
        facts["buttons"] = [*first, *facts["buttons"]]
        await self.redraw(nudge.id, "card", facts, action_id=nudge.action_id)
        if nudge.week_on < calendar.week_of(self.work.at, self.leader.zone):
            await self.settle_rider(about=nudge.id)  # only a later week's message can ask about it
        return facts

    async def redraw(
        self, subject: str, event: str, facts: Mapping[str, Any], *, action_id: str | None = None
    ) -> None:
        """Edit in place every message about this subject that the leader got; open questions on it stay."""
        mine = await self.work.tx.deliveries.unchecked_shown_about(subject, self.leader.id)
        firsts = [one for one in mine if one.edits is None and one.purpose is not MessageKind.LEAD]
        for number, first in enumerate(firsts):
            latest = next((one for one in mine if one.edits == first.id), first)
            riders = self._riders_left(latest)
            if subject == self.subject:
                # A question about the step itself is answered by whatever was answered to it.
                riders = [one for one in riders if one["subject"] != subject]
            if number == 0 or event != "card":
                await self._edit(first, event, {**facts, "riders": riders}, action_id)
            else:
                # The card stands once, where it was talked about last; the others point to it.
                short = message_facts.CardBelow(title=facts["title"], riders=riders)
                if dict(latest.facts) != short:
                    await self._edit(first, "card_below", short, action_id)

    async def _edit(
        self, first: Delivery, event: str, facts: Mapping[str, Any], action_id: str | None
    ) -> None:
        await self.work.tell(
            self.leader,
            MessageKind.ANSWER,
            event,
            occurrence=f"{first.id}:{make_id(self.command.key)}",
            facts=facts,
            subject=first.subject,
            action_id=action_id,
            edits=first.id,
            address=first.address,  # where it stands, wherever this person is reached now
        )

    def _riders_left(self, shown: Delivery, *, about: str = "") -> list[Facts]:
        """The questions on a message that this reply does not answer."""
        return [one for one in shown.facts.get("riders", ()) if not self._answers(one, about=about)]

    def _answers(self, rider: Mapping[str, Any], *, about: str = "") -> bool:
        if about and rider["subject"] == about:
            return True
        own = {(str(one["verb"]), str(one.get("subject") or rider["subject"])) for one in rider["buttons"]}
        return (self.command.verb, self.subject) in own

    async def settle_rider(self, *, about: str = "") -> None:
        """Take an answered question off the message that it rode on; `about` is a step that was answered."""
        # Nobody answers a question on a message that is older than this.
        since = self.work.at - timedelta(weeks=self.work.book.rules.cadence.questions_open_weeks)
        rows = await self.work.tx.deliveries.unchecked_shown_to(self.leader.id, since=since)
        latest: dict[str, Delivery] = {}
        for delivery in rows:
            latest[delivery.edits or delivery.id] = delivery
        for first_id, shown in latest.items():
            riders: Sequence[Facts] = shown.facts.get("riders", ())
            first = next((one for one in rows if one.id == first_id), None)
            # A message from before that time may have been edited since; it is left as it is.
            if first is not None and any(self._answers(one, about=about) for one in riders):
                left = self._riders_left(shown, about=about)
                await self._edit(first, shown.event, {**shown.facts, "riders": left}, shown.action_id)


Verb = Callable[[ReplyContext], Awaitable[Outcome]]
"""What a tap or a word does; each subject brings its own, by name."""
