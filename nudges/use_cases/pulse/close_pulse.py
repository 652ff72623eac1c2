"""A round of the pulse closes: totals go into the log, a small group is told in words, and no answer is."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model import message_facts
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun
from nudges.model.pulse import PulseAnswer, PulseMoment
from nudges.model.timers import TimerKind
from nudges.rules.pulse import pulse_figures as figures
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pulse.ask_pulse import asked_of, facilitator_of, round_of, subject_of


async def close_pulse(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Count a round once it is over; where a pause has moved its end, look again then.

    Where too few answered for any figure, nothing is kept of the round.
    """
    run_id, moment_text = subject.split(":", 1)
    moment = PulseMoment(moment_text)
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id), None)
    pulse_round = round_of(work, roster, run, moment) if run else None
    if run is None or pulse_round is None or await _is_closed(work, run, moment):
        return
    if pulse_round.closes_at > work.at:
        work.set_timer(TimerKind.PULSE_CLOSES, subject, pulse_round.closes_at, partnership_id=partnership_id)
        return
    answers = await work.tx.listening.unchecked_pulse(run.id, moment=moment)
    await _tell_in_words(work, roster, run, moment, answers)
    counted = figures.totals(answers, work.book.rules)
    changes: dict[str, figures.MatchedChange] = {}
    if counted and moment is not PulseMoment.START:
        start = await work.tx.listening.unchecked_pulse(run.id, moment=PulseMoment.START)
        changes = figures.matched_changes(start, answers, since=PulseMoment.START, rules=work.book.rules)
    if not counted:
        await work.tx.listening.drop_pulse(run.id, moment)
    work.log(
        EventKind.PULSE_CLOSED,
        partnership_id=partnership_id,
        subject=run.id,
        run_id=run.id,
        data=figures.closing_data(moment, counted, changes),
    )
    if moment is PulseMoment.END:
        # A goal that waits for this change is looked at once this line is in the log.
        work.set_timer(TimerKind.GOALS, run.id, work.at, partnership_id=partnership_id)


async def _is_closed(work: UnitOfWork, run: CampaignRun, moment: PulseMoment) -> bool:
    closed = await work.tx.records.events(run.partnership_id, kinds=[EventKind.PULSE_CLOSED], run_id=run.id)
    return any(one.data["moment"] == str(moment) for one in closed)


async def _tell_in_words(
    work: UnitOfWork, roster: Roster, run: CampaignRun, moment: PulseMoment, answers: Sequence[PulseAnswer]
) -> None:
    """In a campaign that mends a relationship the facilitator hears most, mixed or few, and no number."""
    campaign = work.book.campaign(run.campaign_id)
    facilitator = facilitator_of(roster)
    if campaign.pulse_in_words is None or facilitator is None:
        return
    answered = figures.in_words(answers, work.book.rules)
    lines = []
    for question in asked_of(work.book, roster, campaign, moment):
        words = answered.get(question.id, figures.TOO_FEW)
        lines.append(f"{question.text} {work.book.in_words(words, locale=facilitator.locale)}")
    await work.tell(
        facilitator,
        MessageKind.LEAD,
        "pulse_words",
        occurrence=subject_of(run, moment),
        facts=message_facts.PulseWords(campaign=work.book.name_of(run), lines=lines),
        subject=subject_of(run, moment),
    )
