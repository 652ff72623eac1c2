"""The clock's work: look at every timer whose time has come, one kind of them in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from nudges.model.playbook import Playbook
from nudges.model.timers import Timer, TimerKind
from nudges.ports import Store
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.campaigns.launch_campaign import end_run
from nudges.use_cases.campaigns.lead_monday import lead_monday
from nudges.use_cases.campaigns.unlock_gate import check_gate
from nudges.use_cases.delivery.reschedule_lapsed import reschedule_lapsed
from nudges.use_cases.joining.ask_permission import check_permission
from nudges.use_cases.joining.pass_on import check_passed_on
from nudges.use_cases.joining.welcome import restart, welcome
from nudges.use_cases.listening.ask_two_week_test import ask_trial
from nudges.use_cases.listening.things_heard import heard_due
from nudges.use_cases.nudging.ask_promise import ask_promise
from nudges.use_cases.nudging.follow_up import follow_up
from nudges.use_cases.nudging.plan_week import plan_week
from nudges.use_cases.own_data.delete_expired import tidy
from nudges.use_cases.pairing.form_round import form_round
from nudges.use_cases.pairing.listening_pair import listening
from nudges.use_cases.pairing.pair_news import group_refused
from nudges.use_cases.pairing.tell_delegate import check_delegate
from nudges.use_cases.pairing.watch_pairs import pair_lapses, pairs_silent
from nudges.use_cases.partner_steps.watch_steps import step_board, step_passed, step_review, step_soon
from nudges.use_cases.pulse.ask_pulse import remind_pulse
from nudges.use_cases.pulse.check_goals import check_goals
from nudges.use_cases.pulse.close_pulse import close_pulse
from nudges.use_cases.rollup.hold_rollup import preview_rollup
from nudges.use_cases.rollup.post_rollup import post_rollup
from nudges.use_cases.support.check_back import check_back
from nudges.use_cases.support.help_log import help_due

OnTimer = Callable[[UnitOfWork, str, str], Awaitable[None]]

ON_TIMER: Mapping[TimerKind, OnTimer] = {
    TimerKind.WELCOME: welcome,
    TimerKind.RESTART: restart,
    TimerKind.FOLLOW_UP: follow_up,
    TimerKind.CHECK_BACK: check_back,
    TimerKind.ROUND: lambda work, partnership_id, subject: form_round(
        work, partnership_id, subject.rsplit(":", 1)[0]
    ),
    TimerKind.PAIR_LAPSES: pair_lapses,
    TimerKind.GATE: check_gate,
    TimerKind.PROMISE: ask_promise,
    TimerKind.STEP_SOON: step_soon,
    TimerKind.STEP_PASSED: step_passed,
    TimerKind.STEP_BOARD: step_board,
    TimerKind.STEP_REVIEW: step_review,
    TimerKind.HELP_DUE: help_due,
    TimerKind.PERMISSION: check_permission,
    TimerKind.PASSED_ON: check_passed_on,
    TimerKind.ROLLUP: post_rollup,
    TimerKind.ROLLUP_PREVIEW: preview_rollup,
    TimerKind.LEAD_MONDAY: lead_monday,
    TimerKind.PULSE_REMINDER: remind_pulse,
    TimerKind.GOALS: check_goals,
    TimerKind.PULSE_CLOSES: close_pulse,
    TimerKind.RUN_END: end_run,
    TimerKind.HEARD_DUE: heard_due,
    TimerKind.TRIAL: ask_trial,
    TimerKind.LISTENING: listening,
    TimerKind.GROUP_REFUSED: group_refused,
    TimerKind.DELEGATE: check_delegate,
    TimerKind.TIDY: tidy,
}
AT_ONCE = 200
TRY_AGAIN = timedelta(minutes=5)
logger = logging.getLogger("milepost.wake")


async def run_due_timers(store: Store, book: Playbook, *, at: datetime) -> datetime | None:
    """Handle all that is due at `at`; returns when the next timer is due, or None.

    A timer that cannot be handled is put off by five minutes and logged; the others go on.
    """
    await reschedule_lapsed(store, book, at=at)
    while True:
        async with store.reading() as tx:
            due = await tx.records.due_timers(at=at, limit=AT_ONCE)
            if not due:
                return await tx.records.next_timer()
        await _handle(store, book, _first_alike(due), at=at)


def _first_alike(due: Sequence[Timer]) -> list[Timer]:
    """The first timers that are of one kind and one partnership."""
    wanted = (due[0].kind, due[0].partnership_id)
    return list(takewhile(lambda one: (one.kind, one.partnership_id) == wanted, due))


async def _handle(store: Store, book: Playbook, group: Sequence[Timer], *, at: datetime) -> None:
    try:
        await _look(store, book, group, at=at)
    except Exception:
        # One bad row must not silence a partnership: the group is tried one by one, the bad one later.
        if len(group) > 1:
            for one in group:
                await _handle(store, book, [one], at=at)
            return
        timer = group[0]
        logger.exception(
            "A timer could not be handled", extra={"kind": str(timer.kind), "subject": timer.subject}
        )
        async with store.transaction() as tx:
            later = Timer(
                partnership_id=timer.partnership_id,
                kind=timer.kind,
                subject=timer.subject,
                due_at=at + TRY_AGAIN,
            )
            await tx.records.set_timers([later])


async def _look(store: Store, book: Playbook, group: Sequence[Timer], *, at: datetime) -> None:
    first = group[0]
    async with store.transaction() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        for timer in group:
            work.cancel_timer(timer.kind, timer.subject)
        subjects = [timer.subject for timer in group]
        if first.kind is TimerKind.PAIR_SILENT:
            await pairs_silent(work, first.partnership_id, subjects)
        elif first.kind is TimerKind.OFFER:
            await plan_week(work, first.partnership_id, subjects, due_at=first.due_at)
        else:
            for timer in group:
                await ON_TIMER[timer.kind](work, timer.partnership_id, timer.subject)
        await work.write()
