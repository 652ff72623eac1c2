"""Everything that is held about one person, as sentences for them to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import reduce

from nudges.errors import NotFound
from nudges.model.events import EventKind
from nudges.model.help_request import HelpRequest
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Days, Leader, Organisation
from nudges.model.plain_words import month_words, wall_words
from nudges.model.pulse import person_key
from nudges.model.thing_heard import ThingHeard
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Store, Transaction
from nudges.said import Said, said

Words = Said | str
LONG_AGO = date(2000, 1, 1)
NOT_SAID = said("own_data.value.not_said")
WEEKDAYS = (
    said("words.monday"),
    said("words.tuesday"),
    said("words.wednesday"),
    said("words.thursday"),
    said("words.friday"),
    said("words.saturday"),
    said("words.sunday"),
)


async def my_data(store: Store, leader_id: str) -> list[Said]:
    """Everything that is held about a leader.

    Raises:
        NotFound: there is no such leader.
    """
    async with store.reading() as tx:
        leader = await tx.people.unchecked_leader(leader_id)
        if leader is None:
            raise NotFound(said("own_data.no_leader", {"id": leader_id}))
        return await held_about(tx, leader)


async def held_about(tx: Transaction, leader: Leader) -> list[Said]:
    """One line per thing that is stored about this leader in one partnership, and nothing of anybody else."""
    organisations = await tx.people.unchecked_organisations(leader.partnership_id)
    mine = next((one for one in organisations if one.id == leader.organisation_id), None)
    return [
        *_about_person(leader, mine),
        *await _commitments(tx, leader),
        *await _spoken(tx, leader),
        *await _answers(tx, leader),
        *await _records(tx, leader),
    ]


def _on(day: date | None) -> str:
    """ "4 January 2027"; nothing where there is no day."""
    return f"{day.day} {month_words(day)} {day.year}" if day is not None else ""


def _moment(instant: datetime, place: str) -> Said:
    """ "4 January 2027, 9:30am UTC" and where: as it is stored, in no zone of anybody's."""
    moment = said("own_data.moment", {"day": _on(instant), "time": wall_words(instant.time())})
    where = place.rstrip()
    return said("own_data.moment_and_place", {"moment": moment, "place": where}) if where else moment


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _in_one_line(first: Said, *others: Said) -> Said:
    """The parts with commas between them."""
    return reduce(
        lambda before, part: said("own_data.listed", {"before": before, "next": part}), others, first
    )


def _listed(parts: Sequence[Said]) -> Words:
    """The same; nothing where there are no parts."""
    return _in_one_line(*parts) if parts else ""


def _days(days: Days) -> Said:
    return said("own_data.value.days", {"first": _on(days.from_on), "last": _on(days.to_on)})


def _hours(leader: Leader) -> Words:
    earliest = wall_words(leader.earliest) if leader.earliest else ""
    latest = wall_words(leader.latest) if leader.latest else ""
    if earliest and latest:
        return said("own_data.value.from_until", {"earliest": earliest, "latest": latest})
    if earliest:
        return said("own_data.value.from", {"earliest": earliest})
    return said("own_data.value.until", {"latest": latest}) if latest else ""


def _seen_by(leader: Leader) -> Words:
    choice = _plain(leader.visibility)
    return choice if leader.visibility_asked else said("own_data.value.not_asked", {"seen_by": choice})


def _not_paired(leader: Leader) -> Words:
    count = len(leader.exclusions)
    return said("own_data.value.people", {"count": count}) if count else ""


def _invited(leader: Leader) -> Words:
    if leader.welcomed_at is None:
        return ""
    return said("own_data.value.invited", {"day": _on(leader.welcomed_at), "times": leader.welcomes})


# A row for each field of a person: what it is called, and what it holds. What holds nothing is left out.
PERSON: tuple[tuple[Said, Callable[[Leader, Organisation | None], Words]], ...] = (
    (said("own_data.label.name"), lambda leader, _: leader.name),
    (said("own_data.label.email"), lambda leader, _: leader.email),
    (said("own_data.label.organisation"), lambda leader, own: own.name if own else leader.organisation_id),
    (said("own_data.label.kind"), lambda _, own: own.kind if own else ""),
    (
        said("own_data.label.address"),
        lambda leader, _: f"{leader.address.platform} {leader.address.to}" if leader.address else "",
    ),
    (said("own_data.label.zone"), lambda leader, _: f"{leader.zone}, {leader.nation}"),
    (said("own_data.label.language"), lambda leader, _: leader.locale),
    (
        said("own_data.label.working_days"),
        lambda leader, _: _listed([WEEKDAYS[day - 1] for day in sorted(leader.working_days)]),
    ),
    (said("own_data.label.hours"), lambda leader, _: _hours(leader)),
    (said("own_data.label.leave"), lambda leader, _: _listed([_days(days) for days in leader.leave])),
    (said("own_data.label.pause"), lambda leader, _: _days(leader.paused) if leader.paused else ""),
    (said("own_data.label.delegate"), lambda leader, _: leader.delegate or ""),
    (said("own_data.label.roles"), lambda leader, _: ", ".join(sorted(leader.roles))),
    (said("own_data.label.suits"), lambda leader, _: _plain(", ".join(sorted(leader.suits)))),
    (
        said("own_data.label.has_team"),
        lambda leader, _: said(
            "own_data.value.with_team" if leader.has_team else "own_data.value.without_team"
        ),
    ),
    (said("own_data.label.level"), lambda leader, _: leader.level),
    (said("own_data.label.setting"), lambda leader, _: leader.setting),
    (said("own_data.label.tags"), lambda leader, _: ", ".join(sorted(leader.tags))),
    (said("own_data.label.seen_by"), lambda leader, _: _seen_by(leader)),
    (said("own_data.label.pace"), lambda leader, _: leader.pace or ""),
    (said("own_data.label.not_paired"), lambda leader, _: _not_paired(leader)),
    (said("own_data.label.invited"), lambda leader, _: _invited(leader)),
    (said("own_data.label.said_yes"), lambda leader, _: _on(leader.opted_in_at)),
    (said("own_data.label.said_stop"), lambda leader, _: _on(leader.stopped_at)),
    (said("own_data.label.quiet"), lambda leader, _: str(leader.silent)),
    (said("own_data.label.missed"), lambda leader, _: str(leader.missed)),
    (said("own_data.label.last_help"), lambda leader, _: str(leader.ladder or "")),
    (said("own_data.label.help_offered"), lambda leader, _: _on(leader.help_offered_on)),
    (said("own_data.label.joined"), lambda leader, _: _on(leader.joined_on)),
    (
        said("own_data.label.buddy"),
        lambda leader, _: said("own_data.value.a_buddy") if leader.buddy_id else "",
    ),
    (said("own_data.label.signed"), lambda leader, _: _on(leader.signed_at)),
    (said("own_data.label.passed_on"), lambda leader, _: leader.passed_action or ""),
    (said("own_data.label.left"), lambda leader, _: _on(leader.left_at)),
    (said("own_data.label.last_offer"), lambda leader, _: _on(leader.last_offer_on)),
    (said("own_data.label.quieter"), lambda leader, _: _on(leader.backed_off_until)),
    (said("own_data.label.restart"), lambda leader, _: _on(leader.restarted_at)),
)


def _about_person(leader: Leader, organisation: Organisation | None) -> list[Said]:
    return [
        said("own_data.line", {"label": label, "value": value})
        for label, read in PERSON
        if (value := read(leader, organisation))
    ]


async def _commitments(tx: Transaction, leader: Leader) -> list[Said]:
    nudges = await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO)
    lines: list[Said] = [_nudge(nudge) for nudge in nudges]
    lines += [
        said(
            "own_data.promise",
            {
                "day": _on(promise.due_on),
                "text": promise.text,
                "state": _plain(promise.state),
                "seen_by": _plain(promise.visibility),
            },
        )
        for promise in await tx.commitments.unchecked_promises(leader.partnership_id)
        if promise.leader_id == leader.id
    ]
    lines += [
        _pair(pair, leader)
        for pair in await tx.commitments.unchecked_pairs(leader.partnership_id)
        if leader.id in pair.leader_ids
    ]
    for step in await tx.commitments.unchecked_steps(leader.partnership_id):
        if step.owner_id == leader.id:
            status = _plain(step.status)
            lines.append(
                said("own_data.owner", {"text": step.text, "day": _on(step.due_on), "state": status})
            )
        if step.given is not None and step.given.confirmed_by == leader.id:
            lines.append(said("own_data.helps_the_whole", {"text": step.text}))
    return lines


def _nudge(nudge: Nudge) -> Said:
    offered = said(
        "own_data.offered",
        {"day": _on(nudge.offered_at), "action": nudge.action_id, "state": _plain(nudge.state)},
    )
    parts: list[Said] = []
    if nudge.plan:
        parts.append(said("own_data.planned", {"moment": _moment(nudge.plan.at, nudge.plan.place)}))
    if nudge.snoozed_until:
        parts.append(said("own_data.moved", {"day": _on(nudge.snoozed_until)}))
    if nudge.swapped_from:
        parts.append(said("own_data.in_place"))
    if nudge.smaller_at:
        parts.append(said("own_data.made_smaller"))
    if nudge.replied_at:
        parts.append(said("own_data.answered", {"day": _on(nudge.replied_at)}))
    if nudge.done_at:
        parts.append(said("own_data.done", {"day": _on(nudge.done_at)}))
    if nudge.shared_line:
        parts.append(said("own_data.shared", {"line": nudge.shared_line}))
    return _in_one_line(offered, *parts)


def _pair(pair: Pair, leader: Leader) -> Said:
    paired = said("own_data.paired", {"day": _on(pair.formed_at), "kind": _plain(pair.kind)})
    parts: list[Said] = []
    if pair.agreed_at:
        parts.append(said("own_data.agreed", {"moment": _moment(pair.agreed_at, pair.place)}))
    if pair.met_at:
        is_own_word = pair.met_by == leader.id
        met_on = _on(pair.met_at)
        parts.append(said("own_data.met_as_you_said" if is_own_word else "own_data.met", {"day": met_on}))
    if leader.id in pair.shared_by:
        parts.append(said("own_data.shares_card"))
    return _in_one_line(paired, *parts)


async def _spoken(tx: Transaction, leader: Leader) -> list[Said]:
    """Help, things heard with a name, votes and two-week tests."""
    requests = await tx.listening.unchecked_help_log(leader.partnership_id)
    lines = [_help(request) for request in requests if request.leader_id == leader.id]
    helped = sum(request.helper_id == leader.id for request in requests)
    if helped:
        lines.append(said("own_data.helper_of", {"number": helped}))
    for thing in await tx.listening.unchecked_all_heard(leader.partnership_id):
        if thing.author_id == leader.id:
            lines.append(_heard(thing))
        if thing.owner_id == leader.id:
            lines.append(said("own_data.yours_to_answer", {"day": _on(thing.reply_by), "text": thing.text}))
    votes = await tx.listening.unchecked_votes(leader.partnership_id)
    wanted = [vote.action_id for vote in votes if vote.leader_id == leader.id]
    if wanted:
        lines.append(said("own_data.votes", {"actions": ", ".join(wanted)}))
    tests = await tx.listening.unchecked_two_week_tests(leader.partnership_id)
    return [*lines, *(_two_week_test(test) for test in tests if test.leader_id == leader.id)]


def _help(request: HelpRequest) -> Said:
    day, state = _on(request.asked_at), _plain(request.state)
    if request.reason:
        because = _plain(request.reason)
        return said("own_data.help_because", {"day": day, "reason": because, "state": state})
    return said("own_data.help", {"day": day, "state": state})


def _heard(thing: ThingHeard) -> Said:
    day, state = _on(thing.said_on), _plain(thing.state)
    if thing.reply:
        return said(
            "own_data.heard_with_reply",
            {"day": day, "text": thing.text, "state": state, "reply": thing.reply},
        )
    return said("own_data.heard", {"day": day, "text": thing.text, "state": state})


def _two_week_test(test: TwoWeekTest) -> Said:
    day = _on(test.ends_on)
    if test.learned:
        return said("own_data.test_learnt", {"day": day, "text": test.text, "learnt": test.learned})
    return said("own_data.test", {"day": day, "text": test.text})


async def _answers(tx: Transaction, leader: Leader) -> list[Said]:
    """Pulse answers, found by the pseudonym while the run's key lives."""
    lines: list[Said] = []
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        key = await tx.listening.unchecked_pulse_key(run.id)
        if key is None:
            continue
        mine = person_key(key.secret, leader.person, run.id)
        lines += [
            said(
                "own_data.pulse",
                {
                    "day": _on(answer.answered_on),
                    "moment": answer.moment,
                    "question": answer.item_id,
                    "answer": answer.value or NOT_SAID,
                },
            )
            for answer in await tx.listening.unchecked_pulse(run.id)
            if answer.person_key == mine
        ]
    return lines


async def _records(tx: Transaction, leader: Leader) -> list[Said]:
    lines: list[Said] = []
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        if leader.id in run.member_ids:
            lines.append(
                said("own_data.takes_part", {"campaign": run.campaign_id, "day": _on(run.starts_on)})
            )
        agreed = sum(goal.agreed_by == leader.id for goal in run.goals)
        opened = sum(gate.by == leader.id for gate in run.gates)
        lines += [said("own_data.goals_agreed", {"number": agreed})] if agreed else []
        lines += [said("own_data.rungs_opened", {"number": opened})] if opened else []
    events = await tx.records.events(leader.partnership_id, leader_id=leader.id)
    lines += [
        said(
            "own_data.got_in_the_way",
            {"day": _on(event.at), "reason": _plain(str(event.data.get("reason", "")))},
        )
        for event in events
        if event.kind is EventKind.REASON_GIVEN
    ]
    links = await tx.records.unchecked_entry_links(leader.id)
    lines += [said("own_data.links", {"number": len(links)})] if links else []
    home = await tx.homes.unchecked(leader.address) if leader.address else None
    lines += [said("own_data.home_is_kept")] if home else []
    sent = await tx.deliveries.unchecked_of_recipient(leader.id)
    return [
        *lines,
        said("own_data.messages", {"number": len(sent)}),
        said("own_data.log_lines", {"number": len(events)}),
    ]
