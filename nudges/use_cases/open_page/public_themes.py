"""What many said, for the open page: only what as many people named as the rules ask for, without a count."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.playbook import Playbook
from nudges.model.pulse import PulseMoment, questions
from nudges.model.roster import Roster
from nudges.ports import Transaction
from nudges.rules.listening.themes import for_board
from nudges.rules.open_page.page_record import OpenPulse
from nudges.rules.pulse.pulse_figures import published
from nudges.use_cases.listening.published_counts import published_counts


async def themes_named(tx: Transaction, book: Playbook, roster: Roster) -> tuple[str, ...]:
    """What got in the way, each named by enough different people; nothing that was said unnamed counts."""
    shown = await published_counts(tx, roster.partnership.id)
    named = for_board(shown.themes, book.rules)
    return tuple(one.label for one in book.rules.reasons if one.id in named)


async def pulses_published(
    tx: Transaction, book: Playbook, roster: Roster, runs: Sequence[CampaignRun]
) -> tuple[OpenPulse, ...]:
    """What the closed pulses of these runs published, never counted anew from anybody's answers."""
    words = {**book.rules.content.default_words(), **roster.partnership.words}
    words["partnership"] = roster.partnership.name
    events = await tx.records.events(roster.partnership.id, kinds=[EventKind.PULSE_CLOSED])
    open_pulses = []
    for run in runs:
        campaign = book.campaign(run.campaign_id)
        texts = {one.id: one.text for one in questions(campaign, PulseMoment.END, words, book.rules)}
        of_run = [one for one in events if one.run_id == run.id]
        items = published(of_run, texts=texts, rules=book.rules)
        if items:
            open_pulses.append(OpenPulse(campaign=book.name_of(run), items=items))
    return tuple(open_pulses)


async def voted_actions(tx: Transaction, book: Playbook, partnership_id: str) -> tuple[str, ...]:
    """The titles of the actions that enough leaders would like to be asked, most wanted first."""
    votes = (await published_counts(tx, partnership_id)).votes
    least = book.rules.privacy.min_people_for_breakdown
    wanted = [(count, action_id) for action_id, count in votes.items() if count >= least]
    ordered = sorted(wanted, key=lambda one: (-one[0], one[1]))
    actions = (book.catalogue.find(action_id) for _, action_id in ordered)
    return tuple(action.title for action in actions if action is not None)
