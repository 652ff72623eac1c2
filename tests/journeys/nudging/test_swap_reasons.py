"""Swap: each step says what speaks for it, one reason, and the chosen one takes the place of the old."""

from __future__ import annotations

from nudges.model.message import Form
from tests.journeys.world import World, at, started


async def a_second_week() -> World:
    """Ama is offered the second week's coffee with swaps."""
    return await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-12", "09:00"))


async def the_form(world: World, who: str = "Ama") -> Form:
    outcome = await world.tap(who, "swap")
    assert outcome.form is not None
    return outcome.form


async def test_every_swap_has_one_reason_beside_it_or_above() -> None:
    form = await the_form(await a_second_week())
    for choice in form.fields[0].choices:
        title, _, rest = choice.label.partition(" (")
        reason = rest.partition("minutes). ")[2]
        assert bool(reason) != (f"{title}: " in form.intro), choice.label


async def test_a_form_without_a_choice_says_so_at_its_field_and_changes_nothing() -> None:
    world = await a_second_week()
    subject = world.button("Ama", "swap").subject
    outcome = await world.fills("Ama", "swap_submit", subject, action="")
    assert list(outcome.errors) == ["action"]
    assert world.can_tap("Ama", "swap")


async def test_a_step_that_would_be_done_with_somebody_new_says_of_which_organisation() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", campaign="papers-to-action")
    await world.run_to(at("2027-01-26", "09:00"))
    (label,) = [one.label for one in (await the_form(world)).fields[0].choices if one.value == "REL-06"]
    assert label.endswith("You have not met anybody from Council yet") or label.endswith("Surgery yet")
    await world.fills("Ama", "swap_submit", world.button("Ama", "swap").subject, action="REL-06")
    chosen = (await world.pairs())[-1]
    named = label.rpartition(" from ")[2].removesuffix(" yet")
    assert f"riverside-{named.lower()}" in chosen.organisation_ids, "and it is done with them"
