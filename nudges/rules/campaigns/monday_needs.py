"""What needs a programme lead on a Monday: at most a few things, the greatest need first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nudges.model import calendar
from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.partner_step import PartnerStep
from nudges.model.ruleset import LeadMonday
from nudges.model.thing_heard import ThingHeard


class NeedKind(StrEnum):
    """Why something needs a lead, the greatest need first."""

    HELP_PAST_ITS_DAY = "help_past_its_day"
    HELP = "help"
    STEP = "step"
    HEARD = "heard"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One thing that needs a lead. `subject` is the id of the help request, the step or the thing heard.

    `due_on` is when somebody should have been in touch, the step's date, or when the reply is due.
    """

    kind: NeedKind
    subject: str
    due_on: date


def needs(
    requests: Iterable[HelpRequest],
    steps: Iterable[PartnerStep],
    things: Iterable[ThingHeard],
    *,
    at: datetime,
    zone: str,
    holidays: frozenset[date],
    rules: LeadMonday,
) -> tuple[Need, ...]:
    """At most `needs_max` things, the greatest need first and in one kind the earliest day.

    Help waits while nobody has said that they were in touch. A step counts from `step_within_working_days`
    before its date on, and not where help with it waits, which says the same. A thing heard counts from
    `reply_within_days` before its reply is due on.
    """
    on = calendar.local(at, zone).date()
    waiting = [request for request in requests if request.is_open and request.contacted_at is None]
    with_help = {request.subject for request in waiting if request.about is HelpAbout.STEP}
    last = calendar.weekday_after(on, rules.step_within_working_days, holidays)
    near_steps = [
        Need(kind=NeedKind.STEP, subject=step.id, due_on=step.due_on)
        for step in steps
        if step.is_open and step.due_on <= last and step.id not in with_help
    ]
    until = on + timedelta(days=rules.reply_within_days)
    due_replies = [
        Need(kind=NeedKind.HEARD, subject=thing.id, due_on=thing.reply_by)
        for thing in things
        if thing.is_waiting and thing.reply_by <= until
    ]
    order = list(NeedKind)
    ordered = sorted(
        [*(_help(request, at=at, zone=zone) for request in waiting), *near_steps, *due_replies],
        key=lambda need: (order.index(need.kind), need.due_on, need.subject),
    )
    return tuple(ordered[: rules.needs_max])


def _help(request: HelpRequest, *, at: datetime, zone: str) -> Need:
    kind = NeedKind.HELP_PAST_ITS_DAY if request.contact_by <= at else NeedKind.HELP
    return Need(kind=kind, subject=request.id, due_on=calendar.local(request.contact_by, zone).date())


def monday_instant(*, week_on: date, zone: str, holidays: frozenset[date], rules: LeadMonday) -> datetime:
    """When a week's message to the leads goes out: on its Monday, or the next working day after a holiday."""
    monday = calendar.monday_of(week_on)
    day = monday if calendar.is_weekday(monday, holidays) else calendar.weekday_after(monday, 1, holidays)
    return calendar.instant_of(day, rules.time, zone)
