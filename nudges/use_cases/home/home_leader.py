"""A leader's part of their own page: this week, promises, steps, people, who sees what, and settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from nudges import access
from nudges.model import calendar, message_facts
from nudges.model.help_request import supported_steps
from nudges.model.leave_days import away_words, upcoming
from nudges.model.nudge import Nudge, NudgeState, Promise, PromiseState
from nudges.model.pair import Pair, is_link
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Leader, Pace, Role, Visibility
from nudges.model.plain_words import and_words, day_words, month_words, wall_words, when_words
from nudges.rules.pairing import links
from nudges.rules.partner_steps.board import given_in_words, status_in_words
from nudges.rules.rollup.rollup_facts import one_line
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, Scene, buttons, card_facts, part
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.own_data.my_data import WEEKDAYS
from nudges.use_cases.support.help_log import present_help

LEAVE_SHOWN = 3
OTHER_TIMES = said("home.other_times")
OVER = frozenset({NudgeState.WITHDRAWN, NudgeState.SWAPPED, NudgeState.EXPIRED})


async def leader_parts(work: UnitOfWork, roster: Roster, leader: Leader, *, most: int) -> list[Facts]:
    """What is this leader's own, in the order of the page; at most `most` things in every list."""
    pairs = [
        pair
        for pair in await work.tx.commitments.unchecked_pairs(leader.partnership_id)
        if leader.id in pair.leader_ids
    ]
    return [
        *await _this_week(work, roster, leader, pairs, most=most),
        *await _promises(work, leader, most=most),
        *await _steps(work, roster, leader, most=most),
        *_people(work, roster, leader, pairs, most=most),
        _seen_by(leader),
        *_settings(work, leader),
    ]


def _left_out(count: int, most: int, word: str) -> list[Facts]:
    if count <= most:
        return []
    return [part("home_left_out", message_facts.HomeLeftOut(count=count - most, word=word))]


async def _this_week(
    work: UnitOfWork, roster: Roster, leader: Leader, pairs: Sequence[Pair], *, most: int
) -> list[Facts]:
    """The steps that are open, and those of this week: each as its card shows it, with the same buttons."""
    week_on = calendar.week_of(work.at, leader.zone)
    since = week_on - timedelta(weeks=work.book.rules.cadence.looks_back_weeks)
    stored = await work.tx.commitments.unchecked_nudges([leader.id], since=since)
    mine = [one for one in stored if one.state not in OVER and (one.is_open or one.week_on >= week_on)]
    nudges = list(reversed(mine))
    by_id = {one.id: one for one in pairs}
    parts: list[Facts] = [part("home_week", message_facts.HomeWeek(count=len(nudges)))]
    for nudge in nudges[:most]:
        parts.append(_card(work, roster, leader, nudge, by_id.get(nudge.pair_id or "")))
    open_pairs = [one for one in pairs if _is_on(work, one) and _may_answer(one, mine)]
    for pair in open_pairs[:most]:
        parts += _times(work, roster, leader, pair)
    return [*parts, *_left_out(len(nudges), most, "today")]


def _card(work: UnitOfWork, roster: Roster, leader: Leader, nudge: Nudge, pair: Pair | None) -> Facts:
    facts = card_facts(Scene(book=work.book, roster=roster, leader=leader, pair=pair), nudge)
    row = facts.pop("buttons")
    return part("card", facts, about=nudge.id, row=row)


def _is_on(work: UnitOfWork, pair: Pair) -> bool:
    """The two may still meet, and it is not long ago that they were asked."""
    since = work.at - timedelta(weeks=work.book.rules.pairing.no_repeat_weeks)
    return pair.ended_at is None and pair.denied_at is None and not is_link(pair) and pair.formed_at > since


def _may_answer(pair: Pair, mine: Sequence[Nudge]) -> bool:
    return pair.agreed_at is not None or any(one.pair_id == pair.id and one.is_open for one in mine)


def _times(work: UnitOfWork, roster: Roster, leader: Leader, pair: Pair) -> list[Facts]:
    """When the two meet, or the times that the other side offers."""
    peer = and_words(roster.names(pair.others(leader.id)))
    if not peer:
        return []
    if pair.met_at is not None:
        row = [] if pair.met_by == leader.id else buttons("met", "not_met")
        return [_pair("met", peer, [], about=pair.id, row=row)] if row else []
    if pair.agreed_at is not None:
        times = [when_words(pair.agreed_at, leader.zone)]
        return [_pair("agreed", peer, times, about=pair.id, row=buttons("met", "cannot"))]
    ahead = [slot for slot in pair.proposed if slot > work.at]
    if not ahead or pair.proposed_by is None:
        return []
    times = [when_words(slot, leader.zone) for slot in ahead]
    label = work.book.in_words(OTHER_TIMES, locale=leader.locale)
    other_times: Facts = {"verb": "slots", "label": label}
    if pair.proposed_by == leader.id:
        return [_pair("waiting", peer, times, about=pair.id, row=[other_times])]
    picks: list[Facts] = [
        {"verb": "pick", "value": slot.isoformat(), "label": when_words(slot, leader.zone)} for slot in ahead
    ]
    row = [*picks, other_times, *buttons("office", "cannot")]
    return [_pair("offered", peer, times, about=pair.id, row=row)]


def _pair(state: str, peer: str, times: list[str], *, about: str, row: Sequence[Facts]) -> Facts:
    return part(
        "home_pair", message_facts.HomePair(state=state, peer=peer, times=times), about=about, row=row
    )


async def _promises(work: UnitOfWork, leader: Leader, *, most: int) -> list[Facts]:
    stored = await work.tx.commitments.unchecked_promises(leader.partnership_id)
    mine = [one for one in stored if one.leader_id == leader.id and one.state is PromiseState.OPEN]
    verbs = ("promise_kept", "promise_partly", "promise_carry", "promise_let_go")
    return [
        part(
            "home_promises",
            message_facts.HomePromises(count=len(mine)),
            about=leader.id,
            row=buttons("commit"),
        ),
        *(
            part("home_promise", _promise(promise), about=promise.id, row=buttons(*verbs))
            for promise in sorted(mine, key=lambda one: (one.due_on, one.id))[:most]
        ),
        *_left_out(len(mine), most, "today"),
    ]


def _promise(promise: Promise) -> message_facts.HomePromise:
    return {"text": one_line(promise.text), "date": day_words(promise.due_on)}


async def _steps(work: UnitOfWork, roster: Roster, leader: Leader, *, most: int) -> list[Facts]:
    """The open steps that this leader looks after: their own, and as enabler or sponsor those of all."""
    stored = await work.tx.commitments.unchecked_steps(leader.partnership_id)
    mine = [one for one in stored if one.is_open and _looks_after(leader, one)]
    is_ours = bool(leader.roles & {Role.ENABLER, Role.SPONSOR})
    if not mine and not is_ours:
        return []
    helped = supported_steps(await present_help(work, leader.partnership_id), until=work.at)
    names = {one.id: one.name for one in roster.organisations.values()}
    parts = []
    for step in sorted(mine, key=lambda one: (one.due_on, one.id))[:most]:
        helper, given = roster.partnership.helper_name, given_in_words(step, names)
        status = status_in_words(step, helper=helper, is_supported=step.id in helped)
        facts: message_facts.StepLine = {
            "organisation": names[step.organisation_id],
            "step": one_line(step.text),
            "owner": one_line(step.owner),
            "date": day_words(step.due_on),
            "status": work.book.in_words(status, locale=leader.locale),
            "given": work.book.in_words(given, locale=leader.locale) if given is not None else "",
        }
        row = buttons("step_done", "step_help", "step_date", "step_hand_over")
        parts.append(part("step_line", facts, about=step.id, row=row))
    new = buttons("step_new") if is_ours else []
    heading = part("home_steps", message_facts.HomeSteps(count=len(mine)), about=leader.id, row=new)
    return [heading, *parts, *_left_out(len(mine), most, "steps")]


def _looks_after(leader: Leader, step: PartnerStep) -> bool:
    """What a private group keeps to itself is on its owner's page alone."""
    is_shared = step.channel == PARTNERSHIP_CHANNEL
    return step.owner_id == leader.id or (is_shared and access.may_steer(leader, step))


def _people(
    work: UnitOfWork, roster: Roster, leader: Leader, pairs: Sequence[Pair], *, most: int
) -> list[Facts]:
    """Whom this leader has met, the last one first, and whom it is time to meet again."""
    last: dict[str, datetime] = {}
    for pair in filter(is_link, pairs):
        for other in pair.others(leader.id):
            at = pair.met_at or pair.confirmed_at or pair.formed_at
            last[other] = max(at, last.get(other, at))
    met = sorted((one for one in last if one in roster.leaders), key=lambda one: last[one], reverse=True)
    if not met:
        return [part("home_people", message_facts.HomePeople(people=[], more=0, cups=""))]
    people = [_person(roster, leader, one, last[one]) for one in met]
    cups = _second_cups(work, roster, leader, pairs, [(one, last[one].date()) for one in met])
    shown = and_words(roster.names(tuple(cups[:most])))
    lines, more = people[: 2 * most], max(0, len(people) - 2 * most)
    return [part("home_people", message_facts.HomePeople(people=lines, more=more, cups=shown))]


def _person(roster: Roster, leader: Leader, other: str, met_at: datetime) -> str:
    who = roster.leaders[other]
    organisation = roster.organisations[who.organisation_id].name
    return f"{who.name}, {organisation} ({month_words(calendar.local(met_at, leader.zone).date())})"


def _second_cups(
    work: UnitOfWork, roster: Roster, leader: Leader, pairs: Sequence[Pair], met: Sequence[tuple[str, date]]
) -> list[str]:
    """Whom to meet again, the longest ago first: only people who may be asked, for whatever reason not."""
    pairing = work.book.rules.pairing
    since = calendar.local(work.at, leader.zone).date() - timedelta(weeks=pairing.second_cup_after_weeks)
    asked = {other for pair in pairs if _is_on(work, pair) for other in pair.others(leader.id)}
    due = []
    for other, day in sorted(met, key=lambda one: one[1]):
        who = roster.leaders[other]
        if day <= since and other not in asked and roster.may_be_nudged(who) and links.may_meet(leader, who):
            due.append(other)
    return due


def _seen_by(leader: Leader) -> Facts:
    others: list[Facts] = [
        {"verb": "visibility", "value": str(one)} for one in Visibility if one is not leader.visibility
    ]
    seen_by = message_facts.HomeSeenBy(choice=str(leader.visibility))
    return part("home_seen_by", seen_by, about=leader.id, row=others)


def _settings(work: UnitOfWork, leader: Leader) -> list[Facts]:
    """How messages reach this leader, each thing with its present value."""
    today = calendar.local(work.at, leader.zone).date()
    earliest, latest = calendar.hours_of(leader, work.book.rules)
    hours = said("home.hours", {"earliest": wall_words(earliest), "latest": wall_words(latest)})
    paces: list[Facts] = [{"verb": "pace", "value": str(one)} for one in Pace if one is not leader.pace]
    facts: message_facts.HomeSettings = {
        "days": _days(work, leader),
        "hours": work.book.in_words(hours, locale=leader.locale),
        "away": [
            work.book.in_words(away_words(days), locale=leader.locale)
            for days in upcoming(leader.leave, on=today)[:LEAVE_SHOWN]
        ],
        "delegate": leader.delegate or "",
        "language": leader.locale,
        "apart": len(leader.exclusions),
    }
    row = buttons("my_days", "away", "delegate", "language", "apart")
    return [
        part("home_settings", facts, about=leader.id, row=row),
        part("home_pace", message_facts.HomePace(choice=str(leader.pace or "")), about=leader.id, row=paces),
    ]


def _days(work: UnitOfWork, leader: Leader) -> str:
    """The working days, by name."""
    if leader.working_days == frozenset(range(1, 6)):
        return work.book.in_words(said("home.monday_to_friday"), locale=leader.locale)
    return and_words(
        work.book.in_words(WEEKDAYS[day - 1], locale=leader.locale) for day in sorted(leader.working_days)
    )
