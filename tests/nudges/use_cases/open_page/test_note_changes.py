"""The change log: silent the first time, then one dated line for each part that is new, gone or different."""

from datetime import UTC, datetime, timedelta

from bot.content import product_reference
from bot.wiring import load_playbook
from nudges.model.open_page import ADDED, CHANGED, FIRST, TAKEN_OUT
from nudges.use_cases.open_page.note_changes import note_changes
from storage.store import SqlStore

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
PARTS = {("rule", "cadence"): "1", ("message", "nudge"): "1"}


async def test_the_first_time_is_one_line_and_the_same_again_is_none() -> None:
    store = SqlStore.open("sqlite://")
    assert [one.what for one in await note_changes(store, PARTS, at=NOW)] == [FIRST]
    assert await note_changes(store, PARTS, at=NOW) == []
    await store.close()


async def test_what_is_new_gone_or_different_gets_its_date() -> None:
    store = SqlStore.open("sqlite://")
    await note_changes(store, PARTS, at=NOW)
    later = NOW + timedelta(days=3)
    parts = {("rule", "cadence"): "2", ("field", "leaders"): "1"}
    changes = await note_changes(store, parts, at=later)
    assert [(one.kind, one.what) for one in changes] == [
        ("field", ADDED),
        ("message", TAKEN_OUT),
        ("rule", CHANGED),
    ]
    assert {one.at for one in changes} == {later}
    async with store.reading() as tx:
        assert len(await tx.records.unchecked_changes("anything")) == 4
        assert {(one.kind, one.name) for one in await tx.records.unchecked_published()} == set(parts)
    assert await note_changes(store, parts, at=later) == []
    await store.close()


def test_fingerprints_are_the_same_each_time_and_follow_the_content() -> None:
    book = load_playbook()
    parts = product_reference.parts(book)
    assert parts == product_reference.parts(book)
    kinds = {"rule", "campaign", "action", "message", "button", "sentence", "field"}
    assert {kind for kind, _ in parts} == kinds
    assert (
        product_reference.fingerprint({"a": 1, "b": 2})
        == product_reference.fingerprint({"b": 2, "a": 1})
        != product_reference.fingerprint({"a": 2})
    )
