"""What is counted, shown beside its card: whole partnership only, and nothing of a private group."""

from dataclasses import replace

import pytest

from bot.files.phrases import in_words
from nudges.errors import NotFound
from nudges.model.people import Role
from nudges.use_cases.campaigns.show_metrics import ShownMetric, show_metrics
from tests.journeys.pulse.test_goals import did, hundred
from tests.journeys.pulse.test_pulse import FIRST, REPAIR, answers, many
from tests.journeys.world import CHANNEL, PRIVATE, World, a_partnership, at, files, somebody, started

SYSTEM = "system-leadership-6-months"


async def shown(world: World) -> dict[str, ShownMetric]:
    metrics, _ = await show_metrics(
        world.store, world.milepost.book, partnership_id="riverside", at=world.clock.now()
    )
    return {one.card.id: one for one in metrics}


async def test_every_metric_is_shown_with_its_card() -> None:
    world = await hundred()
    await did(world, "Ama", 3)
    result = await shown(world)
    assert set(result) == set(world.milepost.book.metrics)
    assert result["steps_done"].lines == ("3 since we began.",)
    assert "0 of 6 organisation pairs have met." in result["links"].lines
    assert result["pulse"].lines == ()


async def test_the_pulse_is_shown_as_counts_with_ranges_and_the_sources_own_result_beside_it() -> None:
    world = await hundred(campaign=SYSTEM)
    await world.run_to(at("2027-01-05", "12:00"))
    for number, name in enumerate(FIRST[:12]):
        await answers(world, name, "5" if number < 5 else "4" if number < 9 else "2")
    await world.run_to(at("2027-01-14", "12:01"))
    lines = (await shown(world))["pulse"].lines
    assert "“I have a strong network across Riverside.”" in lines
    assert any(one.strip().startswith("start: 9 of 12, 75% (47% to 91%)") for one in lines)
    assert any("strongly agree: 5 of 12, 42%" in one for one in lines)
    assert any("disagree or strongly disagree: 3 of 12" in one for one in lines)
    assert any("One programme without a control group, replies only; not a target" in one for one in lines)
    assert any(one.startswith("Ranges are for 95") for one in lines)


async def test_goals_are_shown_as_counts_without_names() -> None:
    world = await hundred()
    _, goals = await show_metrics(
        world.store, world.milepost.book, partnership_id="riverside", at=world.clock.now()
    )
    assert goals[0] == (
        "At least 8 of 12 leaders have done four or more steps by day 100. So far: 0 of 12 people."
    )


async def test_nothing_of_a_private_group_is_counted() -> None:
    zoe = somebody("Zoe Gold", "council", roles=(Role.FACILITATOR,))
    partnership = a_partnership(helper_id="riverside-zoe", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*many(11), zoe), partnership=partnership), campaign=REPAIR, say_yes=" ".join(FIRST[:11])
    )
    for name in FIRST[:3]:
        await did(world, name, 2, campaign=REPAIR)
    await world.run_to(at("2027-01-05", "12:00"))
    for name in FIRST[:11]:
        await answers(world, name, "4")
    await world.run_to(at("2027-01-15", "12:00"))
    result = await shown(world)
    assert result["steps_done"].lines == ("0 since we began.",)
    assert result["pulse"].lines == ()


async def test_a_number_whose_card_says_nothing_is_refused() -> None:
    world = await hundred()
    book = world.milepost.book
    cards = {**book.metrics, "links": replace(book.metrics["links"], decision=" ")}
    with pytest.raises(NotFound) as caught:
        await show_metrics(
            world.store, replace(book, metrics=cards), partnership_id="riverside", at=world.clock.now()
        )
    assert "decision" in in_words(caught.value)
