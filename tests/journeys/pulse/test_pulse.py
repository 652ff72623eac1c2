"""The pulse: asked once, reminded once, answered under a pseudonym, and said only in totals."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model.delivery import Delivery
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Role
from nudges.model.pulse import NOT_SAID, PulseAnswer, PulseMoment
from nudges.rules.pulse.pulse_figures import closed_changes, closed_totals
from storage.store import SqlStore
from tests.journeys.world import (
    CHANNEL,
    FOUR,
    HETTY,
    LONDON,
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
    started,
)

SYSTEM = "system-leadership-6-months"
REPAIR = "repair-a-relationship"
ITEMS = ("NET", "SEE", "INF", "LIS", "COA")
ORGANISATIONS = ("trust", "council", "surgery", "hospice")
FIRST = ("Ama", "Ben", "Cleo", "Dev", "Esi", "Fay", "Gus", "Hal", "Ivy", "Jon", "Kit", "Lou", "Mae", "Ned")


def many(count: int) -> tuple[Leader, ...]:
    """So many people of four organisations."""
    return tuple(
        somebody(f"{name} Person", ORGANISATIONS[number % 4]) for number, name in enumerate(FIRST[:count])
    )


async def twelve() -> World:
    """A six-month campaign with twelve people who have all said yes on its first Monday."""
    names = " ".join(FIRST[:12])
    return await started(files(many(12)), campaign=SYSTEM, say_yes=names)


def pulses(world: World, who: str) -> list[str]:
    return [one for one in world.heard(who) if "How is it going in" in one or "still open for you" in one]


async def answers(world: World, who: str, value: str = "4", **others: str) -> None:
    """Tap, and send the form with this value everywhere but where others say otherwise."""
    outcome = await world.tap(who, "pulse")
    assert outcome.form is not None, outcome
    fields = {field.name: others.get(field.name, value) for field in outcome.form.fields}
    await world.do(who, "pulse_submit", outcome.form.subject, via="form", args=fields)


async def stored(world: World, run_id: str) -> list[PulseAnswer]:
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_pulse(run_id)


async def everything_else(world: World) -> str:
    """Every row of every table but those of the answers and their key, as text."""
    assert isinstance(world.store, SqlStore)
    result: list[str] = []
    async with world.store.reading() as tx:
        session = tx.records._session  # type: ignore[attr-defined]  # what a reader of the file would see
        names = await session.rows(text("SELECT name FROM sqlite_master WHERE type = 'table'"), {})
        for (name,) in names:
            if name not in ("pulse_answers", "pulse_keys", "stamps"):  # the last are random marks
                every = text(f'SELECT * FROM "{name}"')  # noqa: S608 (names from the database itself)
                result += [str(tuple(row)) for row in await session.rows(every, {})]
    return "\n".join(result)


async def test_everybody_who_said_yes_is_asked_once_in_the_pulse_week_and_reminded_once() -> None:
    world = await twelve()
    await world.run_to(at("2027-01-05", "12:00"))
    assert all(len(pulses(world, name)) == 1 for name in FIRST[:12])
    assert len(await world.events(EventKind.PULSE_ASKED)) == 12
    await answers(world, "Ama")
    await world.run_to(at("2027-01-14", "08:00"))
    assert len(pulses(world, "Ama")) == 1, "whoever has answered is left in peace"
    assert all(len(pulses(world, name)) == 2 for name in FIRST[1:12])


async def test_in_a_pulse_week_there_are_three_messages_at_most_and_two_in_any_other() -> None:
    world = await twelve()
    await world.run_to(at("2027-02-01"))
    for name in FIRST[:12]:
        rows = []
        async with world.store.reading() as tx:
            rows = await tx.deliveries.unchecked_of_recipient(f"riverside-{name.lower()}")
        weeks = [one.week_on for one in rows if one.is_counted and one.sent_at is not None]
        assert weeks.count(date(2027, 1, 4)) == 3
        assert all(weeks.count(week) <= 2 for week in set(weeks) - {date(2027, 1, 4)})


async def test_the_pulse_takes_the_place_of_the_weeks_step_and_is_no_silence() -> None:
    world = await twelve()
    await world.run_to(at("2027-03-29"))
    silent = (await world.leader("Ama")).silent
    before = len(await world.nudges("Ama"))
    await world.change("Ama", silent=0, backed_off_until=None)
    await world.run_to(at("2027-04-02", "18:00"))
    assert silent >= 0
    assert len(await world.nudges("Ama")) == before
    assert (await world.leader("Ama")).silent == 0


async def test_the_form_has_five_statements_and_one_more_at_the_end_only() -> None:
    world = await twelve()
    await world.run_to(at("2027-01-05", "12:00"))
    outcome = await world.tap("Ama", "pulse")
    assert outcome.form is not None
    assert [field.name for field in outcome.form.fields] == list(ITEMS)
    assert outcome.form.fields[0].label == "I have a strong network across Riverside."
    for field in outcome.form.fields:
        assert [choice.label for choice in field.choices][-1] == "Prefer not to say"
        assert len(field.choices) == 6
        assert field.initial == ""


async def test_a_statement_without_an_answer_keeps_the_form_open() -> None:
    world = await twelve()
    await world.run_to(at("2027-01-05", "12:00"))
    form = (await world.tap("Ama", "pulse")).form
    assert form is not None
    outcome = await world.do("Ama", "pulse_submit", form.subject, via="form", args={"NET": "4"})
    assert set(outcome.errors) == {"SEE", "INF", "LIS", "COA"}
    assert await stored(world, world.runs[SYSTEM].id) == []


async def test_answering_again_replaces_and_no_values_stand_anywhere_else() -> None:
    world = await twelve()
    await world.run_to(at("2027-01-05", "12:00"))
    before = len(await world.events())
    await answers(world, "Ama", "2")
    await answers(world, "Ama", "5", LIS=NOT_SAID)
    kept = await stored(world, world.runs[SYSTEM].id)
    assert {one.item_id: one.value for one in kept} == {"NET": 5, "SEE": 5, "INF": 5, "LIS": None, "COA": 5}
    assert len({one.person_key for one in kept}) == 1
    assert len(await world.events()) == before, "no line of the log says that somebody answered"
    assert kept[0].person_key not in await everything_else(world)
    assert "Thank you. Your answers are in" in world.story("Ama")


async def test_all_else_that_is_stored_is_the_same_whatever_was_answered() -> None:
    stories = []
    for value in ("1", "5"):
        world = await started(files(FOUR), campaign=SYSTEM, say_yes="Ama Ben Cleo Dev")
        await world.run_to(at("2027-01-05", "12:00"))
        await answers(world, "Ama", value)
        await answers(world, "Ben", value, LIS=NOT_SAID)
        await world.run_to(at("2027-01-15", "12:00"))
        stories.append(await everything_else(world))
    assert stories[0] == stories[1]


async def test_who_has_no_part_in_a_round_cannot_answer_it() -> None:
    world = await make_world(files((*many(12), HETTY)))
    run = await world.launch(SYSTEM, names=" ".join(FIRST[:12]))
    await world.run_to(at("2027-01-05", "12:00"))
    with pytest.raises(NotFound):
        await world.do("Hetty", "pulse", f"{run.id}:start")
    with pytest.raises(NotFound):
        await world.do("Ama", "pulse", f"{run.id}:nonsense")


async def test_a_typed_word_opens_the_round_that_is_open() -> None:
    world = await twelve()
    await world.says("Ama", "pulse")
    assert world.can_tap("Ama", "pulse")
    await world.run_to(at("2027-01-14", "12:01"))
    await world.says("Ama", "pulse")
    assert world.last("Ama").startswith("No questions are open")
    await world.tap("Ama", "pulse", within="How is it going")
    assert world.last("Ama").startswith("No questions are open")


async def _close_start(world: World, said: Mapping[str, str]) -> None:
    await world.run_to(at("2027-01-05", "12:00"))
    for name, value in said.items():
        await answers(world, name, value)
    await world.run_to(at("2027-01-14", "12:01"))


async def test_ten_answers_are_counted_when_the_round_closes_and_no_post_is_made_of_it() -> None:
    world = await twelve()
    said = {name: "5" if number < 3 else "4" for number, name in enumerate(FIRST[:11])} | {"Kit": "1"}
    posts = len(world.heard(CHANNEL))
    await _close_start(world, said)
    (closed,) = await world.events(EventKind.PULSE_CLOSED)
    assert closed.leader_id is None
    result = closed_totals([closed])[PulseMoment.START]
    assert set(result) == set(ITEMS)
    net = result["NET"]
    assert (net.agree, net.strongly_agree, net.disagree, net.n) == (10, 3, 1, 11)
    assert not any("strong network" in one for one in world.heard(CHANNEL)[posts:])


async def test_with_nine_answers_nothing_is_kept_of_the_round() -> None:
    world = await twelve()
    await _close_start(world, dict.fromkeys(FIRST[:9], "4"))
    (closed,) = await world.events(EventKind.PULSE_CLOSED)
    assert closed.data["items"] == {}
    assert await stored(world, world.runs[SYSTEM].id) == []


async def test_the_same_people_are_matched_from_start_to_mid() -> None:
    world = await twelve()
    await _close_start(world, dict.fromkeys(FIRST[:12], "2"))
    for name in FIRST[:12]:
        await world.change(name, silent=0, backed_off_until=None)
    monday = date(2027, 3, 29)
    while calendar.local(world.clock.now(), LONDON).date() < monday:
        for name in FIRST[:12]:
            await world.change(name, silent=0, backed_off_until=None)
        await world.run_to(world.clock.now() + timedelta(days=4))
    await world.run_to(at("2027-04-01", "12:00"))
    for name in FIRST[:12]:
        await answers(world, name, "5")
    await world.run_to(at("2027-04-08", "12:01"))
    closed = await world.events(EventKind.PULSE_CLOSED)
    change = closed_changes(closed)[PulseMoment.MID]["NET"]
    assert (change.n, change.before, change.after) == (12, 0, 12)
    assert not change.may_be_chance


async def test_in_a_repair_the_facilitator_hears_words_and_no_number_is_kept() -> None:
    fay = somebody("Zoe Gold", "council", roles=(Role.FACILITATOR,))
    partnership = a_partnership(helper_id="riverside-zoe", partnership=CHANNEL, private_group=PRIVATE)
    world = await started(
        files((*many(8), fay), partnership=partnership), campaign=REPAIR, say_yes=" ".join(FIRST[:8])
    )
    await world.run_to(at("2027-01-05", "12:00"))
    assert "hears only words like most or few" in pulses(world, "Ama")[0]
    for name in FIRST[:6]:
        await answers(world, name, "5", TEN="1", PHO=NOT_SAID)
    await world.run_to(at("2027-01-15", "09:00"))
    said = next(one for one in world.heard("Zoe") if "in words" in one)
    assert "it is heard and I get a reply. Most agree." in said
    assert "deal with it. Few agree." in said
    assert "picks up the phone. Too few to say." in said
    assert not any(digit in said for digit in "0123456789")
    (closed,) = await world.events(EventKind.PULSE_CLOSED)
    assert closed.data["items"] == {}
    assert await stored(world, world.runs[REPAIR].id) == []
    for channel in (CHANNEL, PRIVATE):
        assert not any("Most agree" in one or "is heard and" in one for one in world.heard(channel))


async def test_a_late_yes_is_asked_while_the_round_is_open() -> None:
    world = await started(files(many(12)), campaign=SYSTEM, say_yes=" ".join(FIRST[:11]))
    await world.run_to(at("2027-01-07", "15:00"))
    await world.tap("Lou", "yes")
    await world.run_to(at("2027-01-08", "12:00"))
    assert len(pulses(world, "Lou")) == 1


async def test_nobody_is_asked_on_a_day_off_or_after_stop() -> None:
    people = (*many(11), somebody("Lou Person", "trust", working_days="45"))
    world = await started(files(people), campaign=SYSTEM, say_yes=" ".join(FIRST[:11]))
    await world.do("Ama", "stop")
    await world.run_to(at("2027-01-07", "11:00"))
    await world.tap("Lou", "yes")
    await world.run_to(at("2027-01-14", "11:00"))
    assert pulses(world, "Ama") == []
    (first, *_) = [line for line in world.lines if line.to == "lou@example.org" and "How is it" in str(line)]
    assert calendar.local(first.at, LONDON).isoweekday() in (4, 5)
    kinds = {one.purpose for one in await _rows(world, "Lou")}
    assert MessageKind.PULSE in kinds


async def _rows(world: World, who: str) -> list[Delivery]:
    async with world.store.reading() as tx:
        return list(await tx.deliveries.unchecked_of_recipient(f"riverside-{who.lower()}"))


async def test_four_people_are_asked_too_and_their_answers_are_not_kept() -> None:
    world = await started(files(FOUR), campaign=SYSTEM, say_yes="Ama Ben Cleo Dev")
    await _close_start(world, dict.fromkeys(("Ama", "Ben", "Cleo", "Dev"), "5"))
    assert await stored(world, world.runs[SYSTEM].id) == []
