"""My data shows everything that is held about a person and nothing of others; erasure leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bot.files.phrases import in_words
from bot.wiring import load_playbook
from nudges.model.commands import Outcome
from nudges.model.delivery import Delivery
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.home import HomeTab
from nudges.model.message import Message
from nudges.model.nudge import Nudge, Promise
from nudges.model.open_page import EntryLink
from nudges.model.pair import Pair
from nudges.model.partner_step import Given, PartnerStep, StepChange, StepStatus
from nudges.model.people import (
    Address,
    CampaignRun,
    Days,
    GateOpening,
    GoalMark,
    Leader,
    Nation,
    Organisation,
    Partnership,
)
from nudges.model.pulse import PulseAnswer, PulseKey, PulseMoment, person_key
from nudges.model.thing_heard import ThingHeard, Vote
from nudges.model.timers import Timer, TimerKind
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Transaction
from nudges.use_cases.own_data.erase import erase
from nudges.use_cases.own_data.my_data import my_data
from storage.store import SqlStore
from storage.tables import METADATA
from tests.contracts.filled import filled

AT = datetime(2027, 3, 2, 10, tzinfo=UTC)
ON = AT.date()
NAME, OTHER = "Örla Reed", "Ben Stone"
SECRET = "ab" * 32
BOOK = load_playbook()


def leader(name: str, *, buddy: str | None = None) -> Leader:
    """A leader with every choice made; `name`'s first word in lower case is the id."""
    plain = name.split()[0].lower()
    return filled(
        Leader, id=f"id-{plain}", partnership_id="north", organisation_id="trust", name=name,
        email=f"{plain}@reed.example", person=f"{plain}@reed.example", nation=Nation.WALES,
        level=f"{plain}-level", setting=f"{plain}-setting", tags=frozenset({f"{plain}-tag"}),
        buddy_id=buddy, exclusions=frozenset({buddy} if buddy else ()), delegate=None,
        paused=Days(from_on=date(2027, 8, 1), to_on=date(2027, 8, 9)), passed_action=f"{plain}-passed",
        working_days=frozenset({3}), address=Address(platform="slack", workspace="T0", to=f"U-{plain}"),
    )  # fmt: skip


async def fill(tx: Transaction, who: Leader, other: Leader) -> None:
    """One of everything that can be held about `who`, with `other` beside them."""
    word = who.id.removeprefix("id-")
    assert who.address is not None
    await tx.homes.save(HomeTab(address=who.address, changed_at=AT))
    nudge = filled(Nudge, partnership_id="north", leader_id=who.id, id=f"nudge-{who.id}", run_id="run")
    await tx.commitments.save_nudges(
        [
            replace(
                nudge,
                action_id=f"{word}-action",
                shared_line=f"{word} line",
                question=f"Ask {other.name}",
            )
        ]
    )
    promise = filled(Promise, partnership_id="north", leader_id=who.id, id=f"promise-{who.id}")
    await tx.commitments.save_promises([replace(promise, text=f"{word} promise")])
    change = StepChange(at=AT, status=StepStatus.PLANNED, due_on=ON, owner=who.name)
    given = Given(limit="two beds", review_on=ON, confirmed_by=other.id, confirmed_at=AT)
    step = filled(
        PartnerStep, partnership_id="north", id=f"step-{who.id}", owner=who.name, owner_id=who.id,
        helper=other.name, history=(change,), given=given, text=f"{word} step",
    )  # fmt: skip
    await tx.commitments.save_steps([step])
    asked = filled(
        HelpRequest, partnership_id="north", id=f"help-{who.id}", leader_id=who.id, helper_id=other.id,
        about=HelpAbout.PERSON, closed_at=None, reason=f"{word}-reason", subject=nudge.id,
    )  # fmt: skip
    await tx.listening.save_help([asked])
    heard = filled(ThingHeard, partnership_id="north", id=f"heard-{who.id}", author_id=who.id, owner_id=None)
    await tx.listening.save_heard([replace(heard, text=f"{word} said", reply=f"Thank you, {who.name}.")])
    await tx.listening.save_votes([Vote(partnership_id="north", leader_id=who.id, action_id=f"{word}-vote")])
    test = filled(TwoWeekTest, partnership_id="north", id=f"trial-{who.id}", leader_id=who.id, run_id="run")
    await tx.listening.save_two_week_tests([replace(test, text=f"{word} test", learned=f"{word} learnt")])
    answer = PulseAnswer(
        run_id="run", moment=PulseMoment.START, person_key=person_key(SECRET, who.person, "run"),
        item_id=f"{word}-item", value=4, answered_on=ON,
    )  # fmt: skip
    await tx.listening.save_pulse([answer])
    link = EntryLink(token_hash=f"hash-{who.id}", partnership_id="north", leader_id=who.id, expires_at=AT)
    await tx.records.save_entry_link(link)
    await tx.records.append(
        [
            Event(
                partnership_id="north", at=AT, kind=EventKind.REASON_GIVEN, leader_id=who.id,
                subject=f"pulse:{who.id}", data={"reason": f"{word}-way", "to": other.id},
            )
        ]
    )  # fmt: skip
    note = filled(Delivery, partnership_id="north", id=f"note-{who.id}", recipient=who.id)
    await tx.deliveries.add(
        [replace(note, occurrence=f"note:{other.id}", facts={"peer": {"name": other.name, "id": other.id}})]
    )
    await tx.records.remember(
        f"tap-{who.id}", Outcome(reply=filled(Message, text=f"You meet {other.name}.")), at=AT
    )
    await tx.records.set_timers(
        [
            Timer(partnership_id="north", kind=kind, subject=subject, due_at=AT)
            for kind, subject in [
                (TimerKind.FOLLOW_UP, nudge.id),
                (TimerKind.PULSE_REMINDER, f"start:{who.id}"),
                (TimerKind.TRIAL, test.id),
                (TimerKind.HELP_DUE, asked.id),
                (TimerKind.STEP_PASSED, step.id),
            ]
        ]
    )


async def two_people() -> tuple[SqlStore, Leader, Leader]:
    """A store in which everything is held about two people."""
    store = SqlStore.open("sqlite://")
    one, two = leader(NAME, buddy="id-ben"), leader(OTHER, buddy="id-örla")
    run = CampaignRun(
        id="run", partnership_id="north", campaign_id="starter", starts_on=ON, member_ids=(one.id, two.id),
        gates=(GateOpening(rung=2, at=AT, because="ready", by=one.id),),
        goals=(GoalMark(number=0, reached=5, of=5, at=AT, agreed_by=one.id, agreed_at=AT),),
    )  # fmt: skip
    partnership = filled(Partnership, id="north", helper_id=one.id, helper_name=NAME, facilitator_id=None)
    pair = filled(
        Pair, partnership_id="north", leader_ids=(one.id, two.id), proposed_by=one.id, met_by=one.id,
        shared_by=frozenset({one.id}),
    )  # fmt: skip
    async with store.transaction() as tx:
        await tx.people.save_partnership(partnership)
        await tx.people.save_organisations([filled(Organisation, id="trust", partnership_id="north")])
        await tx.people.save_leaders([one, replace(two, delegate=NAME)])
        await tx.people.save_run(run)
        await tx.listening.save_pulse_key(PulseKey(run_id="run", secret=SECRET))
        await tx.commitments.save_pairs([pair])
        await fill(tx, one, two)
        await fill(tx, two, one)
    return store, one, two


async def everything(store: SqlStore) -> str:
    """Every value of every column of every table."""
    connection = store._backend._connection  # type: ignore[attr-defined]
    return "\n".join(
        str(row) for table in METADATA.sorted_tables for row in connection.execute(select(table))
    )


async def held(store: SqlStore, leader_id: str) -> list[str]:
    """My data as its person reads it."""
    return [in_words(line) for line in await my_data(store, leader_id)]


async def test_my_data_shows_every_kind_of_field_of_the_person_and_nothing_of_another() -> None:
    store, leader, _ = await two_people()
    lines = "\n".join(await held(store, leader.id))
    for wanted in (
        NAME, leader.email, "kind – ünï", "Chat address", "örla-level", "örla-setting", "örla-tag",
        "Said yes",
        "Wednesday", "örla-action", "planned for", "moved to", "in place of another",
        "done 28 March 2027",
        "as you said", "met 28 March 2027",
        "örla line", "örla-way", "örla-reason", "örla step", "örla said", "Thank you, Örla Reed.",
        "örla-item: 4", "Pace", "Pause", "Not paired with: 1 person", "örla promise", "örla-vote",
        "örla test",
        "örla learnt", "Joined", "Buddy", "Signed the principles", "örla-passed", "Left", "Takes part in",
        "Last kind of help offered", "Goals that you agreed", "Rungs that you opened", "open page",
        "Your own hours: from 8:45am until 8:45am", "Your own page is kept", "sharing your contact card",
        "name you as the helper: 1", "Said that this helps the whole: ben step",
    ):  # fmt: skip
        assert wanted in lines, wanted
    theirs = lines.replace("ben step", "")
    assert "ben" not in theirs.lower().replace("benefit", "")
    assert OTHER not in theirs
    await store.close()


async def test_pulse_answers_are_shown_only_while_the_key_lives() -> None:
    store, leader, _ = await two_people()
    async with store.transaction() as tx:
        await tx.listening.destroy_pulse("run")
    assert "örla-item" not in "\n".join(await held(store, leader.id))
    await store.close()


async def test_erasure_leaves_no_orphan_in_any_table_and_the_other_person_whole() -> None:
    store, leader, two = await two_people()
    before = await held(store, two.id)
    tombstone = await erase(store, BOOK, leader.id, at=AT)
    left = await everything(store)
    own = (
        "U-örla",
        "örla line",
        "örla promise",
        "örla test",
        "örla learnt",
        person_key(SECRET, leader.person, "run"),
    )
    for trace in (f"'{leader.id}'", f":{leader.id}", NAME, NAME.split()[0], leader.email, *own):
        assert trace not in left, trace
    assert tombstone in left
    async with store.reading() as tx:
        assert len(await tx.listening.unchecked_pulse("run")) == 2, "the answers still count"
        assert len(await tx.listening.unchecked_help_log("north")) == 2
        step = await tx.commitments.unchecked_step("step-id-örla")
        assert step is not None
        assert (step.owner, step.owner_id, step.history[0].owner) == ("a colleague", None, "a colleague")
        run = await tx.people.unchecked_run("run")
        assert run is not None
        assert run.goals[0].agreed_by == run.gates[0].by == tombstone
        kinds = {timer.subject for timer in await tx.records.timers("north")}
        assert kinds == {"step-id-örla"} | {
            "nudge-id-ben", "start:id-ben", "trial-id-ben", "help-id-ben", "step-id-ben"
        }  # fmt: skip
        assert await tx.records.seen("tap-id-ben") == Outcome()
        roster = await tx.people.unchecked_roster("north")
        assert roster is not None
        other = roster.leaders[two.id]
        assert (other.buddy_id, other.exclusions, other.delegate) == (None, frozenset(), None)
        assert roster.partnership.helper_id is None
    after = await held(store, two.id)
    gone = ("Buddy", "Not paired", "Delegate", "Yours to answer", "Said with your name")
    assert [line for line in after if not line.startswith(gone)] == [
        line.replace(NAME, "a colleague") for line in before if not line.startswith(gone)
    ]
    await store.close()


async def test_somebody_whose_name_holds_the_name_stays_as_they_are() -> None:
    store, leader, _ = await two_people()
    longer = replace(
        leader, id="id-örla-jane", name="Örla Reed-Jones", email="x.örla@reed.example", person="x"
    )
    async with store.transaction() as tx:
        await tx.people.save_leaders([longer])
        note = filled(Delivery, partnership_id="north", id="note", recipient="z", facts={"who": longer.name})
        await tx.deliveries.add([replace(note, subject=longer.id, reason=longer.email)])
    await erase(store, BOOK, leader.id, at=AT + timedelta(days=1))
    async with store.reading() as tx:
        delivery = await tx.deliveries.unchecked("note")
        assert delivery is not None
        assert (delivery.facts["who"], delivery.subject, delivery.reason) == (
            longer.name,
            longer.id,
            longer.email,
        )
    await store.close()


async def test_the_page_of_somebody_in_two_partnerships_stays_until_the_last_of_them() -> None:
    store, leader, _ = await two_people()
    assert leader.address is not None
    async with store.transaction() as tx:
        await tx.people.save_leaders([replace(leader, id="id-elsewhere", partnership_id="south")])
    await erase(store, BOOK, leader.id, at=AT)
    async with store.reading() as tx:
        assert await tx.homes.unchecked(leader.address) is not None
    await erase(store, BOOK, "id-elsewhere", at=AT)
    async with store.reading() as tx:
        assert await tx.homes.unchecked(leader.address) is None
    await store.close()
