"""Visits to the sandbox, copied as tests: the same taps lead to the same words, faults included."""

import json
from pathlib import Path

from bot.sandbox.inbound import tapped
from bot.sandbox.outbound import sandbox_address
from bot.sandbox.page.scenario import replay, to_scenario
from bot.sandbox.page.session import Visit, begin
from nudges.model.events import EventKind

SCENARIOS = sorted(Path(__file__).with_name("scenarios").glob("*.json"))
AMA = "ama.brightwater@riverside-hospitals.example"


async def tap(session: Visit, verb: str) -> None:
    """Ama taps the newest button with this verb."""
    for posted in reversed(session.world.platform.conversation(sandbox_address(AMA))):
        for section in posted.message.sections:
            for button in section.buttons:
                if button.verb == verb:
                    result = posted.ref.message
                    subject, value = button.subject, button.value
                    await session.tap(AMA, message=result, verb=verb, subject=subject, value=value)
                    return
    raise AssertionError(f"Ama sees no button for “{verb}”")


async def test_a_visit_replays_word_for_word() -> None:
    session = await begin(seed=5)
    await session.fault("lost_answer", who=AMA)
    await session.move("next", who=AMA)
    await tap(session, "yes")
    await tap(session, "done")
    await session.say(AMA, "commit “ring the ward before noon” by Friday")
    await session.fault("rate_limit", who=AMA)
    await session.move("week", who=AMA)
    await session.move("run", who=AMA)
    scenario = json.loads(json.dumps(to_scenario(session)))
    assert any("week 4 of 4" in text for text in scenario["expect"]["#partnership"])
    assert await replay(scenario) == scenario["expect"]


async def test_a_second_delivery_of_the_same_tap_changes_nothing() -> None:
    session = await begin(seed=5)
    await session.move("next", who=AMA)
    welcome = session.world.platform.conversation(sandbox_address(AMA))[0]
    yes = next(one for section in welcome.message.sections for one in section.buttons if one.verb == "yes")
    command = tapped(sandbox_address(AMA), yes, key="one physical tap")
    for _ in range(2):
        await session.world.do(command)
    opted_in = [event for event in await session.world.events() if event.kind is EventKind.OPTED_IN]
    assert len(opted_in) == 1


async def test_every_recorded_visit_replays() -> None:
    for path in SCENARIOS:
        scenario = json.loads(path.read_text(encoding="utf-8"))
        assert await replay(scenario) == scenario["expect"], path.name
