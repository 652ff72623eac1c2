"""Stop, start, a pause; several partnerships; taps that come twice, late, forged or broken."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from nudges.errors import MilepostError, NotAllowed, NotFound
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import NudgeState
from nudges.model.people import Visibility
from nudges.model.timers import TimerKind
from tests.journeys.world import (
    FOUR,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
    started,
)

NOON = at("2027-01-04", "12:00")


async def test_stop_ends_everything_at_once_and_start_brings_the_next_step() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=NOON)
    await world.says("Ama", 'commit "share our bed data" by Friday')
    await world.says("Ama", "stop")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-02-20"))
    assert len(world.heard("Ama")) == before
    assert {one.state for one in await world.nudges("Ama")} == {NudgeState.WITHDRAWN}
    assert not [one for one in await world.timers() if one.subject == "riverside-ama"]


async def test_stop_holds_in_every_workspace_where_somebody_takes_part() -> None:
    hillside = files(
        (somebody("Ama Boateng", "trust", partnership="hillside"),), partnership=a_partnership("hillside")
    )
    world = await started(files(), hillside, say_yes="Ama Ben", until=NOON)
    elsewhere = replace(world.address("Ama"), workspace="T0OTHER")
    await world.change("Ama", "hillside", opted_in_at=world.clock.now(), address=elsewhere)
    await world.says("Ama", "stop")
    for partnership in ("riverside", "hillside"):
        assert (await world.leader("Ama", partnership)).stopped_at == world.clock.now()
    assert (await world.leader("Ben")).stopped_at is None
    # Where "stop" was said, nobody starts what is at home elsewhere.
    await world.says("Ama", "start")
    assert (await world.leader("Ama")).stopped_at is None
    assert (await world.leader("Ama", "hillside")).stopped_at is not None


async def test_start_after_a_stop_brings_the_next_step_and_the_question_about_a_promise() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=NOON)
    await world.says("Ama", 'commit "share our bed data" by 14 January')
    await world.says("Ama", "stop")
    await world.run_to(at("2027-01-06"))
    await world.says("Ama", "start")
    await world.run_to(at("2027-01-19"))
    assert any("First coffees" in one for one in world.heard("Ama"))
    assert any("share our bed data" in one and "14 January" in one for one in world.heard("Ama")[3:])


async def test_an_old_yes_after_a_stop_means_start_and_offers_no_second_first_step() -> None:
    world = await started(say_yes="Ama Ben")
    await world.says("Ama", "stop")
    await world.do("Ama", "yes", "riverside-ama")
    assert (await world.leader("Ama")).is_in
    assert len(await world.nudges("Ama")) == 1


async def test_pause_until_a_day_is_quiet_until_that_day() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=NOON)
    await world.says("Ama", "pause until 22 January")
    before = len(world.heard("Ama"))
    await world.run_to(at("2027-01-22", "08:00"))
    assert len(world.heard("Ama")) == before
    await world.run_to(at("2027-01-25"))
    assert len(world.heard("Ama")) > before
    assert (await world.leader("Ama")).silent == 0, "a paused week is no silence"


async def test_two_partnerships_share_one_action_a_week_and_two_messages() -> None:
    world = await _in_two()
    await world.run_to(at("2027-01-31"))
    by_week: dict[date, int] = {}
    for partnership in ("riverside", "hillside"):
        for nudge in await world.nudges("Ama", partnership):
            if nudge.swapped_from is None:
                by_week[nudge.week_on] = by_week.get(nudge.week_on, 0) + 1
    assert by_week
    assert max(by_week.values()) == 1
    async with world.store.reading() as tx:
        for monday in by_week:
            assert (await tx.deliveries.counted(["ama@example.org"], monday))["ama@example.org"] <= 2


async def _in_two() -> World:
    people = (
        somebody("Ama Boateng", "trust", partnership="hillside"),
        somebody("Eve Fox", "hub", partnership="hillside"),
    )
    hillside = files(people, partnership=a_partnership("hillside", partnership="#hillside"))
    world = await make_world(files(), hillside)
    await world.launch()
    await world.launch(partnership="hillside")
    await world.run_to(at("2027-01-04", "10:00"))
    for partnership in ("riverside", "hillside"):
        await world.do("Ama", "yes", f"{partnership}-ama")
    for name in ("Ben", "Cleo", "Dev", "Eve"):
        await world.tap(name, "yes")
    return world


async def test_a_yes_joins_the_partnership_that_asked_and_stop_leaves_both() -> None:
    world = await _in_two()
    assert (await world.leader("Ama", "hillside")).is_in
    await world.says("Ama", "stop")
    for partnership in ("riverside", "hillside"):
        assert not (await world.leader("Ama", partnership)).is_in
    await world.says("Ama", "start")
    for partnership in ("riverside", "hillside"):
        assert (await world.leader("Ama", partnership)).is_in


async def test_a_hundred_replays_have_one_effect() -> None:
    world = await started(say_yes="Ama Ben")
    nudge = (await world.nudges("Ama"))[0]
    verbs = {
        "done": {},
        "undo": {},
        "not_now": {},
        "snooze": {"value": "2027-01-08"},
        "plan_submit": {"other_day": "2027-01-07", "other_time": "10:00"},
        "help": {"value": "yes"},
        "pace": {"value": "slower"},
        "visibility": {"value": "private"},
    }
    for verb, args in verbs.items():
        subject = "" if verb in ("pace", "visibility") else nudge.id
        await world.do("Ama", verb, subject, key=f"once-{verb}", args=args)
        state, events, lines = await world.nudges("Ama"), await world.events(), len(world.lines)
        for _ in range(12):
            await world.do("Ama", verb, subject, key=f"once-{verb}", args=args)
        assert (await world.nudges("Ama"), await world.events()) == (state, events), verb
        posted = [line for line in world.lines[lines:] if line.what != "whisper"]
        assert posted == [], verb
    for _ in range(100):
        await world.do(
            "Ama", "say", key="promise", via="message", args={"text": "commit to ring Ben by Friday"}
        )
    assert len(await world.promises()) == 1


async def test_two_taps_at_once_have_one_effect() -> None:
    world = await started(say_yes="Ama")
    nudge = (await world.nudges("Ama"))[0]
    await asyncio.gather(*(world.do("Ama", "done", nudge.id, then_settle=False) for _ in range(8)))
    assert len(await world.events(EventKind.DONE)) == 1


async def test_a_key_of_one_person_never_shows_another_what_was_answered() -> None:
    world = await started(say_yes="Ama Ben")
    mine = await world.do("Ama", "my_data", key="same", via="command")
    theirs = await world.do("Ben", "my_data", key="same", via="command")
    assert mine.reply is not None
    assert theirs.reply is not None
    assert "ama@example.org" not in theirs.reply.text


async def test_a_tap_before_the_message_is_known_to_be_sent_edits_it_afterwards() -> None:
    world = await started()
    world.platform.faults.answer_lost = True
    await world.do("Ama", "yes", "riverside-ama")
    nudge = (await world.nudges("Ama"))[0]
    await world.do("Ama", "done", nudge.id)
    await world.run_to(at("2027-01-04", "11:00"))
    shown = [one for one in world.conversation("Ama") if "Done. Thank you." in one.message.text]
    assert len(shown) == 1
    assert len(world.conversation("Ama")) == 2


async def test_a_button_of_somebody_else_looks_absent() -> None:
    world = await started(say_yes="Ama Ben", until=at("2027-01-12", "09:00"))
    await world.says("Ama", "commit to ring Ben by Friday")
    nudge, promise, pair = (
        (await world.nudges("Ama"))[0],
        (await world.promises())[0],
        (await world.pairs())[0],
    )
    outsider = "Dev"
    words = set()
    for verb, subject in [
        *(
            (verb, nudge.id)
            for verb in ("plan", "done", "partly", "not_yet", "not_now", "undo", "how", "why", "swap")
        ),
        *((verb, promise.id) for verb in ("promise_kept", "promise_undo", "promise_let_go", "promise_carry")),
        *((verb, pair.id) for verb in ("pick", "met", "not_met", "cannot", "slots", "office")),
        *((verb, "no-such-thing") for verb in ("done", "promise_kept", "met", "step_done")),
        ("visibility", promise.id),
    ]:
        with pytest.raises(NotFound) as caught:
            await world.do(outsider, verb, subject, value="private" if verb == "visibility" else "")
        words.add(str(caught.value))
    assert len(words) == 1, "absent and forbidden look the same"
    outcome = await world.do(outsider, "help", nudge.id, value="yes", via="command")
    assert outcome.reply is not None
    title = world.milepost.book.action(nudge.action_id).title
    assert not any(
        title in line.posted.message.text for line in world.lines if line.to == "hetty@example.org"
    )


async def test_a_stranger_is_told_so_and_nothing_is_kept() -> None:
    world = await started()
    before = await world.events()
    with pytest.raises(NotFound):
        await world.do("mallory@example.org", "yes", "riverside-ama")
    assert await world.events() == before


HOSTILE = (
    "",
    "\x00",
    "9999-12-31",
    "0001-01-01",
    "2027-13-45",
    "2027-01-05T10:00",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-12:00",
    "private'; drop table leaders; --",
    "{{ 7 * 7 }}",
    "\ud800",
    "x" * 3999,
    "<!channel>",
    "-1",
)


async def test_hostile_values_are_refused_in_words_and_change_nothing_in_the_log() -> None:
    from nudges.record_reply import VERBS

    world = await started(say_yes="Ama Ben", until=at("2027-01-12", "09:00"))
    await world.says("Ama", "commit to ring Ben by Friday")
    subjects = [
        (await world.nudges("Ama"))[-1].id,
        (await world.pairs())[0].id,
        (await world.promises())[0].id,
    ]
    odd = ("riverside-ama", "\x00" * 3, "x" * 5000)
    names = (
        "value",
        "slot",
        "other_day",
        "other_time",
        "until",
        "due",
        "text",
        "seen_by",
        "day_1",
        "time_1",
        "line",
    )
    for verb in sorted(VERBS):
        for subject in (*subjects, *odd):
            for value in HOSTILE if subject not in odd else HOSTILE[:2]:
                try:
                    await world.do("Ama", verb, subject, args=dict.fromkeys(names, value), then_settle=False)
                except MilepostError:
                    continue
    await world.run_to(at("2027-01-13"))
    assert not any(
        "{" in line.posted.message.text for line in world.lines if "49" in line.posted.message.text
    )


async def test_an_nhs_number_is_refused_and_stored_nowhere() -> None:
    world = await started(say_yes="Ama")
    for text in ("commit to see 943 476 5919 by Friday", "943 476 5919"):
        with pytest.raises(MilepostError):
            await world.says("Ama", text)
    nudge = (await world.nudges("Ama"))[0]
    with pytest.raises(MilepostError):
        await world.fills(
            "Ama",
            "plan_submit",
            nudge.id,
            other_day="2027-01-07",
            other_time="10:00",
            place="bed of 9434765919",
        )
    assert not await world.promises()
    assert not any("5919" in str(one.facts) for one in await _written(world))
    await world.says("Ama", "commit to ring 943 476 5918 by Friday")
    assert len(await world.promises()) == 1, "ten digits that fail the check pass"


async def _written(world: World) -> list:  # type: ignore[type-arg]
    async with world.store.reading() as tx:
        return await tx.deliveries.unchecked_of_recipient("riverside-ama")


async def test_a_tap_on_a_message_of_a_finished_campaign_still_counts() -> None:
    world = await started(say_yes="Ama Ben Cleo Dev", until=at("2027-01-26", "09:00"))
    nudge = (await world.nudges("Ama"))[-1]
    await world.run_to(at("2027-02-12"))
    await world.do("Ama", "done", nudge.id)
    assert (await world.nudges("Ama"))[-1].state is NudgeState.DONE
    with pytest.raises(MilepostError):
        await world.do("Ama", "nonsense", nudge.id)


async def test_an_organisation_that_gets_its_permission_later_joins_then() -> None:
    world = await make_world(files(not_ready=("surgery",)))
    await world.launch()
    await world.run_to(at("2027-01-12", "12:00"))
    assert world.heard("Cleo") == []
    with_permission = files()
    await world.bring(with_permission)
    await world.run_to(at("2027-01-13"))
    assert "Shall I start?" in world.heard("Cleo")[0]
    await world.tap("Cleo", "yes")
    assert len(await world.nudges("Cleo")) == 1


async def test_a_yes_where_there_is_no_permission_brings_nothing() -> None:
    world = await make_world(files(not_ready=("surgery",)))
    await world.launch()
    await world.run_to(at("2027-01-04", "10:00"))
    await world.says("Cleo", "yes")
    await world.run_to(at("2027-01-30"))
    assert await world.nudges("Cleo") == []


async def test_files_that_come_again_keep_what_people_chose() -> None:
    world = await started(say_yes="Ama Ben", until=NOON)
    await world.do("Ama", "visibility", value="name_me_when_i_keep_one")
    await world.do("Ama", "pace", value="slower")
    await world.says("Ben", "stop")
    assert await world.bring(files()) == []
    ama, ben = await world.leader("Ama"), await world.leader("Ben")
    assert (ama.visibility, ama.pace, ben.stopped_at is not None) == (Visibility.NAMED, "slower", True)
    changed = [replace(FOUR[0], name="Ama B."), *FOUR[1:]]
    assert await world.bring(files(changed)) == ["Ama B.: name changed"]
    assert (await world.leader("Ama")).visibility is Visibility.NAMED


async def test_a_stopped_helper_hears_nothing_more() -> None:
    people = (*FOUR, somebody("Hetty Hope", "council"))
    world = await started(
        files(people, partnership=a_partnership(helper_id="riverside-hetty")), say_yes="Ama Hetty"
    )
    await world.says("Hetty", "stop")
    await world.says("Ama", "help me")
    await world.tap("Ama", "help", "yes")
    await world.run_to(at("2027-01-10"))
    assert not any("Ama Boateng" in one for one in world.heard("Hetty"))


async def test_a_programme_leads_word_is_not_for_everybody() -> None:
    world = await started(say_yes="Ama")
    with pytest.raises(NotAllowed):
        await world.says("Ama", "console")


async def test_nothing_waits_for_somebody_who_said_stop() -> None:
    world = await started(say_yes="Ama")
    world.platform.faults.is_down = True
    await world.do("Ama", "say", via="message", args={"text": "stop"})
    waiting = [
        one
        for one in await _written(world)
        if one.state == "waiting" and one.purpose is not MessageKind.ANSWER
    ]
    assert waiting == []
    assert TimerKind.OFFER not in {one.kind for one in await world.timers() if one.subject == "riverside-ama"}
