"""What many said, for the open page: only what as many people named as the rules ask for, without a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nudges.ports import Transaction
from nudges.rules.listening import ThingHeard
from nudges.rules.playbook import Playbook
from nudges.rules.record import EventKind
from nudges.rules.roster import Roster


async def themes_named(
    tx: Transaction, book: Playbook, roster: Roster, heard: Sequence[ThingHeard]
) -> tuple[str, ...]:
    """What got in the way, each named by enough different people; nothing that was said unnamed counts."""
    events = await tx.records.events(roster.partnership.id, kinds=[EventKind.REASON_GIVEN])
    said = {(str(one.data.get("reason", "")), one.leader_id) for one in events if one.leader_id}
    said |= {(one.theme, one.author_id) for one in heard if one.theme and one.author_id}
    people = Counter(reason for reason, _ in said)
    least = book.rules.listening.theme_to_board_at
    return tuple(one.label for one in book.rules.reasons if people[one.id] >= least)


async def voted_actions(tx: Transaction, book: Playbook, partnership_id: str) -> tuple[str, ...]:
    """The titles of the actions that enough leaders would like to be asked, most wanted first."""
    votes = Counter(one.action_id for one in await tx.voices.unchecked_votes(partnership_id))
    least = book.rules.privacy.min_people_for_breakdown
    wanted = [(count, action_id) for action_id, count in votes.items() if count >= least]
    found = (
        book.catalogue.find(action_id) for _, action_id in sorted(wanted, key=lambda one: (-one[0], one[1]))
    )
    return tuple(action.title for action in found if action is not None)
