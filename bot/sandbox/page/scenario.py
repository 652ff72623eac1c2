"""A visit to the sandbox as a test: what was done, and what everybody saw in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.sandbox.outbound import sandbox_address
from bot.sandbox.page.session import CHANNEL, Visit, begin
from nudges.errors import InvalidInput

VERSION = 1


def to_scenario(visit: Visit) -> dict[str, Any]:
    """Everything that was done, to be replayed by `replay`, with what stands in each conversation now."""
    return {
        "version": VERSION,
        "campaign": visit.campaign_id,
        "seed": visit.seed,
        "start_on": visit.start_on.isoformat(),
        "steps": list(visit.steps),
        "expect": seen(visit),
    }


def seen(visit: Visit) -> dict[str, list[str]]:
    """Who -> the texts in their conversation as they stand now; a channel under its own name."""
    platform = visit.world.platform
    rooms = [CHANNEL, *visit.world.personas]
    return {who: [one.message.text for one in platform.conversation(sandbox_address(who))] for who in rooms}


async def replay(scenario: Mapping[str, Any]) -> dict[str, list[str]]:
    """Do it all again in a new world; returns what stands in each conversation then.

    Raises:
        InvalidInput: a step that is not known, or that cannot be done any more.
    """
    if scenario.get("version") != VERSION:
        raise InvalidInput("This scenario is of another version. Record it again in the sandbox.")
    visit = await begin(
        campaign_id=scenario["campaign"],
        seed=int(scenario["seed"]),
        start_on=date.fromisoformat(scenario["start_on"]),
    )
    try:
        for step in scenario["steps"]:
            await _do(visit, step)
        return seen(visit)
    finally:
        await visit.world.close()


async def _do(visit: Visit, step: Mapping[str, Any]) -> None:
    who = str(step.get("who", CHANNEL))
    match step.get("do"):
        case "move":
            until = datetime.fromisoformat(step["until"]) if "until" in step else None
            await visit.move(step["how"], who=who, until=until)
        case "tap":
            await visit.tap(
                who,
                message=step["message"],
                verb=step["verb"],
                subject=step["subject"],
                value=step["value"],
            )
        case "form":
            await visit.answer(who, step["fields"])
        case "home":
            await visit.open_home(who)
        case "put_away":
            await visit.put_away(who)
        case "say":
            await visit.say(who, step["text"])
        case "fault":
            await visit.fault(step["name"], who=who)
        case unknown:
            raise InvalidInput(f"The scenario has a step “{unknown}” that is not known.")
