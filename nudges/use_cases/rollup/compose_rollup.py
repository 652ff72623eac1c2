"""The words of a Friday post as of an instant: recounted from the log, and the same wherever it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nudges.model import message_facts, two_week_test
from nudges.model.catalogue import Campaign, Week
from nudges.model.help_request import supported_steps
from nudges.model.partner_step import PartnerStep
from nudges.model.people import CampaignRun
from nudges.model.pulse import PulseMoment
from nudges.model.two_week_test import TwoWeekTest
from nudges.rules.partner_steps import board as boards
from nudges.rules.rollup import recount, rollup
from nudges.rules.rollup.recount import Counts
from nudges.rules.rollup.rollup import RollupFacts
from nudges.rules.rollup.rollup_facts import folded
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import present_steps
from nudges.use_cases.pulse.ask_pulse import asked_of, round_of
from nudges.use_cases.rollup import rollup_own_words
from nudges.use_cases.rollup.rollup_span import Span, begins_at, organisations_in
from nudges.use_cases.support.help_log import present_help


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollup:
    """One Friday post, ready to be said: its lines, its thread, and what the log will say of it.

    `named` are the people it thanks, `used` the nudges whose words it says, and `test` the two-week test
    whose lesson it tells. It covers (`after`, the instant it was made for].
    """

    week: int
    after: datetime | None
    lines: tuple[message_facts.RollupLines, ...]
    thread: message_facts.RollupThread
    share: tuple[int, int]
    named: tuple[str, ...]
    used: tuple[str, ...]
    test: TwoWeekTest | None = None


async def compose_rollup(
    work: UnitOfWork,
    roster: Roster,
    run: CampaignRun,
    campaign: Campaign,
    week: Week,
    *,
    until: datetime,
) -> Rollup:
    """Recount the log for (the last post, `until`] and choose the lines; the last week sums up all of it."""
    after = run.rolled_up_at or begins_at(run, roster.partnership.zone)
    span = Span(work=work, roster=roster, run=run, campaign=campaign, week=week, after=after, until=until)
    events = await work.tx.records.events(
        run.partnership_id, after=span.begins_at, until=until, kinds=recount.COUNTED
    )
    earlier = recount.posts(events, run_id=run.id, until=span.after)
    pairs = await work.tx.commitments.unchecked_pairs(run.partnership_id)
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
    shared = await rollup_own_words.shared(work, this_week.shared)
    said_before = await rollup_own_words.said_before(span, earlier)
    useful = rollup_own_words.useful(work, shared, said_before)
    test = await rollup_own_words.lesson(span)
    facts = RollupFacts(
        partnership=roster.partnership.name,
        on=span.on,
        week=week.number,
        weeks=campaign.length_weeks,
        shared_goal=roster.partnership.shared_goal,
        is_last=span.next_week is None,
        **(await _steps(span)),
        **_numbers(this_week, whole, work),
        earlier_shares=tuple(one.share for one in earlier),
        heard=await rollup_own_words.heard(span),
        thanks=rollup_own_words.thanks(span, shared, earlier),
        thanked_before=said_before,
        artefact=useful.shared_line if useful is not None else None,
        learned=test.learned if test is not None and not two_week_test.is_unknown(test) else None,
        not_known=two_week_test.unknown_words(test)
        if test is not None and two_week_test.is_unknown(test)
        else None,
        may_name=not campaign.private_rollup,
        **_ahead(span),
    )
    lines = rollup.compose(facts, work.book.rules)
    thanked = rollup.thanks_to_show(facts, work.book.rules)
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
        test=test if "learned" in told else None,
    )


def _numbers(week: Counts, whole: Counts, work: UnitOfWork) -> dict[str, Any]:
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
        "not_known_said": week.done_of.get(work.book.rules.rollup.not_known_action, 0),
    }


async def _steps(span: Span) -> dict[str, Any]:
    partnership = span.roster.partnership
    steps_in_post = boards.steps_in_post(
        await _steps_of_channel(span),
        list(span.roster.organisations.values()),
        after=span.steps_after,
        until=span.until,
        on=span.on,
        by=span.on + timedelta(weeks=1),
        helper=partnership.helper_name,
    )
    kept = tuple(sorted(steps_in_post.kept, key=lambda step: step.due_on))
    return {"kept": kept, "due": steps_in_post.due, "passed": steps_in_post.passed}


async def _steps_of_channel(span: Span) -> list[PartnerStep]:
    steps = await present_steps(span.work, span.run.partnership_id)
    return [one for one in steps if one.channel == span.run.channel]


async def _thread(
    span: Span, notes: Sequence[str], week_by_week: Sequence[int]
) -> message_facts.RollupThread:
    """Every step with its owner and date, what the numbers cannot say, and where the open page is."""
    requests = await present_help(span.work, span.run.partnership_id)
    view = boards.ChannelView(
        organisations=list(span.roster.organisations.values()),
        phrases=span.work.book.phrases,
        helper=span.roster.partnership.helper_name,
        may_name=not span.campaign.private_rollup,
        supported=supported_steps(requests, until=span.until),
    )
    steps = boards.thread(view, await _steps_of_channel(span), after=span.steps_after, until=span.until)
    page = span.work.book.open_page(span.run.partnership_id) if span.is_public else ""
    # One number is no row.
    by_week = list(week_by_week) if len(week_by_week) > 1 else []
    return {"steps": steps, "notes": notes, "by_week": by_week, "open_page": page}


def _ahead(span: Span) -> dict[str, Any]:
    """What the post says of the time after it."""
    work, week, ahead = span.work, span.week, span.next_week
    this_round = (
        round_of(work, span.roster, span.run, PulseMoment(week.pulse)) if week.pulse is not None else None
    )
    is_asking = this_round is not None and this_round.is_open(span.until)
    if ahead is None:
        taper = tuple((one.every_weeks, one.for_weeks) for one in work.book.rules.taper)
        return {"is_asking": is_asking, "taper": taper}
    questions = (
        len(asked_of(work.book, span.roster, span.campaign, PulseMoment(ahead.pulse))) if ahead.pulse else 0
    )
    return {
        "is_asking": is_asking,
        "next_theme": ahead.theme,
        "next_minutes": work.book.action(ahead.offer[0]).minutes if ahead.offer else None,
        "next_questions": questions,
        "next_partner_step": ahead.partner_step,
    }
