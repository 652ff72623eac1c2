"""Seeded habits: how the example's leaders answer what they are sent, the same for the same seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.sandbox.inbound import answered, tapped, typed
from bot.sandbox.outbound import Posted, sandbox_address
from bot.sandbox.personas.fill_form import filled_in, one_of, words
from bot.sandbox.personas.persona_words import Speech
from bot.sandbox.personas.personas import Persona, character_of
from bot.sandbox.personas.reply_weights import NOTHING, Reaction, to_change, to_message
from bot.sandbox.world import World, duty_manager_of
from nudges.model import calendar
from nudges.model.message import Button, Form
from nudges.model.people import Address, Leader, Role

FORM_TRIES = 3
TYPES_INSTEAD = 0.03
HAS_SOMETHING_TO_SAY = 0.05
MAKES_A_PROMISE_BY = ("Friday", "Thursday", "next Tuesday")


@dataclass(order=True, frozen=True, kw_only=True, slots=True)
class Intention:
    """Something that a leader will do at an instant: tap a button, or type."""

    at: datetime
    order: int
    leader: Leader = field(compare=False)
    message: str = field(compare=False, default="")
    place: str = field(compare=False, default="")
    verb: str = field(compare=False, default="")
    subject: str = field(compare=False, default="")
    value: str = field(compare=False, default="")
    text: str = field(compare=False, default="")


class PersonaReplies:
    """Watches what is posted and answers later, at the leader's own working times.

    They know nothing but the messages that they got. `resting` are the addresses of people who are
    played by somebody at the page; what they meant to do waits until they rest no more.
    """

    def __init__(self, world: World, *, seed: int, resting: Collection[str] = ()) -> None:
        self.resting = frozenset(resting)
        self._waiting: list[Intention] = []
        self._world = world
        self._seed = seed
        self._queue: list[Intention] = []
        self._made = 0
        self._noticed: set[tuple[str, str, str]] = set()
        self._passed_on: set[str] = set()
        self._strangers: list[tuple[Address, Posted, str]] = []
        self._characters: dict[str, Persona] = {}
        self._speech = Speech(words=words())
        world.watch(self.notice)

    def next_at(self) -> datetime | None:
        """When somebody means to do something next; None if nobody does."""
        if self._strangers:
            return self._world.clock.now()
        return self._queue[0].at if self._queue else None

    async def act(self) -> int:
        """Do everything that was meant for now or before; how many things that were."""
        await self._meet()
        done = 0
        while self._queue and self._queue[0].at <= self._world.clock.now():
            intention = heapq.heappop(self._queue)
            if intention.leader.email in self.resting:
                self._waiting.append(intention)
            else:
                await self._do(intention)
                done += 1
        return done

    def rest(self, resting: Collection[str]) -> None:
        """From now on these people rest; those who do not any more go on with what they meant to do."""
        self.resting = frozenset(resting)
        waiting, self._waiting = self._waiting, []
        for intention in waiting:
            if intention.leader.email in self.resting:
                self._waiting.append(intention)
                continue
            at = self._world.at_work(intention.leader, self._world.clock.now(), minutes=intention.order % 90)
            if at is not None:
                heapq.heappush(self._queue, replace(intention, at=at.replace(microsecond=0)))

    def notice(self, address: Address, posted: Posted, what: str) -> None:
        """Look at a message as it comes, and decide what will be answered and when."""
        leader = self._world.reader_of(address, posted)
        if posted.is_theirs or address.to.startswith("#"):
            return
        if leader is None:
            self._strangers.append((address, posted, what))
            return
        random_source = random.Random(
            f"{self._seed}:{leader.id}:{posted.key or posted.ref.message}:{posted.edits}"
        )
        rows = [section.buttons for section in posted.message.sections if section.buttons]
        if what == "edit":
            rows = rows[:1]  # the other rows were looked at when the message came
        for row in rows:
            verbs = tuple(button.verb for button in row)
            seen = (leader.id, row[0].subject, " ".join(verbs))
            if what != "edit" or seen not in self._noticed:
                self._noticed.add(seen)
                self._consider(leader, posted, row, random_source, is_edit=what == "edit")

    async def _meet(self) -> None:
        """Somebody who was on no list got a message: from now on they have habits, too."""
        if not self._strangers:
            return
        strangers, self._strangers = self._strangers, []
        await self._world.meet_newcomers()
        for address, posted, what in strangers:
            if address.to in self._world.people:
                self.notice(address, posted, what)

    def _consider(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        random_source: random.Random,
        *,
        is_edit: bool,
    ) -> None:
        who = self._character(leader)
        verbs = {button.verb for button in row}
        is_offer = not is_edit and {"plan", "not_now"} <= verbs and "done" not in verbs
        if is_offer and random_source.random() < who.stops:
            self._say(leader, "stop", random_source, hours=who.hours)
            return
        reaction = to_change(row, who, random_source) if is_edit else to_message(row, who, random_source)
        if "open_gate" in verbs and Role.FACILITATOR in leader.roles:
            # Nobody else can, so the group would wait for ever.
            reaction = Reaction(verb="open_gate", hours=30)
        if reaction.verb == "pass_on":
            reaction = self._pass_on_once(leader, reaction)
        self._plan_tap(leader, posted, row, reaction, random_source)
        if is_offer:
            self._say_besides(leader, who, random_source)

    def _pass_on_once(self, leader: Leader, reaction: Reaction) -> Reaction:
        """Nobody is asked twice, and a campaign for named people stays with them."""
        is_new = leader.organisation_id not in self._passed_on
        if not is_new or not self._world.run.is_open or Role.JOINER in leader.roles:
            return NOTHING
        self._passed_on.add(leader.organisation_id)
        return reaction

    def _say_besides(self, leader: Leader, who: Persona, random_source: random.Random) -> None:
        """What somebody types in a week besides an answer: a promise, a word, something to be heard."""
        if random_source.random() < who.promises:
            promise, day = one_of("promises", random_source), random_source.choice(MAKES_A_PROMISE_BY)
            self._say(leader, f'commit "{promise}" by {day}', random_source, hours=who.hours + 8)
        elif random_source.random() < TYPES_INSTEAD:
            self._say(leader, one_of("typed", random_source), random_source, hours=who.hours)
        elif random_source.random() < TYPES_INSTEAD:
            self._say(leader, "help me", random_source, hours=who.hours + 8)
        elif random_source.random() < HAS_SOMETHING_TO_SAY:
            word = random_source.choices(("hear", "idea", "votes", "leaf"), (0.55, 0.12, 0.25, 0.08))[0]
            kind = {"hear": "heard", "idea": "ideas"}.get(word)
            if kind is None or self._speech.is_left(kind):
                self._say(leader, word, random_source, hours=who.hours + 8)

    def _plan_tap(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        reaction: Reaction,
        random_source: random.Random,
    ) -> None:
        """Plan a tap on this row's button; no verb means no answer."""
        offered = [
            button
            for button in row
            if button.verb == reaction.verb and (not reaction.value or button.value == reaction.value)
        ]
        if not offered:
            return
        button = random_source.choice(offered)
        self._push(
            leader,
            random_source,
            reaction.hours,
            message=posted.ref.message,
            place=posted.ref.conversation,
            verb=button.verb,
            subject=button.subject,
            value=button.value,
        )

    def _say(self, leader: Leader, text: str, random_source: random.Random, *, hours: float) -> None:
        self._push(leader, random_source, hours, text=text)

    def _push(
        self,
        leader: Leader,
        random_source: random.Random,
        hours: float,
        *,
        message: str = "",
        place: str = "",
        verb: str = "",
        subject: str = "",
        value: str = "",
        text: str = "",
    ) -> None:
        after = self._world.clock.now() + timedelta(minutes=3 + random_source.random() ** 2 * hours * 60)
        at = self._world.at_work(leader, after, minutes=random_source.randint(2, 200))
        if at is None:
            return
        self._made += 1
        intention = Intention(
            at=at.replace(microsecond=0),
            order=self._made,
            leader=leader,
            message=message,
            place=place,
            verb=verb,
            subject=subject,
            value=value,
            text=text,
        )
        heapq.heappush(self._queue, intention)

    async def _do(self, intention: Intention) -> None:
        world, actor = self._world, self._world.address_of(intention.leader)
        key = f"habit:{self._seed}:{intention.leader.id}:{intention.order}"
        if intention.text:
            await world.do(typed(actor, intention.text, key=key))
            return
        button = self._button(intention)
        if button is None:
            return
        place = sandbox_address(intention.place)
        title = _heading(world.platform.posted(place, intention.message))
        await world.do(tapped(actor, button, key=key), place=place)
        if button.verb == "leave_yes":  # whoever has left does nothing any more
            self._queue = [one for one in self._queue if one.leader.id != intention.leader.id]
            heapq.heapify(self._queue)
        form = world.platform.form_of(actor)
        if form is not None:
            await self._fill_in(intention.leader, actor, form, key, title=title)

    def _button(self, intention: Intention) -> Button | None:
        """The button as it stands now: what was answered meanwhile has other buttons."""
        posted = self._world.platform.posted(sandbox_address(intention.place), intention.message)
        wanted = (intention.verb, intention.subject, intention.value)
        return next((one for one in _buttons(posted) if (one.verb, one.subject, one.value) == wanted), None)

    async def _fill_in(self, leader: Leader, actor: Address, form: Form, key: str, *, title: str) -> None:
        world = self._world
        random_source = random.Random(f"{key}:form")
        today = calendar.local(world.clock.now(), leader.zone).date()

        def own_day(day: date) -> date:
            return (
                calendar.working_days_after(leader, day - timedelta(days=1), 1, world.holidays_of(leader))
                or day
            )

        for number in range(FORM_TRIES):
            fields = filled_in(
                form,
                random_source,
                on=today,
                next_working_day=own_day,
                about=world.visibility_of(title),
                is_alone=world.is_solo(title),
            )
            fields |= self._speech.fill(form, random_source, who=leader.id, progress=world.progress())
            if form.verb == "pass_on_submit":
                name = self._speech.words["duty_managers"][leader.organisation_id]
                fields |= {"name": name, "email": duty_manager_of(leader.organisation_id)}
            outcome = await world.do(answered(actor, form, fields, key=f"{key}:form{number}"))
            if not outcome.errors:
                break
        world.platform.close_form(actor)

    def _character(self, leader: Leader) -> Persona:
        known = self._characters.get(leader.id)
        if known is None:
            known = self._characters[leader.id] = character_of(self._seed, leader.id)
        return known


def _buttons(posted: Posted | None) -> Iterator[Button]:
    for section in posted.message.sections if posted else ():
        yield from section.buttons


def _heading(posted: Posted | None) -> str:
    sections = posted.message.sections if posted else ()
    return next((section.text for section in sections if section.style == "heading"), "")
