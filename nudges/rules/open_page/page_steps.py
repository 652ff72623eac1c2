"""Partner steps and promises as the open page tells them: words, dates and the names that were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from nudges.model import calendar
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import PartnerStep, StepChange, StepStatus
from nudges.model.people import Leader, Organisation, Visibility
from nudges.model.plain_words import day_words
from nudges.rules.open_page.chosen_names import OpenNames
from nudges.rules.open_page.page_record import OpenPromise, OpenStep, StepMoment
from nudges.rules.partner_steps import board as boards
from nudges.rules.rollup.rollup_facts import one_line

_MOMENTS = {
    StepStatus.DONE: "Done",
    StepStatus.SUPPORT_ASKED_FOR: "Help asked for",
    StepStatus.SUPPORT_OFFERED: "The date passed, so support was offered",
}


def open_steps(
    steps: Sequence[PartnerStep],
    organisations: Mapping[str, Organisation],
    *,
    names: OpenNames,
    helper: str,
    zone: str,
    may_name: bool = True,
) -> tuple[OpenStep, ...]:
    """These steps for everybody to read. With `may_name` false no owner and no helper is named."""
    return tuple(
        _step(one, organisations, names=names, helper=helper, zone=zone, may_name=may_name) for one in steps
    )


def _step(
    step: PartnerStep,
    organisations: Mapping[str, Organisation],
    *,
    names: OpenNames,
    helper: str,
    zone: str,
    may_name: bool,
) -> OpenStep:
    def readable(text: str) -> str:
        return one_line(names.out_of(text))

    given = step.given
    return OpenStep(
        id=step.id,
        organisation=_name(step.organisation_id, organisations),
        text=readable(step.text),
        owner=one_line(step.owner) if may_name else "",
        due_on=step.due_on,
        status=step.status,
        words=readable(boards.status_in_words(step, helper=helper)) if may_name else _plain_status(step),
        done_means=readable(step.done_means),
        why_together=readable(step.why_together),
        goal=readable(step.goal),
        helper=one_line(step.helper or helper) if may_name and step.is_open else "",
        own_words=readable(step.own_words),
        given=readable(given.limit) if given else "",
        review_on=given.review_on if given else None,
        confirmed_by=_name(given.confirmed_by, organisations) if given and given.confirmed_by else "",
        kept_on=_day(step.history[-1].at, zone) if not step.is_open and step.history else None,
        history=_history(step, said_by=names, zone=zone, may_name=may_name),
    )


def _plain_status(step: PartnerStep) -> str:
    words = {
        StepStatus.PLANNED: "Planned",
        StepStatus.DONE: "Done",
        StepStatus.SUPPORT_ASKED_FOR: "Help asked for",
        StepStatus.SUPPORT_OFFERED: "Support offered",
        StepStatus.CHANGED_BY_AGREEMENT: "Changed by agreement",
    }
    return words[step.status]


def _history(step: PartnerStep, *, said_by: OpenNames, zone: str, may_name: bool) -> tuple[StepMoment, ...]:
    """What became of the step, oldest first; an entry that tells nothing new is left out."""
    moments: list[StepMoment] = []
    before: StepChange | None = None
    for change in step.history:
        words = _moment(change, before, may_name=may_name)
        if words:
            moments.append(StepMoment(on=_day(change.at, zone), words=one_line(said_by.out_of(words))))
        before = change
    return tuple(moments)


def _moment(change: StepChange, before: StepChange | None, *, may_name: bool) -> str:
    if before is None:
        return f"Promised for {day_words(change.due_on)}"
    if change.owner and change.owner != before.owner:
        return f"Handed over to {one_line(change.owner)}" if may_name else "Handed over to a colleague"
    if change.due_on != before.due_on:
        reason = f": {one_line(change.reason)}" if change.reason else ""
        return f"New date by agreement, {day_words(change.due_on)}{reason}"
    if change.status is before.status:
        return "On course"
    return _MOMENTS.get(change.status, "Open again")


def open_promises(
    promises: Sequence[Promise],
    leaders: Mapping[str, Leader],
    organisations: Mapping[str, Organisation],
    *,
    names: OpenNames,
    on: date,
) -> tuple[OpenPromise, ...]:
    """The promises of people who chose to be named: kept ones, and those whose date is still ahead.

    One whose date has gone by without an answer is not shown, so that nobody is put on show.
    """
    found = []
    for promise in sorted(promises, key=lambda one: (one.due_on, one.id)):
        leader = leaders.get(promise.leader_id)
        if leader is None or not leader.is_in or promise.visibility is not Visibility.NAMED:
            continue
        is_kept = promise.state is PromiseState.KEPT
        if is_kept or (promise.state is PromiseState.OPEN and promise.due_on >= on):
            found.append(
                OpenPromise(
                    who=one_line(leader.name),
                    organisation=_name(leader.organisation_id, organisations),
                    text=one_line(names.out_of(promise.text)),
                    due_on=promise.due_on,
                    is_kept=is_kept,
                )
            )
    return tuple(found)


def _name(organisation_id: str, organisations: Mapping[str, Organisation]) -> str:
    organisation = organisations.get(organisation_id)
    return one_line(organisation.name) if organisation is not None else organisation_id


def _day(at: datetime, zone: str) -> date:
    return calendar.local(at, zone).date()
