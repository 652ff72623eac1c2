"""The weekly new-action instant of each leader: expire, then the ladder, then the offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from nudges.rules import cadence, calendar, choosing
from nudges.rules.catalogue import Action, Campaign, Week
from nudges.rules.message import MessageKind
from nudges.rules.nudge import Nudge
from nudges.rules.pair import Pair
from nudges.rules.people import CampaignRun, Leader, Pace, Visibility
from nudges.rules.record import EventKind, TimerKind
from nudges.use_cases.cards import Facts, Scene, buttons, offer_facts
from nudges.use_cases.expiry import ends_at
from nudges.use_cases.looking_back import is_planned_and_past, note_unheard, rider, settle
from nudges.use_cases.offering import look_again, new_nudge, record_offer
from nudges.use_cases.peers import find_pair
from nudges.use_cases.roster import Roster, week_of_run
from nudges.use_cases.table import Table, read_table
from nudges.use_cases.turn import Turn

OUTAGE = timedelta(days=1)
RIDERS_MAX = 2


async def plan_week(turn: Turn, partnership_id: str, leader_ids: Sequence[str], *, due_at: datetime) -> None:
    """Look at each of these leaders once, and set when to look again.

    Where the bot itself was away for over a day, silence is not held against anybody.
    """
    table = await read_table(turn, partnership_id, leader_ids)
    was_away = turn.at - due_at > OUTAGE
    leaders = [table.roster.leaders[one] for one in leader_ids if one in table.roster.leaders]
    for leader in leaders:
        await _look_at(turn, table, leader, was_away=was_away)


async def _look_at(turn: Turn, table: Table, leader: Leader, *, was_away: bool) -> None:
    holidays, rules = turn.holidays_of(leader), turn.book.rules
    week_on = calendar.week_of(turn.at, leader.zone)
    due = cadence.new_action_instant(leader, week_on=week_on, after=turn.at, holidays=holidays, rules=rules)
    if due is not None and due > turn.at:
        turn.wake(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)
        return
    await note_unheard(turn, table, leader)
    leader, riders = settle(turn, table, leader, was_away=was_away)
    if due is not None:
        leader = await _offer(turn, table, leader, week_on=week_on, riders=riders)
    turn.keep(leader)
    await _ask_alone(turn, riders)
    look_again(turn, table.roster, leader)
    _close_later(turn, table, leader)


def _close_later(turn: Turn, table: Table, leader: Leader) -> None:
    """After the end of a campaign, what is still open is closed when its time is over."""
    left = [one for one in table.histories[leader.id] if one.is_open]
    if left and leader.is_in and not table.roster.live_runs(leader):
        due_at = min(ends_at(turn, table.roster, leader, one) for one in left)
        turn.wake(TimerKind.OFFER, leader.id, due_at, partnership_id=leader.partnership_id)


async def _ask_alone(turn: Turn, riders: Sequence[Facts]) -> None:
    """Where no message of this week carries "Did it happen?", it goes on its own."""
    for one in riders:
        nudge = await turn.nudge(str(one["subject"]))
        if nudge is not None and nudge.followed_up_at is None and is_planned_and_past(nudge, at=turn.at):
            turn.wake(TimerKind.FOLLOW_UP, nudge.id, turn.at, partnership_id=nudge.partnership_id)


async def _offer(turn: Turn, table: Table, leader: Leader, *, week_on: date, riders: list[Facts]) -> Leader:
    """Offer this week's action, unless something speaks against it; a skipped week is not silence."""
    leader = back_off(turn, leader, week_on=week_on)
    found = _this_week(turn, table.roster, leader, week_on)
    if (
        found is None
        or not table.roster.may_be_nudged(leader)
        or not _has_place(turn, table, leader, week_on)
    ):
        return leader
    if not cadence.offer_allowed(leader, week_on=week_on, rules=turn.book.rules):
        return leader
    run, campaign, week = found
    nudge, pair = _choose(turn, table, leader, run, week, week_on=week_on)
    if nudge is None or await turn.room(leader, week_on) < 1:
        return leader
    scene = Scene(book=turn.book, roster=table.roster, leader=leader, pair=pair)
    riders = [*riders, *_questions(table, leader, campaign, week)][:RIDERS_MAX]
    is_back = leader.silent > 0 and any(one.replied_at for one in table.histories[leader.id][-1:])
    await turn.tell(
        leader,
        MessageKind.NUDGE,
        "welcome_back" if is_back else "nudge",
        occurrence=nudge.id,
        facts=offer_facts(scene, nudge, theme=week.theme, riders=riders),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    for asked in table.histories[leader.id]:
        if any(one["event"] == "rider_did_it_happen" and one["subject"] == asked.id for one in riders):
            turn.keep(replace(asked, followed_up_at=turn.at))
    record_offer(turn, table.roster, leader, nudge, pair)
    table.histories[leader.id].append(nudge)
    if pair is not None and pair not in table.pairs:
        table.pairs.append(pair)
    was_asked = any(one["event"] == "rider_visibility" for one in riders)
    return replace(leader, last_offer_on=week_on, visibility_asked=leader.visibility_asked or was_asked)


def back_off(turn: Turn, leader: Leader, *, week_on: date) -> Leader:
    """After three silent offers a pause, after four a stop with one friendly restart."""
    rules = turn.book.rules.backoff
    if leader.silent >= rules.stop_after:
        if leader.restarted_at is None and leader.backed_off_until != date.max:
            restart_at = cadence.restart_instant(
                leader, after=turn.at, holidays=turn.holidays_of(leader), rules=turn.book.rules
            )
            turn.wake(TimerKind.RESTART, leader.id, restart_at, partnership_id=leader.partnership_id)
            turn.log(
                EventKind.BACKED_OFF,
                partnership_id=leader.partnership_id,
                leader=leader,
                data={"to": "stopped"},
            )
        return replace(leader, backed_off_until=date.max)
    if leader.silent == rules.pause_after and leader.backed_off_until is None:
        turn.log(
            EventKind.BACKED_OFF, partnership_id=leader.partnership_id, leader=leader, data={"to": "pause"}
        )
        return replace(leader, backed_off_until=week_on + timedelta(weeks=rules.pause_weeks))
    return leader


def _has_place(turn: Turn, table: Table, leader: Leader, week_on: date) -> bool:
    """No new action yet this week, and no more open ones than two."""
    cadence_rules = turn.book.rules.cadence
    history = [*table.histories[leader.id], *table.elsewhere.get(leader.id, ())]
    new = [one for one in history if one.week_on == week_on and one.swapped_from is None]
    still_open = [one for one in history if one.is_open]
    return (
        len(new) < cadence_rules.new_actions_per_week_max and len(still_open) < cadence_rules.open_actions_max
    )


def _this_week(
    turn: Turn, roster: Roster, leader: Leader, week_on: date
) -> tuple[CampaignRun, Campaign, Week] | None:
    """The one campaign that speaks to this leader this week: the oldest that has an offer."""
    today = calendar.local(turn.at, leader.zone).date()
    for run in roster.live_runs(leader):
        found = week_of_run(run, week_on, turn.book)
        if any(today in pause for pause in run.pauses):
            continue
        if found is not None and found[1].kind == "offer":
            return run, *found
    return None


def _choose(
    turn: Turn, table: Table, leader: Leader, run: CampaignRun, week: Week, *, week_on: date
) -> tuple[Nudge | None, Pair | None]:
    """The nudge for this leader and the pair it needs; (None, None) where nothing fits."""
    history = table.histories[leader.id]

    def pair_for(action: Action) -> Pair | None:
        return find_pair(turn, table, leader, run, week, action)

    chosen = choosing.offers(
        week,
        leader,
        history,
        week_on=week_on,
        rung=run.highest_rung,
        catalogue=turn.book.catalogue,
        has_peer=lambda action: pair_for(action) is not None,
    )
    if not chosen:
        return None, None
    action = chosen[0]
    pair = pair_for(action) if action.needs_peer else None
    return new_nudge(turn, leader, run, week, action, chosen[1:], history, week_on=week_on, pair=pair), pair


def _questions(table: Table, leader: Leader, campaign: Campaign, week: Week) -> list[Facts]:
    """Peer confirmation, visibility and pace ride on the week's nudge; each is asked when it matters."""
    found: list[Facts] = []
    for pair in table.pairs:
        other = table.roster.leaders.get(pair.met_by or "")
        is_open = pair.confirmed_at is None and pair.denied_at is None
        if leader.id in pair.leader_ids and is_open and other is not None and other.id != leader.id:
            facts: Facts = {"peer": other.name, "buttons": buttons("met", "not_met")}
            found.append(rider("rider_confirm", pair.id, facts))
    if not leader.visibility_asked:
        choices = [{"verb": "visibility", "value": str(each)} for each in Visibility]
        found.append(rider("rider_visibility", leader.id, {"buttons": choices}))
    gate_is_near = any(
        one.gate and one.number in (week.number + 1, week.number + 2) for one in campaign.weeks
    )
    if leader.pace is None and (gate_is_near or leader.silent > 0):
        choices = [{"verb": "pace", "value": str(each)} for each in Pace]
        found.append(rider("rider_pace", leader.id, {"buttons": choices}))
    return found
