"""A visit to the sandbox as a test: what was done, and what everybody saw in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.sandbox.outbound import sandbox_address
from bot.sandbox.page.session import CHANNEL, Visit, begin
from nudges.errors import InvalidInput

VERSION = 1


def to_scenario(session: Visit) -> dict[str, Any]:
    """Everything that was done, to be replayed by `replay`, with what stands in each conversation now."""
    return {
        "version": VERSION,
        "campaign": session.campaign_id,
        "seed": session.seed,
        "start_on": session.start_on.isoformat(),
        "steps": list(session.steps),
        "expect": seen(session),
    }


def seen(session: Visit) -> dict[str, list[str]]:
    """Who -> the texts in their conversation as they stand now; a channel under its own name."""
    platform = session.world.platform
    rooms = [CHANNEL, *session.world.personas]
    return {who: [one.message.text for one in platform.conversation(sandbox_address(who))] for who in rooms}


async def replay(scenario: Mapping[str, Any]) -> dict[str, list[str]]:
    """Do it all again in a new world; returns what stands in each conversation then.

    Raises:
        InvalidInput: a step that is not known, or that cannot be done any more.
    """
    if scenario.get("version") != VERSION:
        raise InvalidInput("This scenario is of another version. Record it again in the sandbox.")
    session = await begin(
        campaign_id=scenario["campaign"],
        seed=int(scenario["seed"]),
        start_on=date.fromisoformat(scenario["start_on"]),
    )
    try:
        for step in scenario["steps"]:
            await _do(session, step)
        return seen(session)
    finally:
        await session.world.close()


async def _do(session: Visit, step: Mapping[str, Any]) -> None:
    who = str(step.get("who", CHANNEL))
    match step.get("do"):
        case "move":
            until = datetime.fromisoformat(step["until"]) if "until" in step else None
            await session.move(step["how"], who=who, until=until)
        case "tap":
            await session.tap(
                who,
                message=step["message"],
                verb=step["verb"],
                subject=step["subject"],
                value=step["value"],
            )
        case "form":
            await session.answer(who, step["fields"])
        case "home":
            await session.open_home(who)
        case "put_away":
            await session.put_away(who)
        case "say":
            await session.say(who, step["text"])
        case "fault":
            await session.fault(step["name"], who=who)
        case unknown:
            raise InvalidInput(f"The scenario has a step “{unknown}” that is not known.")
