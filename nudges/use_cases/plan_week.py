"""The weekly new-action instant of each leader: expire, then the ladder, then the offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from nudges.rules import cadence, calendar, choosing, links
from nudges.rules import nudge as life
from nudges.rules.catalogue import Action, Campaign, Week
from nudges.rules.delivery import DeliveryState
from nudges.rules.ids import make_id
from nudges.rules.message import MessageKind
from nudges.rules.nudge import Nudge, NudgeState
from nudges.rules.pair import Pair, PairKind
from nudges.rules.people import CampaignRun, Leader, Pace, Visibility
from nudges.rules.record import EventKind, TimerKind
from nudges.use_cases.cards import Facts, Scene, buttons, happened_facts, offer_facts
from nudges.use_cases.expiry import ends_at
from nudges.use_cases.roster import Roster, read_roster, week_of_run
from nudges.use_cases.turn import Turn

OUTAGE = timedelta(days=1)
HISTORY = timedelta(weeks=60)
RIDERS_MAX = 2


@dataclass(kw_only=True, slots=True)
class Board:
    """What is on the table while a week is planned; pairs that are made on the way are added.

    `elsewhere` holds the nudges that the same person got in other partnerships, by leader id; `unheard`
    the ids of nudges whose message was never taken by the platform.
    """

    roster: Roster
    histories: dict[str, list[Nudge]]
    pairs: list[Pair] = field(default_factory=list)
    elsewhere: dict[str, list[Nudge]] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)


async def plan_week(turn: Turn, partnership_id: str, leader_ids: Sequence[str], *, due_at: datetime) -> None:
    """Look at each of these leaders once, and set when to look again.

    Where the bot itself was away for over a day, silence is not held against anybody.
    """
    board = await read_board(turn, partnership_id, leader_ids)
    was_away = turn.at - due_at > OUTAGE
    leaders = [board.roster.leaders[one] for one in leader_ids if one in board.roster.leaders]
    for leader in leaders:
        await _look_at(turn, board, leader, was_away=was_away)


async def read_board(turn: Turn, partnership_id: str, leader_ids: Sequence[str]) -> Board:
    """Read the roster, these leaders' nudges of about a year, and the partnership's pairs.

    What the turn has changed already stands as it was changed.
    """
    roster = await read_roster(turn.tx, partnership_id)
    since = calendar.local(turn.at - HISTORY, roster.partnership.zone).date()
    histories: dict[str, list[Nudge]] = {one: [] for one in leader_ids}
    for nudge in await turn.tx.commitments.unchecked_nudges(leader_ids, since=since):
        histories[nudge.leader_id].append(turn.known(Nudge, nudge.id) or nudge)
    stored = await turn.tx.commitments.unchecked_pairs(partnership_id)
    pairs = [turn.known(Pair, pair.id) or pair for pair in stored]
    elsewhere = await _elsewhere(turn, roster, leader_ids)
    return Board(roster=roster, histories=histories, pairs=pairs, elsewhere=elsewhere)


async def _elsewhere(turn: Turn, roster: Roster, leader_ids: Sequence[str]) -> dict[str, list[Nudge]]:
    """One person has one new action a week, in however many partnerships they take part."""
    mine = {roster.leaders[one].person: one for one in leader_ids if one in roster.leaders}
    others = await turn.tx.people.unchecked_leaders_of(sorted(mine))
    owner = {one.id: mine[one.person] for one in others if one.partnership_id != roster.partnership.id}
    found: dict[str, list[Nudge]] = {}
    since = calendar.local(turn.at - 2 * calendar.WEEK, roster.partnership.zone).date()
    for nudge in await turn.tx.commitments.unchecked_nudges(sorted(owner), since=since):
        found.setdefault(owner[nudge.leader_id], []).append(nudge)
    return found


async def _look_at(turn: Turn, board: Board, leader: Leader, *, was_away: bool) -> None:
    holidays, rules = turn.holidays_of(leader), turn.book.rules
    week_on = calendar.week_of(turn.at, leader.zone)
    due = cadence.new_action_instant(leader, week_on=week_on, after=turn.at, holidays=holidays, rules=rules)
    if due is not None and due > turn.at:
        turn.wake(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)
        return
    await _note_unheard(turn, board, leader)
    leader, riders = settle(turn, board, leader, was_away=was_away)
    if due is not None:
        leader = await _offer(turn, board, leader, week_on=week_on, riders=riders)
    turn.keep(leader)
    await _ask_alone(turn, riders)
    look_again(turn, board.roster, leader)
    _close_later(turn, board, leader)


async def _note_unheard(turn: Turn, board: Board, leader: Leader) -> None:
    """Nobody is silent about a message that never reached them: their chat refused it, say."""
    for nudge in board.histories[leader.id]:
        if nudge.judged_at is None and nudge.replied_at is None:
            rows = await turn.tx.deliveries.unchecked_of_subject(nudge.id)
            if not any(one.state is DeliveryState.SENT for one in rows):
                board.unheard.add(nudge.id)


def _close_later(turn: Turn, board: Board, leader: Leader) -> None:
    """After the end of a campaign, what is still open is closed when its time is over."""
    left = [one for one in board.histories[leader.id] if one.is_open]
    if left and leader.is_in and not board.roster.live_runs(leader):
        due_at = min(ends_at(turn, board.roster, leader, one) for one in left)
        turn.wake(TimerKind.OFFER, leader.id, due_at, partnership_id=leader.partnership_id)


async def _ask_alone(turn: Turn, riders: Sequence[Facts]) -> None:
    """Where no message of this week carries "Did it happen?", it goes on its own."""
    for one in riders:
        nudge = await turn.nudge(str(one["subject"]))
        if nudge is not None and nudge.followed_up_at is None and is_planned_and_past(nudge, at=turn.at):
            turn.wake(TimerKind.FOLLOW_UP, nudge.id, turn.at, partnership_id=nudge.partnership_id)


def look_again(turn: Turn, roster: Roster, leader: Leader, *, this_week: bool = False) -> None:
    """Set the leader's next new-action instant: in a later week, or still in this one where it lies ahead."""
    due = None
    if leader.is_in and roster.live_runs(leader):
        holidays, rules = turn.holidays_of(leader), turn.book.rules
        week_on = calendar.week_of(turn.at, leader.zone)
        if this_week:
            due = cadence.new_action_instant(
                leader, week_on=week_on, after=turn.at, holidays=holidays, rules=rules
            )
        due = due or cadence.next_new_action_instant(
            leader, after=turn.at, after_week=week_on, holidays=holidays, rules=rules
        )
    turn.wake(TimerKind.OFFER, leader.id, due, partnership_id=leader.partnership_id)


def settle(turn: Turn, board: Board, leader: Leader, *, was_away: bool) -> tuple[Leader, list[Facts]]:
    """Expire what is over, count silence and misses, and find what should ride on the next message."""
    history = board.histories[leader.id]
    for place, one in enumerate(history):
        nudge = _expired(turn, board, leader, one)
        nudge, leader = _judged(turn, board, leader, nudge, was_away=was_away)
        if nudge is not one:
            history[place] = nudge
            turn.keep(nudge)
    return leader, [each for nudge in history if (each := _about(turn, board, leader, nudge)) is not None]


def _expired(turn: Turn, board: Board, leader: Leader, nudge: Nudge) -> Nudge:
    if not nudge.is_open:
        return nudge
    over_at = ends_at(turn, board.roster, leader, nudge)
    if over_at > turn.at:
        return nudge
    turn.log(
        EventKind.EXPIRED,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
    )
    return life.expire(nudge, at=turn.at)


def _judged(
    turn: Turn, board: Board, leader: Leader, nudge: Nudge, *, was_away: bool
) -> tuple[Nudge, Leader]:
    """Settle once whether a nudge was a miss: silent, or planned and not done two working days later."""
    if nudge.judged_at is not None or nudge.offered_at >= turn.at:
        return nudge, leader
    state = nudge.before if nudge.state is NudgeState.EXPIRED and nudge.before else nudge.state
    if state in (NudgeState.PLANNED, NudgeState.NOT_YET) and nudge.plan is not None:
        judged_from = cadence.missed_after(
            leader, planned_at=nudge.plan.at, holidays=turn.holidays_of(leader), rules=turn.book.rules
        )
        if judged_from > turn.at:
            return nudge, leader
    settled = replace(nudge, judged_at=turn.at)
    if state in (NudgeState.DONE, NudgeState.PARTLY):
        return settled, replace(leader, missed=0, silent=0)
    if state in (NudgeState.SWAPPED, NudgeState.NOT_NOW, NudgeState.WITHDRAWN) or was_away:
        return settled, leader
    if nudge.replied_at is None and (nudge.id in board.unheard or _was_paused(turn, board, leader, nudge)):
        return settled, leader
    if nudge.replied_at is None:
        turn.log(EventKind.SILENT, partnership_id=leader.partnership_id, subject=nudge.id, leader=leader)
        return settled, replace(leader, silent=leader.silent + 1, missed=leader.missed + 1)
    is_missed = state in (NudgeState.PLANNED, NudgeState.NOT_YET)
    return settled, replace(leader, missed=leader.missed + 1) if is_missed else leader


def _was_paused(turn: Turn, board: Board, leader: Leader, nudge: Nudge) -> bool:
    """Whether the leader's own pause, or the campaign's, fell into the time for a reply."""
    run = next((one for one in board.roster.runs if one.id == nudge.run_id), None)
    pauses = [*(run.pauses if run else ()), *((leader.paused,) if leader.paused else ())]
    offered_on = calendar.local(nudge.offered_at, leader.zone).date()
    today = calendar.local(turn.at, leader.zone).date()
    return any(pause.from_on <= today and offered_on < pause.to_on for pause in pauses)


def _about(turn: Turn, board: Board, leader: Leader, nudge: Nudge) -> Facts | None:
    """A question about an earlier nudge that rides on the next message."""
    if not nudge.is_open:
        return None
    scene = Scene(book=turn.book, roster=board.roster, leader=leader, pair=_pair_of(board, nudge))
    if is_planned_and_past(nudge, at=turn.at):
        return rider("rider_did_it_happen", nudge.id, happened_facts(scene, nudge))
    is_last = nudge.id == board.histories[leader.id][-1].id
    is_first_miss = leader.missed == turn.book.rules.support_person.new_day_at
    if is_last and is_first_miss and nudge.judged_at is not None and nudge.state is not NudgeState.PARTLY:
        _, title, _ = scene.filled(nudge)
        return rider("rider_previous", nudge.id, {"title": title, "buttons": buttons("move", "let_go")})
    return None


def is_planned_and_past(nudge: Nudge, *, at: datetime) -> bool:
    """Planned, the time has gone by, and nobody has asked since whether it happened."""
    if nudge.state is not NudgeState.PLANNED or nudge.plan is None or nudge.plan.at >= at:
        return False
    return nudge.followed_up_at is None or nudge.followed_up_at <= nudge.plan.at


def rider(event: str, subject: str, facts: Facts) -> Facts:
    """A question that rides on another message."""
    return {"event": event, "subject": subject, "facts": facts, "buttons": facts.pop("buttons")}


def _pair_of(board: Board, nudge: Nudge) -> Pair | None:
    return next((pair for pair in board.pairs if pair.id == nudge.pair_id), None)


async def _offer(turn: Turn, board: Board, leader: Leader, *, week_on: date, riders: list[Facts]) -> Leader:
    """Offer this week's action, unless something speaks against it; a skipped week is not silence."""
    leader = back_off(turn, leader, week_on=week_on)
    found = _this_week(turn, board.roster, leader, week_on)
    if (
        found is None
        or not board.roster.may_be_nudged(leader)
        or not _has_place(turn, board, leader, week_on)
    ):
        return leader
    if not cadence.offer_allowed(leader, week_on=week_on, rules=turn.book.rules):
        return leader
    run, campaign, week = found
    nudge, pair = _choose(turn, board, leader, run, week, week_on=week_on)
    if nudge is None or await turn.room(leader, week_on) < 1:
        return leader
    scene = Scene(book=turn.book, roster=board.roster, leader=leader, pair=pair)
    riders = [*riders, *_questions(board, leader, campaign, week)][:RIDERS_MAX]
    is_back = leader.silent > 0 and any(one.replied_at for one in board.histories[leader.id][-1:])
    await turn.tell(
        leader,
        MessageKind.NUDGE,
        "welcome_back" if is_back else "nudge",
        occurrence=nudge.id,
        facts=offer_facts(scene, nudge, theme=week.theme, riders=riders),
        subject=nudge.id,
        action_id=nudge.action_id,
    )
    for asked in board.histories[leader.id]:
        if any(one["event"] == "rider_did_it_happen" and one["subject"] == asked.id for one in riders):
            turn.keep(replace(asked, followed_up_at=turn.at))
    record_offer(turn, board.roster, leader, nudge, pair)
    board.histories[leader.id].append(nudge)
    if pair is not None and pair not in board.pairs:
        board.pairs.append(pair)
    was_asked = any(one["event"] == "rider_visibility" for one in riders)
    return replace(leader, last_offer_on=week_on, visibility_asked=leader.visibility_asked or was_asked)


def record_offer(turn: Turn, roster: Roster, leader: Leader, nudge: Nudge, pair: Pair | None) -> None:
    """Remember an offer, and when to follow it up."""
    turn.keep(nudge)
    if pair is not None:
        turn.keep(pair)
    turn.log(
        EventKind.OFFERED,
        partnership_id=leader.partnership_id,
        subject=nudge.id,
        leader=leader,
        run_id=nudge.run_id,
        data={"action": nudge.action_id, "week": nudge.week},
    )
    holidays, rules = turn.holidays_of(leader), turn.book.rules
    follow_up_at = cadence.reminder_instant(
        leader,
        offered_at=turn.at,
        next_offer_at=cadence.next_new_action_instant(
            leader, after=turn.at, after_week=nudge.week_on, holidays=holidays, rules=rules
        ),
        holidays=holidays,
        rules=rules,
    )
    turn.wake(TimerKind.FOLLOW_UP, nudge.id, follow_up_at, partnership_id=leader.partnership_id)


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


def _has_place(turn: Turn, board: Board, leader: Leader, week_on: date) -> bool:
    """No new action yet this week, and no more open ones than two."""
    cadence_rules = turn.book.rules.cadence
    history = [*board.histories[leader.id], *board.elsewhere.get(leader.id, ())]
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
    turn: Turn, board: Board, leader: Leader, run: CampaignRun, week: Week, *, week_on: date
) -> tuple[Nudge | None, Pair | None]:
    """The nudge for this leader and the pair it needs; (None, None) where nothing fits."""
    history = board.histories[leader.id]

    def pair_for(action: Action) -> Pair | None:
        return find_pair(turn, board, leader, run, week, action)

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


def new_nudge(
    turn: Turn,
    leader: Leader,
    run: CampaignRun,
    week: Week | None,
    action: Action,
    others: Sequence[Action],
    history: Sequence[Nudge],
    *,
    week_on: date,
    pair: Pair | None = None,
) -> Nudge:
    """A fresh nudge for this leader and week."""
    return Nudge(
        id=make_id("nudge", leader.id, week_on, action.id, len(history)),
        partnership_id=leader.partnership_id,
        run_id=run.id,
        leader_id=leader.id,
        action_id=action.id,
        week_on=week_on,
        week=week.number if week else 0,
        offered_at=turn.at,
        offers=tuple(other.id for other in others),
        pair_id=pair.id if pair else None,
        question=choosing.next_question(action, history),
    )


def find_pair(
    turn: Turn, board: Board, leader: Leader, run: CampaignRun, week: Week, action: Action
) -> Pair | None:
    """Whom this leader would do the action with: the round's pair, else a link to tend, else somebody new."""
    if week.coffee_round is not None:
        return _round_pair(board, leader, run, week.coffee_round)
    if action.id == turn.book.rules.pairing.second_cup_action:
        return _second_cup(turn, board, leader, run)
    able = _able(turn, board, run)
    rules = turn.book.rules
    on = calendar.local(turn.at, leader.zone).date()
    peer = links.choose_peer(leader, able.values(), board.pairs, on=on, rules=rules)
    return _pair_with(turn, board, leader, run, PairKind.ACTION, peer) if peer is not None else None


def _able(turn: Turn, board: Board, run: CampaignRun) -> dict[str, Leader]:
    """Who may be somebody's partner now: takes part, answers, and works within the next seven days."""
    members = (board.roster.leaders[one] for one in run.member_ids if one in board.roster.leaders)
    return {
        one.id: one
        for one in members
        if one.backed_off_until is None and board.roster.may_be_nudged(one) and _is_about(turn, one)
    }


def _is_about(turn: Turn, leader: Leader) -> bool:
    today = calendar.local(turn.at, leader.zone).date()
    days = calendar.working_days(leader, from_on=today, holidays=turn.holidays_of(leader), within=7)
    return next(days, None) is not None


def _second_cup(turn: Turn, board: Board, leader: Leader, run: CampaignRun) -> Pair | None:
    """A link to tend: the one that the other side was already given this week, else the oldest."""
    week_on = calendar.week_of(turn.at, leader.zone)
    for pair in board.pairs:
        is_fresh = (
            pair.kind is PairKind.SECOND_CUP and calendar.week_of(pair.formed_at, leader.zone) == week_on
        )
        if is_fresh and leader.id in pair.leader_ids and pair.ended_at is None:
            return pair
    able = {
        one.id
        for one in _able(turn, board, run).values()
        if one.id not in leader.exclusions
        and leader.id not in one.exclusions
        and one.organisation_id != leader.organisation_id
    }
    on = calendar.local(turn.at, leader.zone).date()
    peer = links.second_cup_for(leader.id, board.pairs, on=on, rules=turn.book.rules, able=able)
    if peer is None:
        return None
    met = [one.met_at for one in board.pairs if {leader.id, peer} <= set(one.leader_ids) and one.met_at]
    return replace(_pair_with(turn, board, leader, run, PairKind.SECOND_CUP, peer), tends_at=max(met))


def _pair_with(turn: Turn, board: Board, leader: Leader, run: CampaignRun, kind: PairKind, peer: str) -> Pair:
    both = (leader.id, peer)
    return Pair(
        id=make_id("pair", kind, *both, calendar.week_of(turn.at, leader.zone)),
        partnership_id=leader.partnership_id,
        run_id=run.id,
        kind=kind,
        leader_ids=both,
        organisation_ids=tuple(board.roster.leaders[one].organisation_id for one in both),
        formed_at=turn.at,
    )


def _round_pair(board: Board, leader: Leader, run: CampaignRun, number: int) -> Pair | None:
    for pair in board.pairs:
        is_this = pair.kind is PairKind.COFFEE and pair.run_id == run.id and pair.round == number
        if is_this and leader.id in pair.leader_ids and pair.ended_at is None:
            return pair
    return None


def _questions(board: Board, leader: Leader, campaign: Campaign, week: Week) -> list[Facts]:
    """Peer confirmation, visibility and pace ride on the week's nudge; each is asked when it matters."""
    found: list[Facts] = []
    for pair in board.pairs:
        other = board.roster.leaders.get(pair.met_by or "")
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
