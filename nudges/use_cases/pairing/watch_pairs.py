"""What the clock does for pairs: a silent peer is replaced kindly, an unanswered "we met" counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nudges.model import calendar, message_facts
from nudges.model import pair as pairs
from nudges.model.catalogue import Action
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair, PairKind
from nudges.model.people import Leader
from nudges.model.timers import Timer, TimerKind
from nudges.said import said
from nudges.unit_of_work.nudge_dates import ends_at, without_plan
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.read_roster import Roster, paused_until, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.pairing.contact_cards import exchange
from nudges.use_cases.pairing.pair_cards import take_off_buttons
from nudges.use_cases.pairing.pair_news import is_ahead, off_facts, tell_off


async def pair_lapses(work: UnitOfWork, partnership_id: str, pair_id: str) -> None:
    """Seven days after one said "we met" and nobody said no, it counts as a link."""
    pair = await work.pair(pair_id)
    if pair is None or pair.confirmed_at is not None:
        return
    settled = pairs.lapse(pair, at=work.at)
    if settled is not pair:
        link(work, settled)


def link(work: UnitOfWork, pair: Pair) -> None:
    """Remember that a pair met."""
    work.keep(pair)
    work.cancel_timer(TimerKind.PAIR_LAPSES, pair.id)
    work.log(
        EventKind.PAIR_MET,
        partnership_id=pair.partnership_id,
        subject=pair.id,
        run_id=pair.run_id,
        data={"kind": str(pair.kind), "organisations": sorted(set(pair.organisation_ids))},
    )


async def pairs_silent(work: UnitOfWork, timers: Sequence[Timer]) -> None:
    """Two working days after times were offered and nobody answered: those who wait are told.

    All are looked at together, so that two who wait are brought together.
    """
    roster = await read_roster(work.tx, timers[0].partnership_id)
    over: list[Pair] = []
    for timer in timers:
        pair = await work.pair(timer.subject)
        if pair is not None and await _is_silent(work, roster, pair):
            over.append(pair)
            work.keep(replace(pair, ended_at=work.at))
    for pair in over:
        await let_down_kindly(work, roster, pair, told=(pair.proposed_by or "",))


async def _is_silent(work: UnitOfWork, roster: Roster, pair: Pair) -> bool:
    waiting = roster.leaders.get(pair.proposed_by or "")
    if pair.agreed_at is not None or pair.ended_at is not None or waiting is None:
        return False
    goes_on = paused_until(roster, waiting, calendar.local(work.at, waiting.zone).date())
    if goes_on is not None:
        again_at = calendar.instant_of(goes_on, work.book.rules.cadence.send_time_reminder, waiting.zone)
        work.set_timer(TimerKind.PAIR_SILENT, pair.id, again_at, partnership_id=pair.partnership_id)
        return False
    for leader_id in pair.others(waiting.id):
        nudge = await nudge_for_pair(work, leader_id, pair) if leader_id in roster.leaders else None
        if nudge is not None and nudge.plan is not None and nudge.plan.by_office:
            return False
    return True


async def leave_pair(work: UnitOfWork, roster: Roster, pair: Pair, leader: Leader) -> None:
    """A leader swapped, stopped or went on leave: a trio goes on as a pair, else the other is told."""
    if pair.ended_at is not None or pair.met_at is not None:
        return
    rest = pair.others(leader.id)
    if (
        len(rest) > 1
        and len({roster.leaders[one].organisation_id for one in rest if one in roster.leaders}) > 1
    ):
        await _go_on_as_two(work, roster, pair, rest)
        if is_ahead(work, pair):
            await tell_off(work, roster, pair, leader, by=leader)
        return
    waiting = [one for one in rest if await _is_waiting(work, one, pair)]
    await let_down_kindly(work, roster, pair, told=tuple(waiting), by=leader)


async def _go_on_as_two(work: UnitOfWork, roster: Roster, pair: Pair, rest: tuple[str, ...]) -> None:
    by = pair.proposed_by if pair.proposed_by in rest else None
    left = replace(
        pair,
        leader_ids=rest,
        organisation_ids=tuple(roster.leaders[one].organisation_id for one in rest),
        proposed_by=by,
        proposed=pair.proposed if by else (),
    )
    work.keep(left)
    if pairs.has_exchanged(left) and not pairs.has_exchanged(pair):
        await exchange(work, roster, left)  # the one who left was the one who had not said yes


async def _is_waiting(work: UnitOfWork, leader_id: str, pair: Pair) -> bool:
    return await nudge_for_pair(work, leader_id, pair) is not None


async def let_down_kindly(
    work: UnitOfWork, roster: Roster, pair: Pair, *, told: tuple[str, ...], by: Leader | None = None
) -> None:
    """End the pair; each who waits is offered another who waits, else the week's solo swap.

    A time that they had agreed on leaves every calendar; `by` is whoever called it off.
    """
    ended = replace(pair, ended_at=work.at)
    work.keep(ended)
    work.cancel_timer(TimerKind.PAIR_SILENT, pair.id)
    work.log(EventKind.PAIR_CHANGED, partnership_id=pair.partnership_id, subject=pair.id, run_id=pair.run_id)
    await take_off_buttons(work, roster, pair)
    know = await _offer_others(work, roster, pair, told)
    for leader_id in pair.leader_ids if is_ahead(work, pair) else ():
        leader = work.known(Leader, leader_id) or roster.leaders.get(leader_id)
        if leader is not None and leader.stopped_at is None and leader_id not in know:
            await tell_off(work, roster, pair, leader, by=by)


async def _offer_others(work: UnitOfWork, roster: Roster, pair: Pair, told: tuple[str, ...]) -> set[str]:
    """Somebody else or another step for each who waits; returns those who were told."""
    know: set[str] = set()
    for leader_id in told:
        leader = roster.leaders.get(leader_id)
        nudge = await nudge_for_pair(work, leader_id, pair) if leader else None
        if (
            leader is None
            or nudge is None
            or not roster.may_be_nudged(leader)
            or ends_at(work, roster, leader, nudge) <= work.at
        ):
            continue
        other = await _another_who_waits(work, roster, leader, pair)
        if other is None:
            is_told = await _offer_solo(work, roster, leader, nudge, pair)
        else:
            is_told = await _pair_again(work, roster, leader, nudge, other, pair)
        know |= {leader_id} if is_told else set()
    return know


async def _another_who_waits(
    work: UnitOfWork, roster: Roster, leader: Leader, pair: Pair
) -> tuple[Leader, Nudge] | None:
    """Somebody of this round whose pair ended too, in another organisation, and not excluded."""
    if pair.kind is not PairKind.COFFEE:
        return None
    stored = await work.tx.commitments.unchecked_pairs(pair.partnership_id)
    everybody = [work.known(Pair, one.id) or one for one in stored]
    again = {one for old in everybody if leader.id in old.leader_ids for one in old.leader_ids}
    for old in everybody:
        is_loose = old.run_id == pair.run_id and old.round == pair.round and old.ended_at is not None
        for other_id in old.leader_ids if is_loose and old.id != pair.id else ():
            other = roster.leaders.get(other_id)
            if other is None or other_id in again or other.organisation_id == leader.organisation_id:
                continue
            if (
                other_id in leader.exclusions
                or leader.id in other.exclusions
                or not roster.may_be_nudged(other)
            ):
                continue
            nudge = await nudge_for_pair(work, other_id, old)
            if nudge is not None and nudge.replied_at is not None:
                return other, nudge
    return None


async def _pair_again(
    work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge, other: tuple[Leader, Nudge], pair: Pair
) -> bool:
    """Bring two together who wait; whether `leader` was told."""
    fresh = replace(
        pair,
        id=make_id("pair", pair.id, leader.id, other[0].id, work.at.isoformat()),
        leader_ids=(leader.id, other[0].id),
        organisation_ids=(leader.organisation_id, other[0].organisation_id),
        formed_at=work.at,
        proposed=(),
        proposed_by=None,
        agreed_at=None,
        ended_at=None,
        place="",
        shared_by=frozenset(),
    )
    work.keep(fresh, *(replace(without_plan(work, one), pair_id=fresh.id) for one in (nudge, other[1])))
    is_told = False
    for reader, theirs, new in ((other[0], other[1], leader), (leader, nudge, other[0])):
        facts = message_facts.PairChanged(
            peer=_who_is_gone(work, roster, pair, reader),
            new_peer=new.name,
            new_org=roster.organisations[new.organisation_id].name,
            buttons=[{"verb": "plan"}, {"verb": "not_now"}],
        )
        if reader.id == leader.id:
            facts = message_facts.PairChanged({**facts, **off_facts(work, roster, pair, reader)})
        is_told = await work.tell(
            reader,
            MessageKind.PAIR,
            "pair_changed",
            occurrence=fresh.id,
            facts=facts,
            subject=theirs.id,
        )
    return is_told


def _who_is_gone(work: UnitOfWork, roster: Roster, pair: Pair, reader: Leader) -> str:
    names = roster.names(pair.others(reader.id))
    return names[0] if names else work.book.in_words(said("pairing.your_partner"), locale=reader.locale)


async def _offer_solo(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge, pair: Pair) -> bool:
    """The kind word, with the week's swap that needs nobody else."""
    solo = solo_swap(work, nudge)
    label = work.book.in_words(said("pairing.do_that_instead"), locale=leader.locale)
    choices = [{"verb": "swap_submit", "value": solo.id, "label": label}] if solo else []
    facts = message_facts.PairSolo(
        peer=_who_is_gone(work, roster, pair, leader),
        title=solo.title if solo else "",
        buttons=[*choices, {"verb": "not_now"}],
    )
    work.keep(without_plan(work, nudge))
    return await work.tell(
        leader,
        MessageKind.PAIR,
        "pair_solo",
        occurrence=f"{pair.id}:solo",
        facts=message_facts.PairSolo({**facts, **off_facts(work, roster, pair, leader)}),
        subject=nudge.id,
        action_id=nudge.action_id,
    )


def solo_swap(work: UnitOfWork, nudge: Nudge) -> Action | None:
    """The first swap of this nudge that needs nobody else, if there is one."""
    return next(
        (one for name in nudge.offers if (one := work.book.catalogue.find(name)) and not one.needs_peer), None
    )
