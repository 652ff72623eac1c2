"""Campaigns that a programme lead wrote: kept in the ledger, so that every process knows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.wiring import Milepost, load_playbook
from nudges.errors import InvalidInput, MilepostError
from nudges.model.catalogue import Campaign
from nudges.model.playbook import OwnCampaign, Playbook
from nudges.ports import Store, Transaction

logger = logging.getLogger("milepost.campaigns")


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A campaign file that holds together, with its text."""

    campaign: Campaign
    text: str


async def book_with_own(store: Store, shipped: Playbook) -> Playbook:
    """What ships, and what programme leads have applied."""
    async with store.reading() as tx:
        texts = await _texts(tx)
    return _with(shipped, texts)


class Watch:
    """Keeps a running process up with campaigns that are applied meanwhile."""

    def __init__(self) -> None:
        self._shipped: Playbook | None = None
        self._texts: Mapping[str, str] = {}

    async def keep_up(self, milepost: Milepost) -> None:
        """Give it a new book where a campaign was added or changed; one short read where none was."""
        self._shipped = self._shipped or milepost.book
        async with milepost.store.reading() as tx:
            texts = await _texts(tx)
        if texts != self._texts:
            self._texts = texts
            milepost.book = _with(self._shipped, texts)


async def _texts(tx: Transaction) -> dict[str, str]:
    return {one.id: one.text for one in await tx.people.unchecked_own_campaigns()}


def _with(shipped: Playbook, texts: Mapping[str, str]) -> Playbook:
    if not texts:
        return shipped
    # It brings pydantic, and most installations have no campaign of their own.
    from bot.files.content import read_campaign

    own: dict[str, Campaign] = {}
    for name, text in texts.items():
        try:
            own[name], _ = read_campaign(
                Path(name), catalogue=shipped.catalogue, rules=shipped.rules, text=text
            )
        except MilepostError:
            # It was checked when it was applied; the others go on where a new release reads it differently.
            logger.error("A campaign cannot be read any more. Apply it again.", extra={"subject": name})
    return replace(shipped, campaigns={**shipped.campaigns, **own})


async def apply_campaigns(
    store: Store, written: Sequence[Written], *, partnership_id: str, at: datetime, dry_run: bool = False
) -> list[str]:
    """Keep these campaigns; returns one line for each that is new or has changed.

    Raises:
        InvalidInput: an id that ships, or that another partnership uses; nothing was changed.
    """
    shipped = load_playbook().campaigns
    changes: list[str] = []
    async with store.transaction() as tx:
        known = {own.id: own for own in await tx.people.unchecked_own_campaigns()}
        for file in written:
            name = file.campaign.id
            before = known.get(name)
            if name in shipped or (before is not None and before.partnership_id != partnership_id):
                raise InvalidInput(
                    f"The campaign id “{name}” is taken. Campaigns are found by their id: give yours another."
                )
            if before is None or before.text != file.text:
                changes.append(
                    f"{'new' if before is None else 'changed'} campaign: {file.campaign.name} ({name})"
                )
                fresh = OwnCampaign(id=name, partnership_id=partnership_id, text=file.text, applied_at=at)
                if not dry_run:
                    await tx.people.save_own_campaign(fresh)
    return changes
