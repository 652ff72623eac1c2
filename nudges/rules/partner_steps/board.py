"""Partner steps and named promises, as the pinned board, the thread and the Friday post show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from nudges.model import message_facts
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import PartnerStep, StepStatus
from nudges.model.people import Leader, Organisation, Visibility
from nudges.model.plain_words import day_words
from nudges.rules.rollup.rollup_facts import StepInPost, one_line


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
        said = StepInPost(
            organisation=names.get(step.organisation_id, step.organisation_id),
            text=step.text,
            owner=step.owner,
            due_on=step.due_on,
            helper=step.helper or helper,
            is_help_asked=step.status is StepStatus.SUPPORT_ASKED_FOR,
        )
        if not step.is_open:
            if _done_after(step, after):
                kept.append(said)
        elif _has_help(step, on):
            passed.append(said)
        elif step.due_on <= by:
            due.append(said)
    return StepsInPost(kept=tuple(kept), due=tuple(due), passed=tuple(passed))


def status_in_words(step: PartnerStep, *, helper: str = "", is_supported: bool = False) -> str:
    """What anyone may read about where a step stands.

    Support that was only offered is called offered, and is in place once it was taken up (`is_supported`);
    `helper` is who offers it where the step names nobody.
    """
    name = one_line(step.helper or helper)
    if is_supported and step.status in (StepStatus.SUPPORT_ASKED_FOR, StepStatus.SUPPORT_OFFERED):
        return f"Support in place, from {name}" if name else "Support in place"
    offered = f"Support offered by {name}" if name else "Support offered"
    reason = one_line(step.history[-1].reason) if step.history else ""
    changed = f"Changed by agreement to {day_words(step.due_on)}"
    return {
        StepStatus.PLANNED: "Planned",
        StepStatus.DONE: "Done",
        StepStatus.SUPPORT_ASKED_FOR: "Support asked for",
        StepStatus.SUPPORT_OFFERED: offered,
        StepStatus.CHANGED_BY_AGREEMENT: f"{changed}: {reason}" if reason else changed,
    }[step.status]


def board(
    steps: Sequence[PartnerStep],
    organisations: Sequence[Organisation],
    promises: Sequence[Promise],
    people: Sequence[Leader],
    *,
    on: date,
    kept_after: datetime | None = None,
    helper: str = "",
    may_name: bool = True,
    supported: Collection[str] = (),
) -> message_facts.Board:
    """Facts for the event "board": every open partner step, and the promises of people who chose to be named.

    A promise is shown while its date is ahead and, once kept, where it was kept after `kept_after`; one
    whose date has gone by without an answer is not shown, so that nobody is put on show. With `may_name`
    false no person is named: no promises, and steps without their owners. `supported` holds the ids of
    steps whose help was taken up.
    """
    names = _names(organisations)
    open_steps = [step for step in steps if step.is_open]
    return {
        "steps": [_row(step, names, helper, may_name, supported) for step in _in_order(open_steps, names)],
        "promises": _named(promises, people, names, on=on, kept_after=kept_after) if may_name else [],
    }


def thread(
    steps: Sequence[PartnerStep],
    organisations: Sequence[Organisation],
    *,
    after: datetime | None,
    until: datetime,
    helper: str = "",
    has_share: bool = False,
    may_name: bool = True,
    supported: Collection[str] = (),
) -> dict[str, Any]:
    """Facts for the event "rollup_thread": every step open at `until` or kept in (`after`, `until`].

    `notes` names the numbers of the post whose limits are to be told; `supported` is as for `board`.
    An open step brings the partner's own words on what would help.
    """
    names = _names(organisations)
    shown = [step for step in _standing(steps, until) if step.is_open or _done_after(step, after)]
    return {
        "steps": [
            {
                **_row(step, names, helper, may_name, supported),
                "own_words": one_line(step.own_words) if step.is_open else "",
            }
            for step in _in_order(shown, names)
        ],
        "notes": ["done", "links", *(["share"] if has_share else [])],
    }


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


def _row(
    step: PartnerStep, names: Mapping[str, str], helper: str, may_name: bool, supported: Collection[str]
) -> message_facts.BoardSteps:
    known = step if may_name else replace(step, helper="", owner="")
    is_supported = step.id in supported
    return {
        "organisation": names.get(step.organisation_id, step.organisation_id),
        "step": one_line(known.text),
        "owner": one_line(known.owner),
        "date": day_words(known.due_on),
        "status": status_in_words(known, helper=helper if may_name else "", is_supported=is_supported),
        "given": given_in_words(step, names),
    }


def given_in_words(step: PartnerStep, names: Mapping[str, str]) -> str:
    """What a step gives for the whole: its limit, when it is looked at again, and who says that it helps.

    `names` maps an organisation's id to its name. Empty where nothing is given.
    """
    if step.given is None:
        return ""
    by = names.get(step.given.confirmed_by or "", "")
    helps = f"{by} says that it helps" if by else "no partner has said yet that it helps"
    limit, day = one_line(step.given.limit), day_words(step.given.review_on)
    return f"Given for the whole: {limit}. Looked at again on {day}; {helps}"


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
