"""Answering the pulse: under a pseudonym, as often as somebody likes until the round closes."""

from __future__ import annotations

from nudges import access
from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun, Leader
from nudges.model.pulse import (
    PulseAnswer,
    PulseMoment,
    Question,
    Round,
    person_key,
    read_values,
    rounds_of,
    scale_choices,
)
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.pulse.ask_pulse import asked_of, closes_words, round_of, subject_of


async def pulse(one: Answering) -> Outcome:
    """Open the questions; a typed word opens the round that is open now.

    What was answered before is not shown in them: the form would keep it beside the person.
    """
    if not one.subject:
        return await _typed(one)
    one, run, found = await _round(one)
    if found is None or not found.is_open(one.turn.at):
        return await one.say("pulse_over", {})
    asked = asked_of(one.turn.book, one.roster, one.turn.book.campaign(run.campaign_id), found.moment)
    facts: Facts = {
        "questions": [{"id": each.id, "text": each.text} for each in asked],
        "scale": scale_choices(one.turn.book.rules),
    }
    form = one.renderer.form("pulse", facts, subject=one.subject, locale=one.leader.locale)
    return Outcome(form=form)


async def _typed(one: Answering) -> Outcome:
    for leader in one.leaders:
        roster = await _roster_of(one, leader)
        for run, found in _open_rounds(one, roster, leader):
            return await pulse(one.about(subject_of(run, found.moment)))
    return await one.say("pulse_over", {})


def _open_rounds(one: Answering, roster: Roster, leader: Leader) -> list[tuple[CampaignRun, Round]]:
    book = one.turn.book
    return [
        (run, found)
        for run in roster.runs
        if leader.id in run.member_ids
        for found in rounds_of(
            run, book.campaign(run.campaign_id), zone=roster.partnership.zone, rules=book.rules
        )
        if found.is_open(one.turn.at)
    ]


async def pulse_submit(one: Answering) -> Outcome:
    """Keep the answers, in place of earlier ones of the same round. No line of the log says who answered."""
    one, run, found = await _round(one)
    key = await one.turn.tx.voices.unchecked_pulse_key(run.id)
    if found is None or not found.is_open(one.turn.at) or key is None:
        return await one.say("pulse_over", {})
    campaign = one.turn.book.campaign(run.campaign_id)
    asked = asked_of(one.turn.book, one.roster, campaign, found.moment)
    values, missing = read_values(asked, one.command.args, one.turn.book.rules)
    if missing:
        return Outcome(errors=dict.fromkeys(missing, "Please pick one. “Prefer not to say” is fine, too."))
    mine = person_key(key.secret, one.leader.person, run.id)
    await one.turn.tx.voices.save_pulse(_answers(one, run, found, mine, asked, values))
    one.turn.wake(TimerKind.PULSE_CLOSES, one.subject, found.closes_at, partnership_id=run.partnership_id)
    facts: Facts = {
        "closes": closes_words(found, one.roster),
        "least": 0 if campaign.private_rollup else one.turn.book.rules.pulse.min_people,
        "buttons": [{"verb": "pulse", "label": "Change my answers"}],
    }
    await one.redraw(one.subject, "pulse_thanks", facts)
    return Outcome()


def _answers(
    one: Answering,
    run: CampaignRun,
    found: Round,
    mine: str,
    asked: tuple[Question, ...],
    values: dict[str, int | None],
) -> list[PulseAnswer]:
    return [
        PulseAnswer(
            run_id=run.id,
            moment=found.moment,
            person_key=mine,
            item_id=each.id,
            value=values[each.id],
            answered_on=calendar.local(one.turn.at, one.roster.partnership.zone).date(),
        )
        for each in asked
    ]


async def _round(one: Answering) -> tuple[Answering, CampaignRun, Round | None]:
    """The round that the tap was about, as the roster entry that takes part in it.

    Raises:
        NotFound: there is no such round, or the person takes no part in it.
    """
    run_id, _, moment = one.subject.partition(":")
    for leader in one.leaders:
        roster = await _roster_of(one, leader)
        run = next((each for each in roster.runs if each.id == run_id), None)
        if run is not None and leader.id in run.member_ids and moment in set(PulseMoment):
            here = await one.as_leader(leader)
            return here, run, round_of(one.turn, roster, run, PulseMoment(moment))
    raise NotFound(access.GONE)


async def _roster_of(one: Answering, leader: Leader) -> Roster:
    if leader.partnership_id == one.roster.partnership.id:
        return one.roster
    return await read_roster(one.turn.tx, leader.partnership_id)
