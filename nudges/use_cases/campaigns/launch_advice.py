"""What is advised before a launch, each in one sentence; none of it holds a launch up."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model.catalogue import Campaign
from nudges.model.playbook import Playbook
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import present_steps

SYSTEM_TEST, LEADERS_CHOSE, VIEWS_ASKED = "system_test", "leaders_chose", "views_asked"
ASK_VIEWS = said("campaigns.advice.ask_views")


async def advise(
    work: UnitOfWork, roster: Roster, campaign: Campaign, members: Sequence[str]
) -> tuple[Said, ...]:
    """One sentence for each thing that would make a better start; what the partnership ticked is left out."""
    result = [*_about_people(roster, members)]
    for check in work.book.rules.before_launch.advised:
        if check.id in roster.partnership.advised:
            continue
        if sentence := await _about(work, roster, campaign, check.id):
            result.append(sentence)
    return tuple(result)


def _about_people(roster: Roster, members: Sequence[str]) -> list[Said]:
    taking_part = {roster.leaders[one].organisation_id for one in members if one in roster.leaders}
    result = []
    if len(taking_part) < 2:
        result.append(said("campaigns.advice.one_organisation"))
    if taking_part and not any(roster.organisations[one].is_ready for one in taking_part):
        result.append(said("campaigns.advice.none_ready"))
    return result


async def _about(work: UnitOfWork, roster: Roster, campaign: Campaign, check_id: str) -> Said | None:
    if check_id == SYSTEM_TEST:
        steps = await present_steps(work, roster.partnership.id)
        number = sum(step.is_open and not step.why_together for step in steps)
        return said("campaigns.advice.why_together", {"count": number}) if number else None
    if check_id == LEADERS_CHOSE:
        votes = await work.tx.listening.unchecked_votes(roster.partnership.id)
        return not_chosen(work.book, {vote.action_id for vote in votes})
    return ASK_VIEWS if check_id == VIEWS_ASKED else None


def not_chosen(book: Playbook, voted: set[str]) -> Said | None:
    """What to do where leaders have had too little say in what is asked of them."""
    wanted = book.rules.joining.voted_actions_min
    if len(voted) >= wanted:
        return None
    if not voted:
        return said("campaigns.advice.no_votes", {"wanted": wanted})
    return said("campaigns.advice.few_votes", {"count": len(voted), "wanted": wanted})


def reach(roster: Roster, members: Sequence[str], channel: str) -> list[Said]:
    """Whom nothing reaches yet, and a channel that is not there."""
    result = []
    unreached = sum(roster.leaders[one].address is None for one in members if one in roster.leaders)
    if unreached:
        result.append(said("campaigns.advice.no_address", {"count": unreached}))
    if channel not in roster.partnership.channels:
        result.append(said("campaigns.advice.no_channel", {"channel": channel}))
    return result
