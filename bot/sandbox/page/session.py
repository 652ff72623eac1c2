"""One visit to the sandbox: a world, somebody who plays in it, and a record of what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.addresses import Links
from bot.sandbox.inbound import answered, opened_home, tapped, typed
from bot.sandbox.outbound import PLATFORM, sandbox_address
from bot.sandbox.page.explain import Explanations, clock_words
from bot.sandbox.page.viewers import Viewer, shared_by, viewer_of
from bot.sandbox.personas.organisations import Programme
from bot.sandbox.personas.persona_replies import PersonaReplies
from bot.sandbox.simulated_time import Actor, pass_time
from bot.sandbox.world import START_ON, World, make_world
from nudges.errors import InvalidInput
from nudges.model.message import Button, Message
from nudges.model.people import Address
from nudges.model.timers import TimerKind

CHANNEL = "#partnership"
# Where a button stands, if not on a message of the conversation.
HOME, NOTICE = "home", "notice"
NEXT_WITHIN = timedelta(days=14)
STEPS_MAX = 2000
MOVES: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "run": timedelta(weeks=4),
}
# What is said when a fault is asked for, and when it is taken back.
FAULTS: Mapping[str, tuple[str, str]] = {
    "rate_limit": ("The next post will be told to wait.", "The next post will not be told to wait."),
    "lost_answer": (
        "The next post will arrive, and the answer to it will be lost.",
        "The answer to the next post will arrive.",
    ),
    "person_left": (
        "This person has left the workspace: nothing reaches them.",
        "This person is back in the workspace.",
    ),
    "platform_down": (
        "The platform is down: nothing can be sent until you take this back.",
        "The platform is up again. What waits is tried again within ten minutes of the clock.",
    ),
}
IS_DOWN = "The platform is down: nothing can be sent. Tap “Platform down” again to end that."
HAS_LEFT = "This person has left: nothing can be sent to them. Tap “Person left” again to end that."
NOTHING_DUE = "Nothing more is due: the campaign has ended."
NOTHING_CAME = "Nothing came here for two weeks. Tap again to go on."
STOPPED = "The clock was stopped."
NO_CHANNEL = "A channel cannot leave. Choose one of the six people first."


@dataclass(kw_only=True, slots=True)
class TimeTravel:
    """How far a long move of the clock has come."""

    from_at: datetime
    to_at: datetime
    now_at: datetime

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        whole = (self.to_at - self.from_at).total_seconds()
        return min((self.now_at - self.from_at).total_seconds() / whole, 1.0) if whole else 1.0


@dataclass(kw_only=True, slots=True)
class Visit:
    """What the page can do. `steps` is everything that was done, to be replayed as a test."""

    world: World
    seed: int
    campaign_id: str
    start_on: date
    habits: PersonaReplies
    programme: Programme
    steps: list[dict[str, Any]] = field(default_factory=list)
    progress: TimeTravel | None = None
    last_raw: dict[str, Any] = field(default_factory=dict)
    events_seen: int = 0
    fault_words: str = ""
    scenes: Explanations | None = None
    over_home: set[str] = field(default_factory=set)
    _is_stopped: bool = False
    _keys: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def _actors(self) -> Sequence[Actor]:
        return (self.habits, self.programme)

    def note(self, step: dict[str, Any]) -> None:
        """Remember a step for "Copy as test"."""
        if len(self.steps) < STEPS_MAX:
            self.steps.append(step)

    async def tap(
        self, who: str, *, message: str, verb: str, subject: str, value: str, key: str = ""
    ) -> None:
        """A tap of this persona on a button that their conversation shows.

        Raises:
            InvalidInput: there is no such button there (any more).
        """
        async with self._turn:
            viewer = viewer_of(who)
            actor = self._persona(viewer.who)
            button = _button(self._shown(viewer, message), verb, subject, value)
            self.note(
                {
                    "do": "tap",
                    "who": who,
                    "message": message,
                    "verb": verb,
                    "subject": subject,
                    "value": value,
                }
            )
            self.world.platform.close_form(actor)
            await self._begin_to_act()
            is_home = message in (HOME, NOTICE)
            self.over_home = self.over_home - {actor.to} | ({actor.to} if is_home else set())
            command = tapped(actor, button, key=self._key(key), via="home" if is_home else "tap")
            await self.world.do(command, place=viewer.address, is_over_home=is_home)
            self.last_raw = {"tap": {"verb": verb, "subject": subject, "value": value, "by": viewer.who}}
            await self.world.settle()

    async def answer(self, who: str, fields: Mapping[str, str], *, key: str = "") -> Mapping[str, str]:
        """The open form, filled in. Returns what is wrong with it by field; empty where it was taken.

        Raises:
            InvalidInput: no form is open.
        """
        async with self._turn:
            actor = self._persona(who)
            form = self.world.platform.form_of(actor)
            if form is None:
                raise InvalidInput("That form is closed. Tap the button again to open it.")
            command = answered(actor, form, fields, key=self._key(key))
            await self._begin_to_act()
            outcome = await self.world.do(command, is_over_home=actor.to in self.over_home)
            self.last_raw = {"form": {"verb": form.verb, "subject": form.subject, "args": dict(command.args)}}
            if not outcome.errors:
                self.world.platform.close_form(actor)
                if outcome.reply is not None and actor.to in self.over_home:
                    self.world.platform.open_notice(actor, outcome.reply)
                self.note({"do": "form", "who": who, "fields": dict(command.args)})
            await self.world.settle()
            return outcome.errors

    async def open_home(self, who: str, *, key: str = "") -> None:
        """This persona looks at their own page."""
        async with self._turn:
            actor = self._persona(who)
            self.note({"do": "home", "who": who})
            await self.world.do(opened_home(actor, key=self._key(key)))
            await self.world.settle()

    def _shown(self, viewer: Viewer, message: str) -> Message | None:
        """What this persona sees there: their own page, the window over it, or a message."""
        platform, actor = self.world.platform, self._persona(viewer.who)
        if message == HOME:
            home = platform.home_of(actor)
            return home.page if home else None
        if message == NOTICE:
            return platform.notice_of(actor)
        posted = platform.posted(viewer.address, message)
        return posted.message if posted else None

    async def put_away(self, who: str) -> None:
        """Close the form without an answer."""
        self.world.platform.close_form(self._persona(who))
        self.note({"do": "put_away", "who": who})

    async def say(self, who: str, text: str, *, key: str = "") -> None:
        """Words typed by this persona.

        Raises:
            InvalidInput: nothing was typed.
        """
        async with self._turn:
            actor = self._persona(who)
            if not text.strip():
                raise InvalidInput("Type a few words first, for example: help")
            self.note({"do": "say", "who": who, "text": text})
            self.world.platform.echo(actor, text)
            await self._begin_to_act()
            await self.world.do(typed(actor, text, key=self._key(key)))
            self.last_raw = {"said": {"text": text, "by": who}}
            await self.world.settle()

    async def move(self, how: str, *, who: str = CHANNEL, until: datetime | None = None) -> str:
        """Move the clock: to the `next` message of this conversation, a `day`, a `week`, or `run` 4 weeks.

        While it runs, everybody but the persona in view answers by habit. It ends early at `until` (a
        move that was stopped is replayed so) and by `stop`. Returns what to say about it.

        Raises:
            InvalidInput: no such move, or nothing can come of it; the text says why.
        """
        if how != "next" and how not in MOVES:
            raise InvalidInput("The clock moves to the next message, by a day, by a week or by four weeks.")
        async with self._turn:
            who = viewer_of(who).who
            if how == "next":
                await self._refuse_in_vain(who)
            step = {"do": "move", "how": how, "who": who}
            self.note(step)
            await self._begin_to_act()
            everybody = frozenset(self.world.personas)
            self.habits.rest({who} if how == "run" else everybody)
            now = self.world.clock.now()
            end = now + (NEXT_WITHIN if how == "next" else MOVES[how])
            count = self._posts(who)

            def has_come() -> bool:
                return how == "next" and self._posts(who) > count

            await self._pass(min(end, until or end), has_come)
            if self._is_stopped:
                step["until"] = self.world.clock.now().isoformat()
            self.last_raw = {
                "clock": {"move": how, "from": now.isoformat(), "to": self.world.clock.now().isoformat()}
            }
            return self._moved(how, has_come=has_come())

    def stop(self) -> None:
        """Let the clock stand still where it is; without a move under way nothing happens."""
        self._is_stopped = True

    async def _pass(self, until: datetime, is_enough: Callable[[], bool]) -> None:
        """Pass the time, and let everybody know how far it is."""
        now = self.world.clock.now()
        self.progress, self._is_stopped = TimeTravel(from_at=now, to_at=until, now_at=now), False
        try:
            await pass_time(
                self.world,
                self._actors,
                until=until,
                is_enough=lambda: self._is_stopped or is_enough(),
                on_step=self._breathe,
            )
        finally:
            self.progress = None

    def _moved(self, how: str, *, has_come: bool) -> str:
        """What is said when the clock stands still again."""
        if self._is_stopped:
            return STOPPED
        if how == "next" and not has_come:
            return NOTHING_CAME
        if self.world.platform.faults.is_down:
            return IS_DOWN
        return "Four weeks have passed. Look at #partnership." if how == "run" else "There you are."

    async def _refuse_in_vain(self, who: str) -> None:
        """Waiting for a message that cannot come is refused at once, not after two weeks."""
        if self.world.platform.faults.is_down:
            raise InvalidInput(IS_DOWN)
        if who in self.world.platform.faults.left:
            raise InvalidInput(HAS_LEFT)
        if await self._is_over(who):
            raise InvalidInput(NOTHING_DUE)

    async def _is_over(self, who: str) -> bool:
        """Whether the campaign has ended and nothing is left that could bring a message to `who`.

        Public steps outlive a campaign: their owners, and the helper, are told when a date has passed.
        """
        partnership, leader = self.world.partnership, self.world.people.get(who)
        async with self.world.store.reading() as tx:
            run = await tx.people.unchecked_run(self.world.run.id)
            timers = await tx.records.timers(partnership.id)
            message = await tx.deliveries.next_due()
            steps = await tx.commitments.unchecked_steps(partnership.id)
        if run is None or run.ended_at is None or message is not None:
            return False
        is_helper = leader is not None and leader.id == partnership.helper_id
        theirs = {one.id for one in steps if is_helper or (leader and one.owner_id == leader.id)}
        silent = {TimerKind.TIDY, TimerKind.STEP_PASSED}
        return all(one.kind in silent and one.subject not in theirs for one in timers)

    async def _begin_to_act(self) -> None:
        """What happens from here on is what just happened."""
        self.events_seen = len(await self.world.events())
        self.fault_words = ""

    async def fault(self, name: str, *, who: str) -> str:
        """Ask for a fault, or take it back; returns what it means in words.

        Raises:
            InvalidInput: no such fault.
        """
        faults, who = self.world.platform.faults, viewer_of(who).who
        match name:
            case "rate_limit":
                is_on = faults.rate_limited = not faults.rate_limited
            case "lost_answer":
                is_on = faults.answer_lost = not faults.answer_lost
            case "person_left" if who not in self.world.personas:
                return NO_CHANNEL
            case "person_left":
                faults.left ^= {who}
                is_on = who in faults.left
            case "platform_down":
                is_on = faults.is_down = not faults.is_down
            case _:
                raise InvalidInput(f"There is no fault “{name}”. There are: {', '.join(FAULTS)}.")
        self.note({"do": "fault", "name": name, "who": who})
        self.fault_words = FAULTS[name][0 if is_on else 1]
        if self.progress is None:
            async with self._turn:
                await self.world.settle()
        return self.fault_words

    @property
    def now_words(self) -> str:
        """What the clock shows."""
        return clock_words(self.world.clock.now(), self.world.partnership.zone)

    async def _breathe(self, at: datetime) -> None:
        """Let the page ask how far it is."""
        if self.progress is not None:
            self.progress.now_at = at
        await asyncio.sleep(0)

    def _posts(self, who: str) -> int:
        platform = self.world.platform
        places = [sandbox_address(who), *(viewer.address for viewer in shared_by(platform, who))]
        return sum(not one.is_theirs for place in places for one in platform.conversation(place))

    def _persona(self, room: str) -> Address:
        who = viewer_of(room).who
        if who not in self.world.personas:
            raise InvalidInput("Choose one of the six people on the left: their buttons are yours to tap.")
        return Address(platform=PLATFORM, workspace=sandbox_address(who).workspace, to=who)

    def _key(self, given: str) -> str:
        """The physical tap's own key where the page sends one, else the next number."""
        self._keys += 1
        return f"page:{given or self._keys}"


def _button(shown: Message | None, verb: str, subject: str, value: str) -> Button:
    for section in shown.sections if shown else ():
        for button in section.buttons:
            if (button.verb, button.subject, button.value) == (verb, subject, value):
                return button
    raise InvalidInput("That button is not there any more. The message was changed; look at it again.")


async def begin(
    *, campaign_id: str = "starter", seed: int = 1, start_on: date = START_ON, links: Links | None = None
) -> Visit:
    """A new world on its first morning, with the invitations about to go out."""
    world = await make_world(campaign_id=campaign_id, start_on=start_on, links=links)
    habits = PersonaReplies(world, seed=seed, resting=world.personas)
    visit = Visit(
        world=world,
        seed=seed,
        campaign_id=campaign_id,
        start_on=start_on,
        habits=habits,
        programme=Programme(world, seed=seed),
    )
    await world.settle()
    return visit
