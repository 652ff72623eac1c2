"""Half a year of sixty people who answer, forget, swap and stop: no message breaks a rule."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.checker import violations
from bot.sandbox.headless import run
from bot.sandbox.run_record import to_json
from nudges.errors import MilepostError
from nudges.model import calendar
from nudges.model.events import EventKind
from tests.journeys.world import CHANNEL, World, at, started

NAMES = ("Ama", "Ben", "Cleo", "Dev")


@pytest.mark.slow
@pytest.mark.campaign
async def test_in_half_a_year_no_message_breaks_a_rule_and_the_totals_are_a_recount() -> None:
    record = await run("system-leadership-6-months", weeks=26, seed=4)
    result = to_json(record)
    assert len(record.leaders) >= 60
    assert len(record.organisations) >= 13
    assert violations(result) == []
    people = {one.id: one for one in record.leaders}
    counted: Counter[tuple[str, object]] = Counter()
    nudges: Counter[tuple[str, object]] = Counter()
    for sent in record.sent:
        delivery, leader = record.deliveries.get(sent.key), people.get(sent.to)
        if delivery is None or leader is None or sent.what != "post":
            continue
        week = calendar.week_of(sent.at, leader.zone)
        counted[leader.person, week] += delivery.is_counted
        nudges[leader.person, week] += delivery.event in ("nudge", "welcome_back") and delivery.is_counted
        nudges[leader.person, week] += delivery.event == "first_step"
    pulses = {
        record.run.starts_on + timedelta(weeks=week.number - 1)
        for week in record.campaign.weeks
        if week.pulse
    }
    assert all(count <= (3 if week in pulses else 2) for (_, week), count in counted.items())
    assert max(nudges.values()) == 1
    done = sum(1 for one in record.events if one.kind is EventKind.DONE)
    undone = sum(1 for one in record.events if one.kind is EventKind.DONE_UNDONE)
    assert result["totals"]["done"] == done - undone


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(NAMES),
        st.sampled_from(
            ("done", "undo", "partly", "not_now", "not_yet", "done", "promise_kept", "promise_undo")
        ),
    ),
    max_size=25,
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(DEEDS)
def test_every_post_is_a_recount_whatever_people_do(deeds: list[tuple[int, str, str]]) -> None:
    asyncio.run(_lives(deeds))


async def _lives(deeds: list[tuple[int, str, str]]) -> None:
    world = await started(say_yes=" ".join(NAMES))
    for name in NAMES:
        await world.says(name, "commit to ring somebody by 31 January")
    done: set[str] = set()
    kept: set[str] = set()
    story = sorted(deeds, key=lambda deed: deed[0])
    shown: list[tuple[int, int]] = []
    for day in range(21):
        noon = at("2027-01-04", "12:00") + timedelta(days=day)
        await world.run_to(noon - timedelta(hours=1))
        if len(_posts(world)) > len(shown):
            shown.append((len(done), len(kept)))
        await world.run_to(noon)
        for _, name, verb in (deed for deed in story if deed[0] == day):
            await _does(world, name, verb, done, kept)
    for number, (so_far, promises) in enumerate(shown):
        before_done, before_kept = shown[number - 1] if number else (0, 0)
        words = _posts(world)[number]
        this_week = max(0, so_far - before_done)
        assert (f"{this_week} personal step" if this_week else "No") in words
        if so_far > this_week:  # the same number is not said twice
            assert f"{so_far} since we began" in words
        new = max(0, promises - before_kept)
        assert (f"{new} promise" in words) == (new > 0), words
    await world.store.close()


def _posts(world: World) -> list[str]:
    return [
        message.message.text
        for message in world.conversation(CHANNEL)
        if not message.message.is_pinned and message.message.thread is None
    ]


async def _does(world: World, name: str, verb: str, done: set[str], kept: set[str]) -> None:
    """One deed, and what the model makes of it."""
    if verb.startswith("promise"):
        owner = (await world.leader(name)).id
        promise = next(one for one in await world.promises() if one.leader_id == owner)
        await world.do(name, verb, promise.id)
        (kept.add if verb == "promise_kept" else kept.discard)(promise.id)
        return
    nudge = (await world.nudges(name))[-1]
    try:
        await world.do(name, verb, nudge.id)
    except MilepostError:
        return
    if verb == "done":
        done.add(nudge.id)
    elif verb == "undo":
        done.discard(nudge.id)
