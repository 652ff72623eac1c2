"""A coffee round: on its Monday, everybody who will be nudged that week gets a partner elsewhere."""

from __future__ import annotations

from nudges.model import cadence, calendar
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.pair import Pair, PairKind
from nudges.model.people import Leader
from nudges.rules.pairing import pairing
from nudges.unit_of_work.read_roster import Roster, read_roster, week_of_run
from nudges.unit_of_work.unit_of_work import UnitOfWork


async def form_round(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """Form this week's pairs of one campaign run; doing it again in the same week changes nothing.

    The subject is the run's id and the round's number.
    """
    run_id = subject.rsplit(":", 1)[0]
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    if run is None:
        return
    week_on = calendar.week_of(work.at, roster.partnership.zone)
    campaign_and_week = week_of_run(run, week_on, work.book)
    if campaign_and_week is None or campaign_and_week[1].coffee_round is None:
        return
    number = campaign_and_week[1].coffee_round
    pairs = await work.tx.commitments.unchecked_pairs(partnership_id)
    if any(pair.run_id == run.id and pair.round == number for pair in pairs):
        return
    present = [
        roster.leaders[member_id]
        for member_id in run.member_ids
        if member_id in roster.leaders and _will_be_there(work, roster, roster.leaders[member_id])
    ]
    formed = pairing.form_round(
        present,
        pairing.history_of(pairs),
        round_number=number,
        on=week_on,
        rules=work.book.rules,
        seed=int(make_id(run.id, number), 16) % 2**32,
    )
    for group in formed.groups:
        _pair_up(work, roster, run.id, number, group)


def _will_be_there(work: UnitOfWork, roster: Roster, leader: Leader) -> bool:
    """Has a new-action instant this week and is not in a pause of any kind."""
    rules = work.book.rules
    week_on = calendar.week_of(work.at, leader.zone)
    due = cadence.new_action_instant(
        leader, week_on=week_on, after=work.at, holidays=work.holidays_of(leader), rules=rules
    )
    return (
        due is not None
        and roster.may_be_nudged(leader)
        and leader.silent < rules.backoff.stop_after
        and cadence.offer_allowed(leader, week_on=week_on, rules=rules)
    )


def _pair_up(work: UnitOfWork, roster: Roster, run_id: str, number: int, group: tuple[str, ...]) -> None:
    pair = Pair(
        id=make_id("pair", run_id, number, *group),
        partnership_id=roster.partnership.id,
        run_id=run_id,
        kind=PairKind.COFFEE,
        leader_ids=group,
        organisation_ids=tuple(roster.leaders[one].organisation_id for one in group),
        formed_at=work.at,
        round=number,
    )
    work.keep(pair)
    work.log(
        EventKind.PAIRED,
        partnership_id=roster.partnership.id,
        subject=pair.id,
        run_id=run_id,
        data={"round": number, "organisations": sorted(set(pair.organisation_ids))},
    )
