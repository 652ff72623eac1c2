"""Everything that is held about one person, in words."""

from __future__ import annotations

from datetime import date, datetime

from nudges.errors import NotFound
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge
from nudges.model.pair import Pair
from nudges.model.people import Leader, Organisation
from nudges.model.plain_words import month_words, wall_words
from nudges.model.pulse import person_key
from nudges.ports import Store, Transaction

NOT_SAID = "prefer not to say"
LONG_AGO = date(2000, 1, 1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def held_about(tx: Transaction, leader: Leader) -> list[str]:
    """One line per thing that is stored about this leader in one partnership, and nothing of anybody else."""
    organisations = await tx.people.unchecked_organisations(leader.partnership_id)
    mine = next((one for one in organisations if one.id == leader.organisation_id), None)
    return [
        *_about_person(leader, mine),
        *await _commitments(tx, leader),
        *await _said(tx, leader),
        *await _answers(tx, leader),
        *await _records(tx, leader),
    ]


async def _commitments(tx: Transaction, leader: Leader) -> list[str]:
    result = [_nudge(one) for one in await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO)]
    result += [
        f"Promise by {_on(promise.due_on)}: {promise.text} "
        f"({_plain(promise.state)}, seen by {_plain(promise.visibility)})"
        for promise in await tx.commitments.unchecked_promises(leader.partnership_id)
        if promise.leader_id == leader.id
    ]
    result += [
        _pair(pair, leader)
        for pair in await tx.commitments.unchecked_pairs(leader.partnership_id)
        if leader.id in pair.leader_ids
    ]
    for step in await tx.commitments.unchecked_steps(leader.partnership_id):
        if step.owner_id == leader.id:
            result.append(
                f"Owner of a public step: {step.text} (by {_on(step.due_on)}, {_plain(step.status)})"
            )
        if step.given is not None and step.given.confirmed_by == leader.id:
            result.append(f"Said that this helps the whole: {step.text}")
    return result


def _nudge(nudge: Nudge) -> str:
    facts = [f"Step offered {_on(nudge.offered_at)}: {nudge.action_id}, {_plain(nudge.state)}"]
    if nudge.plan:
        facts.append(f"planned for {_at(nudge.plan.at)} {nudge.plan.place}".rstrip())
    if nudge.snoozed_until:
        facts.append(f"moved to {_on(nudge.snoozed_until)}")
    if nudge.swapped_from:
        facts.append("in place of another")
    if nudge.smaller_at:
        facts.append("made smaller")
    if nudge.replied_at:
        facts.append(f"answered {_on(nudge.replied_at)}")
    if nudge.done_at:
        facts.append(f"done {_on(nudge.done_at)}")
    if nudge.shared_line:
        facts.append(f"shared: {nudge.shared_line}")
    return ", ".join(facts)


def _pair(pair: Pair, leader: Leader) -> str:
    facts = [f"Paired {_on(pair.formed_at)} ({_plain(pair.kind)})"]
    if pair.agreed_at:
        facts.append(f"agreed for {_at(pair.agreed_at)} {pair.place}".rstrip())
    if pair.met_at:
        facts.append(f"met {_on(pair.met_at)}" + (", as you said" if pair.met_by == leader.id else ""))
    if leader.id in pair.shared_by:
        facts.append("you said yes to sharing your contact card")
    return ", ".join(facts)


async def _said(tx: Transaction, leader: Leader) -> list[str]:
    """Help, things heard with a name, votes and two-week tests."""
    result: list[str] = []
    helped = 0
    for request in await tx.listening.unchecked_help_log(leader.partnership_id):
        helped += request.helper_id == leader.id
        if request.leader_id == leader.id:
            reason = f", because of {_plain(request.reason)}" if request.reason else ""
            result.append(f"Help asked for {_on(request.asked_at)}{reason}: {_plain(request.state)}")
    if helped:
        result.append(f"Help requests that name you as the helper: {helped}")
    for thing in await tx.listening.unchecked_all_heard(leader.partnership_id):
        if thing.author_id == leader.id:
            reply = f", the reply: {thing.reply}" if thing.reply else ""
            result.append(
                f"Said with your name {_on(thing.said_on)}: {thing.text} ({_plain(thing.state)}{reply})"
            )
        if thing.owner_id == leader.id:
            result.append(f"Yours to answer by {_on(thing.reply_by)}: {thing.text}")
    votes = await tx.listening.unchecked_votes(leader.partnership_id)
    wanted = [one.action_id for one in votes if one.leader_id == leader.id]
    if wanted:
        result.append(f"Your votes: {', '.join(wanted)}")
    for trial in await tx.listening.unchecked_trials(leader.partnership_id):
        if trial.leader_id == leader.id:
            learned = f", learnt: {trial.learned}" if trial.learned else ""
            result.append(f"Two-week test to {_on(trial.ends_on)}: {trial.text}{learned}")
    return result


async def _answers(tx: Transaction, leader: Leader) -> list[str]:
    """Pulse answers, found by the pseudonym while the run's key lives."""
    result: list[str] = []
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        key = await tx.listening.unchecked_pulse_key(run.id)
        if key is None:
            continue
        mine = person_key(key.secret, leader.person, run.id)
        result += [
            f"Pulse {_on(answer.answered_on)} ({answer.moment}), {answer.item_id}: {answer.value or NOT_SAID}"
            for answer in await tx.listening.unchecked_pulse(run.id)
            if answer.person_key == mine
        ]
    return result


async def _records(tx: Transaction, leader: Leader) -> list[str]:
    result: list[str] = []
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        if leader.id in run.member_ids:
            result.append(f"Takes part in: {run.campaign_id}, from {_on(run.starts_on)}")
        agreed = sum(goal.agreed_by == leader.id for goal in run.goals)
        opened = sum(gate.by == leader.id for gate in run.gates)
        result += [f"Goals that you agreed were reached: {agreed}"] if agreed else []
        result += [f"Rungs that you opened: {opened}"] if opened else []
    events = await tx.records.events(leader.partnership_id, leader_id=leader.id)
    result += [
        f"What got in the way, {_on(event.at)}: {_plain(str(event.data.get('reason', '')))}"
        for event in events
        if event.kind is EventKind.REASON_GIVEN
    ]
    links = await tx.records.unchecked_entry_links(leader.id)
    result += [f"Links into the open page that are kept: {len(links)}"] if links else []
    home = await tx.homes.unchecked(leader.address) if leader.address else None
    result += ["Your own page is kept up to date, since you opened it"] if home else []
    sent = await tx.deliveries.unchecked_of_recipient(leader.id)
    return [
        *result,
        f"Messages written for you: {len(sent)}",
        f"Lines in the log with your key: {len(events)}",
    ]


def _on(day: date) -> str:
    """ "4 January 2027"."""
    return f"{day.day} {month_words(day)} {day.year}"


def _at(instant: datetime) -> str:
    """ "4 January 2027, 9:30am UTC": as it is stored, in no zone of anybody's."""
    return f"{_on(instant)}, {wall_words(instant.time())} UTC"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _hours(leader: Leader) -> str:
    from_, until = leader.earliest, leader.latest
    parts = [f"from {wall_words(from_)}" if from_ else "", f"until {wall_words(until)}" if until else ""]
    return " ".join(part for part in parts if part)


def _people(n: int) -> str:
    return f"{n} {'person' if n == 1 else 'people'} (private)"


def _about_person(leader: Leader, organisation: Organisation | None) -> list[str]:
    away = [f"{_on(days.from_on)} to {_on(days.to_on)}" for days in leader.leave]
    facts = {
        "Name": leader.name,
        "E-mail": leader.email,
        "Organisation": organisation.name if organisation else leader.organisation_id,
        "Kind of organisation": organisation.kind if organisation else "",
        "Chat address": f"{leader.address.platform} {leader.address.to}" if leader.address else "",
        "Zone and nation": f"{leader.zone}, {leader.nation}",
        "Language": leader.locale,
        "Working days": ", ".join(WEEKDAYS[day - 1] for day in sorted(leader.working_days)),
        "Your own hours": _hours(leader),
        "Leave": ", ".join(away),
        "Pause": f"{_on(leader.paused.from_on)} to {_on(leader.paused.to_on)}" if leader.paused else "",
        "Delegate": leader.delegate or "",
        "Roles": ", ".join(sorted(leader.roles)),
        "Suits": ", ".join(sorted(leader.suits)).replace("_", " "),
        "Has a team": "yes" if leader.has_team else "no",
        "Level": leader.level,
        "Setting": leader.setting,
        "Interest tags": ", ".join(sorted(leader.tags)),
        "Who sees your steps": _plain(leader.visibility)
        + ("" if leader.visibility_asked else " (not asked yet)"),
        "Pace": leader.pace or "",
        "Not paired with": _people(len(leader.exclusions)) if leader.exclusions else "",
        "Invited": f"last {_on(leader.welcomed_at)}, {leader.welcomes} in all" if leader.welcomed_at else "",
        "Said yes": f"{_on(leader.opted_in_at)}" if leader.opted_in_at else "",
        "Said stop": f"{_on(leader.stopped_at)}" if leader.stopped_at else "",
        "Quiet offers in a row": str(leader.silent),
        "Steps not done in a row": str(leader.missed),
        "Last kind of help offered": str(leader.ladder or ""),
        "Help offered": _on(leader.help_offered_on) if leader.help_offered_on else "",
        "Joined": _on(leader.joined_on) if leader.joined_on else "",
        "Buddy": "somebody from another organisation" if leader.buddy_id else "",
        "Signed the principles": f"{_on(leader.signed_at)}" if leader.signed_at else "",
        "Step passed on to you": leader.passed_action or "",
        "Left": f"{_on(leader.left_at)}" if leader.left_at else "",
        "Last offer in the week of": _on(leader.last_offer_on) if leader.last_offer_on else "",
        "Quieter until": _on(leader.backed_off_until) if leader.backed_off_until else "",
        "Asked to restart": f"{_on(leader.restarted_at)}" if leader.restarted_at else "",
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]


async def my_data(store: Store, leader_id: str) -> list[str]:
    """Everything that is held about a leader.

    Raises:
        NotFound: there is no such leader.
    """
    async with store.reading() as tx:
        leader = await tx.people.unchecked_leader(leader_id)
        if leader is None:
            raise NotFound(f"There is no leader “{leader_id}”.")
        return await held_about(tx, leader)
