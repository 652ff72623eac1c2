"""A lead's Monday: at most three things that need them, each with its buttons, or one line on the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nudges import access
from nudges.model import calendar, message_facts
from nudges.model.catalogue import Week
from nudges.model.help_request import HelpRequest
from nudges.model.message import MessageKind
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Leader
from nudges.model.plain_words import day_words
from nudges.model.thing_heard import HeardState, ThingHeard
from nudges.rules.campaigns import monday_needs
from nudges.rules.campaigns.monday_needs import Need, NeedKind
from nudges.rules.rollup.rollup_facts import one_line
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.read_roster import Roster, read_roster, week_of_run
from nudges.unit_of_work.rollup_timer import set_monday_timer
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening.things_heard import present_heard
from nudges.use_cases.partner_steps.refresh_board import present_steps, refresh_board
from nudges.use_cases.support.help_log import present_help


async def lead_monday(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Tell every lead what needs them this week, and look again next week while a campaign runs."""
    roster = await read_roster(work.tx, partnership_id)
    week_on = calendar.week_of(work.at, roster.partnership.zone)
    await refresh_board(work, roster)
    set_monday_timer(work, roster)
    needings = await what_needs(work, roster)
    week = _week(work, roster)
    if not needings and week is None:
        return
    theme = one_line(week.theme) if week else ""
    for lead in (one for one in roster.leads() if one.left_at is None):
        await work.tell(
            lead,
            MessageKind.LEAD,
            "monday",
            occurrence=f"{partnership_id}:{week_on.isoformat()}",
            facts=message_facts.Monday(
                count=len(needings),
                theme=theme,
                buttons=[],
                riders=[told_to(work, roster, lead, one) for one in needings],
            ),
            subject=partnership_id,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Needing:
    """A need with what it is about; `step` is the public step of a call for help, or the step itself."""

    need: Need
    about: HelpRequest | PartnerStep | ThingHeard
    step: PartnerStep | None = None


async def what_needs(work: UnitOfWork, roster: Roster) -> list[Needing]:
    """What needs a lead now, the greatest need first."""
    partnership = roster.partnership
    requests = {one.id: one for one in await present_help(work, partnership.id)}
    steps = {
        one.id: one for one in await present_steps(work, partnership.id) if one.channel == PARTNERSHIP_CHANNEL
    }
    things = {
        one.id: one for one in await present_heard(work, partnership.id) if one.state is HeardState.OPEN
    }
    needs = monday_needs.needs(
        requests.values(),
        steps.values(),
        things.values(),
        at=work.at,
        zone=partnership.zone,
        holidays=work.holidays_of(partnership),
        rules=work.book.rules.lead_monday,
    )
    result = []
    for need in needs:
        if need.kind is NeedKind.STEP:
            result.append(Needing(need=need, about=steps[need.subject], step=steps[need.subject]))
        elif need.kind is NeedKind.HEARD:
            result.append(Needing(need=need, about=things[need.subject]))
        else:
            request = requests[need.subject]
            result.append(Needing(need=need, about=request, step=steps.get(request.subject)))
    return result


def _week(work: UnitOfWork, roster: Roster) -> Week | None:
    """This week of the campaign that has run longest."""
    week_on = calendar.week_of(work.at, roster.partnership.zone)
    runs = [run for run in roster.runs if run.ended_at is None and run.channel == PARTNERSHIP_CHANNEL]
    weeks = [week_of_run(run, week_on, work.book) for run in sorted(runs, key=lambda run: run.starts_on)]
    return next((found[1] for found in weeks if found is not None), None)


def told_to(work: UnitOfWork, roster: Roster, lead: Leader, needing: Needing) -> Facts:
    """One need as this lead reads it: its words and its buttons. Who asked stays with the helper."""
    about, day = needing.about, day_words(needing.need.due_on)
    if isinstance(about, ThingHeard):
        heard = message_facts.MondayHeard(day=day, text=one_line(about.text))
        return _rider("monday_heard", heard, about.id, "hear_reply")
    organisation = roster.organisations.get(needing.step.organisation_id) if needing.step else None
    organisation_name = organisation.name if organisation else ""
    step_text = one_line(needing.step.text) if needing.step else ""
    if isinstance(about, PartnerStep):
        step = message_facts.MondayStep(
            day=day,
            organisation=organisation_name,
            step=step_text,
            owner=one_line(about.owner),
            is_past=needing.need.due_on < calendar.local(work.at, roster.partnership.zone).date(),
        )
        return _rider("monday_step", step, about.id, "step_ask", "steps")
    helper = roster.leaders.get(about.helper_id or "")
    may_help = access.may_help(lead, about, is_for_leads=access.open_to_leads(needing.step, helper))
    asker = roster.leaders.get(about.leader_id or "") if may_help else None
    help_facts = message_facts.MondayHelp(
        day=day,
        organisation=organisation_name,
        step=step_text,
        is_past=needing.need.kind is NeedKind.HELP_PAST_ITS_DAY,
        asker=asker.name if asker else "",
        helper="" if helper is None else "you" if helper.id == lead.id else helper.name,
    )
    verbs = ("help_contacted", "help_taken_up") if may_help else ()
    return _rider("monday_help", help_facts, about.id, *verbs)


def _rider(event: str, facts: Mapping[str, Any], subject: str, *verbs: str) -> Facts:
    shown = buttons(*verbs, subject=subject)
    return {"event": event, "facts": facts, "subject": subject, "buttons": shown}
