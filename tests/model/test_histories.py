"""Whatever people do: posts and board say what the log says, caps hold, nothing private is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nudges.model import calendar
from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.events import Event, EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import Promise
from nudges.model.people import Visibility
from tests.journeys.world import CHANNEL, LONDON, World
from tests.model.histories import PEOPLE, Deed, deeds, lived

UP = {EventKind.DONE: "done", EventKind.PROMISE_KEPT: "promises"}
DOWN = {EventKind.DONE_UNDONE: "done", EventKind.PROMISE_KEPT_UNDONE: "promises"}
CLOSED = {"done"}


async def _ledger(world: World, recipients: Sequence[str]) -> list[Delivery]:
    async with world.store.reading() as tx:
        return [row for one in recipients for row in await tx.deliveries.unchecked_of_recipient(one)]


def _counted(events: Sequence[Event], *, after: datetime | None, until: datetime) -> Counter[str]:
    """A naive recount: one up for each, one down for each undo."""
    result: Counter[str] = Counter()
    for event in events:
        if (after is None or event.at > after) and event.at <= until:
            if event.kind in UP:
                result[UP[event.kind]] += 1
            if event.kind in DOWN:
                result[DOWN[event.kind]] -= 1
    return result


def _statuses(events: Sequence[Event], *, until: datetime) -> dict[str, str]:
    """Partner step -> its status as the log says it, at that instant."""
    kinds = (EventKind.STEP_PROMISED, EventKind.STEP_CHANGED)
    return {one.subject: str(one.data["status"]) for one in events if one.kind in kinds and one.at <= until}


async def check_rollups(world: World) -> None:
    """Every post that went out says the numbers that the log has."""
    events = await world.events()
    texts = {one.id: one.text for one in await world.steps()}
    posts = [one for one in await _ledger(world, ["channel:partnership"]) if one.event == "rollup"]
    told = [one.at for one in events if one.kind is EventKind.ROLLED_UP]
    assert len(posts) == len(told)
    for number, post in enumerate(sorted(posts, key=lambda one: one.not_before)):
        until, after = told[number], told[number - 1] if number else None
        lines = {str(line["id"]): line["facts"] for line in post.facts["lines"]}
        week, whole = _counted(events, after=after, until=until), _counted(events, after=None, until=until)
        done = lines["done"]
        assert done["k"] == max(0, week["done"])
        assert done["total"] == max(0, whole["done"])
        assert done["promises"] == max(0, week["promises"])
        is_last = lines["title"]["n"] == lines["title"]["total"]  # it sums up the whole campaign
        kept = {
            texts[step]
            for step, status in _statuses(events, until=until).items()
            if status in CLOSED and (is_last or after is None or _last_change(events, step, until) > after)
        }
        said = {one["step"] for one in lines.get("kept", {}).get("steps", ())}
        assert said <= kept
        assert len(said) == min(len(kept), 3)


def _last_change(events: Sequence[Event], step: str, until: datetime) -> datetime:
    return max(
        event.at
        for event in events
        if event.subject == step and event.kind is EventKind.STEP_CHANGED and event.at <= until
    )


async def check_board(world: World) -> None:
    """The pinned message lists the steps that are open, as the log has it, and none that is done."""
    events = await world.events()
    statuses = _statuses(events, until=world.clock.now())
    board = world.pinned()
    for step in await world.steps():
        assert str(step.status) == statuses[step.id]
        assert (step.text in board) == (statuses[step.id] not in CLOSED)


async def check_caps(world: World) -> None:
    """Nobody got more than two messages in a week that count; three where a pulse is asked."""
    rows = await _ledger(world, [one.id for one in PEOPLE])
    free = {MessageKind.ANSWER, MessageKind.LEAD}
    weeks: Counter[tuple[str, object]] = Counter()
    for row in rows:
        if row.state is DeliveryState.SENT and row.purpose not in free and row.edits is None:
            assert row.sent_at is not None
            weeks[row.recipient, calendar.week_of(row.sent_at, LONDON)] += 1
    (run,) = world.runs.values()
    pulses = {
        run.starts_on + timedelta(weeks=week.number - 1)
        for week in world.milepost.book.campaign(run.campaign_id).weeks
        if week.pulse
    }
    assert all(count <= (3 if week_on in pulses else 2) for (_, week_on), count in weeks.items()), weeks
    posts: Counter[object] = Counter()
    for line in world.lines:
        if line.to == CHANNEL and line.what == "post" and not line.posted.message.is_pinned:
            is_threaded = line.posted.message.thread is not None
            posts[calendar.week_of(line.at, LONDON)] += not is_threaded
    assert all(count <= 2 for count in posts.values()), posts


async def check_disclosure(world: World) -> None:
    """A promise is seen by whom its owner chose; the channel names nobody who did not agree to it."""
    promises = await world.promises()
    shown = [line for line in world.lines if line.what in ("post", "edit")]
    for promise in promises:
        for line in shown:
            if promise.text in line.posted.message.text:
                assert await _may_see(world, promise, line.to), (line, promise)
    channel = "\n".join(line.posted.message.text for line in shown if line.to == CHANNEL)
    steps = await world.steps()
    agreed = {step.owner for step in steps} | {change.owner for step in steps for change in step.history}
    agreed |= {"Hetty Hope"}
    sharers = {one.leader_id for one in await world.events(EventKind.SHARED)}
    ever_named = {promise.leader_id for promise in promises if promise.visibility is Visibility.NAMED}
    chose = {
        event.leader_id
        for event in await world.events(EventKind.VISIBILITY)
        if event.data["to"] == str(Visibility.NAMED)
    }
    for person in PEOPLE:
        if person.name in agreed or person.id in sharers | ever_named | chose:
            continue
        assert person.name not in channel, person.name


async def _may_see(world: World, promise: Promise, to: str) -> bool:
    owner = next(one for one in PEOPLE if one.id == promise.leader_id)
    if to == world.address(owner.name.split()[0]).to or promise.visibility is Visibility.NAMED:
        return True
    kinds = await world.events(EventKind.VISIBILITY, EventKind.PROMISED)
    # It may have been named at the time, and made private again.
    return any(one.leader_id == owner.id and one.data.get("to") == str(Visibility.NAMED) for one in kinds)


async def _check(history: Sequence[Deed], *, campaign: str, weeks: int) -> None:
    world = await lived(history, campaign=campaign, weeks=weeks)
    try:
        await check_rollups(world)
        await check_board(world)
        await check_caps(world)
        await check_disclosure(world)
    finally:
        await world.store.close()


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=deeds, campaign=st.sampled_from(["starter", "first-100-days"]))
def test_whatever_people_do_the_post_the_board_and_the_caps_hold(history: list[Deed], campaign: str) -> None:
    asyncio.run(_check(history, campaign=campaign, weeks=3))
