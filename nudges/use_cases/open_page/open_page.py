"""What the open page shows: read from the ledger as it is now, with nobody's name who did not choose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from nudges import access
from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model.catalogue import Campaign
from nudges.model.events import EventKind
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.model.small_counts import percent
from nudges.model.thing_heard import HeardState, ThingHeard
from nudges.ports import Store, Transaction
from nudges.rules.open_page.chosen_names import COLLEAGUE, OpenNames, no_names, open_names
from nudges.rules.open_page.page_record import (
    GoalThen,
    Learned,
    OpenLine,
    OpenMonth,
    OpenRecord,
    OpenRun,
    OpenTotals,
    SaidAndDone,
    WeekShare,
)
from nudges.rules.open_page.page_steps import open_promises, open_steps
from nudges.rules.pairing import links
from nudges.rules.partner_steps.steps_kept import steps_kept
from nudges.rules.rollup.recount import posts
from nudges.rules.rollup.rollup_facts import one_line
from nudges.unit_of_work.read_roster import read_roster, week_of_run
from nudges.use_cases.open_page.change_log import change_log
from nudges.use_cases.open_page.public_themes import pulses_published, themes_named, voted_actions

PUBLIC = PARTNERSHIP_CHANNEL
JUST_BEFORE = timedelta(microseconds=1)


@dataclass(kw_only=True, slots=True)
class Opened:
    """A partnership while its page is put together: what may be public of it."""

    tx: Transaction
    book: Playbook
    roster: Roster
    at: datetime
    steps: list[PartnerStep]
    pairs: list[Pair]

    @property
    def zone(self) -> str:
        """The partnership's own time."""
        return self.roster.partnership.zone

    @property
    def today(self) -> date:
        """The date there."""
        return self.day(self.at)

    def day(self, at: datetime) -> date:
        """The date there of an instant."""
        return calendar.local(at, self.zone).date()

    @property
    def colleague(self) -> str:
        """What stands in the place of a name that nobody chose to show."""
        return self.book.in_words(COLLEAGUE)

    def campaign_of(self, run: CampaignRun) -> Campaign | None:
        """The campaign of a run; None where its file cannot be read any more."""
        return self.book.campaigns.get(run.campaign_id)

    def is_private(self, run: CampaignRun) -> bool:
        """Whether a run belongs to a private group; what cannot be known is private."""
        campaign = self.campaign_of(run)
        return run.channel != PUBLIC or campaign is None or campaign.private_rollup

    @property
    def runs(self) -> list[CampaignRun]:
        """The runs of the whole partnership, oldest first."""
        public = [run for run in self.roster.runs if not self.is_private(run)]
        return sorted(public, key=lambda run: (run.starts_on, run.id))

    @property
    def private_runs(self) -> frozenset[str]:
        """The ids of those runs of which nothing is ever public."""
        return frozenset(one.id for one in self.roster.runs if self.is_private(one))

    async def tally(
        self, *, after: datetime | None = None, until: datetime | None = None
    ) -> Mapping[EventKind, int]:
        """How many of each kind there are in the log, without those of private groups."""
        partnership_id, records = self.roster.partnership.id, self.tx.records
        public = dict(await records.tally(partnership_id, after=after, until=until))
        for run_id in sorted(self.private_runs):
            hidden = await records.tally(partnership_id, after=after, until=until, run_id=run_id)
            for kind, count in hidden.items():
                public[kind] = public.get(kind, 0) - count
        return public


async def read_open_page(
    store: Store, book: Playbook, *, partnership_id: str, reader_id: str | None = None, at: datetime
) -> OpenRecord:
    """The open page of a partnership, for a member or, where the partnership says so, for anybody.

    Raises:
        NotFound: there is no such partnership, or it is not this reader's to see: the two look the same.
    """
    async with store.reading() as tx:
        opened = await _opened(tx, book, partnership_id, reader_id, at)
        return await _record(opened)


async def read_open_month(
    store: Store,
    book: Playbook,
    *,
    partnership_id: str,
    month_on: date,
    reader_id: str | None = None,
    at: datetime,
) -> OpenMonth:
    """One month for the public, beginning on `month_on`: no name of any person is in it.

    Raises:
        NotFound: as for the page, or a month before the first step or after this one.
    """
    async with store.reading() as tx:
        opened = await _opened(tx, book, partnership_id, reader_id, at)
        if month_on.day != 1 or not first_month(opened) <= month_on <= opened.today:
            raise NotFound(access.NO_PAGE)
        return await _month(opened, month_on)


async def read_without_names(
    store: Store, book: Playbook, *, partnership_id: str, at: datetime
) -> OpenRecord:
    """The same as the page, for somebody who asked by law: with no name of any person in it.

    Raises:
        NotFound: there is no such partnership.
    """
    async with store.reading() as tx:
        roster = await read_roster(tx, partnership_id)
        return await _record(await _gathered(tx, book, roster, at), may_name=False)


async def words_of(store: Store, partnership_id: str) -> Mapping[str, str]:
    """The partnership's own words, by the placeholder that they fill; none where it is not there."""
    async with store.reading() as tx:
        partnership = await tx.people.unchecked_partnership(partnership_id)
    return dict(partnership.words) if partnership is not None else {}


def first_month(opened: Opened) -> date:
    """The first day of the month in which there was something to tell for the first time."""
    days = [one.starts_on for one in opened.runs]
    days += [opened.day(one.history[0].at) for one in opened.steps if one.history]
    return min([*days, opened.today]).replace(day=1)


async def _opened(
    tx: Transaction, book: Playbook, partnership_id: str, reader_id: str | None, at: datetime
) -> Opened:
    await access.open_page_of(tx, partnership_id, reader_id)
    return await _gathered(tx, book, await read_roster(tx, partnership_id), at)


async def _gathered(tx: Transaction, book: Playbook, roster: Roster, at: datetime) -> Opened:
    partnership_id = roster.partnership.id
    opened = Opened(tx=tx, book=book, roster=roster, at=at, steps=[], pairs=[])
    hidden = opened.private_runs
    steps = await tx.commitments.unchecked_steps(partnership_id)
    opened.steps = [one for one in steps if one.channel == PUBLIC]
    pairs = await tx.commitments.unchecked_pairs(partnership_id)
    opened.pairs = [one for one in pairs if one.run_id not in hidden]
    return opened


async def _record(opened: Opened, *, may_name: bool = True) -> OpenRecord:
    tx, roster = opened.tx, opened.roster
    partnership, leaders = roster.partnership, list(roster.leaders.values())
    helper = partnership.helper_name if may_name else ""
    names = (
        open_names(leaders, opened.steps, helper=helper, colleague=opened.colleague)
        if may_name
        else no_names(leaders, partnership.helper_name, *_owners(opened), colleague=opened.colleague)
    )
    heard = await tx.listening.unchecked_all_heard(partnership.id)
    promises = await tx.commitments.unchecked_promises(partnership.id) if may_name else []
    return OpenRecord(
        id=partnership.id,
        name=partnership.name,
        shared_goal=names.out_of(partnership.shared_goal),
        better_off=names.out_of(partnership.better_off),
        earlier_goals=tuple(
            GoalThen(
                text=names.out_of(shared_goal.text),
                better_off=names.out_of(shared_goal.better_off),
                until_on=opened.day(shared_goal.until_at),
            )
            for shared_goal in partnership.earlier_goals
        ),
        principles=tuple(names.out_of(one) for one in partnership.principles),
        signatures=sum(1 for one in leaders if one.signed_at is not None and one.left_at is None),
        helper=helper,
        organisations=tuple(sorted((one.name for one in roster.organisations.values()), key=str.casefold)),
        on=opened.today,
        is_public=partnership.is_public,
        steps=open_steps(
            opened.steps,
            roster.organisations,
            names=names,
            helper=helper,
            zone=opened.zone,
            may_name=may_name,
            in_words=opened.book.in_words,
        ),
        promises=open_promises(promises, roster.leaders, roster.organisations, names=names, on=opened.today),
        runs=tuple(replace(one, name=names.out_of(one.name)) for one in _runs(opened)),
        totals=await _totals(opened, heard),
        kept=steps_kept(
            opened.steps, on=opened.today, zone=opened.zone, limits=opened.book.rules.partner_step
        ),
        shares=tuple(replace(one, campaign=names.out_of(one.campaign)) for one in await _shares(opened)),
        pulses=tuple(
            replace(open_pulse, campaign=names.out_of(open_pulse.campaign))
            for open_pulse in await pulses_published(tx, opened.book, roster, opened.runs)
        ),
        said_and_done=_said_and_done(heard, names),
        learned=await _learned(opened, names),
        themes=await themes_named(tx, opened.book, roster),
        voted=await voted_actions(tx, opened.book, partnership.id),
        library=await _library(opened, names),
        changes=await change_log(
            tx, opened.book, roster, zone=opened.zone, hidden_runs=opened.private_runs, names=names
        ),
        campaigns=await _campaigns(opened),
        months=_months(opened),
    )


async def _campaigns(opened: Opened) -> tuple[str, ...]:
    own = {one.id: one.partnership_id for one in await opened.tx.people.unchecked_own_campaigns()}
    here = opened.roster.partnership.id
    return tuple(one for one in opened.book.campaigns if own.get(one, here) == here)


def _months(opened: Opened) -> tuple[date, ...]:
    first, month = first_month(opened), opened.today.replace(day=1)
    days = []
    while month >= first:
        days.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return tuple(days)


def _owners(opened: Opened) -> list[str]:
    """The names of the steps' owners who are a person and not a team."""
    return [step.owner for step in opened.steps if step.owner_id is not None]


def _runs(opened: Opened) -> tuple[OpenRun, ...]:
    open_runs = []
    monday = calendar.week_of(opened.at, opened.zone)
    for run in opened.runs:
        campaign = opened.book.campaign(run.campaign_id)
        now = week_of_run(run, monday, opened.book) if run.ended_at is None else None
        open_runs.append(
            OpenRun(
                campaign_id=run.campaign_id,
                name=opened.book.name_of(run),
                starts_on=run.starts_on,
                ended_on=opened.day(run.ended_at) if run.ended_at is not None else None,
                week=now[1].number if now else None,
                weeks=campaign.length_weeks,
            )
        )
    return tuple(open_runs)


def _net(tally: Mapping[EventKind, int], kind: EventKind, undone: EventKind | None = None) -> int:
    return max(0, tally.get(kind, 0) - (tally.get(undone, 0) if undone else 0))


async def _totals(opened: Opened, heard: Sequence[ThingHeard]) -> OpenTotals:
    tally = await opened.tally()
    answered = [one for one in heard if one.state is HeardState.ANSWERED]
    days = [(one.replied_on - one.said_on).days for one in answered if one.replied_on is not None]
    count = len(opened.roster.organisations)
    beginning = datetime.min.replace(tzinfo=opened.at.tzinfo)
    return OpenTotals(
        steps_done=_net(tally, EventKind.DONE, EventKind.DONE_UNDONE),
        partner_steps_kept=sum(1 for one in opened.steps if not one.is_open),
        partner_steps_open=sum(1 for one in opened.steps if one.is_open),
        promises_kept=_net(tally, EventKind.PROMISE_KEPT, EventKind.PROMISE_KEPT_UNDONE),
        links=len(links.new_links(opened.pairs, beginning, opened.at)),
        pairs_met=len(links.organisation_pairs_met(opened.pairs)),
        pairs_total=count * (count - 1) // 2,
        heard_answered=len(answered),
        heard_open=sum(1 for one in heard if one.is_waiting),
        median_days=round(median(days)) if days else None,
        help_asked=_net(tally, EventKind.HELP_ASKED),
        help_given=_net(tally, EventKind.HELP_CONTACTED),
    )


async def _shares(opened: Opened) -> tuple[WeekShare, ...]:
    """The true share of every Friday post, whatever it was, where there were enough people; newest first."""
    events = await opened.tx.records.events(opened.roster.partnership.id, kinds=[EventKind.ROLLED_UP])
    week_shares = []
    for run in opened.runs:
        for post in posts(events, run_id=run.id, until=opened.at):
            share = percent(*post.share, opened.book.rules)
            if share is not None:
                week_shares.append(
                    WeekShare(
                        posted_on=opened.day(post.at),
                        campaign=opened.book.name_of(run),
                        week=post.week,
                        took=post.share[0],
                        of=post.share[1],
                        percent=share,
                    )
                )
    return tuple(sorted(week_shares, key=lambda one: (one.posted_on, one.campaign), reverse=True))


def _said_and_done(heard: Sequence[ThingHeard], names: OpenNames) -> tuple[SaidAndDone, ...]:
    """What was heard and answered, the newest reply first; what waits is only counted."""
    answered = [
        SaidAndDone(
            said=one_line(names.out_of(thing.text)),
            reply=one_line(names.out_of(thing.reply)),
            replied_on=thing.replied_on,
            is_not_yet=thing.is_not_yet,
        )
        for thing in heard
        if thing.state is HeardState.ANSWERED and thing.replied_on is not None and thing.reply
    ]
    return tuple(sorted(answered, key=lambda one: (one.replied_on, one.said), reverse=True))


async def _learned(opened: Opened, names: OpenNames) -> tuple[Learned, ...]:
    tests = await opened.tx.listening.unchecked_two_week_tests(opened.roster.partnership.id)
    hidden = opened.private_runs
    return tuple(
        Learned(text=one_line(names.out_of(test.learned)), on=opened.day(test.learned_at))
        for test in reversed(tests)
        if test.learned and test.learned_at is not None and test.run_id not in hidden
    )


async def _library(opened: Opened, names: OpenNames) -> tuple[OpenLine, ...]:
    open_lines = []
    for library_line in await opened.tx.listening.unchecked_library(opened.roster.partnership.id):
        organisation = opened.roster.organisations.get(library_line.organisation_id)
        action = opened.book.catalogue.find(library_line.action_id)
        open_lines.append(
            OpenLine(
                id=library_line.id,
                organisation=organisation.name if organisation else "",
                action=action.title if action else "",
                text=one_line(names.out_of(library_line.text)),
                posted_on=library_line.posted_on,
            )
        )
    return tuple(open_lines)


async def _month(opened: Opened, month_on: date) -> OpenMonth:
    roster, zone = opened.roster, opened.zone
    partnership = roster.partnership
    next_on = (month_on + timedelta(days=31)).replace(day=1)
    first = calendar.instant_of(month_on, datetime.min.time(), zone)
    end = min(calendar.instant_of(next_on, datetime.min.time(), zone), opened.at + JUST_BEFORE)
    after, until = first - JUST_BEFORE, end - JUST_BEFORE
    names = no_names(
        roster.leaders.values(), partnership.helper_name, *_owners(opened), colleague=opened.colleague
    )
    steps = open_steps(
        opened.steps,
        roster.organisations,
        names=names,
        helper="",
        zone=zone,
        may_name=False,
        in_words=opened.book.in_words,
    )
    tally = await opened.tally(after=after, until=until)
    so_far = [one for one in opened.pairs if one.confirmed_at is not None and one.confirmed_at <= until]
    count = len(roster.organisations)
    heard = await opened.tx.listening.unchecked_all_heard(partnership.id)
    days = range(month_on.toordinal(), next_on.toordinal())
    kept = [one for one in steps if one.kept_on and one.kept_on.toordinal() in days]
    return OpenMonth(
        partnership_id=partnership.id,
        name=partnership.name,
        shared_goal=names.out_of(partnership.shared_goal),
        month_on=month_on,
        is_over=next_on <= opened.today,
        kept=tuple(sorted(kept, key=lambda one: (one.kept_on or month_on, one.organisation, one.id))),
        planned=sum(1 for one in steps if one.kept_on is None),
        with_help=sum(1 for one in steps if one.status is StepStatus.SUPPORT_OFFERED),
        steps_done=_net(tally, EventKind.DONE, EventKind.DONE_UNDONE),
        new_links=len(links.new_links(opened.pairs, after, until)),
        pairs_met=len(links.organisation_pairs_met(so_far)),
        pairs_total=count * (count - 1) // 2,
        heard=tuple(one for one in _said_and_done(heard, names) if one.replied_on.toordinal() in days),
        learned=tuple(one for one in await _learned(opened, names) if one.on.toordinal() in days),
    )
