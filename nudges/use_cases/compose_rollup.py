"""The words of a Friday post as of an instant: recounted from the log, and the same wherever it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from nudges.rules import board as boards
from nudges.rules import calendar, recount, rollup
from nudges.rules import trial as trials
from nudges.rules.catalogue import Campaign, Week
from nudges.rules.help_request import supported_steps
from nudges.rules.nudge import Nudge
from nudges.rules.partner_step import PartnerStep
from nudges.rules.people import CampaignRun, Leader
from nudges.rules.pulse import PulseMoment
from nudges.rules.recount import Counts, Posted
from nudges.rules.rollup import Heard, RollupFacts, Thanks
from nudges.rules.rollup_facts import folded
from nudges.rules.trial import Trial
from nudges.use_cases import hear
from nudges.use_cases.ask_pulse import asked_of, round_of
from nudges.use_cases.help_log import present_help
from nudges.use_cases.refresh_board import PARTNERSHIP_CHANNEL, present_steps
from nudges.use_cases.roster import Roster
from nudges.use_cases.turn import Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollup:
    """One Friday post, ready to be said: its lines, its thread, and what the log will say of it.

    `named` are the people it thanks, `used` the nudges whose words it says, `trial` the test whose lesson
    it tells. It covers (`after`, the instant it was made for].
    """

    week: int
    after: datetime | None
    lines: tuple[dict[str, Any], ...]
    thread: dict[str, Any]
    share: tuple[int, int]
    named: tuple[str, ...]
    used: tuple[str, ...]
    trial: Trial | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Span:
    """What is looked at while a post is made."""

    turn: Turn
    roster: Roster
    run: CampaignRun
    campaign: Campaign
    week: Week
    after: datetime
    until: datetime

    @property
    def zone(self) -> str:
        return self.roster.partnership.zone

    @property
    def on(self) -> date:
        return calendar.local(self.until, self.zone).date()

    @property
    def is_public(self) -> bool:
        return self.run.channel == PARTNERSHIP_CHANNEL

    @property
    def next_week(self) -> Week | None:
        return self.campaign.week(self.week.number + 1)

    @property
    def begins_at(self) -> datetime:
        return begins_at(self.run, self.zone)

    @property
    def steps_after(self) -> datetime:
        """From when on what was kept is told: in the last week from the beginning."""
        return self.after if self.next_week else self.begins_at


def begins_at(run: CampaignRun, zone: str) -> datetime:
    """The first instant of the run's first Monday."""
    return calendar.instant_of(run.starts_on, time(0), zone)


async def compose_rollup(
    turn: Turn,
    roster: Roster,
    run: CampaignRun,
    campaign: Campaign,
    week: Week,
    *,
    until: datetime,
) -> Rollup:
    """Recount the log for (the last post, `until`] and choose the lines; the last week sums up all of it."""
    after = run.rolled_up_at or begins_at(run, roster.partnership.zone)
    span = _Span(turn=turn, roster=roster, run=run, campaign=campaign, week=week, after=after, until=until)
    events = await turn.tx.records.events(
        run.partnership_id, after=span.begins_at, until=until, kinds=recount.COUNTED
    )
    earlier = recount.posts(events, run_id=run.id, until=span.after)
    pairs = await turn.tx.commitments.unchecked_pairs(run.partnership_id)
    this_week, whole = (
        recount.recount(
            events,
            pairs,
            run_id=run.id,
            organisation_ids=organisations_in(roster, run),
            after=since,
            until=until,
            is_public=span.is_public,
        )
        for since in (span.after, span.steps_after)
    )
    shared = await _shared(turn, this_week.shared)
    said_before = await _said_before(span, earlier)
    useful = _useful(turn, shared, said_before)
    trial = await _lesson(span)
    facts = RollupFacts(
        partnership=roster.partnership.name,
        on=span.on,
        week=week.number,
        weeks=campaign.length_weeks,
        shared_goal=roster.partnership.shared_goal,
        is_last=span.next_week is None,
        **(await _steps(span)),
        **_numbers(this_week, whole, turn),
        earlier_shares=tuple(one.share for one in earlier),
        heard=await _heard(span),
        thanks=_thanks(span, shared, earlier),
        thanked_before=said_before,
        artefact=useful.shared_line if useful is not None else None,
        learned=trial.learned if trial is not None and not trials.is_unknown(trial) else None,
        not_known=trials.unknown_words(trial) if trial is not None and trials.is_unknown(trial) else None,
        may_name=not campaign.private_rollup,
        **_ahead(span),
    )
    lines = rollup.compose(facts, turn.book.rules)
    thanked = rollup.thanks_to_show(facts, turn.book.rules)
    spans = [(one.after, one.at) for one in earlier] + [(span.after, until)]
    week_by_week = recount.done_by_week(events, run_id=run.id, spans=spans)
    told = {line.id for line in lines}
    by_words = {(one.leader_id, folded(one.shared_line or "")): one.id for one in shared}
    used = [by_words[one.leader_id, folded(one.text)] for one in thanked if "thanks" in told]
    return Rollup(
        week=week.number,
        after=run.rolled_up_at,
        lines=tuple({"id": line.id, "facts": dict(line.facts)} for line in lines),
        thread=await _thread(span, rollup.notes_for(lines), week_by_week),
        share=(this_week.took_a_step, this_week.active),
        named=tuple(one.leader_id for one in thanked if "thanks" in told),
        used=(*used, *([useful.id] if useful is not None and "useful" in told else [])),
        trial=trial if "learned" in told else None,
    )


def organisations_in(roster: Roster, run: CampaignRun) -> frozenset[str]:
    """The organisations of those who take part in a run."""
    leaders = roster.leaders
    return frozenset(leaders[one].organisation_id for one in run.member_ids if one in leaders)


def _numbers(week: Counts, whole: Counts, turn: Turn) -> dict[str, Any]:
    return {
        "done_this_week": week.done,
        "done_in_total": week.done_in_total,
        "promises_kept": whole.promises_kept,
        "new_links": whole.new_links,
        "kept_links": whole.kept_links,
        "pairs_met": whole.pairs_met,
        "pairs_total": whole.pairs_total,
        "active": week.active,
        "took_a_step": week.took_a_step,
        "help_asked": whole.help_asked,
        "help_given": whole.help_given,
        "library_lines": week.library_lines,
        "not_known_said": week.done_of.get(turn.book.rules.rollup.not_known_action, 0),
    }


async def _steps(span: _Span) -> dict[str, Any]:
    partnership = span.roster.partnership
    found = boards.steps_in_post(
        await _steps_of_channel(span),
        list(span.roster.organisations.values()),
        after=span.steps_after,
        until=span.until,
        on=span.on,
        by=span.on + timedelta(weeks=1),
        helper=partnership.helper_name,
    )
    kept = tuple(sorted(found.kept, key=lambda step: step.due_on))
    return {"kept": kept, "due": found.due, "passed": found.passed}


async def _steps_of_channel(span: _Span) -> list[PartnerStep]:
    steps = await present_steps(span.turn, span.run.partnership_id)
    return [one for one in steps if one.channel == span.run.channel]


async def _thread(span: _Span, notes: list[str], week_by_week: Sequence[int]) -> dict[str, Any]:
    """Every step with its owner and date, what the numbers cannot say, and where the open page is."""
    may_name = not span.campaign.private_rollup
    requests = await present_help(span.turn, span.run.partnership_id)
    facts = boards.thread(
        await _steps_of_channel(span),
        list(span.roster.organisations.values()),
        after=span.steps_after,
        until=span.until,
        helper=span.roster.partnership.helper_name,
        may_name=may_name,
        supported=supported_steps(requests, until=span.until),
    )
    page = span.turn.book.open_page(span.run.partnership_id) if span.is_public else ""
    # One number is no row.
    by_week = list(week_by_week) if len(week_by_week) > 1 else []
    return {**facts, "notes": notes, "by_week": by_week, "open_page": page}


async def _heard(span: _Span) -> Heard | None:
    """The newest reply; without one, only that something is still open."""
    if not span.is_public:
        return None
    found = await hear.for_rollup(span.turn, span.run.partnership_id, until=span.until)
    return found if found is not None and (found.concern or found.open) else None


async def _lesson(span: _Span) -> Trial | None:
    """A two-week test whose lesson no post has told."""
    found = await span.turn.tx.voices.unchecked_trials(span.run.partnership_id)
    known = {one.id: one for one in found} | {one.id: one for one in span.turn.kept(Trial)}
    able = [one for one in known.values() if span.is_public or one.run_id == span.run.id]
    return trials.to_tell(able, run_id=span.run.id, until_at=span.until)


async def _shared(turn: Turn, nudge_ids: Sequence[str]) -> list[Nudge]:
    """The nudges with a line that their leader agreed to share, and has not taken back."""
    nudges = [await turn.nudge(one) for one in nudge_ids]
    return [one for one in nudges if one is not None and one.shared_line]


def _is(turn: Turn, nudge: Nudge, visibility: str) -> bool:
    return turn.book.action(nudge.action_id).visibility == visibility


def _thanks(span: _Span, shared: Sequence[Nudge], earlier: Sequence[Posted]) -> tuple[Thanks, ...]:
    """What people who are still here agreed to share under their names."""
    last: dict[str, date] = {}
    for post in earlier:
        last |= dict.fromkeys(post.named, calendar.local(post.at, span.zone).date())

    def here(leader_id: str) -> Leader | None:
        leader = span.roster.leaders.get(leader_id)
        return leader if leader is not None and leader.is_in else None

    return tuple(
        Thanks(
            text=nudge.shared_line or "",
            by=leader.name,
            leader_id=leader.id,
            last_named_on=last.get(leader.id),
        )
        for nudge in shared
        if _is(span.turn, nudge, "channel_line") and (leader := here(nudge.leader_id)) is not None
    )


def _useful(turn: Turn, shared: Sequence[Nudge], said_before: frozenset[str]) -> Nudge | None:
    """The newest thing for others to use that was not told of in the last weeks."""
    return next(
        (
            one
            for one in shared
            if _is(turn, one, "artefact") and folded(one.shared_line or "") not in said_before
        ),
        None,
    )


async def _said_before(span: _Span, earlier: Sequence[Posted]) -> frozenset[str]:
    """The lines that the posts of the last weeks shared: nobody reads the same ones again so soon."""
    since = span.until - timedelta(weeks=span.turn.book.rules.cadence.same_wording_min_gap_weeks)
    ids = [one for post in earlier if post.at > since for one in post.used]
    return frozenset(folded(one.shared_line or "") for one in await _shared(span.turn, ids))


def _ahead(span: _Span) -> dict[str, Any]:
    """What the post says of the time after it."""
    turn, week, ahead = span.turn, span.week, span.next_week
    this_round = (
        round_of(turn, span.roster, span.run, PulseMoment(week.pulse)) if week.pulse is not None else None
    )
    is_asking = this_round is not None and this_round.is_open(span.until)
    if ahead is None:
        taper = tuple((one.every_weeks, one.for_weeks) for one in turn.book.rules.taper)
        return {"is_asking": is_asking, "taper": taper}
    questions = (
        len(asked_of(turn, span.roster, span.campaign, PulseMoment(ahead.pulse))) if ahead.pulse else 0
    )
    return {
        "is_asking": is_asking,
        "next_theme": ahead.theme,
        "next_minutes": turn.book.action(ahead.offer[0]).minutes if ahead.offer else None,
        "next_questions": questions,
        "next_partner_step": ahead.partner_step,
    }
