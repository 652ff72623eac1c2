"""What a campaign will say, week by week, to one person who says yes and does every step; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nudges.model import cadence, calendar
from nudges.model.catalogue import Campaign, Week
from nudges.model.people import CampaignRun, Leader
from nudges.model.phrasebook import DEFAULT_LOCALE
from nudges.model.playbook import Playbook
from nudges.model.pulse import PulseMoment
from nudges.ports import Renderer
from nudges.rules.campaigns.changed_week import own_week
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import Roster
from nudges.use_cases.campaigns.preview_messages import PreviewWeek, Teller, begin, offer, previewed, pulse


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewOf:
    """What is previewed: a campaign from a Monday, or one that runs, as this person would get it."""

    campaign: Campaign
    starts_on: date
    leader: Leader
    run: CampaignRun | None = None


def preview_weeks(
    book: Playbook,
    renderer: Renderer,
    roster: Roster,
    holidays: Mapping[str, frozenset[date]],
    of: PreviewOf,
    *,
    weeks: int | None = None,
    locale: str = DEFAULT_LOCALE,
) -> tuple[PreviewWeek, ...]:
    """The first `weeks` of them, or all; what a run changed is in it, and its pauses move the days.

    What is noted beside the messages is in the language of whoever looks, `locale`.
    """
    leader = of.leader
    teller = Teller(
        book=book,
        renderer=renderer,
        roster=roster,
        holidays=holidays.get(leader.nation, frozenset()),
        nation_holidays=holidays.get(roster.partnership.nation, frozenset()),
        campaign=of.campaign,
        leader=leader,
        locale=locale,
    )
    count = min(weeks or of.campaign.length_weeks, of.campaign.length_weeks)
    changes = of.run.changes if of.run is not None else ()
    return tuple(
        _week(teller, own_week(week, changes), monday_of_week(book, of, week.number))
        for week in of.campaign.weeks[:count]
    )


def as_persona(leader: Leader) -> Leader:
    """The person without what is theirs alone: pause, leave, days, hours, pace and how it has gone so far."""
    return replace(
        leader,
        working_days=frozenset(range(1, 6)),
        leave=(),
        paused=None,
        stopped_at=None,
        backed_off_until=None,
        pace=None,
        joined_on=None,
        silent=0,
        missed=0,
        earliest=None,
        latest=None,
    )


def monday_of_week(book: Playbook, of: PreviewOf, number: int) -> date:
    """The Monday of a week of the campaign, from 1; a run's pauses move it."""
    if of.run is None:
        return of.starts_on + timedelta(weeks=number - 1)
    monday, last = of.run.starts_on, of.campaign.length_weeks
    ends_on = calendar.run_ends_on(of.run, length=last, rules=book.rules)
    while monday < ends_on:
        if calendar.run_week(of.run, monday, length=last, rules=book.rules) == number:
            return monday
        monday += calendar.WEEK
    return ends_on


def _week(teller: Teller, week: Week, monday: date) -> PreviewWeek:
    preview = PreviewWeek(week=week, starts_on=monday)
    _note(teller, preview)
    # A first step is the new action of its week: no other follows in it.
    has_begun = week.number == 1 and begin(teller, preview)
    if week.pulse:
        pulse(teller, preview, PulseMoment(week.pulse))
    elif week.offer and not has_begun:
        offer(teller, preview)
    due_at = cadence.rollup_instant(
        week_on=monday,
        zone=teller.roster.partnership.zone,
        nation_holidays=teller.nation_holidays,
        rules=teller.book.rules,
    )
    if due_at is not None:
        post = said(
            "campaigns.preview.friday_post_private"
            if teller.campaign.private_rollup
            else "campaigns.preview.friday_post"
        )
        preview.messages.append(previewed(teller, due_at, "rollup", teller.in_words(post)))
    preview.messages.sort(key=lambda one: one.at)
    return preview


def _note(teller: Teller, preview: PreviewWeek) -> None:
    preview.notes += [teller.in_words(note) for note in _notes(teller, preview.week)]
    if preview.week.gate is not None:
        teller.rung = max(teller.rung, preview.week.gate)


def _notes(teller: Teller, week: Week) -> Iterator[Said]:
    if week.coffee_round is not None:
        yield said("campaigns.preview.coffee_round", {"number": week.coffee_round})
    if week.gate is not None:
        yield said(
            "campaigns.preview.hard_gate" if teller.campaign.hard_gates else "campaigns.preview.gate",
            {"rung": week.gate},
        )
    if week.partner_step:
        yield said("campaigns.preview.partner_step", {"text": week.partner_step})
    if week.facilitator:
        yield said("campaigns.preview.facilitator", {"text": week.facilitator})
    if week.pulse:
        items = ", ".join(teller.campaign.pulse_items)
        yield said("campaigns.preview.pulse", {"moment": week.pulse, "items": items})
