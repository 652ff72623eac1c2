"""Gates: a rung opens by the numbers, by the lead's word, or where it is hard by the facilitator alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model import calendar, message_facts
from nudges.model.catalogue import Campaign
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import CampaignRun, GateOpening, Leader, Pace, Role
from nudges.model.plain_words import and_words
from nudges.model.pulse import PulseMoment, rounds_of
from nudges.model.timers import TimerKind
from nudges.rules.pulse.pulse_figures import fall_in_points
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork

BY_RULE = "rule"
READS_THE_PULSE = 3
AFTER_THE_PULSE = timedelta(minutes=5)


async def check_gate(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """On a gate's Monday, and each Monday after it: open the rung if the numbers allow, else say why not."""
    run_id, rung_text = subject.rsplit(":", 1)
    rung = int(rung_text)
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    if run is None or run.highest_rung >= rung:
        return
    closes_at = _pulse_closes_at(work, roster, run, rung)
    if closes_at is not None:
        due_at = closes_at + AFTER_THE_PULSE
        work.set_timer(TimerKind.GATE, subject, due_at, partnership_id=partnership_id)
        return
    reasons = await _reasons_to_wait(work, roster, run, rung)
    if not reasons:
        # Kept as it is worded now, as a person's own reason is; everybody can read it.
        because = work.book.in_words(said("campaigns.gate.numbers_met"))
        _unlock(work, run, rung, because=because, by=BY_RULE)
        return
    work.log(
        EventKind.GATE_WAITED,
        partnership_id=partnership_id,
        subject=subject,
        run_id=run.id,
        data={"rung": rung},
    )
    for keeper in keepers_of(work, roster, run):
        await work.tell(
            keeper,
            MessageKind.LEAD,
            "gate_wait",
            occurrence=f"{subject}:{work.at.date().isoformat()}",
            facts=message_facts.GateWait(
                rung=rung,
                reason=and_words(work.book.in_words(one, locale=keeper.locale) for one in reasons),
                campaign=work.book.name_of(run),
                buttons=buttons("open_gate"),
            ),
            subject=subject,
        )
    weeks = timedelta(weeks=work.book.rules.gates.again_after_weeks)
    again = calendar.week_of(work.at, roster.partnership.zone) + weeks
    due_at = calendar.instant_of(again, work.book.rules.cadence.monday_look_time, roster.partnership.zone)
    work.set_timer(TimerKind.GATE, subject, due_at, partnership_id=partnership_id)


def keepers_of(work: UnitOfWork, roster: Roster, run: CampaignRun) -> list[Leader]:
    """Who hears that a gate waits, and may open it: the leads; where it is hard, the facilitator alone."""
    if not work.book.campaign(run.campaign_id).hard_gates:
        return roster.leads()
    named = roster.leaders.get(roster.partnership.facilitator_id or "")
    others = [one for one in roster.leaders.values() if Role.FACILITATOR in one.roles and one is not named]
    return [*([named] if named is not None else []), *others]


def _pulse_closes_at(work: UnitOfWork, roster: Roster, run: CampaignRun, rung: int) -> datetime | None:
    """When the pulse that rung 3 reads closes, where it takes answers now."""
    campaign = work.book.campaign(run.campaign_id)
    if rung < READS_THE_PULSE or campaign.hard_gates:
        return None
    rounds = rounds_of(run, campaign, zone=roster.partnership.zone, rules=work.book.rules)
    mid = next((one for one in rounds if one.moment is PulseMoment.MID), None)
    return mid.closes_at if mid is not None and mid.is_open(work.at) else None


async def _reasons_to_wait(work: UnitOfWork, roster: Roster, run: CampaignRun, rung: int) -> list[Said]:
    """Why the rung stays closed, in words that name nobody; none where it may open."""
    campaign, gates = work.book.campaign(run.campaign_id), work.book.rules.gates
    if campaign.hard_gates:
        return [said("campaigns.gate.not_by_you")]
    if rung >= READS_THE_PULSE:
        return await _reasons_above(work, run, campaign)
    members = [roster.leaders[one] for one in run.member_ids if one in roster.leaders]
    active = [one for one in members if roster.may_be_nudged(one) and one.backed_off_until is None]
    tally = await work.tx.records.tally(run.partnership_id, until=work.at, run_id=run.id)
    done = tally.get(EventKind.DONE, 0) - tally.get(EventKind.DONE_UNDONE, 0)
    if not active or done / len(active) < gates.rung_2_done_per_active_mean:
        return [said("campaigns.gate.few_steps")]
    if _pace_share(active) < gates.rung_2_pace_right_or_faster_share:
        return [said("campaigns.gate.pace_not_right")]
    return []


async def _reasons_above(work: UnitOfWork, run: CampaignRun, campaign: Campaign) -> list[Said]:
    """Which of the three is missing for brave steps: open steps, a pulse that held up, a lead's words."""
    gates = work.book.rules.gates
    result: list[Said] = []
    if gates.rung_3_needs_rung_2 and run.highest_rung < READS_THE_PULSE - 1:
        result.append(said("campaigns.gate.rung_2_closed"))
    if any(week.pulse == PulseMoment.MID.value for week in campaign.weeks):
        closed = await work.tx.records.events(
            run.partnership_id, kinds=[EventKind.PULSE_CLOSED], run_id=run.id
        )
        fall = fall_in_points(closed)
        if fall is None:
            result.append(said("campaigns.gate.few_answers"))
        elif fall > gates.rung_3_pulse_mean_fall_max_points:
            result.append(said("campaigns.gate.pulse_fell"))
    if gates.rung_3_lead_confirms:
        result.append(
            said("campaigns.gate.your_words_to_come" if result else "campaigns.gate.your_words_missing")
        )
    return result


def _pace_share(leaders: list[Leader]) -> float:
    votes = [one.pace for one in leaders if one.pace is not None]
    return sum(1 for vote in votes if vote is not Pace.SLOWER) / len(votes) if votes else 0.0


def _unlock(work: UnitOfWork, run: CampaignRun, rung: int, *, because: str, by: str) -> None:
    opened = tuple(
        GateOpening(rung=number, at=work.at, because=because, by=by)
        for number in range(run.highest_rung + 1, rung + 1)
    )
    work.keep(replace(run, gates=(*run.gates, *opened)))
    for gate_opening in opened:
        work.cancel_timer(TimerKind.GATE, f"{run.id}:{gate_opening.rung}")
        work.log(
            EventKind.GATE_OPENED,
            partnership_id=run.partnership_id,
            subject=run.id,
            run_id=run.id,
            data={"rung": gate_opening.rung, "by": by},
        )


def unlock_by_word(work: UnitOfWork, run: CampaignRun, rung: int, *, because: str, by: Leader | None) -> None:
    """A person opens a rung and says why; rung 3 opens rung 2 with it.

    `by` is None at the command line, where whoever runs it answers for the role.

    Raises:
        NotAllowed: the campaign's gates are the facilitator's, and this is somebody else.
        InvalidInput: no reason, or no such rung.
        NotFound: the rung is open already.
    """
    campaign = work.book.campaign(run.campaign_id)
    if not because.strip():
        raise InvalidInput(said("campaigns.gate.say_why"))
    most = work.book.rules.content.rung_max
    if not 2 <= rung <= most:
        raise InvalidInput(said("campaigns.gate.rungs", {"most": most}))
    if run.highest_rung >= rung:
        raise NotFound(said("campaigns.gate.open_already", {"rung": rung}))
    if campaign.hard_gates and by is not None and Role.FACILITATOR not in by.roles:
        raise NotAllowed(said("campaigns.gate.by_facilitator"))
    _unlock(work, run, rung, because=because.strip(), by=by.id if by else "lead")
