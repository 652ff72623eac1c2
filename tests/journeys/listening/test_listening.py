"""Things heard, ideas, votes and the library: told without a trace, answered, told again on Friday."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from nudges.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound, RefusedText
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import Role
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.model.timers import TimerKind
from nudges.said import said
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening.things_heard import for_rollup, mark_told, themes_now
from nudges.use_cases.open_page.open_page import read_open_page
from nudges.use_cases.own_data.erase import erase
from storage.tables import METADATA
from tests.journeys.world import (
    FOUR,
    HETTY,
    World,
    at,
    days_after,
    files,
    holidays,
    make_world,
    playbook,
    somebody,
    started,
)

FAY = somebody("Fay Gray", "surgery", roles=(Role.FACILITATOR,))
SAID = "The same form is asked for on the ward and at home."
FIVE = (*FOUR, HETTY)


async def heard(world: World) -> list[ThingHeard]:
    async with world.store.reading() as tx:
        return await tx.listening.unchecked_all_heard("riverside")


async def work_of(world: World, tx: object) -> UnitOfWork:
    return UnitOfWork(tx=tx, book=playbook(), at=world.clock.now(), holidays=holidays())  # type: ignore[arg-type]


async def everything_stored(world: World) -> str:
    """Every row of every table, each on a line of its own."""
    connection = world.store._backend._connection  # type: ignore[attr-defined]
    result: list[str] = []
    for table in METADATA.sorted_tables:
        result += [f"{table.name}: {tuple(row)!r}" for row in connection.execute(select(table))]
    return "\n".join(result)


async def say_unnamed(world: World, who: str, words: str = SAID, **more: str) -> Outcome:
    return await world.fills(who, "hear_submit", "concern", text=words, named="no", **more)


async def test_typed_words_are_not_kept_before_the_person_chose() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben")
    before = await everything_stored(world)
    outcome = await world.says("Ama", f"hear {SAID}")
    assert outcome.reply is not None
    assert "kept nothing" in outcome.reply.text
    assert await everything_stored(world) == before
    opened = await world.tap("Ama", "hear")
    assert opened.form is not None
    assert [field.name for field in opened.form.fields] == ["text", "theme", "named"]
    assert opened.form.fields[0].initial == ""
    assert opened.form.fields[2].initial == "no"
    assert await everything_stored(world) == before


async def test_a_slash_command_brings_its_words_into_the_form() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    before = await everything_stored(world)
    outcome = await world.do("Ama", "say", via="command", args={"text": f"hear {SAID}"})
    assert outcome.form is not None
    assert outcome.form.fields[0].initial == SAID
    assert await everything_stored(world) == before


async def test_an_unnamed_thing_leaves_no_trace_of_the_person_anywhere() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben")
    await world.says("Ama", f"hear {SAID}")
    await world.tap("Ama", "hear")
    before = set((await everything_stored(world)).splitlines())
    outcome = await say_unnamed(world, "Ama", theme="time")
    assert outcome.reply is not None
    assert "not kept who you are" in outcome.reply.text
    new = [line for line in (await everything_stored(world)).splitlines() if line not in before]
    tables = sorted(line.split(":")[0] for line in new)
    assert tables == ["inbox", "things_heard", "timers"], new
    told = "\n".join(new).casefold()
    for trace in ("ama", "boateng", "riverside-ama", "example.org", "trust"):
        assert trace not in told.replace(SAID.casefold(), ""), (trace, new)
    (inbox,) = [line for line in new if line.startswith("inbox")]
    assert "ward" not in inbox
    assert "datetime.datetime(2027, 1, 4, 0, 0, tzinfo" in inbox
    (timer,) = [one for one in await world.timers() if one.kind is TimerKind.HEARD_DUE]
    assert timer.due_at == at("2027-01-05", "10:00")
    await world.run_to(at("2027-01-05", "12:00"))
    assert [(one.leader_id, one.data) for one in await world.events(EventKind.HEARD)] == [
        (None, {"kind": "concern"})
    ]


async def test_a_form_that_comes_twice_is_heard_once() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    args = {"text": SAID, "named": "no"}
    for _ in range(2):
        await world.do("Ama", "hear_submit", "concern", key="same", via="form", args=args)
    assert len(await heard(world)) == 1


async def test_refused_words_are_stored_nowhere() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    before = await everything_stored(world)
    with pytest.raises(RefusedText):
        await say_unnamed(world, "Ama", "Patient 943 476 5919 waited.")
    assert (await say_unnamed(world, "Ama", "  ")).errors
    assert await everything_stored(world) == before


async def test_the_lead_is_asked_once_and_everybody_reads_the_reply() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben")
    await say_unnamed(world, "Ama")
    assert world.heard("Hetty") == [one for one in world.heard("Hetty") if SAID not in one]
    await world.run_to(at("2027-01-05", "12:00"))
    asked = [one for one in world.heard("Hetty") if SAID in one]
    assert len(asked) == 1
    assert asked[0].startswith("Somebody wants this to be heard:")
    assert "Monday 18 January" in asked[0]
    await world.says("Ben", "heard")
    assert "A reply is due by Monday 18 January." in world.last("Ben")
    opened = await world.tap("Hetty", "hear_reply")
    assert opened.form is not None
    (thing,) = await heard(world)
    assert (await world.fills("Hetty", "hear_reply_submit", thing.id, reply=" ", kind="we_did")).errors
    await world.fills("Hetty", "hear_reply_submit", thing.id, reply="The law asks for both.", kind="not_yet")
    await world.says("Ben", "heard")
    assert "Reply: not yet, because the law asks for both." in world.last("Ben")
    await world.run_to(at("2027-01-20"))
    assert len([one for one in world.heard("Hetty") if one.startswith("Somebody wants")]) == 1
    assert len(await world.events(EventKind.HEARD_ANSWERED)) == 1


async def test_only_the_owner_or_a_lead_replies_and_the_lead_may_name_another() -> None:
    enabler = somebody("Eli Fox", "council", roles=(Role.ENABLER,))
    world = await started(files((*FIVE, enabler)), say_yes="Ama Ben")
    await say_unnamed(world, "Ama")
    (thing,) = await heard(world)
    with pytest.raises(NotAllowed):
        await world.do("Ben", "hear_reply", thing.id)
    with pytest.raises(NotAllowed):
        await world.fills("Ben", "hear_reply_submit", thing.id, reply="No.", kind="we_did")
    with pytest.raises(NotFound):
        await world.do("Ben", "hear_reply", "unknown")
    await world.fills("Hetty", "hear_reply_submit", thing.id, reply="", kind="we_did", owner=enabler.id)
    await world.run_to(at("2027-01-05", "12:00"))
    assert [one for one in world.heard("Eli") if SAID in one]
    await world.fills("Eli", "hear_reply_submit", thing.id, reply="One form now.", kind="we_did")
    assert (await heard(world))[0].reply == "One form now."


async def test_a_named_author_hears_of_the_reply_inside_the_weekly_cap() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben")
    await world.fills("Ama", "hear_submit", "concern", text=SAID, named="yes")
    await world.run_to(at("2027-01-05", "12:00"))
    assert [one for one in world.heard("Hetty") if one.startswith("Ama Boateng wants this to be heard:")]
    (thing,) = await heard(world)
    assert thing.author_id == "riverside-ama"
    await world.run_to(at("2027-01-08", "12:00"))  # the week is full: the welcome, the nudge and its reminder
    await world.fills("Hetty", "hear_reply_submit", thing.id, reply="One form now.", kind="we_did")
    await world.run_to(at("2027-01-15"))
    told = [
        line
        for line in world.lines
        if line.to == "ama@example.org" and "One form now." in line.posted.message.text
    ]
    assert len(told) == 1
    async with world.store.reading() as tx:
        for monday in (date(2027, 1, 4), date(2027, 1, 11)):
            assert (await tx.deliveries.counted(["ama@example.org"], monday))["ama@example.org"] <= 2


async def test_words_that_name_somebody_are_held_for_the_facilitator() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben")
    outcome = await say_unnamed(world, "Ama", "Ben never answers the phone.")
    assert outcome.reply is not None
    assert "Hetty Hope puts them in words without a name first" in outcome.reply.text
    await world.says("Cleo", "heard")
    assert "phone" not in world.last("Cleo")
    await world.run_to(at("2027-01-05", "12:00"))
    assert await world.events(EventKind.HEARD) == []
    (held,) = await heard(world)
    assert held.state is HeardState.HELD
    opened = await world.tap("Hetty", "hear_reword")
    assert opened.form is not None
    with pytest.raises(NotFound):
        await world.do("Ben", "hear_reword", held.id)
    blame = "Ben never answers."
    still = await world.fills("Hetty", "hear_reword_submit", held.id, wording=blame, what="pass_on")
    assert still.errors
    words = "It is hard to reach each other by phone."
    await world.fills("Hetty", "hear_reword_submit", held.id, wording=words, what="pass_on")
    await world.says("Cleo", "heard")
    assert words.rstrip(".") in world.last("Cleo")
    assert len(await world.events(EventKind.HEARD)) == 1
    assert world.can_tap("Hetty", "hear_reply")
    assert "never answers" not in "".join(world.heard("Ben") + world.heard("#partnership"))


async def test_held_words_can_be_left_out_and_are_gone() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    await say_unnamed(world, "Ama", "Ben Carter.")
    (held,) = await heard(world)
    await world.fills("Hetty", "hear_reword_submit", held.id, wording="", what="leave_out")
    (gone,) = await heard(world)
    assert (gone.state, gone.text) == (HeardState.LEFT_OUT, "")
    await world.run_to(at("2027-01-06"))
    assert await world.events(EventKind.HEARD) == []


async def test_held_words_are_shown_again_each_week_until_they_are_dealt_with() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    await say_unnamed(world, "Ama", "Ben never answers the phone.")
    await world.run_to(at("2027-01-13"))
    assert len([one for one in world.heard("Hetty") if "Ben never answers" in one]) == 2
    (held,) = await heard(world)
    await world.fills("Hetty", "hear_reword_submit", held.id, what="leave_out")
    await world.run_to(at("2027-01-27"))
    assert len([one for one in world.heard("Hetty") if "Ben never answers" in one]) == 2


async def test_a_reply_that_blames_somebody_is_asked_for_again() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    await say_unnamed(world, "Ama")
    (thing,) = await heard(world)
    outcome = await world.fills(
        "Hetty", "hear_reply_submit", thing.id, reply="Ben ignored the form.", kind="we_did"
    )
    assert "without the name" in outcome.errors["reply"]


async def test_friday_tells_each_reply_once_and_counts_answered_and_open() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    for words in (SAID, "Parking is hard.", "Ben Carter."):
        await say_unnamed(world, "Ama", words)
    first = next(one for one in await heard(world) if one.text == SAID)
    await world.fills("Hetty", "hear_reply_submit", first.id, reply="One form now.", kind="we_did")
    await world.run_to(at("2027-01-05", "07:00"))
    async with world.store.transaction() as tx:
        work = await work_of(world, tx)
        told = await for_rollup(work, "riverside", until=work.at)
        assert told is not None
        assert (told.concern, told.reply) == (SAID.rstrip("."), "One form now")
        assert (told.answered, told.open, told.is_not_yet) == (1, 1, False)
        await mark_told(work, "riverside", until=work.at)
        again = await for_rollup(work, "riverside", until=work.at)
        assert again is not None
        assert (again.concern, again.answered, again.open) == ("", 1, 1)


async def test_five_people_bring_a_theme_to_the_board_once() -> None:
    sponsor = somebody("Sam Shaw", "surgery", roles=(Role.SPONSOR,))
    world = await started(files((*FIVE, sponsor)), say_yes="Ama Ben Cleo Dev Hetty")
    for who in ("Ama", "Ben", "Cleo", "Dev"):
        await world.fills(who, "hear_submit", "concern", text=SAID, named="yes", theme="time")
    await say_unnamed(world, "Hetty", theme="time")
    await world.run_to(at("2027-01-06"))
    early = [one for one in world.heard("Sam") if "“Time”" in one]
    assert not early, "an unnamed thing is nobody's fifth voice"
    await world.fills("Hetty", "hear_submit", "concern", text=SAID, named="yes", theme="time")
    await world.run_to(at("2027-01-07", "12:00"))
    (told,) = [one for one in world.heard("Sam") if "“Time”" in one]
    assert "Ama" not in told
    await world.fills("Sam", "hear_submit", "concern", text=SAID, named="yes", theme="time")
    await world.run_to(at("2027-01-12"))
    assert len([one for one in world.heard("Sam") if "“Time”" in one]) == 1
    async with world.store.reading() as tx:
        work = await work_of(world, tx)
        assert [one.id for one in await themes_now(work, await read_roster(tx, "riverside"))] == ["time"]


async def test_an_idea_needs_a_line_on_why_it_takes_more_than_one() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    fields = {"title": "Swap desks", "text": "Work at a partner's desk.", "named": "no"}
    assert "no single organisation" in (await world.fills("Ama", "idea_submit", "", **fields)).errors["why"]
    assert (await world.fills("Ama", "idea_submit", "", **{**fields, "why": "x", "title": "x" * 61})).errors
    outcome = await world.fills("Ama", "idea_submit", "", **fields, why="One desk is at home already.")
    assert outcome.reply is not None
    (thing,) = await heard(world)
    assert (thing.kind, thing.author_id, thing.text) == (
        HeardKind.IDEA,
        None,
        "Swap desks: Work at a partner's desk.",
    )
    assert thing.reply_by == date(2027, 1, 18)
    await world.run_to(at("2027-01-05", "12:00"))
    assert "Why it takes more than one of us: One desk is at home already." in world.last("Hetty")


async def test_a_change_to_the_principles_is_heard_as_one() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    opened = await world.do("Ama", "hear", "principle")
    assert opened.form is not None
    await world.fills("Ama", "hear_submit", opened.form.subject, text="We ring first.", named="no")
    assert (await heard(world))[0].kind is HeardKind.PRINCIPLE


async def test_leaders_vote_on_the_steps_of_the_coming_weeks() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben Cleo")
    await world.says("Ama", "votes")
    assert world.last("Ama").startswith("Which steps would you like?")
    await world.tap("Ama", "vote")
    assert "You asked for it." in world.last("Ama")
    async with world.store.reading() as tx:
        assert len(await tx.listening.unchecked_votes("riverside")) == 1
    await world.tap("Ama", "unvote")
    assert "You asked for it." not in world.last("Ama")
    await world.tap("Ama", "votes")
    with pytest.raises(InvalidInput) as caught:
        await world.do("Ama", "vote", value="NO-01")
    assert caught.value.said == said("listening.action_unknown")


async def test_the_most_voted_swap_comes_first_and_is_said_to_be_asked_for() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben Cleo Dev Hetty", until=at("2027-01-05", "12:00"))
    (*_, nudge) = await world.nudges("Ama")
    assert len(nudge.offers) > 1
    wanted = nudge.offers[-1]
    for who in ("Ben", "Cleo", "Dev", "Hetty"):
        await world.do(who, "vote", value=wanted)
    await world.run_to(at("2027-01-06", "12:00"))
    early = await world.tap("Ama", "swap")
    assert early.form is not None
    assert not [one for one in early.form.fields[0].choices if "Asked for" in one.label]
    assert early.form.fields[0].choices[0].value == nudge.offers[0], "four votes move nothing"
    await world.do("Ama", "vote", value=wanted)
    again = await world.tap("Ama", "swap")
    assert again.form == early.form, "who votes does not see at once that they were the fifth"
    await world.run_to(at("2027-01-07", "12:00"))
    opened = await world.tap("Ama", "swap")
    assert opened.form is not None
    first, second = opened.form.fields[0].choices[:2]
    assert first.value == wanted
    assert first.label.endswith("Asked for by leaders")
    assert "Asked for" not in second.label
    await world.do("Ben", "unvote", value=wanted)
    await world.do("Dev", "leave_yes")
    await world.run_to(at("2027-01-08", "12:00"))
    later = await world.do("Ama", "swap", nudge.id)
    assert later.form == opened.form, "nor does anybody see that one or two took it back"


async def test_a_theme_on_the_page_comes_overnight_and_stays_when_one_person_goes() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben Cleo Dev Hetty")

    async def shown() -> tuple[str, ...]:
        open_record = await read_open_page(
            world.store, playbook(), partnership_id="riverside", reader_id=HETTY.id, at=world.clock.now()
        )
        return open_record.themes

    for who in ("Ama", "Ben", "Cleo", "Dev", "Hetty"):
        await world.fills(who, "hear_submit", "concern", text=SAID, named="yes", theme="time")
    assert await shown() == ()
    await world.run_to(at("2027-01-05", "12:00"))
    assert await shown() == ("Time",)
    await erase(world.store, world.milepost.book, "riverside-dev", at=world.clock.now())
    await world.fills("Ama", "hear_submit", "concern", text=SAID, named="yes", theme="people")
    await world.run_to(at("2027-01-06", "12:00"))
    assert await shown() == ("Time",)


async def test_a_shared_line_goes_into_the_library_without_its_author() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben", until=at("2027-01-05", "12:00"))
    artefact = next(one for one in playbook().catalogue.actions.values() if one.visibility == "artefact")
    (*_, nudge) = await world.nudges("Ama")
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, action_id=artefact.id)])
    await world.do("Ama", "done", nudge.id)
    line = "Works with partners as with our own team."
    await world.fills("Ama", "share_submit", nudge.id, line=line)
    assert "everybody here can copy it" in world.last("Ama")
    assert len(await world.events(EventKind.LINE_POSTED)) == 1
    await world.says("Ben", "library partners team")
    assert line in world.last("Ben")
    assert "Ama" not in world.last("Ben")
    await world.says("Ben", "library zebra")
    assert "No line holds “zebra” yet." in world.last("Ben")
    blamed = await world.fills("Ama", "share_submit", nudge.id, line="Ben refuses to share.")
    assert blamed.errors
    await world.do("Ama", "undo", nudge.id)
    await world.says("Ben", "library partners team")
    assert line not in world.last("Ben")


async def test_nothing_heard_is_due_where_nobody_can_reply() -> None:
    world = await make_world()
    await world.fills("Ama", "hear_submit", "concern", text=SAID, named="no")
    await world.run_to(world.clock.now() + timedelta(days=3))
    assert len(await world.events(EventKind.HEARD)) == 1


async def test_a_step_that_asks_for_a_point_leads_to_the_list_of_things_heard() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben", until=at("2027-01-05", "12:00"))
    (*_, nudge) = await world.nudges("Ama")
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, action_id="LIS-02")])
    await world.do("Ama", "done", nudge.id)
    opened = await world.tap("Ama", "hear")
    assert opened.form is not None
    assert opened.form.subject == "concern"
    verbs = {
        button.verb for part in world.conversation("Ama")[-1].message.sections for button in part.buttons
    }
    assert "share" not in verbs


async def test_a_reply_can_be_put_better_and_its_author_is_told_once() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    await world.fills("Ama", "hear_submit", "concern", text=SAID, named="yes")
    (thing,) = await heard(world)
    for reply in ("One form now.", "One form since Monday."):
        await world.run_to(days_after(world.clock.now(), 1))
        await world.fills("Hetty", "hear_reply_submit", thing.id, reply=reply, kind="we_did")
    assert (await heard(world))[0].reply == "One form since Monday."
    await world.run_to(at("2027-01-20"))
    assert len([one for one in world.heard("Ama") if "The reply:" in one]) == 1
    assert len(await world.events(EventKind.HEARD_ANSWERED)) == 1


async def test_a_held_idea_is_reworded_with_its_reason_and_only_once() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    why = "Ben Carter holds the key."
    await world.fills("Ama", "idea_submit", "", title="Swap keys", text="Share them.", why=why, named="no")
    (held,) = await heard(world)
    assert held.state is HeardState.HELD
    words = {"wording": "Swap keys: Share them.", "what": "pass_on"}
    for fields, wrong in [
        ({**words, "why": why}, "why"),
        ({**words, "why": ""}, "why"),
        ({**words, "wording": "", "why": "One of us holds the key."}, "wording"),
    ]:
        outcome = await world.fills("Hetty", "hear_reword_submit", held.id, **fields)
        assert list(outcome.errors) == [wrong]
    await world.fills("Hetty", "hear_reword_submit", held.id, **words, why="One of us holds the key.")
    again = await world.do("Hetty", "hear_reword", held.id)
    assert again.form is None
    with pytest.raises(IllegalTransition):
        await world.fills("Hetty", "hear_reword_submit", held.id, wording="", what="leave_out")
    await world.run_to(at("2027-01-06"))
    assert len(await world.events(EventKind.HEARD)) == 1, "the morning's look does not count it again"


async def test_what_was_left_out_is_there_for_nobody() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    await say_unnamed(world, "Ama", "Ben Carter.")
    (held,) = await heard(world)
    with pytest.raises(IllegalTransition):
        await world.fills("Hetty", "hear_reply_submit", held.id, reply="Yes.", kind="we_did")
    await world.fills("Hetty", "hear_reword_submit", held.id, what="leave_out")
    with pytest.raises(NotFound):
        await world.do("Hetty", "hear_reply", held.id)


async def test_without_a_facilitator_the_lead_rewords() -> None:
    world = await started(files((*FOUR, HETTY, FAY)), say_yes="Ama")
    outcome = await say_unnamed(world, "Ama", "Ben Carter.")
    assert outcome.reply is not None
    assert "Fay Gray puts them" in outcome.reply.text
    await world.change("Fay", stopped_at=at("2027-01-04"))
    outcome = await say_unnamed(world, "Ama", "Ben Carter.")
    assert outcome.reply is not None
    assert "Hetty Hope puts them" in outcome.reply.text


async def test_an_idea_is_asked_for_by_a_form_that_leaves_no_trace() -> None:
    world = await started(files(FIVE), say_yes="Ama")
    before = await everything_stored(world)
    outcome = await world.says("Ama", "idea Work at a partner's desk.")
    assert outcome.reply is not None
    assert "kept nothing" in outcome.reply.text
    assert (await world.tap("Ama", "idea")).form is not None
    assert await everything_stored(world) == before
    assert "text" in (await world.fills("Ama", "idea_submit", "", title="Swap", text="", why="x")).errors


async def test_before_a_campaign_leaders_vote_on_the_light_steps_of_the_catalogue() -> None:
    world = await make_world(files(FIVE))
    await world.says("Ama", "votes")
    first = world.last("Ama")
    await world.tap("Ama", "votes")
    assert world.last("Ama") != first
    action = playbook().catalogue.actions["REL-03"]
    for _ in range(2):
        await world.do("Ama", "vote", value=action.id)
    assert len(await world.events(EventKind.VOTED)) == 1
    await world.do("Ama", "unvote", value=action.id)
    await world.do("Ama", "unvote", value=action.id)
    assert len(await world.events(EventKind.VOTED)) == 2


async def test_in_the_last_week_there_is_nothing_ahead_to_vote_on() -> None:
    world = await started(files(FIVE), say_yes="Ama", until=at("2027-01-27"))
    await world.says("Ama", "votes")
    assert "No step is ahead just now." in world.last("Ama")


async def test_a_line_that_is_shared_again_takes_the_place_of_the_first() -> None:
    world = await started(files(FIVE), say_yes="Ama Ben", until=at("2027-01-05", "12:00"))
    (*_, nudge) = await world.nudges("Ama")
    async with world.store.transaction() as tx:
        await tx.commitments.save_nudges([replace(nudge, action_id="SHARE-07")])
    await world.do("Ama", "done", nudge.id)
    for line in ("The old pier.", "The old pier at dawn."):
        await world.fills("Ama", "share_submit", nudge.id, line=line)
    await world.says("Ben", "library pier")
    assert world.last("Ben").count("pier") == 1
    assert len(await world.events(EventKind.LINE_POSTED)) == 1
