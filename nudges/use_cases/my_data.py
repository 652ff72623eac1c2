"""Everything that is held about one person, in words."""

from __future__ import annotations

from datetime import date

from nudges.errors import NotFound
from nudges.ports import Store, Transaction
from nudges.rules.people import Leader

LONG_AGO = date(2000, 1, 1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def held_about(tx: Transaction, leader: Leader) -> list[str]:
    """One line per thing that is stored about this leader in one partnership, and nothing of anybody else."""
    organisations = {
        one.id: one.name for one in await tx.people.unchecked_organisations(leader.partnership_id)
    }
    lines = _about_person(leader, organisations.get(leader.organisation_id, leader.organisation_id))
    for nudge in await tx.commitments.unchecked_nudges([leader.id], since=LONG_AGO):
        line = f"Step offered {nudge.offered_at:%Y-%m-%d}: {nudge.action_id}, {nudge.state.replace('_', ' ')}"
        line += (
            f", planned for {nudge.plan.at:%Y-%m-%d %H:%M} UTC {nudge.plan.place}".rstrip()
            if nudge.plan
            else ""
        )
        line += f", done {nudge.done_at:%Y-%m-%d}" if nudge.done_at else ""
        lines.append(line + (f", shared: {nudge.shared_line}" if nudge.shared_line else ""))
    for promise in await tx.commitments.unchecked_promises(leader.partnership_id):
        if promise.leader_id == leader.id:
            lines.append(
                f"Promise by {promise.due_on}: {promise.text} "
                f"({promise.state.replace('_', ' ')}, seen by {promise.visibility})"
            )
    for pair in await tx.commitments.unchecked_pairs(leader.partnership_id):
        if leader.id in pair.leader_ids:
            met = f", met {pair.met_at:%Y-%m-%d}" if pair.met_at else ""
            lines.append(f"Paired {pair.formed_at:%Y-%m-%d} ({pair.kind.replace('_', ' ')}){met}")
    for step in await tx.commitments.unchecked_steps(leader.partnership_id):
        if step.owner_id == leader.id:
            lines.append(f"Owner of a public step: {step.text} (by {step.due_on})")
    for run in await tx.people.unchecked_runs(leader.partnership_id):
        if leader.id in run.member_ids:
            lines.append(f"Takes part in: {run.campaign_id}, from {run.starts_on}")
    sent = await tx.deliveries.unchecked_of_recipient(leader.id)
    lines.append(f"Messages written for you: {len(sent)}")
    events = await tx.records.events(leader.partnership_id, leader_id=leader.id)
    lines.append(f"Lines in the log with your key: {len(events)}")
    return lines


def _about_person(leader: Leader, organisation: str) -> list[str]:
    away = [f"{days.from_on} to {days.to_on}" for days in leader.leave]
    facts = {
        "Name": leader.name,
        "E-mail": leader.email,
        "Organisation": organisation,
        "Chat address": f"{leader.address.platform} {leader.address.to}" if leader.address else "",
        "Zone and nation": f"{leader.zone}, {leader.nation}",
        "Language": leader.locale,
        "Working days": ", ".join(WEEKDAYS[day - 1] for day in sorted(leader.working_days)),
        "Leave": ", ".join(away),
        "Pause": f"{leader.paused.from_on} to {leader.paused.to_on}" if leader.paused else "",
        "Delegate": leader.delegate or "",
        "Roles": ", ".join(sorted(leader.roles)),
        "Suits": ", ".join(sorted(leader.suits)).replace("_", " "),
        "Has a team": "yes" if leader.has_team else "no",
        "Level": leader.level,
        "Setting": leader.setting,
        "Interest tags": ", ".join(sorted(leader.tags)),
        "Who sees your steps": f"{leader.visibility}{'' if leader.visibility_asked else ' (not asked yet)'}",
        "Pace": leader.pace or "",
        "Not paired with": f"{len(leader.exclusions)} people (private)" if leader.exclusions else "",
        "Invited": f"last {leader.welcomed_at:%Y-%m-%d}, {leader.welcomes} in all"
        if leader.welcomed_at
        else "",
        "Said yes": f"{leader.opted_in_at:%Y-%m-%d}" if leader.opted_in_at else "",
        "Said stop": f"{leader.stopped_at:%Y-%m-%d}" if leader.stopped_at else "",
        "Quiet offers in a row": str(leader.silent),
        "Steps not done in a row": str(leader.missed),
        "Last offer in the week of": str(leader.last_offer_on or ""),
        "Quieter until": str(leader.backed_off_until or ""),
        "Asked to restart": f"{leader.restarted_at:%Y-%m-%d}" if leader.restarted_at else "",
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
