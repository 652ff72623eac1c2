"""What the support ladder does for one leader: back off, ask again, offer help. Nobody else is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges.model import cadence, calendar, message_facts
from nudges.model.catalogue import Action
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.model.timers import TimerKind
from nudges.rules.support.support_ladder import LadderStep, climb, latest_miss
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, Scene, rider
from nudges.unit_of_work.planning_context import PlanningContext
from nudges.unit_of_work.unit_of_work import UnitOfWork

# A button shows no more than this.
LABEL_MAX = 70
STEP_OF: dict[str, LadderStep] = {"rider_previous": LadderStep.NEW_DAY, "rider_smaller": LadderStep.SMALLER}


def back_off(work: UnitOfWork, leader: Leader, *, week_on: date) -> Leader:
    """After three silent offers a pause, after four a stop with one friendly restart."""
    rules = work.book.rules.backoff
    if leader.silent >= rules.stop_after:
        if leader.restarted_at is None and leader.backed_off_until != date.max:
            restart_at = cadence.restart_instant(
                leader, after=work.at, holidays=work.holidays_of(leader), rules=work.book.rules
            )
            work.set_timer(TimerKind.RESTART, leader.id, restart_at, partnership_id=leader.partnership_id)
            _log_back_off(work, leader, to="stopped")
        return replace(leader, backed_off_until=date.max)
    if leader.silent == rules.pause_after and leader.backed_off_until is None:
        _log_back_off(work, leader, to="pause")
        return replace(leader, backed_off_until=week_on + timedelta(weeks=rules.pause_weeks))
    return leader


def _log_back_off(work: UnitOfWork, leader: Leader, *, to: str) -> None:
    work.log(EventKind.BACKED_OFF, partnership_id=leader.partnership_id, leader=leader, data={"to": to})


def own_days(work: UnitOfWork, leader: Leader) -> list[Facts]:
    """One button for each of the leader's next own working days, from tomorrow on."""
    tomorrow = calendar.local(work.at, leader.zone).date() + calendar.DAY
    within = work.book.rules.cadence.snooze_within_days
    days = calendar.working_days(leader, from_on=tomorrow, holidays=work.holidays_of(leader), within=within)
    return [
        {"verb": "another_day", "value": day.isoformat(), "label": day_words(day)}
        for _, day in zip(range(work.book.rules.support_person.days_offered), days, strict=False)
    ]


def ladder_rider(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, ladder_step: LadderStep, nudge: Nudge
) -> Facts | None:
    """What rides on this week's `nudge` after one miss, or after two in a row; None where nothing does."""
    missed = latest_miss(planning.histories[leader.id])
    if missed is None:
        return None
    scene = Scene(book=work.book, roster=planning.roster, leader=leader, pair=_pair_of(planning, missed))
    if ladder_step is LadderStep.NEW_DAY:
        _, title, _ = scene.filled(missed)
        row = [*own_days(work, leader), {"verb": "let_go"}]
        return rider("rider_previous", missed.id, message_facts.RiderPrevious(title=title, buttons=row))
    if ladder_step is LadderStep.SMALLER:
        return _smaller_rider(work, scene, nudge, missed)
    return None


def _smaller_rider(work: UnitOfWork, scene: Scene, nudge: Nudge, missed: Nudge) -> Facts:
    action: Action = work.book.action(nudge.action_id)
    smaller = fill(action.smaller_step, scene.words(nudge))
    row: list[Facts] = [{"verb": "smaller"}, {"verb": "reason", "subject": missed.id}]
    return rider("rider_smaller", nudge.id, message_facts.RiderSmaller(smaller_step=smaller, buttons=row))


async def offer_help(
    work: UnitOfWork, planning: PlanningContext, leader: Leader, *, on: date
) -> Leader | None:
    """Ask whether a named person should get in touch; it takes the week's place. None: no room for it."""
    history = planning.histories[leader.id]
    about = latest_miss(history) or (history[-1] if history else None)
    subject = about.id if about is not None else leader.id
    helper = planning.roster.partnership.helper_name
    yes = work.book.in_words(said("support.ask_helper", {"helper": helper}), locale=leader.locale)
    no = work.book.in_words(said("support.leave_it"), locale=leader.locale)
    row: list[Facts] = [
        {"verb": "help", "value": "yes", "label": yes[:LABEL_MAX]},
        {"verb": "help", "value": "no", "label": no},
        *([{"verb": "reason"}] if about is not None else []),
    ]
    is_told = await work.tell(
        leader,
        MessageKind.SUPPORT,
        "support_offer",
        occurrence=f"help:{on.isoformat()}",
        facts=message_facts.SupportOffer(helper=helper, buttons=row),
        subject=subject,
    )
    return record_climb(work, leader, LadderStep.HELP, on=on) if is_told else None


def record_climb(work: UnitOfWork, leader: Leader, ladder_step: LadderStep, *, on: date) -> Leader:
    """Remember which step of the ladder was offered."""
    work.log(
        EventKind.SUPPORT_OFFERED,
        partnership_id=leader.partnership_id,
        leader=leader,
        data={"ladder": ladder_step.name.lower()},
    )
    return climb(leader, ladder_step, on=on)


def _pair_of(planning: PlanningContext, nudge: Nudge) -> Pair | None:
    return next((pair for pair in planning.pairs if pair.id == nudge.pair_id), None)
