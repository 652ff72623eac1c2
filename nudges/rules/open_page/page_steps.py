"""Partner steps and promises as the open page tells them: words, dates and the names that were chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from nudges.model import calendar
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import PartnerStep, StepChange, StepStatus
from nudges.model.people import Leader, Organisation, Visibility
from nudges.model.plain_words import day_words
from nudges.rules.open_page.chosen_names import COLLEAGUE, OpenNames
from nudges.rules.open_page.page_record import OpenPromise, OpenStep, StepMoment
from nudges.rules.partner_steps import board as boards
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import Said, said

InWords = Callable[[Said], str]
_MOMENTS = {
    StepStatus.DONE: said("open_page.step.done"),
    StepStatus.SUPPORT_ASKED_FOR: said("open_page.step.help_asked_for"),
    StepStatus.SUPPORT_OFFERED: said("open_page.step.passed"),
}
# Where a step stands, with nobody's name.
_STATUSES = {
    StepStatus.PLANNED: said("open_page.step.planned"),
    StepStatus.DONE: said("open_page.step.done"),
    StepStatus.SUPPORT_ASKED_FOR: said("open_page.step.help_asked_for"),
    StepStatus.SUPPORT_OFFERED: said("open_page.step.support_offered"),
    StepStatus.CHANGED_BY_AGREEMENT: said("open_page.step.changed"),
}


def open_steps(
    steps: Sequence[PartnerStep],
    organisations: Mapping[str, Organisation],
    *,
    names: OpenNames,
    helper: str,
    zone: str,
    in_words: InWords,
    may_name: bool = True,
) -> tuple[OpenStep, ...]:
    """These steps for everybody to read. With `may_name` false no owner and no helper is named."""
    return tuple(
        _step(
            step, organisations, names=names, helper=helper, zone=zone, in_words=in_words, may_name=may_name
        )
        for step in steps
    )


def _step(
    step: PartnerStep,
    organisations: Mapping[str, Organisation],
    *,
    names: OpenNames,
    helper: str,
    zone: str,
    in_words: InWords,
    may_name: bool,
) -> OpenStep:
    def readable(text: str) -> str:
        return one_line(names.out_of(text))

    given = step.given
    status = (
        readable(in_words(boards.status_in_words(step, helper=helper)))
        if may_name
        else in_words(_STATUSES[step.status])
    )
    return OpenStep(
        id=step.id,
        organisation=_name(step.organisation_id, organisations),
        text=readable(step.text),
        owner=one_line(step.owner) if may_name else "",
        due_on=step.due_on,
        status=step.status,
        words=status,
        done_means=readable(step.done_means),
        why_together=readable(step.why_together),
        goal=readable(step.goal),
        helper=one_line(step.helper or helper) if may_name and step.is_open else "",
        own_words=readable(step.own_words),
        given=readable(given.limit) if given else "",
        review_on=given.review_on if given else None,
        confirmed_by=_name(given.confirmed_by, organisations) if given and given.confirmed_by else "",
        kept_on=_day(step.history[-1].at, zone) if not step.is_open and step.history else None,
        history=_history(step, names=names, zone=zone, in_words=in_words, may_name=may_name),
    )


def _history(
    step: PartnerStep, *, names: OpenNames, zone: str, in_words: InWords, may_name: bool
) -> tuple[StepMoment, ...]:
    """What became of the step, oldest first."""
    moments: list[StepMoment] = []
    before: StepChange | None = None
    for change in step.history:
        words = in_words(_moment(change, before, may_name=may_name))
        moments.append(StepMoment(on=_day(change.at, zone), words=one_line(names.out_of(words))))
        before = change
    return tuple(moments)


def _moment(change: StepChange, before: StepChange | None, *, may_name: bool) -> Said:
    day = day_words(change.due_on)
    if before is None:
        return said("open_page.step.promised", {"day": day})
    if change.owner and change.owner != before.owner:
        owner = one_line(change.owner) if may_name else COLLEAGUE
        return said("open_page.step.handed_over", {"owner": owner})
    if change.due_on != before.due_on:
        if change.reason:
            return said("open_page.step.new_day_because", {"day": day, "reason": one_line(change.reason)})
        return said("open_page.step.new_day", {"day": day})
    if change.status is before.status:
        return said("open_page.step.on_course")
    return _MOMENTS.get(change.status, said("open_page.step.open_again"))


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
    shown = []
    for promise in sorted(promises, key=lambda one: (one.due_on, one.id)):
        leader = leaders.get(promise.leader_id)
        if leader is None or not leader.is_in or promise.visibility is not Visibility.NAMED:
            continue
        is_kept = promise.state is PromiseState.KEPT
        if is_kept or (promise.state is PromiseState.OPEN and promise.due_on >= on):
            shown.append(
                OpenPromise(
                    who=one_line(leader.name),
                    organisation=_name(leader.organisation_id, organisations),
                    text=one_line(names.out_of(promise.text)),
                    due_on=promise.due_on,
                    is_kept=is_kept,
                )
            )
    return tuple(shown)


def _name(organisation_id: str, organisations: Mapping[str, Organisation]) -> str:
    organisation = organisations.get(organisation_id)
    return one_line(organisation.name) if organisation is not None else organisation_id


def _day(at: datetime, zone: str) -> date:
    return calendar.local(at, zone).date()
