"""A buddy for a joiner: somebody of another organisation who has done a few steps, asked once, by one tap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from nudges.model import calendar, message_facts
from nudges.model.delivery import Delivery
from nudges.model.message import MessageKind
from nudges.model.nudge import NudgeState
from nudges.model.people import CampaignRun, Leader
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork


def is_joining(leader: Leader, *, on: date, weeks: int) -> bool:
    """Whether this leader joined a campaign that ran already, within the last `weeks`."""
    return leader.joined_on is not None and (on - leader.joined_on).days < 7 * weeks


async def find_buddy(work: UnitOfWork, roster: Roster, joiner: Leader, run: CampaignRun) -> None:
    """Ask one person to stand beside a joiner; the joiner's name is not said before they have said yes.

    Nobody is asked twice for the same joiner, or while another joiner is beside them. Where the one who
    was asked says nothing for two working days, the next look asks another.
    """
    if joiner.buddy_id is not None:
        return
    earlier = await work.tx.deliveries.unchecked_of_subject(_subject(joiner))
    if earlier and not _is_over(work, joiner, earlier[0]):
        return
    asked = {one.recipient for one in earlier}
    organisation = roster.organisations[joiner.organisation_id].name
    for buddy in await _possible(work, roster, joiner, run, asked):
        is_told = await work.tell(
            buddy,
            MessageKind.PAIR,
            "buddy_ask",
            occurrence=f"buddy:{joiner.id}",
            facts=message_facts.BuddyAsk(
                organisation=organisation, buttons=buttons("buddy_yes", "no", subject=joiner.id)
            ),
            subject=_subject(joiner),
        )
        if is_told:
            return


def _subject(joiner: Leader) -> str:
    return f"buddy:{joiner.id}"


def _is_over(work: UnitOfWork, joiner: Leader, asked: Delivery) -> bool:
    days = work.book.rules.joining.buddy_again_after_working_days
    asked_on = calendar.local(asked.not_before, joiner.zone).date()
    last_on = calendar.weekday_after(asked_on, days, work.holidays_of(joiner))
    return calendar.local(work.at, joiner.zone).date() > last_on


async def _possible(
    work: UnitOfWork, roster: Roster, joiner: Leader, run: CampaignRun, asked: set[str]
) -> list[Leader]:
    """Who may be asked: the same setting first, then the same interests, then who has done most."""
    rules, today = work.book.rules, calendar.local(work.at, joiner.zone).date()
    weeks = rules.cadence.joiner_first_rung_weeks
    nudges = await work.tx.commitments.unchecked_nudges_of_run(run.id)
    done = Counter(one.leader_id for one in nudges if one.state is NudgeState.DONE)
    busy = await _busy(work, roster, joiner, on=today, weeks=weeks)
    leaders = [
        leader
        for leader in (roster.leaders[each] for each in run.member_ids if each in roster.leaders)
        if done[leader.id] >= rules.joining.buddy_done_min
        and leader.organisation_id != joiner.organisation_id
        and roster.may_be_nudged(leader)
        and not is_joining(leader, on=today, weeks=weeks)
        and leader.id not in busy | asked
        and not (leader.id in joiner.exclusions or joiner.id in leader.exclusions)
        and not (leader.paused is not None and today in leader.paused)
    ]
    return sorted(
        leaders,
        key=lambda leader: (
            not (leader.setting and leader.setting == joiner.setting),
            -len(leader.tags & joiner.tags),
            -done[leader.id],
            leader.id,
        ),
    )


async def _busy(work: UnitOfWork, roster: Roster, joiner: Leader, *, on: date, weeks: int) -> set[str]:
    """Who stands beside another joiner, or has been asked to."""
    busy: set[str] = set()
    for stored in roster.leaders.values():
        other = work.known(Leader, stored.id) or stored
        if other.id == joiner.id or not is_joining(other, on=on, weeks=weeks):
            continue
        if other.buddy_id is not None:
            busy.add(other.buddy_id)
            continue
        rows = await work.tx.deliveries.unchecked_of_subject(_subject(other))
        busy |= {one.recipient for one in rows[:1] if not _is_over(work, other, one)}
        busy |= work.told_about(_subject(other))
    return busy


async def introduce(work: UnitOfWork, roster: Roster, joiner: Leader, *, by: Leader) -> None:
    """Tell a joiner who has said yes who their buddy is, and the buddy who they are.

    `by` is the one of the two whose tap it was: they are answered. The other one gets a message where
    their week has room for it, else the words stand in a message that they have already.
    """
    buddy = roster.leaders.get(joiner.buddy_id or "")
    if buddy is None or not joiner.is_in:
        return
    for reader, other, event in ((joiner, buddy, "buddy_is"), (buddy, joiner, "buddy_of")):
        # Both say the same of the other one.
        facts: message_facts.BuddyIs | message_facts.BuddyOf = {
            "name": other.name,
            "first_name": other.first_name,
            "organisation": roster.organisations[other.organisation_id].name,
        }
        purpose = MessageKind.ANSWER if reader.id == by.id else MessageKind.PAIR
        occurrence = f"{event}:{joiner.id}:{buddy.id}"
        if not await work.tell(reader, purpose, event, occurrence=occurrence, facts=facts, subject=other.id):
            await _change_earlier(work, reader, joiner, event, occurrence, facts)


async def _change_earlier(
    work: UnitOfWork, reader: Leader, joiner: Leader, event: str, occurrence: str, facts: Mapping[str, Any]
) -> None:
    """An edit is no message: what a buddy was asked, or a joiner's invitation, says the rest."""
    subject = joiner.id if reader.id == joiner.id else _subject(joiner)
    rows = await work.tx.deliveries.unchecked_of_subject(subject)
    first = next((one for one in rows if one.recipient == reader.id and one.edits is None), None)
    if first is not None:
        await work.tell(
            reader,
            MessageKind.ANSWER,
            event,
            occurrence=f"{occurrence}:edit",
            facts=facts,
            subject=subject,
            edits=first.id,
        )


async def let_go_of(work: UnitOfWork, roster: Roster, leader: Leader) -> None:
    """Somebody leaves: those beside whom they stood get another buddy."""
    for stored in roster.leaders.values():
        joiner = work.known(Leader, stored.id) or stored
        if joiner.buddy_id == leader.id and joiner.opted_in_at is not None:
            alone = replace(joiner, buddy_id=None)
            work.keep(alone)
            for run in roster.live_runs(joiner)[:1]:
                await find_buddy(work, roster, alone, run)
