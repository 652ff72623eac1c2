"""Seeded habits: how the example's leaders answer what they are sent, the same for the same seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.sandbox.characters import HAPPENED_ANSWERS, NUDGE_ANSWERS, Character, character_of
from bot.sandbox.form_filling import filled_in, one_of
from bot.sandbox.inbound import answered, tapped, typed
from bot.sandbox.outbound import Posted
from bot.sandbox.world import World
from nudges.rules import calendar
from nudges.rules.message import Button, Form
from nudges.rules.people import Address, Leader

FORM_TRIES = 3
TYPES_INSTEAD = 0.03
WITH_SOMEBODY = 0.6
MAKES_A_PROMISE_BY = ("Friday", "Thursday", "next Tuesday")
PROMISE_ANSWERS = ("promise_kept", "promise_partly", "promise_carry", "promise_let_go")
VISIBILITIES = ("private", "my_pair_can_see", "name_me_when_i_keep_one")


@dataclass(order=True, frozen=True, kw_only=True, slots=True)
class Intention:
    """Something that a leader will do at an instant: tap a button, or type."""

    at: datetime
    order: int
    leader: Leader = field(compare=False)
    message: str = field(compare=False, default="")
    verb: str = field(compare=False, default="")
    subject: str = field(compare=False, default="")
    value: str = field(compare=False, default="")
    text: str = field(compare=False, default="")


class Habits:
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
        self._told: set[tuple[str, str, str]] = set()
        self._characters: dict[str, Character] = {}
        world.watch(self.notice)

    def next_at(self) -> datetime | None:
        """When somebody means to do something next; None if nobody does."""
        return self._queue[0].at if self._queue else None

    async def act(self) -> int:
        """Do everything that was meant for now or before; how many things that were."""
        done = 0
        while self._queue and self._queue[0].at <= self._world.clock.now():
            meant = heapq.heappop(self._queue)
            if meant.leader.email in self.resting:
                self._waiting.append(meant)
            else:
                await self._do(meant)
                done += 1
        return done

    def rest(self, resting: Collection[str]) -> None:
        """From now on these people rest; those who do not any more go on with what they meant to do."""
        self.resting = frozenset(resting)
        waiting, self._waiting = self._waiting, []
        for meant in waiting:
            if meant.leader.email in self.resting:
                self._waiting.append(meant)
                continue
            at = self._world.at_work(meant.leader, self._world.clock.now(), minutes=meant.order % 90)
            if at is not None:
                heapq.heappush(self._queue, replace(meant, at=at.replace(microsecond=0)))

    def notice(self, address: Address, posted: Posted, what: str) -> None:
        """Look at a message as it comes, and decide what will be answered and when."""
        leader = self._world.people.get(address.to)
        if leader is None or posted.is_theirs:
            return
        drawn = random.Random(f"{self._seed}:{leader.id}:{posted.key or posted.ref.message}:{posted.edits}")
        rows = [section.buttons for section in posted.message.sections if section.buttons]
        if what == "edit":
            rows = rows[:1]  # the other rows were looked at when the message came
        for row in rows:
            verbs = tuple(button.verb for button in row)
            seen = (leader.id, row[0].subject, " ".join(verbs))
            if what != "edit" or seen not in self._told:
                self._told.add(seen)
                self._consider(leader, posted, row, verbs, drawn, is_edit=what == "edit")

    def _consider(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        verbs: Sequence[str],
        drawn: random.Random,
        *,
        is_edit: bool,
    ) -> None:
        who = self._character(leader)
        if is_edit:
            self._after_an_answer(leader, posted, row, verbs, who, drawn)
        elif {"yes", "later"} <= set(verbs):
            self._at_welcome(leader, posted, row, who, drawn)
        elif verbs[0] == "done" and "plan" in verbs:
            self._at_once(leader, posted, row, who, drawn)
        elif verbs[0] == "plan":
            self._at_offer(leader, posted, row, who, drawn)
        elif verbs[0] in ("done", "promise_kept", "step_done"):
            self._asked_whether(leader, posted, row, who, drawn)
        else:
            self._otherwise(leader, posted, row, verbs, who, drawn)

    def _at_welcome(
        self, leader: Leader, posted: Posted, row: Sequence[Button], who: Character, drawn: random.Random
    ) -> None:
        roll = drawn.random()
        if roll < who.silent_at_welcome:
            return
        verb = "later" if roll < who.silent_at_welcome + who.later else "yes"
        self._mean(leader, posted, row, verb, drawn, hours=who.hours)

    def _at_once(
        self, leader: Leader, posted: Posted, row: Sequence[Button], who: Character, drawn: random.Random
    ) -> None:
        """A small step that can be done on the spot."""
        if drawn.random() < who.nudge[0] * 0.9:
            self._mean(leader, posted, row, "done", drawn, hours=min(who.hours, 8))

    def _at_offer(
        self, leader: Leader, posted: Posted, row: Sequence[Button], who: Character, drawn: random.Random
    ) -> None:
        if drawn.random() < who.stops:
            self._say(leader, "stop", drawn, hours=who.hours)
            return
        answer = drawn.choices(NUDGE_ANSWERS, who.nudge)[0]
        if len(row) == 2 and drawn.random() < WITH_SOMEBODY:
            answer = "plan"  # somebody else is waiting for it
        if answer == "swap" and all(button.verb != "swap" for button in row):
            answer = "plan"
        self._mean(leader, posted, row, answer, drawn, hours=who.hours)
        if drawn.random() < who.promises:
            promise, day = one_of("promises", drawn), drawn.choice(MAKES_A_PROMISE_BY)
            self._say(leader, f'commit "{promise}" by {day}', drawn, hours=who.hours + 8)
        elif drawn.random() < TYPES_INSTEAD:
            self._say(leader, one_of("typed", drawn), drawn, hours=who.hours)
        elif drawn.random() < TYPES_INSTEAD:
            self._say(leader, "help me", drawn, hours=who.hours + 8)

    def _asked_whether(
        self, leader: Leader, posted: Posted, row: Sequence[Button], who: Character, drawn: random.Random
    ) -> None:
        """Did it happen? About a plan or a promise."""
        answers = PROMISE_ANSWERS if row[0].verb == "promise_kept" else HAPPENED_ANSWERS
        if row[0].verb == "step_done":
            return  # organisations have habits of their own
        shares = (0.7, 0.1, 0.14, 0.06) if answers is PROMISE_ANSWERS else who.happened
        self._mean(leader, posted, row, drawn.choices(answers, shares)[0], drawn, hours=who.hours)

    def _after_an_answer(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        verbs: Sequence[str],
        who: Character,
        drawn: random.Random,
    ) -> None:
        """What a changed card leads to: a shared line, a new day, a little more."""
        if verbs[0] == "share" and drawn.random() < who.shares:
            self._mean(leader, posted, row, "share", drawn, hours=1)
        elif "let_go" in verbs and "help" in verbs:
            verb = drawn.choices(("move", "let_go", "help", "done", ""), (0.4, 0.12, 0.05, 0.23, 0.2))[0]
            self._mean(leader, posted, row, verb, drawn, hours=30 if verb == "done" else 2)
        elif verbs[:2] == ("done", "move") and "swap" not in verbs and drawn.random() < 0.3:
            self._mean(leader, posted, row, "done", drawn, hours=48)
        elif verbs[:2] == ("done", "move") and drawn.random() < 0.1 * who.nudge[0]:
            self._mean(leader, posted, row, "undo" if drawn.random() < 0.05 else "move", drawn, hours=20)
        elif "snooze" in verbs and drawn.random() < 0.5:
            self._mean(leader, posted, row, "snooze", drawn, hours=1)
        elif verbs[0] == "undo" and len(verbs) == 1 and drawn.random() < 0.02:
            self._mean(leader, posted, row, "undo", drawn, hours=1)

    def _otherwise(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        verbs: Sequence[str],
        who: Character,
        drawn: random.Random,
    ) -> None:
        verb, value = "", ""
        if "pick" in verbs:
            office = drawn.random() < who.by_office
            verb = drawn.choices(
                ("office" if office else "pick", "slots", "cannot", ""), (0.92, 0.03, 0.02, 0.03)
            )[0]
        elif "met" in verbs:
            verb = drawn.choices(("met", "not_met", ""), (0.86, 0.02, 0.12))[0]
        elif verbs[0] == "visibility":
            verb, value = "visibility", drawn.choices(VISIBILITIES, (0.5, 0.2, 0.3))[0]
        elif verbs[0] == "pace":
            verb, value = "pace", who.pace if drawn.random() < 0.8 else "right"
        elif verbs[0] == "swap_submit":
            verb = drawn.choices(("swap_submit", "not_now", ""), (0.6, 0.2, 0.2))[0]
        elif verbs[0] in ("move", "start"):
            verb = drawn.choices((verbs[0], verbs[-1], ""), (0.5, 0.2, 0.3))[0]
        elif verbs[0] in ("snooze", "help"):
            verb = verbs[0] if drawn.random() < 0.6 else ""
        elif row[0].label.startswith("Yes") or verbs[0] == "permission":
            verb = verbs[0]
        self._mean(leader, posted, row, verb, drawn, hours=min(who.hours, 30), value=value)

    def _mean(
        self,
        leader: Leader,
        posted: Posted,
        row: Sequence[Button],
        verb: str,
        drawn: random.Random,
        *,
        hours: float,
        value: str = "",
    ) -> None:
        """Plan a tap on this row's button; no verb means no answer."""
        offered = [button for button in row if button.verb == verb and (not value or button.value == value)]
        if not offered:
            return
        button = drawn.choice(offered)
        self._push(
            leader,
            drawn,
            hours,
            message=posted.ref.message,
            verb=verb,
            subject=button.subject,
            value=button.value,
        )

    def _say(self, leader: Leader, text: str, drawn: random.Random, *, hours: float) -> None:
        self._push(leader, drawn, hours, text=text)

    def _push(
        self,
        leader: Leader,
        drawn: random.Random,
        hours: float,
        *,
        message: str = "",
        verb: str = "",
        subject: str = "",
        value: str = "",
        text: str = "",
    ) -> None:
        after = self._world.clock.now() + timedelta(minutes=3 + drawn.random() ** 2 * hours * 60)
        at = self._world.at_work(leader, after, minutes=drawn.randint(2, 200))
        if at is None:
            return
        self._made += 1
        meant = Intention(
            at=at.replace(microsecond=0),
            order=self._made,
            leader=leader,
            message=message,
            verb=verb,
            subject=subject,
            value=value,
            text=text,
        )
        heapq.heappush(self._queue, meant)

    async def _do(self, meant: Intention) -> None:
        world, actor = self._world, self._world.address_of(meant.leader)
        key = f"habit:{self._seed}:{meant.leader.id}:{meant.order}"
        if meant.text:
            await world.do(typed(actor, meant.text, key=key))
            return
        button = self._button(actor, meant)
        if button is None:
            return
        title = _heading(world.platform.posted(actor, meant.message))
        await world.do(tapped(actor, button, key=key))
        form = world.platform.form_of(actor)
        if form is not None:
            await self._fill_in(meant.leader, actor, form, key, title=title)

    def _button(self, actor: Address, meant: Intention) -> Button | None:
        """The button as it stands now: what was answered meanwhile has other buttons."""
        posted = self._world.platform.posted(actor, meant.message)
        wanted = (meant.verb, meant.subject, meant.value)
        return next((one for one in _buttons(posted) if (one.verb, one.subject, one.value) == wanted), None)

    async def _fill_in(self, leader: Leader, actor: Address, form: Form, key: str, *, title: str) -> None:
        world = self._world
        drawn = random.Random(f"{key}:form")
        today = calendar.local(world.clock.now(), leader.zone).date()

        def own_day(day: date) -> date:
            return (
                calendar.working_days_after(leader, day - timedelta(days=1), 1, world.holidays_of(leader))
                or day
            )

        for number in range(FORM_TRIES):
            fields = filled_in(
                form,
                drawn,
                on=today,
                next_working_day=own_day,
                about=world.visibility_of(title),
                is_alone=world.is_solo(title),
            )
            outcome = await world.do(answered(actor, form, fields, key=f"{key}:form{number}"))
            if not outcome.errors:
                break
        world.platform.close_form(actor)

    def _character(self, leader: Leader) -> Character:
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
