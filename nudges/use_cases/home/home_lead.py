"""A programme lead's part of their own page: plain totals, what needs them, what they can begin."""

from __future__ import annotations

from nudges.model import calendar, message_facts
from nudges.model.people import CampaignRun, Leader
from nudges.model.plain_words import day_words
from nudges.rules.rollup import recount
from nudges.rules.rollup.recount import Counts
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons, part
from nudges.unit_of_work.read_roster import Roster, week_of_run
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.campaigns.lead_monday import told_to, what_needs
from nudges.use_cases.rollup.hold_rollup import keepers
from nudges.use_cases.rollup.rollup_span import begins_at, organisations_in


async def lead_parts(work: UnitOfWork, roster: Roster, lead: Leader, *, most: int) -> list[Facts]:
    """Totals of the whole partnership since the last Friday post, and never who did or did not act."""
    live = sorted(
        (one for one in roster.runs if one.ended_at is None), key=lambda one: (one.starts_on, one.id)
    )
    # A private group's numbers are its facilitator's: the same people see them as see its post.
    mine = [one for one in live if any(keeper.id == lead.id for keeper in keepers(work, roster, one))]
    parts = [await _totals(work, roster, run) for run in mine[:most]]
    if not parts:
        parts = [part("home_lead_none")]
    return [*parts, *await _needs(work, roster, lead), _start(work, roster, lead, live)]


async def _totals(work: UnitOfWork, roster: Roster, run: CampaignRun) -> Facts:
    zone = roster.partnership.zone
    campaign = work.book.campaign(run.campaign_id)
    week_now = week_of_run(run, calendar.week_of(work.at, zone), work.book)
    week = week_now[1] if week_now is not None else None
    today = calendar.local(work.at, zone).date()
    counts = await _counts(work, roster, run)
    facts: message_facts.HomeLead = {
        "campaign": run.name or campaign.name,
        "week": week.number if week is not None else 0,
        "weeks": campaign.length_weeks,
        "theme": one_line(week.theme) if week is not None else "",
        "starts": day_words(run.starts_on) if run.starts_on > today else "",
        "is_first": run.rolled_up_at is None,
        "done": counts.done,
        "promises": counts.promises_kept,
        "links": counts.new_links,
        "asked": counts.help_asked,
        "given": counts.help_given,
        "met": counts.pairs_met,
        "of": counts.pairs_total,
    }
    return part("home_lead", facts)


async def _counts(work: UnitOfWork, roster: Roster, run: CampaignRun) -> Counts:
    """The same recount as the Friday post's, up to now."""
    begins = begins_at(run, roster.partnership.zone)
    events = await work.tx.records.events(
        run.partnership_id, after=begins, until=work.at, kinds=recount.COUNTED
    )
    return recount.recount(
        events,
        await work.tx.commitments.unchecked_pairs(run.partnership_id),
        run_id=run.id,
        organisation_ids=organisations_in(roster, run),
        after=run.rolled_up_at or begins,
        until=work.at,
        is_public=not work.book.campaign(run.campaign_id).private_rollup,
    )


async def _needs(work: UnitOfWork, roster: Roster, lead: Leader) -> list[Facts]:
    """The same things as in a lead's Monday message, as they are now."""
    needs = [told_to(work, roster, lead, need) for need in await what_needs(work, roster)]
    return [part("home_needs", message_facts.HomeNeeds(count=len(needs))), *needs]


def _start(work: UnitOfWork, roster: Roster, lead: Leader, live: list[CampaignRun]) -> Facts:
    """What a lead can begin from here."""
    today = calendar.local(work.at, roster.partnership.zone).date()
    is_paused = any(today in days for run in live for days in run.pauses)
    row = buttons("campaign_new", *(("preview_week", "next_offer", "rollup") if live else ()))
    label = work.book.in_words(said("home.add_step"), locale=lead.locale)
    row.append({"verb": "step_new", "label": label})
    if live:
        row += buttons("start_everybody" if is_paused else "pause_everybody")
    return part("home_lead_start", about=lead.id, row=row)
