"""Two-week tests and what was learnt, and ten minutes each of listening."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nudges.errors import IllegalTransition, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.nudge import Nudge
from nudges.model.timers import TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.record_reply import VERBS
from nudges.said import said
from tests.journeys.partner_steps.test_commitments import _step
from tests.journeys.world import CHANNEL, FOUR, HETTY, World, at, days_after, files, playbook, started

TRIED = "One shared list for both teams"


async def two_week_tests(world: World) -> list[TwoWeekTest]:
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_two_week_tests("riverside")


async def begin(world: World, ends: str = "2027-01-18") -> TwoWeekTest:
    await world.fills("Ama", "trial_submit", "", text=TRIED, ends=ends)
    return next(one for one in await two_week_tests(world) if one.ends_on.isoformat() == ends)


async def test_a_test_is_asked_about_once_at_its_end() -> None:
    world = await started(say_yes="Ama Ben")
    outcome = await world.says("Ama", "test")
    assert world.can_tap("Ama", "trial")
    opened = await world.tap("Ama", "trial")
    assert opened.form is not None
    assert opened.form.fields[1].initial == "2027-01-18"
    assert outcome.form is None
    await begin(world)
    assert "Monday 18 January" in world.last("Ama")
    await world.run_to(at("2027-01-18", "09:59"))
    assert not [one for one in world.heard("Ama") if "Your test is over" in one]
    await world.run_to(at("2027-02-20"))
    assert len([one for one in world.heard("Ama") if "Your test is over" in one]) == 1
    assert len(await world.events(EventKind.TRIAL_STARTED)) == 1


async def test_a_test_ends_within_two_weeks_and_says_what_is_tried() -> None:
    world = await started(say_yes="Ama")
    for text, ends, field in [
        (TRIED, "2027-01-19", "ends"),
        (TRIED, "2027-01-04", "ends"),
        (TRIED, "", "ends"),
        (" ", "2027-01-11", "text"),
    ]:
        assert field in (await world.fills("Ama", "trial_submit", "", text=text, ends=ends)).errors
    assert await two_week_tests(world) == []


async def test_a_shared_line_is_kept_for_friday_and_a_private_one_is_not_kept_at_all() -> None:
    world = await started(say_yes="Ama Ben")
    test = await begin(world, "2027-01-11")
    await world.run_to(at("2027-01-11", "12:00"))
    opened = await world.tap("Ama", "trial_learned")
    assert opened.form is not None
    assert opened.form.fields[1].initial == "no"
    assert (await world.fills("Ama", "trial_learned_submit", test.id, line="x" * 141, shared="no")).errors
    blamed = await world.fills("Ama", "trial_learned_submit", test.id, line="Ben broke it.", shared="yes")
    assert "without the name" in blamed.errors["line"]
    await world.fills("Ama", "trial_learned_submit", test.id, line="It saves an hour.", shared="no")
    (kept,) = await two_week_tests(world)
    assert (kept.learned, kept.learned_at is not None) == ("", True)
    await world.says("Ben", "learned")
    assert "hour" not in world.last("Ben")
    await world.fills("Ama", "trial_learned_submit", test.id, line="It saves an hour.", shared="yes")
    await world.says("Ben", "learned")
    assert f"- {TRIED}. We learned: It saves an hour." in world.last("Ben")
    assert len(await world.events(EventKind.TRIAL_LEARNED)) == 1


async def test_what_was_learnt_is_nobody_elses_to_say() -> None:
    world = await started(say_yes="Ama Ben")
    test = await begin(world)
    for verb in ("trial_learned", "trial_learned_submit"):
        with pytest.raises(NotFound):
            await world.do("Ben", verb, test.id, args={"line": "x", "shared": "yes"})


async def test_who_said_what_was_learnt_before_the_end_is_not_asked() -> None:
    world = await started(say_yes="Ama")
    test = await begin(world)
    await world.fills("Ama", "trial_learned_submit", test.id, line="We do not know yet.", shared="yes")
    await world.run_to(at("2027-02-01"))
    assert not [one for one in world.heard("Ama") if "Your test is over" in one]


async def test_a_question_that_finds_a_full_week_waits_for_the_next_one() -> None:
    world = await started(say_yes="Ama")
    await begin(world, "2027-01-08")
    await world.run_to(at("2027-01-29"))
    told = [line for line in world.lines if line.to == "ama@example.org" and line.what == "post"]
    asked = [line.at for line in told if "Your test is over" in line.posted.message.text]
    assert len(asked) == 1
    async with world.store.reading() as tx:
        for monday in (date(2027, 1, 4), date(2027, 1, 11), date(2027, 1, 18)):
            assert (await tx.deliveries.counted(["ama@example.org"], monday)).get("ama@example.org", 0) <= 2


async def with_action(world: World, who: str, action: str) -> Nudge:
    (*_, nudge) = await world.nudges(who)
    changed = replace(nudge, action_id=action)
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([changed])
    return changed


async def test_after_a_swap_of_plan_for_test_the_card_offers_to_note_it() -> None:
    world = await started(say_yes="Ama Ben", until=at("2027-01-05", "12:00"))
    nudge = await with_action(world, "Ama", playbook().rules.listening.trial_action)
    await world.do("Ama", "done", nudge.id)
    opened = await world.tap("Ama", "trial")
    assert opened.form is not None


async def listening_pair() -> tuple[World, Nudge]:
    """Ama and Ben are a coffee pair of week 1, and their step is to listen in turns."""
    world = await started(campaign="starter", say_yes="Ama Ben Cleo Dev", until=at("2027-01-12", "12:00"))
    (pair,) = [one for one in await world.pairs() if "riverside-ama" in one.leader_ids][:1]
    nudge = await with_action(world, "Ama", "LIS-01")
    async with world.store.transaction() as tx:
        nudge = replace(nudge, pair_id=pair.id)
        await tx.commitments.save_nudges([nudge])
    return world, nudge


async def test_ten_minutes_each_swap_by_prompt_and_end_with_thanks() -> None:
    world, nudge = await listening_pair()
    (pair,) = [one for one in await world.pairs() if one.id == nudge.pair_id]
    people = [one.removeprefix("riverside-").title() for one in pair.leader_ids]
    world.sleep_to(at("2027-01-13", "20:00"))
    began = world.clock.now()
    outcome = await world.do("Ama", "listen_start", nudge.id)
    assert outcome.form is None
    firsts = {who: world.last(who) for who in people}
    assert [who for who in people if "You speak now" in firsts[who]] == [
        people[(people.index("Ama") + 1) % len(people)]
    ]
    before = len(world.lines)
    world.sleep_to(began + timedelta(minutes=3))
    again = await world.do(people[0], "listen_start", nudge.id) if people[0] == "Ama" else None
    again = again or await world.do("Ama", "listen_start", nudge.id)
    assert again.reply is not None
    assert "running already" in again.reply.text
    assert len(world.lines) == before + 1, "a second start changes nothing"
    for number in range(1, len(people)):
        await world.run_to(began + timedelta(minutes=10 * number))
        assert all("The turns swap." in world.last(who) for who in people)
    await world.run_to(began + timedelta(minutes=10 * len(people)))
    assert all("Now say back, in turn, what you heard." in world.last(who) for who in people)
    assert len(await world.events(EventKind.LISTENED)) == 1
    assert not [one for one in await world.timers() if one.kind is TimerKind.LISTENING]


async def test_nobody_is_called_to_listen_twice_a_day_or_once_they_said_stop() -> None:
    world, nudge = await listening_pair()
    (pair,) = [one for one in await world.pairs() if one.id == nudge.pair_id]
    other = next(one for one in pair.leader_ids if one != "riverside-ama").removeprefix("riverside-").title()
    await world.do("Ama", "listen_start", nudge.id)
    await world.run_to(world.clock.now() + timedelta(minutes=10 * len(pair.leader_ids)))
    with pytest.raises(IllegalTransition) as caught:
        await world.do("Ama", "listen_start", nudge.id)
    assert caught.value.said == said("listening.listened_today")
    await world.run_to(at("2027-01-13", "12:00"))
    await world.do("Ama", "listen_start", nudge.id)
    await world.change(other, stopped_at=world.clock.now())
    before = world.heard(other)
    await world.run_to(world.clock.now() + timedelta(minutes=11))
    assert world.heard(other) == before


async def test_after_an_outage_nobody_is_told_of_a_turn_that_is_long_over() -> None:
    world, nudge = await listening_pair()
    await world.do("Ama", "listen_start", nudge.id)
    before = world.heard("Ama")
    world.sleep_to(days_after(world.clock.now(), 0.1))
    await world.settle()
    assert world.heard("Ama") == before
    assert not [one for one in await world.timers() if one.kind is TimerKind.LISTENING]


async def test_a_planned_listening_step_offers_the_minutes_and_no_other_does() -> None:
    world, nudge = await listening_pair()
    async with world.store.transaction() as tx:
        (pair,) = [
            one for one in await tx.commitments.unchecked_pairs("riverside") if one.id == nudge.pair_id
        ]
        await tx.commitments.save_pairs([replace(pair, met_at=at("2027-01-11"))])
    await world.fills(
        "Ama", "plan_submit", nudge.id, other_day="2027-01-14", other_time="10:00", place="by phone"
    )
    assert world.can_tap("Ama", "listen_start")
    (*_, other) = await world.nudges("Cleo")
    with pytest.raises(IllegalTransition):
        await world.do("Cleo", "listen_start", other.id)


async def test_nothing_of_what_is_said_is_ever_asked_for() -> None:
    assert [verb for verb in VERBS if verb.startswith("listen")] == ["listen_start"]
    world, nudge = await listening_pair()
    outcome = await world.do("Ama", "listen_start", nudge.id, args={"text": "a secret"})
    assert outcome.form is None
    await world.run_to(days_after(world.clock.now(), 0.1))
    (event,) = await world.events(EventKind.LISTENED)
    assert (event.leader_id, dict(event.data)) == (None, {})
    assert not [line for line in world.lines if "a secret" in line.posted.message.text]


async def test_a_partner_step_that_was_kept_asks_for_one_line_too() -> None:
    world = await started(files((*FOUR, HETTY)), say_yes="Ama Ben")
    step = await _step(world)
    with pytest.raises(NotFound):
        await world.do("Ama", "trial_learned", step.id)
    await world.says("Ama", "steps")
    await world.do("Ama", "step_done", step.id)
    opened = await world.do("Ama", "trial_learned", step.id)
    assert opened.form is not None
    for _ in range(2):
        await world.fills("Ama", "trial_learned_submit", step.id, line="Ask early.", shared="yes")
    (lesson,) = await two_week_tests(world)
    assert (lesson.text, lesson.learned) == (step.text, "Ask early.")
    with pytest.raises(NotAllowed):
        await world.do("Ben", "trial_learned", step.id)
    await world.says("Ben", "learned")
    assert "Ask early." in world.last("Ben")
    assert "Ama" not in world.last("Ben")


async def test_friday_tells_what_was_learnt_or_is_not_known_yet_once() -> None:
    world = await started(say_yes="Ama Ben")
    first, second = await begin(world, "2027-01-11"), await begin(world, "2027-01-12")
    await world.fills("Ama", "trial_learned_submit", first.id, line="It saves an hour", shared="yes")
    await world.run_to(at("2027-01-08", "12:00"))
    line = "We do not know yet: who reads it at night."
    await world.fills("Ama", "trial_learned_submit", second.id, line=line, shared="yes")
    await world.run_to(at("2027-01-30"))
    posts = [one for one in world.heard(CHANNEL) if "week" in one]
    assert len([one for one in posts if "We learned: It saves an hour." in one]) == 1
    assert len([one for one in posts if "We do not know yet: who reads it at night." in one]) == 1


async def test_who_stopped_is_not_asked_what_was_learnt() -> None:
    world = await started(say_yes="Ama Ben")
    await begin(world)
    await world.says("Ama", "stop")
    await world.run_to(at("2027-02-01"))
    assert not [one for one in world.heard("Ama") if "Your test is over" in one]


async def test_a_pair_that_ended_is_prompted_no_more() -> None:
    world, nudge = await listening_pair()
    await world.do("Ama", "listen_start", nudge.id)
    async with world.store.transaction() as tx:
        pair = await tx.commitments.unchecked_pair(nudge.pair_id or "")
        assert pair is not None
        await tx.commitments.save_pairs([replace(pair, ended_at=world.clock.now())])
    before = world.heard("Ama")
    await world.run_to(world.clock.now() + timedelta(minutes=11))
    assert world.heard("Ama") == before
    with pytest.raises(IllegalTransition):
        await world.do("Ama", "listen_start", nudge.id)
