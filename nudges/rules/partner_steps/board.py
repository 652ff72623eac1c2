"""Partner steps and named promises, as the pinned board, the thread and the Friday post show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from nudges.model import message_facts
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.people import Leader, Organisation, Visibility
from nudges.model.phrasebook import Phrasebook
from nudges.model.plain_words import day_words
from nudges.rules.rollup.rollup_facts import StepInPost, one_line
from nudges.said import Said, said

_STATUSES = {
    StepStatus.PLANNED: said("partner_steps.status.planned"),
    StepStatus.DONE: said("partner_steps.status.done"),
    StepStatus.SUPPORT_ASKED_FOR: said("partner_steps.status.support_asked_for"),
    StepStatus.SUPPORT_OFFERED: said("partner_steps.status.support_offered"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepsInPost:
    """The partner steps that one Friday post names."""

    kept: tuple[StepInPost, ...]
    due: tuple[StepInPost, ...]
    passed: tuple[StepInPost, ...]


def as_of(step: PartnerStep, until: datetime) -> PartnerStep | None:
    """The step as it stood at `until`, that instant included; None before it was promised."""
    history = tuple(change for change in step.history if change.at <= until)
    if not history:
        return None
    owners = [change.owner for change in history if change.owner]
    return replace(
        step,
        status=history[-1].status,
        due_on=history[-1].due_on,
        owner=owners[-1] if owners else step.owner,
        history=history,
    )


def steps_in_post(
    steps: Sequence[PartnerStep],
    organisations: Sequence[Organisation],
    *,
    after: datetime | None,
    until: datetime,
    on: date,
    by: date,
    helper: str,
) -> StepsInPost:
    """What the post of `on` names: kept in (`after`, `until`], due no later than `by`, and past their date.

    Each open step up to `by` is in exactly one of `due` and `passed`; `passed` means that help was offered
    or asked for. `helper` is who helps where the step names nobody.
    """
    names = _names(organisations)
    kept, due, passed = [], [], []
    for step in _standing(steps, until):
        named = StepInPost(
            organisation=names.get(step.organisation_id, step.organisation_id),
            text=step.text,
            owner=step.owner,
            due_on=step.due_on,
            helper=step.helper or helper,
            is_help_asked=step.status is StepStatus.SUPPORT_ASKED_FOR,
        )
        if not step.is_open:
            if _done_after(step, after):
                kept.append(named)
        elif _has_help(step, on):
            passed.append(named)
        elif step.due_on <= by:
            due.append(named)
    return StepsInPost(kept=tuple(kept), due=tuple(due), passed=tuple(passed))


def status_in_words(step: PartnerStep, *, helper: str = "", is_supported: bool = False) -> Said:
    """What anyone may read about where a step stands.

    Support that was only offered is called offered, and is in place once it was taken up (`is_supported`);
    `helper` is who offers it where the step names nobody.
    """
    name = one_line(step.helper or helper)
    match step.status:
        case StepStatus.SUPPORT_ASKED_FOR | StepStatus.SUPPORT_OFFERED if is_supported:
            if name:
                return said("partner_steps.status.support_in_place_from", {"helper": name})
            return said("partner_steps.status.support_in_place")
        case StepStatus.SUPPORT_OFFERED if name:
            return said("partner_steps.status.support_offered_by", {"helper": name})
        case StepStatus.CHANGED_BY_AGREEMENT:
            return _changed(step)
        case status:
            return _STATUSES[status]


def _changed(step: PartnerStep) -> Said:
    day = day_words(step.due_on)
    written = one_line(step.history[-1].reason) if step.history else ""
    reason = said("partner_steps.left") if step.is_left else written
    if reason:
        return said("partner_steps.status.changed_because", {"day": day, "reason": reason})
    return said("partner_steps.status.changed", {"day": day})


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelView:
    """How steps are told in one channel.

    `helper` is who helps where a step names nobody. With `may_name` false no person is named. `supported`
    holds the ids of steps whose help was taken up.
    """

    organisations: Sequence[Organisation]
    phrases: Phrasebook
    helper: str = ""
    may_name: bool = True
    supported: Collection[str] = ()

    @property
    def names(self) -> Mapping[str, str]:
        """Organisation id -> name."""
        return _names(self.organisations)


def board(
    view: ChannelView,
    steps: Sequence[PartnerStep],
    promises: Sequence[Promise],
    people: Sequence[Leader],
    *,
    on: date,
    kept_after: datetime | None = None,
) -> message_facts.Board:
    """Facts for the event "board": every open partner step, and the promises of people who chose to be named.

    A promise is shown while its date is ahead and, once kept, where it was kept after `kept_after`; one
    whose date has gone by without an answer is not shown, so that nobody is put on show. Where nobody may be
    named there are no promises, and steps stand without their owners.
    """
    names = view.names
    open_steps = [step for step in steps if step.is_open]
    return {
        "steps": [_row(step, view, names) for step in _in_order(open_steps, names)],
        "promises": _named(promises, people, names, on=on, kept_after=kept_after) if view.may_name else [],
    }


def thread(
    view: ChannelView, steps: Sequence[PartnerStep], *, after: datetime | None, until: datetime
) -> list[message_facts.RollupThreadSteps]:
    """The steps of the event "rollup_thread": every one open at `until` or kept in (`after`, `until`].

    An open step brings the partner's own words on what would help.
    """
    names = view.names
    shown = [step for step in _standing(steps, until) if step.is_open or _done_after(step, after)]
    return [
        {**_row(step, view, names), "own_words": one_line(step.own_words) if step.is_open else ""}
        for step in _in_order(shown, names)
    ]


def _names(organisations: Sequence[Organisation]) -> dict[str, str]:
    return {organisation.id: one_line(organisation.name) for organisation in organisations}


def _standing(steps: Sequence[PartnerStep], until: datetime) -> list[PartnerStep]:
    return [stood for step in steps if (stood := as_of(step, until)) is not None]


def _done_after(step: PartnerStep, after: datetime | None) -> bool:
    return after is None or step.history[-1].at > after


def _has_help(step: PartnerStep, on: date) -> bool:
    if step.status is StepStatus.SUPPORT_OFFERED:
        return True
    return step.status is StepStatus.SUPPORT_ASKED_FOR and step.due_on < on


def _in_order(steps: Sequence[PartnerStep], names: Mapping[str, str]) -> list[PartnerStep]:
    def place(step: PartnerStep) -> tuple[str, date, str]:
        return names.get(step.organisation_id, step.organisation_id).casefold(), step.due_on, step.id

    return sorted(steps, key=place)


def _row(step: PartnerStep, view: ChannelView, names: Mapping[str, str]) -> message_facts.BoardSteps:
    known = step if view.may_name else replace(step, helper="", owner="")
    status = status_in_words(
        known, helper=view.helper if view.may_name else "", is_supported=step.id in view.supported
    )
    given = given_in_words(step, names)
    return {
        "organisation": names.get(step.organisation_id, step.organisation_id),
        "step": one_line(known.text),
        "owner": one_line(known.owner),
        "date": day_words(known.due_on),
        "status": view.phrases.say(status),
        "given": view.phrases.say(given) if given is not None else "",
    }


def given_in_words(step: PartnerStep, names: Mapping[str, str]) -> Said | None:
    """What a step gives for the whole: its limit, when it is looked at again, and who says that it helps.

    `names` maps an organisation's id to its name. None where nothing is given.
    """
    if step.given is None:
        return None
    confirmer = names.get(step.given.confirmed_by or "", "")
    helps = (
        said("partner_steps.helps", {"organisation": confirmer})
        if confirmer
        else said("partner_steps.helps_nobody_yet")
    )
    day = day_words(step.given.review_on)
    return said("partner_steps.given", {"limit": one_line(step.given.limit), "day": day, "helps": helps})


def _named(
    promises: Sequence[Promise],
    people: Sequence[Leader],
    names: Mapping[str, str],
    *,
    on: date,
    kept_after: datetime | None,
) -> list[message_facts.BoardPromises]:
    leaders = {leader.id: leader for leader in people if leader.is_in}
    rows = []
    for promise in sorted(promises, key=lambda each: (each.due_on, each.id)):
        leader = leaders.get(promise.leader_id)
        if leader is None or promise.visibility is not Visibility.NAMED:
            continue
        is_kept = promise.state is PromiseState.KEPT
        if _was_kept_after(promise, kept_after) if is_kept else _is_ahead(promise, on):
            rows.append(_promise(promise, leader, names, is_kept=is_kept))
    return rows


def _was_kept_after(promise: Promise, kept_after: datetime | None) -> bool:
    return kept_after is None or (promise.ended_at is not None and promise.ended_at > kept_after)


def _is_ahead(promise: Promise, on: date) -> bool:
    return promise.state is PromiseState.OPEN and promise.due_on >= on


def _promise(
    promise: Promise, leader: Leader, names: Mapping[str, str], *, is_kept: bool
) -> message_facts.BoardPromises:
    return {
        "who": one_line(leader.name),
        "organisation": names.get(leader.organisation_id, leader.organisation_id),
        "text": one_line(promise.text),
        "date": day_words(promise.due_on),
        "is_kept": is_kept,
    }
