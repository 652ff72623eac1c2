"""Seeded organisations that make and keep public steps, and people who join late or leave."""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.sandbox.personas.arrivals import LEAVES_FROM_WEEKS, add_leaves, add_newcomer, say_goodbye
from bot.sandbox.personas.fill_form import one_of, words
from bot.sandbox.world import World
from nudges.errors import MilepostError
from nudges.model import calendar
from nudges.model.catalogue import Campaign
from nudges.model.commands import Command
from nudges.model.partner_step import PartnerStep, StepDraft
from nudges.model.people import Leader
from nudges.use_cases.partner_steps.partner_steps import (
    add_step,
    ask_support,
    finish_step,
    hand_over_step,
    list_steps,
    move_step,
)

# What becomes of a step: kept in time, changed by agreement and then kept, help asked for before the date,
# the date passes first, or it is stuck for so long that the board is asked what would help.
FATES = ("kept", "moved", "asked", "passed", "stuck")
FATE_SHARES = (0.60, 0.13, 0.10, 0.12, 0.05)
HANDED_OVER_SHARE = 0.06
ASKED_ABOUT_SHARE = 0.4
LATER = timedelta(days=14)
NEWCOMER_WEEK = 4
LEAF_DAY = timedelta(weeks=2, days=2)


@dataclass(order=True, frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that an organisation or a lead will do: `what` with `subject`."""

    at: datetime
    order: int
    what: str = field(compare=False)
    subject: str = field(compare=False)
    number: int = field(compare=False, default=0)


class Programme:
    """Does what organisations do, and who comes and goes, through the same use cases as the command line."""

    def __init__(self, world: World, *, seed: int) -> None:
        self._world = world
        self._seed = seed
        self._queue: list[Deed] = []
        self._made = 0
        self._begun = False
        self._plan_people()

    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        if not self._begun:
            return self._world.clock.now()
        return self._queue[0].at if self._queue else None

    async def act(self) -> int:
        """Do what is due now; how many things that were."""
        if not self._begun:
            self._begun = True
            await self._plan_steps()
        done = 0
        while self._queue and self._queue[0].at <= self._world.clock.now():
            deed = heapq.heappop(self._queue)
            try:
                await self._do(deed)
            except MilepostError:
                continue  # somebody did it before, in the browser
            done += 1
        return done

    def _plan_people(self) -> None:
        """In the fourth week somebody joins late; near the end of a longer campaign somebody leaves."""
        length, starts_on = self._campaign().length_weeks, self._world.run.starts_on
        if length > NEWCOMER_WEEK:
            day = starts_on + timedelta(weeks=NEWCOMER_WEEK - 1, days=1)
            self._push(self._instant(self._weekday(day), time(10, 20)), "join", "")
        if self._campaign().hard_gates:
            self._push(self._instant(self._weekday(starts_on + LEAF_DAY), time(11, 30)), "leaves", "")
        if length >= LEAVES_FROM_WEEKS:
            day = starts_on + timedelta(weeks=length - 3, days=2)
            self._push(self._instant(self._weekday(day), time(14, 10)), "leave", "")

    async def _plan_steps(self) -> None:
        """Steps that are public already have a fate; each organisation of the campaign goes on from there."""
        world = self._world
        roster, steps = await list_steps(world.store, world.partnership.id)
        for step in steps:
            if step.is_open:
                self._plan_fate(step)
        members = [roster.leaders[one] for one in world.run.member_ids]
        taking_part = {leader.organisation_id for leader in members}
        first = next((week.number for week in self._campaign().weeks if week.partner_step), 1)
        for organisation_id in sorted(taking_part):
            random_source = self._random_source(organisation_id, "first")
            day = world.run.starts_on + timedelta(weeks=first - 1, days=random_source.randint(0, 3))
            self._push(self._instant(day, time(11, random_source.randint(0, 59))), "promise", organisation_id)

    async def _do(self, deed: Deed) -> None:
        world, at = self._world, self._world.clock.now()
        random_source = self._random_source(deed.what, deed.subject, str(deed.number))
        match deed.what:
            case "promise":
                await self._promise(deed.subject, deed.number, random_source)
            case "done":
                await finish_step(world.store, world.book, step_id=deed.subject, at=at)
            case "ask":
                await ask_support(world.store, world.book, step_id=deed.subject, at=at)
            case "move":
                today = calendar.local(at, world.partnership.zone).date()
                reason = one_of("reasons_for_a_new_date", random_source)
                due_on = self._weekday(today + LATER)
                await move_step(
                    world.store, world.book, step_id=deed.subject, due_on=due_on, reason=reason, at=at
                )
            case "join":
                await add_newcomer(world)
            case "leaves":
                await add_leaves(world, random_source)
            case "leave":
                await say_goodbye(world, random_source)
            case "confirm" | "wonder":
                verb = {"confirm": "step_confirm", "wonder": "step_ask"}[deed.what]
                await self._say_as_partner(verb, deed.subject, random_source)
            case "hand_over":
                await self._hand_over(deed.subject, random_source)

    async def _promise(self, organisation_id: str, number: int, random_source: random.Random) -> None:
        """The organisation's next step; when they are all told, it makes no more."""
        offered = words()["partner_steps"].get(organisation_id, [])
        if number >= len(offered):
            return
        world, source = self._world, offered[number]
        today = calendar.local(world.clock.now(), world.partnership.zone).date()
        due_on = self._weekday(today + timedelta(weeks=source["weeks"], days=random_source.randint(-2, 2)))
        draft = StepDraft(
            organisation_id=organisation_id,
            text=source["text"],
            owner=source["owner"],
            done_means=source["done_means"],
            due_on=due_on,
            why_together=source["why"],
            given_limit=source.get("given", ""),
            review_on=today + timedelta(weeks=source["review_weeks"]) if "given" in source else None,
            owner_id=self._owner_id(source, organisation_id),
            channel=world.run.channel,
        )
        step = await add_step(
            world.store, world.book, draft, partnership_id=world.partnership.id, at=world.clock.now()
        )
        self._plan_fate(step)
        if step.given is not None:
            self._later(
                today + timedelta(days=random_source.randint(2, 9)), "confirm", step.id, random_source
            )
        again_on = due_on + timedelta(days=random_source.randint(-4, 9))
        self._push(
            self._instant(self._weekday(again_on), time(11, 20)), "promise", organisation_id, number + 1
        )

    async def _say_as_partner(self, verb: str, step_id: str, random_source: random.Random) -> None:
        """Somebody of another organisation confirms a step, or asks how it is going."""
        world = self._world
        _, steps = await list_steps(world.store, world.partnership.id)
        step = next(one for one in steps if one.id == step_id)
        others = [one for one in await self._taking_part() if one.organisation_id != step.organisation_id]
        if others:
            actor = world.address_of(random_source.choice(others))
            await world.do(
                Command(key=f"programme:{verb}:{step_id}", actor=actor, verb=verb, subject=step_id)
            )

    async def _hand_over(self, step_id: str, random_source: random.Random) -> None:
        """A colleague takes the step over."""
        world = self._world
        _, steps = await list_steps(world.store, world.partnership.id)
        step = next(one for one in steps if one.id == step_id)
        colleagues = [
            leader
            for leader in await self._taking_part()
            if leader.organisation_id == step.organisation_id and leader.name != step.owner
        ]
        if colleagues and step.is_open:
            owner = random_source.choice(colleagues).name
            await hand_over_step(world.store, world.book, step_id=step_id, owner=owner, at=world.clock.now())

    async def _taking_part(self) -> list[Leader]:
        """Those who said yes, in an order that is always the same."""
        roster, _ = await list_steps(self._world.store, self._world.partnership.id)
        leaders = [
            one for one in roster.leaders.values() if one.is_in and one.id in self._world.run.member_ids
        ]
        return sorted(leaders, key=lambda one: one.id)

    def _owner_id(self, source: Mapping[str, str], organisation_id: str) -> str | None:
        for leader in self._world.people.values():
            if leader.name == source["owner"] and leader.organisation_id == organisation_id:
                return leader.id
        return None

    def _plan_fate(self, step: PartnerStep) -> None:
        random_source = self._random_source(step.organisation_id, step.text)
        fate = random_source.choices(FATES, FATE_SHARES)[0]
        due_on = step.due_on
        if fate == "kept":
            self._later(due_on - timedelta(days=random_source.randint(0, 5)), "done", step.id, random_source)
        elif fate == "moved":
            self._later(due_on - timedelta(days=random_source.randint(1, 4)), "move", step.id, random_source)
            self._later(
                due_on + LATER - timedelta(days=random_source.randint(3, 6)), "done", step.id, random_source
            )
        elif fate == "asked":
            self._later(due_on - timedelta(days=random_source.randint(3, 7)), "ask", step.id, random_source)
            self._later(due_on + timedelta(days=random_source.randint(3, 10)), "done", step.id, random_source)
        elif fate == "passed":
            self._later(due_on + timedelta(days=random_source.randint(4, 16)), "done", step.id, random_source)
            if random_source.random() < ASKED_ABOUT_SHARE:
                self._later(
                    due_on + timedelta(days=random_source.randint(2, 4)), "wonder", step.id, random_source
                )
        else:
            self._later(
                due_on + timedelta(days=random_source.randint(38, 50)), "done", step.id, random_source
            )
        if random_source.random() < HANDED_OVER_SHARE:
            self._later(
                due_on - timedelta(days=random_source.randint(7, 12)), "hand_over", step.id, random_source
            )

    def _later(self, day: date, what: str, subject: str, random_source: random.Random) -> None:
        wall = time(random_source.randint(9, 15), random_source.randint(0, 59))
        at = max(self._instant(self._weekday(day), wall), self._world.clock.now() + timedelta(hours=2))
        self._push(at, what, subject)

    def _campaign(self) -> Campaign:
        return self._world.book.campaign(self._world.run.campaign_id)

    def _weekday(self, day: date) -> date:
        while not calendar.is_weekday(
            day, self._world.holidays.get(self._world.partnership.nation, frozenset())
        ):
            day += timedelta(days=1)
        return day

    def _instant(self, day: date, wall: time) -> datetime:
        return calendar.instant_of(day, wall, self._world.partnership.zone)

    def _random_source(self, *about: str) -> random.Random:
        return random.Random(":".join((str(self._seed), *about)))

    def _push(self, at: datetime, what: str, subject: str, number: int = 0) -> None:
        self._made += 1
        heapq.heappush(self._queue, Deed(at=at, order=self._made, what=what, subject=subject, number=number))
