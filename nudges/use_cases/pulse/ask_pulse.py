"""The pulse is asked once of everybody in its week, and once more of who has not answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Campaign, Week
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, Leader
from nudges.model.plain_words import day_words
from nudges.model.playbook import Playbook
from nudges.model.pulse import PulseKey, PulseMoment, PulseRound, Question, person_key, questions, rounds_of
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

SECRET_BYTES = 32
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def subject_of(run: CampaignRun, moment: PulseMoment) -> str:
    """What messages and timers of one round are about."""
    return f"{run.id}:{moment}"


def round_of(work: UnitOfWork, roster: Roster, run: CampaignRun, moment: PulseMoment) -> PulseRound | None:
    """One round of this run; None where its campaign has no such pulse."""
    campaign = work.book.campaign(run.campaign_id)
    rounds = rounds_of(run, campaign, zone=roster.partnership.zone, rules=work.book.rules)
    return next((one for one in rounds if one.moment is moment), None)


def asked_of(book: Playbook, roster: Roster, campaign: Campaign, moment: PulseMoment) -> tuple[Question, ...]:
    """The statements as they are read in this partnership."""
    words = {
        **book.rules.content.default_words(),
        **roster.partnership.words,
        "partnership": roster.partnership.name,
    }
    return questions(campaign, moment, words, book.rules)


async def ask_pulse(
    work: UnitOfWork, roster: Roster, leader: Leader, run: CampaignRun, week: Week, *, week_on: date
) -> bool:
    """Ask this leader the pulse of this week, once; False where it was not said, or was said before.

    It takes the place of the week's nudge. A full week puts it off to the next one, while the round is open.
    """
    if week.pulse is None or calendar.week_of(work.at, leader.zone) != week_on:
        return False
    return await _ask(work, roster, leader, run, PulseMoment(week.pulse))


async def _ask(
    work: UnitOfWork, roster: Roster, leader: Leader, run: CampaignRun, moment: PulseMoment
) -> bool:
    pulse_round = round_of(work, roster, run, moment)
    is_asked = leader.id in run.member_ids and roster.may_be_nudged(leader)
    if (
        pulse_round is None
        or not pulse_round.is_open(work.at)
        or not is_asked
        or await _was_asked(work, leader, run, moment)
    ):
        return False
    await _make_key(work, run)
    told = await work.tell(
        leader,
        MessageKind.PULSE,
        "pulse",
        occurrence=subject_of(run, moment),
        facts=pulse_facts(work.book, roster, work.book.campaign(run.campaign_id), pulse_round),
        subject=subject_of(run, moment),
    )
    if not told:
        _look_later(work, leader, run, pulse_round, after=_next_week(work, leader))
        return False
    # Asked is not answered: the line counts people, and names nobody.
    work.log(
        EventKind.PULSE_ASKED,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        data={"moment": str(moment)},
    )
    work.set_timer(
        TimerKind.PULSE_CLOSES,
        subject_of(run, moment),
        pulse_round.closes_at,
        partnership_id=run.partnership_id,
    )
    today = calendar.local(work.at, leader.zone).date()
    remind_on = calendar.working_days_after(
        leader, today, work.book.rules.cadence.reminder_after_working_days, work.holidays_of(leader)
    )
    if remind_on is not None:
        wall = work.book.rules.cadence.send_time_reminder
        _look_later(work, leader, run, pulse_round, after=calendar.instant_of(remind_on, wall, leader.zone))
    return True


def ask_after_yes(work: UnitOfWork, roster: Roster, leader: Leader) -> None:
    """Somebody who says yes while a round is open is asked on their next day; the first step comes first."""
    tomorrow = calendar.local(work.at, leader.zone).date() + timedelta(days=1)
    wall = work.book.rules.cadence.send_time_new
    for run in roster.live_runs(leader):
        campaign = work.book.campaign(run.campaign_id)
        for pulse_round in rounds_of(run, campaign, zone=roster.partnership.zone, rules=work.book.rules):
            if pulse_round.is_open(work.at):
                after = calendar.instant_of(tomorrow, wall, leader.zone)
                _look_later(work, leader, run, pulse_round, after=after)


async def remind_pulse(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Ask whoever was not asked yet; remind, once, whoever has not answered."""
    run_id, moment_text, leader_id = subject.split(":", 2)
    moment = PulseMoment(moment_text)
    roster = await read_roster(work.tx, partnership_id)
    leader = roster.leaders.get(leader_id)
    run = next((one for one in roster.runs if one.id == run_id), None)
    pulse_round = round_of(work, roster, run, moment) if run else None
    if leader is None or run is None or pulse_round is None or not pulse_round.is_open(work.at):
        return
    window = work.window(leader)
    if _is_paused(work, leader, run) or window is None or window[0] > work.at:
        _look_later(work, leader, run, pulse_round, after=work.at + timedelta(days=1))
        return
    if not await _was_asked(work, leader, run, moment):
        await _ask(work, roster, leader, run, moment)
        return
    if not roster.may_be_nudged(leader) or await has_answered(work, leader, run, moment):
        return
    told = await work.tell(
        leader,
        MessageKind.PULSE,
        "pulse_reminder",
        occurrence=f"{subject_of(run, moment)}:again",
        facts=reminder_facts(work.book, roster, work.book.campaign(run.campaign_id), pulse_round),
        subject=subject_of(run, moment),
    )
    if not told and calendar.week_of(work.at, leader.zone) == pulse_round.week_on:
        _look_later(work, leader, run, pulse_round, after=_next_week(work, leader))


async def has_answered(work: UnitOfWork, leader: Leader, run: CampaignRun, moment: PulseMoment) -> bool:
    """Whether this person's pseudonym has answers in this round."""
    key = await work.tx.listening.unchecked_pulse_key(run.id)
    if key is None:
        return False
    mine = person_key(key.secret, leader.person, run.id)
    return any(
        one.person_key == mine for one in await work.tx.listening.unchecked_pulse(run.id, moment=moment)
    )


async def _was_asked(work: UnitOfWork, leader: Leader, run: CampaignRun, moment: PulseMoment) -> bool:
    row_id = make_id(leader.partnership_id, leader.id, MessageKind.PULSE, subject_of(run, moment))
    return await work.tx.deliveries.unchecked(row_id) is not None


async def _make_key(work: UnitOfWork, run: CampaignRun) -> None:
    """The run's key is made once, at the first ask, and kept nowhere else."""
    if await work.tx.listening.unchecked_pulse_key(run.id) is None:
        secret = work.tx.random_hex(SECRET_BYTES)
        await work.tx.listening.save_pulse_key(PulseKey(run_id=run.id, secret=secret))


def pulse_facts(
    book: Playbook, roster: Roster, campaign: Campaign, pulse_round: PulseRound
) -> message_facts.Pulse:
    """What the message that asks the pulse says."""
    facilitator = facilitator_of(roster)
    has_words = campaign.pulse_in_words is not None and facilitator is not None
    return {
        **reminder_facts(book, roster, campaign, pulse_round),
        "partnership": roster.partnership.name,
        "least": book.rules.pulse.min_people,
        "facilitator": facilitator.name if has_words and facilitator else "",
    }


def reminder_facts(
    book: Playbook, roster: Roster, campaign: Campaign, pulse_round: PulseRound
) -> message_facts.PulseReminder:
    """What the one reminder says."""
    count = len(asked_of(book, roster, campaign, pulse_round.moment))
    return {
        "count": NUMBERS[count] if count < len(NUMBERS) else str(count),
        "closes": closes_words(pulse_round, roster),
        "buttons": buttons("pulse"),
    }


def closes_words(pulse_round: PulseRound, roster: Roster) -> str:
    """The day on which a round closes, at noon."""
    return day_words(calendar.local(pulse_round.closes_at, roster.partnership.zone).date())


def facilitator_of(roster: Roster) -> Leader | None:
    """The partnership's facilitator, where they can be reached."""
    leader = roster.leaders.get(roster.partnership.facilitator_id or "")
    return leader if leader is not None and leader.address is not None else None


def _look_later(
    work: UnitOfWork, leader: Leader, run: CampaignRun, pulse_round: PulseRound, *, after: datetime
) -> None:
    """Look at this person's round again in their next hours, as long as it is open then."""
    window = work.window(leader, after=max(after, work.at))
    subject = f"{subject_of(run, pulse_round.moment)}:{leader.id}"
    if window is not None and window[0] < pulse_round.closes_at:
        work.set_timer(TimerKind.PULSE_REMINDER, subject, window[0], partnership_id=leader.partnership_id)


def _next_week(work: UnitOfWork, leader: Leader) -> datetime:
    monday = calendar.week_of(work.at, leader.zone) + calendar.WEEK
    return calendar.instant_of(monday, work.book.rules.cadence.send_time_reminder, leader.zone)


def _is_paused(work: UnitOfWork, leader: Leader, run: CampaignRun) -> bool:
    today = calendar.local(work.at, leader.zone).date()
    return any(today in pause for pause in run.pauses)
