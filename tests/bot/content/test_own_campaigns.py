"""Campaigns that programme leads wrote reach every process, and belong to who applied them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.content.own_campaigns import Watch, Written, apply_campaigns, book_with_own
from bot.files.content import read_campaign
from bot.files.first_files import EXAMPLE
from bot.wiring import build, load_playbook
from nudges.errors import InvalidInput
from nudges.model.playbook import OwnCampaign
from storage.store import SqlStore

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
TEXT = (EXAMPLE / "campaign.yaml").read_text(encoding="utf-8")
NAME = "riverside-starter"


def written(text: str = TEXT) -> Written:
    return Written(campaign=read_campaign(Path("mine.yaml"), text=text)[0], text=text)


@pytest.fixture
async def store() -> AsyncIterator[SqlStore]:
    store = SqlStore.open("sqlite://")
    yield store
    await store.close()


async def test_a_running_process_learns_of_it_and_of_each_change(store: SqlStore) -> None:
    milepost = await build(store=store, clock=MovableClock(NOW), platforms={})
    watch = Watch()
    await watch.keep_up(milepost)
    assert NAME not in milepost.book.campaigns
    await apply_campaigns(store, [written()], partnership_id="one", at=NOW)
    await watch.keep_up(milepost)
    assert milepost.book.campaign(NAME).length_weeks == 4
    known = milepost.book
    await watch.keep_up(milepost)
    assert milepost.book is known, "nothing changed, nothing is read"
    changed = written(TEXT.replace("First coffees", "Other coffees"))
    assert await apply_campaigns(store, [changed], partnership_id="one", at=NOW)
    await watch.keep_up(milepost)
    assert milepost.book.campaign(NAME).weeks[1].theme == "Other coffees"


async def test_a_dry_run_keeps_nothing(store: SqlStore) -> None:
    assert await apply_campaigns(store, [written()], partnership_id="one", at=NOW, dry_run=True)
    assert NAME not in (await book_with_own(store, load_playbook())).campaigns


async def test_another_partnership_cannot_take_it(store: SqlStore) -> None:
    await apply_campaigns(store, [written()], partnership_id="one", at=NOW)
    with pytest.raises(InvalidInput, match="taken"):
        await apply_campaigns(store, [written()], partnership_id="two", at=NOW)
    assert await apply_campaigns(store, [written()], partnership_id="one", at=NOW) == []


async def test_one_that_cannot_be_read_any_more_does_not_stop_the_others(store: SqlStore) -> None:
    async with store.transaction() as tx:
        broken = OwnCampaign(id="broken", partnership_id="one", text="id: broken\n", applied_at=NOW)
        await tx.people.save_own_campaign(broken)
    await apply_campaigns(store, [written()], partnership_id="one", at=NOW)
    book = await book_with_own(store, load_playbook())
    assert NAME in book.campaigns
    assert "broken" not in book.campaigns
