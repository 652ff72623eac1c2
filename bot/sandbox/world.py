"""A whole small world in memory: the example partnership, a campaign, and a clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot.addresses import Links
from bot.clock import MovableClock
from bot.files.first_files import load_example, members_of
from bot.files.phrases import in_words
from bot.files.roster_from_files import wanted
from bot.rendering.message_renderer import TemplateRenderer
from bot.sandbox.outbound import PLATFORM, WORKSPACE, Posted, SandboxPlatform, sandbox_address
from bot.wiring import MESSAGES, Milepost, build, load_playbook
from nudges.errors import MilepostError
from nudges.model import calendar
from nudges.model.catalogue import Campaign
from nudges.model.commands import Command, Outcome
from nudges.model.delivery import Delivery
from nudges.model.events import Event
from nudges.model.message import Message
from nudges.model.people import Address, CampaignRun, Leader, Organisation, Partnership, Role
from nudges.model.playbook import Playbook
from nudges.use_cases.campaigns.launch_campaign import launch_campaign
from nudges.use_cases.joining.apply_roster import Wanted, apply_roster
from nudges.use_cases.joining.find_people import find_people
from storage.store import SqlStore

START_ON = date(2027, 1, 4)
FIRST_LOOK = time(8, 0)
SETTLES_MAX = 200
Watcher = Callable[[Address, Posted, str], None]


def duty_manager_of(organisation_id: str) -> str:
    """Somebody of each organisation who is here and on no list, so that a step can be passed on to them."""
    return f"duty.manager@{organisation_id}.example"


class RememberingRenderer(TemplateRenderer):
    """Keeps what was put into words, by the delivery's key: the ledger forgets words after their time."""

    def __init__(self, root: Path, *, links: Links | None = None) -> None:
        super().__init__(root, links=links)
        self.rendered: dict[str, Delivery] = {}

    def message(self, delivery: Delivery) -> Message:
        """The message for a delivery."""
        if delivery.id:
            self.rendered[delivery.key] = delivery
        return super().message(delivery)


@dataclass(kw_only=True, slots=True)
class World:
    """Everything that runs in the sandbox; made by `make_world`, ended by `close`.

    `people` is keyed by address (e-mail). `next_due` is when anything is due next.
    """

    clock: MovableClock
    platform: SandboxPlatform
    store: SqlStore
    book: Playbook
    renderer: RememberingRenderer
    milepost: Milepost
    partnership: Partnership
    organisations: Mapping[str, Organisation]
    people: Mapping[str, Leader]
    run: CampaignRun
    holidays: Mapping[str, frozenset[date]]
    personas: tuple[str, ...]
    next_due: datetime | None = None
    has_homes: bool = False
    watchers: list[Watcher]

    def watch(self, watcher: Watcher) -> None:
        """Tell this of every post, edit and word for one person."""
        self.watchers.append(watcher)

    def address_of(self, leader: Leader) -> Address:
        """Where a leader is reached."""
        return sandbox_address(leader.email)

    def reader_of(self, address: Address, posted: Posted) -> Leader | None:
        """Whom a message is for: in a conversation of several, whoever has not tapped for it."""
        delivery = self.renderer.rendered.get(posted.key) if address.is_group else None
        if delivery is None:
            return self.people.get(address.to)
        return next((one for one in self.people.values() if one.id == delivery.recipient), None)

    def holidays_of(self, leader: Leader) -> frozenset[date]:
        """The bank holidays of this leader's nation."""
        return self.holidays.get(leader.nation, frozenset())

    def at_work(self, leader: Leader, after: datetime, *, minutes: int) -> datetime | None:
        """When this leader is at work, `after` or later; `minutes` into the day if it is not at once."""
        instant = calendar.next_sending_instant(
            leader, after=after, holidays=self.holidays_of(leader), rules=self.book.rules
        )
        return instant if instant is None or instant == after else instant + timedelta(minutes=minutes)

    def is_solo(self, title: str) -> bool:
        """Whether the action with this title is done alone."""
        actions = self.book.catalogue.actions.values()
        return any(action.title == title and action.with_ == "solo" for action in actions)

    def visibility_of(self, title: str) -> str:
        """What others can see of the action with this title."""
        for action in self.book.catalogue.actions.values():
            if action.title == title:
                return str(action.visibility)
        return ""

    def progress(self) -> float:
        """The part of the campaign that has gone by, from 0 to 1."""
        today = calendar.local(self.clock.now(), self.partnership.zone).date()
        length = self.book.campaign(self.run.campaign_id).length_weeks
        return min(1.0, max(0.0, (today - self.run.starts_on).days / (7 * length)))

    async def do(
        self, command: Command, *, place: Address | None = None, is_over_home: bool = False
    ) -> Outcome:
        """Handle what somebody did in `place`, and show them what they see at once; errors become words.

        On their own page there is no room for words: those stand in a small window over it.
        """
        self.has_homes |= command.via == "home"
        try:
            outcome = await self.milepost.handle(command)
            if outcome.form is not None:
                await self.platform.open_form(command.actor, outcome.form, trigger=command.key)
        except MilepostError as error:
            outcome = Outcome(reply=Message(text=in_words(error)))
        if outcome.reply is not None and is_over_home:
            self.platform.open_notice(command.actor, outcome.reply)
        elif outcome.reply is not None:
            self.platform.whisper(command.actor, outcome.reply, place=place)
        return outcome

    async def settle(self) -> datetime | None:
        """Run and send all that is due now; returns when anything is due next.

        It looks before it works: most instants bring either a timer or a message, and not both.
        """
        for _ in range(SETTLES_MAX):
            async with self.store.reading() as tx:
                timer, message = await tx.records.next_timer(), await tx.deliveries.next_due()
            now = self.clock.now()
            self.next_due = min((at for at in (timer, message) if at is not None), default=None)
            if self.next_due is None or self.next_due > now:
                break
            if timer is not None and timer <= now:
                await self.milepost.run_due_timers()
            if message is not None and message <= now:
                await self.milepost.drain(sandbox_address("").installation)
        if self.has_homes:
            again_at = await self.milepost.show_homes()
            self.next_due = min((at for at in (self.next_due, again_at) if at is not None), default=None)
        return self.next_due

    async def events(self, *, after: datetime | None = None) -> list[Event]:
        """The event log, in the order it was written."""
        async with self.store.reading() as tx:
            return await tx.records.events(self.partnership.id, after=after)

    async def meet_newcomers(self) -> None:
        """Get to know whoever has come since; who has gone is still known here."""
        async with self.store.reading() as tx:
            leaders = await tx.people.unchecked_leaders(self.partnership.id)
        self.people = {**self.people, **{one.email: one for one in leaders if one.email not in self.people}}

    async def close(self) -> None:
        """Forget everything."""
        await self.store.close()


async def make_world(
    *, campaign_id: str = "starter", start_on: date = START_ON, links: Links | None = None
) -> World:
    """The example partnership, ready, with the campaign launched, on that Monday at eight.

    Raises:
        NotFound: there is no such campaign; the text lists those that exist.
        InvalidInput: it cannot start on that day.
    """
    book, renderer = load_playbook(), RememberingRenderer(MESSAGES, links=links)
    book.campaign(campaign_id)
    fields, rows = load_example()
    clock = MovableClock(calendar.instant_of(start_on, FIRST_LOOK, fields.zone))
    watchers: list[Watcher] = []

    def tell(address: Address, posted: Posted, what: str) -> None:
        for watcher in watchers:
            watcher(address, posted, what)

    platform = SandboxPlatform(clock, on_change=tell)
    random_source = Random("the same in every run")
    store = SqlStore.open("sqlite://", draw=lambda size: random_source.randbytes(size).hex())
    milepost = await build(
        store=store,
        clock=clock,
        platforms={PLATFORM: platform},
        book=book,
        renderer=renderer,
        site=links.base if links is not None else "",
    )
    ready = _ready(
        wanted(fields, rows, book.rules, at=clock.now()), book.campaign(campaign_id), start_on=start_on
    )
    if book.campaign(campaign_id).hard_gates and fields.facilitator is not None:
        ready = _with_facilitator(ready, fields.facilitator.name, fields.facilitator.email or "")
    await apply_roster(store, book, ready, at=clock.now())
    for leader in ready.leaders:
        platform.join(leader.email)
    for organisation in ready.organisations:
        platform.join(duty_manager_of(organisation.id))
    await find_people(store, {WORKSPACE: platform}, partnership_id=fields.id)
    ids = {leader.email: leader.id for leader in ready.leaders}
    launched = await launch_campaign(
        store,
        book,
        partnership_id=fields.id,
        campaign_id=campaign_id,
        starts_on=start_on,
        at=clock.now(),
        member_ids=[ids[row.email] for row in members_of(campaign_id, rows)],
    )
    async with store.reading() as tx:
        partnership = await tx.people.unchecked_partnership(fields.id)
        people = {one.email: one for one in await tx.people.unchecked_leaders(fields.id)}
        organisations = {one.id: one for one in await tx.people.unchecked_organisations(fields.id)}
        holidays = await tx.people.unchecked_holidays()
    assert partnership is not None  # it has just been written
    return World(
        clock=clock,
        platform=platform,
        store=store,
        book=book,
        renderer=renderer,
        milepost=milepost,
        partnership=partnership,
        organisations=organisations,
        people=people,
        run=launched.run,
        holidays=holidays,
        personas=tuple(row.email for row in rows if row.persona),
        watchers=watchers,
    )


def _with_facilitator(files: Wanted, name: str, email: str) -> Wanted:
    """The facilitator of a repair is here as well: the tree and the gates are theirs. They take no steps."""
    lead = next(one for one in files.leaders if Role.PROGRAMME_LEAD in one.roles)
    facilitator = replace(
        lead,
        id=files.partnership.facilitator_id or lead.id,
        name=name,
        email=email,
        person=email,
        roles=frozenset({Role.FACILITATOR}),
        delegate=None,
        leave=(),
        tags=frozenset(),
        suits=frozenset(),
        has_team=False,
    )
    return replace(files, leaders=[*files.leaders, facilitator])


def _ready(files: Wanted, campaign: Campaign, *, start_on: date) -> Wanted:
    """The example in this place: its channels are here, and its dates keep their distance from the start."""
    names = ["partnership", *(["private_group"] if campaign.private_rollup else [])]
    channels = {name: sandbox_address(f"#{name.replace('_', '-')}") for name in names}
    shift = start_on - START_ON
    return replace(
        files,
        partnership=replace(files.partnership, channels=channels),
        steps=[
            replace(
                step,
                due_on=step.due_on + shift,
                review_on=step.review_on + shift if step.review_on is not None else None,
            )
            for step in files.steps
        ],
    )
