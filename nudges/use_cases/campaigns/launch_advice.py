"""What is advised before a launch, each in one sentence; none of it holds a launch up."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model.catalogue import Campaign
from nudges.model.playbook import Playbook
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.partner_steps.refresh_board import present_steps

SYSTEM_TEST, LEADERS_CHOSE, VIEWS_ASKED = "system_test", "leaders_chose", "views_asked"


async def advise(
    work: UnitOfWork, roster: Roster, campaign: Campaign, members: Sequence[str]
) -> tuple[str, ...]:
    """One sentence for each thing that would make a better start; what the partnership ticked is left out."""
    result = [*_about_people(roster, members)]
    for check in work.book.rules.before_launch.advised:
        if check.id in roster.partnership.advised:
            continue
        if sentence := await _about(work, roster, campaign, check.id):
            result.append(sentence)
    return tuple(result)


def _about_people(roster: Roster, members: Sequence[str]) -> list[str]:
    taking_part = {roster.leaders[one].organisation_id for one in members if one in roster.leaders}
    result = []
    if len(taking_part) < 2:
        result.append("They are all of one organisation, and every pair crosses a boundary: bring a second.")
    if taking_part and not any(roster.organisations[one].is_ready for one in taking_part):
        result.append(
            "No organisation is ready yet, so nobody hears anything before a sponsor has given permission "
            "and the reference of the impact assessment is recorded."
        )
    return result


async def _about(work: UnitOfWork, roster: Roster, campaign: Campaign, check_id: str) -> str:
    if check_id == SYSTEM_TEST:
        steps = await present_steps(work, roster.partnership.id)
        number = sum(step.is_open and not step.why_together for step in steps)
        return (
            f"{number} partner {'step does' if number == 1 else 'steps do'} not say why no single "
            "organisation would do it alone: add one line to each."
            if number
            else ""
        )
    if check_id == LEADERS_CHOSE:
        votes = await work.tx.listening.unchecked_votes(roster.partnership.id)
        return not_chosen(work.book, {vote.action_id for vote in votes})
    if check_id == VIEWS_ASKED:
        return not_asked()
    return ""


def not_chosen(book: Playbook, voted: set[str]) -> str:
    """Whether leaders have had a say in what is asked of them."""
    wanted = book.rules.joining.voted_actions_min
    if len(voted) >= wanted:
        return ""
    has = f"{len(voted) or 'No'} {'steps have' if len(voted) > 1 else 'step has'} votes of leaders so far"
    return f"{has}: let leaders choose {wanted} or more, with “votes” in chat."


def not_asked() -> str:
    """Whether leaders and staff side were asked what they think of it."""
    return "Ask leaders and staff side for their views, then tick it: `advised: [views_asked]`."


def reach(roster: Roster, members: Sequence[str], channel: str) -> list[str]:
    """Whom nothing reaches yet, and a channel that is not there."""
    result = []
    unreached = sum(roster.leaders[one].address is None for one in members if one in roster.leaders)
    if unreached:
        result.append(
            f"{unreached} {'has' if unreached == 1 else 'have'} no chat address, so nothing reaches them. "
            "Connect their workspace and apply the people file again."
        )
    if channel not in roster.partnership.channels:
        result.append(
            f"There is no channel “{channel}”, so there is no Friday post. "
            "Add it under `channels` in partnership.yaml and apply again."
        )
    return result
