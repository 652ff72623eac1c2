"""Answers to the pulse: under a pseudonym, as often as somebody likes until the round closes."""

from __future__ import annotations

from nudges import access
from nudges.errors import NotFound
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun, Leader
from nudges.model.pulse import (
    PulseAnswer,
    PulseMoment,
    PulseRound,
    Question,
    person_key,
    read_values,
    rounds_of,
    scale_choices,
)
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pulse.ask_pulse import asked_of, closes_words, round_of, subject_of


async def pulse(reply: ReplyContext) -> Outcome:
    """Open the questions; a typed word opens the round that is open now.

    What was answered before is not shown in them: the form would keep it beside the person.
    """
    if not reply.subject:
        return await _typed(reply)
    reply, run, pulse_round = await _round(reply)
    if pulse_round is None or not pulse_round.is_open(reply.work.at):
        return await reply.say("pulse_over")
    asked = asked_of(
        reply.work.book, reply.roster, reply.work.book.campaign(run.campaign_id), pulse_round.moment
    )
    facts: Facts = {
        "questions": [{"id": each.id, "text": each.text} for each in asked],
        "scale": scale_choices(reply.work.book.rules),
    }
    form = reply.renderer.form("pulse", facts, subject=reply.subject, locale=reply.leader.locale)
    return Outcome(form=form)


async def _typed(reply: ReplyContext) -> Outcome:
    for leader in reply.leaders:
        roster = await _roster_of(reply, leader)
        for run, pulse_round in _open_rounds(reply, roster, leader):
            return await pulse(reply.about(subject_of(run, pulse_round.moment)))
    return await reply.say("pulse_over")


def _open_rounds(reply: ReplyContext, roster: Roster, leader: Leader) -> list[tuple[CampaignRun, PulseRound]]:
    book = reply.work.book
    return [
        (run, pulse_round)
        for run in roster.runs
        if leader.id in run.member_ids
        for pulse_round in rounds_of(
            run, book.campaign(run.campaign_id), zone=roster.partnership.zone, rules=book.rules
        )
        if pulse_round.is_open(reply.work.at)
    ]


async def pulse_submit(reply: ReplyContext) -> Outcome:
    """Keep the answers, in place of earlier ones of the same round. No line of the log says who answered."""
    reply, run, pulse_round = await _round(reply)
    key = await access.own_pulse_key(reply.work.tx, reply.leader, run)
    if pulse_round is None or not pulse_round.is_open(reply.work.at) or key is None:
        return await reply.say("pulse_over")
    campaign = reply.work.book.campaign(run.campaign_id)
    asked = asked_of(reply.work.book, reply.roster, campaign, pulse_round.moment)
    values, missing = read_values(asked, reply.command.args, reply.work.book.rules)
    if missing:
        return Outcome(errors=dict.fromkeys(missing, reply.in_words(said("pulse.pick_one"))))
    mine = person_key(key.secret, reply.leader.person, run.id)
    await reply.work.tx.listening.save_pulse(_answers(reply, run, pulse_round, mine, asked, values))
    reply.work.set_timer(
        TimerKind.PULSE_CLOSES, reply.subject, pulse_round.closes_at, partnership_id=run.partnership_id
    )
    facts: message_facts.PulseThanks = {
        "closes": closes_words(pulse_round, reply.roster),
        "least": 0 if campaign.private_rollup else reply.work.book.rules.pulse.min_people,
        "buttons": [{"verb": "pulse", "label": reply.in_words(said("pulse.change_my_answers"))}],
    }
    await reply.redraw(reply.subject, "pulse_thanks", facts)
    return Outcome()


def _answers(
    reply: ReplyContext,
    run: CampaignRun,
    pulse_round: PulseRound,
    mine: str,
    asked: tuple[Question, ...],
    values: dict[str, int | None],
) -> list[PulseAnswer]:
    return [
        PulseAnswer(
            run_id=run.id,
            moment=pulse_round.moment,
            person_key=mine,
            item_id=question.id,
            value=values[question.id],
            answered_on=calendar.local(reply.work.at, reply.roster.partnership.zone).date(),
        )
        for question in asked
    ]


async def _round(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun, PulseRound | None]:
    """The round that the tap was about, as the roster entry that takes part in it.

    Raises:
        NotFound: there is no such round, or the person takes no part in it.
    """
    run_id, _, moment = reply.subject.partition(":")
    for leader in reply.leaders:
        roster = await _roster_of(reply, leader)
        run = next((each for each in roster.runs if each.id == run_id), None)
        if run is not None and leader.id in run.member_ids and moment in set(PulseMoment):
            here = await reply.as_leader(leader)
            return here, run, round_of(reply.work, roster, run, PulseMoment(moment))
    raise NotFound(access.GONE)


async def _roster_of(reply: ReplyContext, leader: Leader) -> Roster:
    if leader.partnership_id == reply.roster.partnership.id:
        return reply.roster
    return await read_roster(reply.work.tx, leader.partnership_id)
