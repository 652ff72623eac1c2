"""A small partnership in memory: people by name, a clock that is moved, and what everybody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from bot.clock import MovableClock
from bot.rendering.message_renderer import TemplateRenderer
from bot.sandbox.outbound import Posted, SandboxPlatform, sandbox_address
from bot.wiring import MESSAGES, Milepost, build, load_playbook
from nudges.model import calendar
from nudges.model.bank_holidays import bank_holidays
from nudges.model.commands import Command, Outcome
from nudges.model.events import Event, EventKind
from nudges.model.message import Button
from nudges.model.nudge import Nudge, Promise
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Address, CampaignRun, Days, Leader, Nation, Organisation, Partnership, Role
from nudges.model.playbook import Playbook
from nudges.model.timers import Timer
from nudges.ports import Store
from nudges.use_cases.campaigns.launch_campaign import launch_campaign
from nudges.use_cases.joining.apply_roster import Wanted, apply_roster
from storage.store import SqlStore

MONDAY = date(2027, 1, 4)
LONDON = "Europe/London"
CHANNEL = "#partnership"
PRIVATE = "#private-group"
LONG_AGO = date(2000, 1, 1)
STEPS_MAX = 20_000


@cache
def playbook() -> Playbook:
    """What ships, read once."""
    return load_playbook()


@cache
def renderer() -> TemplateRenderer:
    """The real words."""
    return TemplateRenderer(MESSAGES)


@cache
def holidays() -> Mapping[str, frozenset[date]]:
    """England's and Scotland's bank holidays around the stories."""
    return {nation: bank_holidays(nation, range(2026, 2029)) for nation in (Nation.ENGLAND, Nation.SCOTLAND)}


def at(day: str, wall: str = "00:00", zone: str = LONDON) -> datetime:
    """`at("2027-01-05", "08:45")`, by the local clock."""
    return calendar.instant_of(date.fromisoformat(day), time.fromisoformat(wall), zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that happened in a conversation. `what` is "post", "edit" or "whisper"."""

    at: datetime
    to: str
    what: str
    posted: Posted

    def __str__(self) -> str:
        words = " / ".join(self.posted.message.text.split("\n\n"))
        return f"{self.at:%a %d %b %H:%M} {self.to} {self.what}: {words}"


def somebody(
    name: str,
    organisation: str,
    *,
    partnership: str = "riverside",
    working_days: str = "12345",
    leave: tuple[Days, ...] = (),
    zone: str = LONDON,
    nation: Nation = Nation.ENGLAND,
    roles: Sequence[Role] = (),
    delegate: str | None = None,
    exclusions: Sequence[str] = (),
    has_team: bool = True,
) -> Leader:
    """A person called "Ama Boateng" is written to at ama@example.org and is known as "Ama"."""
    email = f"{name.split()[0].lower()}@example.org"
    return Leader(
        id=f"{partnership}-{name.split()[0].lower()}",
        partnership_id=partnership,
        organisation_id=f"{partnership}-{organisation}",
        name=name,
        email=email,
        person=email,
        zone=zone,
        nation=nation,
        working_days=frozenset(map(int, working_days)),
        leave=leave,
        roles=frozenset({Role.LEADER, *roles}),
        delegate=delegate,
        exclusions=frozenset(exclusions),
        has_team=has_team,
        address=sandbox_address(email),
    )


def an_organisation(name: str, *, partnership: str = "riverside", is_ready: bool = True) -> Organisation:
    """ "trust" of riverside becomes "Trust" with the id "riverside-trust"."""
    return Organisation(
        id=f"{partnership}-{name}",
        partnership_id=partnership,
        name=name.title(),
        nation=Nation.ENGLAND,
        permission_line="Please take part." if is_ready else None,
        permission_at=at("2026-12-01") if is_ready else None,
        assessment="DPIA-7" if is_ready else None,
    )


def a_partnership(id: str = "riverside", *, helper_id: str | None = None, **channels: str) -> Partnership:
    """A partnership whose channels are `partnership="#partnership"` and the like."""
    return Partnership(
        id=id,
        name=id.title(),
        shared_goal="People get home sooner.",
        better_off="People who wait in hospital.",
        zone=LONDON,
        nation=Nation.ENGLAND,
        helper_name="Hetty Hope",
        helper_id=helper_id,
        facilitator_id=helper_id,
        channels={name: sandbox_address(to) for name, to in (channels or {"partnership": CHANNEL}).items()},
    )


FOUR = (
    somebody("Ama Boateng", "trust"),
    somebody("Ben Carter", "council"),
    somebody("Cleo Dunn", "surgery"),
    somebody("Dev Evans", "trust"),
)
HETTY = somebody("Hetty Hope", "council", roles=(Role.PROGRAMME_LEAD, Role.HELPER))


@dataclass(kw_only=True, slots=True)
class World:
    """Everything of one story. `lines` is all that anybody saw, oldest first.

    `workspaces` are those of people ("Ben") who are reached elsewhere.
    """

    store: Store
    clock: MovableClock
    platform: SandboxPlatform
    milepost: Milepost
    lines: list[Line] = field(default_factory=list)
    runs: dict[str, CampaignRun] = field(default_factory=dict)
    taps: int = 0
    workspaces: dict[str, str] = field(default_factory=dict)

    # -- the story goes on ---------------------------------------------------

    async def settle(self) -> datetime | None:
        """Do all that is due now."""
        due: datetime | None = None
        for _ in range(STEPS_MAX):
            due = await self.milepost.settle()
            if due is None or due > self.clock.now():
                return due
        raise AssertionError("The clock's work does not end.")

    async def run_to(self, until: datetime) -> None:
        """Live on to `until`, stopping wherever something is due."""
        due = await self.settle()
        while due is not None and due <= until:
            self.clock.move_to(due)
            due = await self.settle()
        self.clock.move_to(until)
        await self.settle()

    def sleep_to(self, until: datetime) -> None:
        """The bot is away: time passes and nothing is done."""
        self.clock.move_to(until)

    # -- what people do -------------------------------------------------------

    async def do(
        self,
        who: str,
        verb: str,
        subject: str = "",
        *,
        key: str | None = None,
        via: str = "tap",
        then_settle: bool = True,
        args: Mapping[str, str] | None = None,
        value: str = "",
    ) -> Outcome:
        """A command as an adapter would bring it; what comes of it goes out at once."""
        self.taps += 1
        outcome = await self.milepost.handle(
            Command(
                key=key or f"tap-{self.taps}",
                actor=self.address(who),
                verb=verb,
                subject=subject,
                args={**(args or {}), **({"value": value} if value else {})},
                via=via,
            )
        )
        if outcome.reply is not None:
            self.platform.whisper(self.address(who), outcome.reply)
        if then_settle:
            await self.settle()
        return outcome

    async def tap(self, who: str, verb: str, value: str = "", *, within: str = "") -> Outcome:
        """Tap the newest button with this verb (and value) that this person can see.

        `within` narrows the search to messages with these words.
        """
        button = self.button(who, verb, value, within=within)
        return await self.do(who, button.verb, button.subject, value=button.value)

    def button(self, who: str, verb: str, value: str = "", *, within: str = "") -> Button:
        """The newest such button of this person's conversation."""
        for posted in reversed(self.conversation(who)):
            for section in posted.message.sections:
                for button in section.buttons:
                    if button.verb == verb and value in ("", button.value) and within in posted.message.text:
                        return button
        raise AssertionError(f"{who} sees no button “{verb}” {value} {within}. There is:\n{self.story(who)}")

    def can_tap(self, who: str, verb: str) -> bool:
        """Whether there is such a button anywhere in this person's conversation."""
        return any(
            button.verb == verb
            for posted in self.conversation(who)
            for section in posted.message.sections
            for button in section.buttons
        )

    async def says(self, who: str, text: str) -> Outcome:
        """Words typed to the bot in its conversation."""
        return await self.do(who, "say", via="message", args={"text": text})

    async def fills(self, who: str, verb: str, subject: str, **fields: str) -> Outcome:
        """A form that comes back."""
        return await self.do(who, verb, subject, via="form", args=fields)

    async def plans(self, who: str, when: datetime, *, place: str = "by phone") -> Outcome:
        """The newest plan button, and its form with this day and time."""
        subject = self.button(who, "plan").subject
        wall = calendar.local(when, LONDON)
        return await self.fills(
            who,
            "plan_submit",
            subject,
            other_day=wall.date().isoformat(),
            other_time=f"{wall:%H:%M}",
            place=place,
        )

    async def everybody_says_yes(self, *names: str) -> None:
        """A tap on the welcome."""
        for name in names or ("Ama", "Ben", "Cleo", "Dev"):
            await self.tap(name, "yes")

    # -- what people see ------------------------------------------------------

    def address(self, who: str) -> Address:
        """ "Ama", an e-mail address, or "#partnership"."""
        found = sandbox_address(who if who.startswith("#") or "@" in who else f"{who.lower()}@example.org")
        return replace(found, workspace=self.workspaces.get(who, found.workspace))

    def conversation(self, who: str) -> list[Posted]:
        """What this person or channel reads as it stands now, in the conversations with others as well."""
        address = self.address(who)
        messages = [*self.platform.conversation(address)]
        for group in self.platform.groups_of(address.to):
            messages += self.platform.conversation(sandbox_address(group))
        return sorted(messages, key=lambda one: int(one.ref.message[1:]))

    def group(self, *names: str) -> list[Posted]:
        """The conversation that these people ("Ama", "Ben") share with the bot."""
        to = ",".join(sorted(self.address(one).to for one in names))
        return self.platform.conversation(sandbox_address(to))

    def last(self, who: str) -> str:
        """The words of the newest message as they stand now."""
        messages = self.conversation(who)
        return messages[-1].message.text if messages else ""

    def pinned(self, channel: str = CHANNEL) -> str:
        """The board."""
        return next(one.message.text for one in self.conversation(channel) if one.message.is_pinned)

    def heard(self, who: str, *, since: datetime | None = None, what: str = "post") -> list[str]:
        """The words of everything posted to this person since then."""
        to = self.address(who).to
        return [
            line.posted.message.text
            for line in self.lines
            if to in line.to.split(",") and line.what == what and (since is None or line.at >= since)
        ]

    def story(self, who: str) -> str:
        """A conversation as readable text, as it stands now."""
        parts = []
        for posted in self.conversation(who):
            verbs = [button.verb for section in posted.message.sections for button in section.buttons]
            parts.append(f"[{posted.at:%a %d %b %H:%M}] {posted.message.text}\n    {verbs}")
        return "\n".join(parts)

    # -- what is remembered ----------------------------------------------------

    async def leader(self, who: str, partnership: str = "riverside") -> Leader:
        """This person as stored."""
        async with self.store.reading() as tx:
            found = await tx.people.unchecked_leader(f"{partnership}-{who.lower()}")
        assert found is not None, who
        return found

    async def nudges(self, who: str, partnership: str = "riverside") -> list[Nudge]:
        """This person's nudges, oldest first."""
        async with self.store.reading() as tx:
            return await tx.commitments.unchecked_nudges([f"{partnership}-{who.lower()}"], since=LONG_AGO)

    async def pairs(self, partnership: str = "riverside") -> list[Pair]:
        """All pairs, oldest first."""
        async with self.store.reading() as tx:
            return await tx.commitments.unchecked_pairs(partnership)

    async def promises(self, partnership: str = "riverside") -> list[Promise]:
        """All promises, oldest first."""
        async with self.store.reading() as tx:
            return await tx.commitments.unchecked_promises(partnership)

    async def steps(self, partnership: str = "riverside") -> list[PartnerStep]:
        """All partner steps, by date."""
        async with self.store.reading() as tx:
            return await tx.commitments.unchecked_steps(partnership)

    async def events(self, *kinds: EventKind, partnership: str = "riverside") -> list[Event]:
        """The log, or what it says of these kinds."""
        async with self.store.reading() as tx:
            return await tx.records.events(partnership, kinds=kinds)

    async def timers(self, partnership: str = "riverside") -> list[Timer]:
        """What the clock will look at, the next one first."""
        async with self.store.reading() as tx:
            return await tx.records.timers(partnership)

    async def change(self, who: str, partnership: str = "riverside", **changes: object) -> Leader:
        """Change a person as a new people file would."""
        changed = replace(await self.leader(who, partnership), **changes)  # type: ignore[arg-type]
        async with self.store.transaction() as tx:
            await tx.people.save_leaders([changed])
        return changed

    async def launch(
        self,
        campaign: str = "starter",
        *,
        starts_on: date = MONDAY,
        partnership: str = "riverside",
        names: str = "",
    ) -> CampaignRun:
        """Launch for these people ("Ama Ben"), or for all."""
        launched = await launch_campaign(
            self.store,
            self.milepost.book,
            partnership_id=partnership,
            campaign_id=campaign,
            starts_on=starts_on,
            at=self.clock.now(),
            member_ids=[f"{partnership}-{name.lower()}" for name in names.split()],
        )
        self.runs[campaign] = launched.run
        return launched.run

    async def bring(self, wanted: Wanted) -> list[str]:
        """Files come in."""
        for leader in wanted.leaders:
            self.platform.join(leader.email)
            if leader.address is not None:
                self.workspaces[leader.name.split()[0]] = leader.address.workspace
        return await apply_roster(self.store, self.milepost.book, wanted, at=self.clock.now())


def files(
    people: Sequence[Leader] = FOUR,
    *,
    partnership: Partnership | None = None,
    not_ready: Sequence[str] = (),
) -> Wanted:
    """The files of one partnership, with an organisation for everybody in it."""
    partnership = partnership or a_partnership()
    names = sorted({one.organisation_id.removeprefix(f"{partnership.id}-") for one in people})
    return Wanted(
        partnership=partnership,
        organisations=[
            an_organisation(name, partnership=partnership.id, is_ready=name not in not_ready)
            for name in names
        ],
        leaders=list(people),
        steps=(),
        holidays=holidays(),
    )


async def make_world(*wanted: Wanted, store: Store | None = None) -> World:
    """A world with these partnerships (one of four people, if none are named) and no campaign yet."""
    clock = MovableClock(at("2027-01-02", "09:00"))
    platform = SandboxPlatform(clock)
    kept = store or SqlStore.open("sqlite://")
    milepost = await build(
        store=kept, clock=clock, platforms={"sandbox": platform}, book=playbook(), renderer=renderer()
    )
    world = World(store=kept, clock=clock, platform=platform, milepost=milepost)
    platform.listen(
        lambda address, posted, what: world.lines.append(
            Line(at=clock.now(), to=address.to, what=what, posted=posted)
        )
    )
    for each in wanted or (files(),):
        await world.bring(each)
    return world


async def started(
    *wanted: Wanted, campaign: str = "starter", say_yes: str = "", until: datetime | None = None
) -> World:
    """A world whose campaign was launched, where these people ("Ama Ben") said yes on Monday at 10."""
    world = await make_world(*wanted)
    await world.launch(campaign)
    await world.run_to(at("2027-01-04", "10:00"))
    if say_yes:
        await world.everybody_says_yes(*say_yes.split())
    if until is not None:
        await world.run_to(until)
    return world


def days_after(instant: datetime, days: float) -> datetime:
    """That many days later, in UTC."""
    return (instant + timedelta(days=days)).astimezone(UTC)
