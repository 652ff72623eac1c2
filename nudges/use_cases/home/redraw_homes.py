"""Drawing people's own pages: what is due of one installation, one call for all that has changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from nudges.errors import DeliveryError, StaleHome
from nudges.model.home import HomeTab
from nudges.model.message import Message
from nudges.model.playbook import Playbook
from nudges.ports import ChatPlatform, Renderer, Store
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.home.draw_home import PARTS_ON_PAGE, fitting_facts

AT_ONCE = 50
TRY_AGAIN = timedelta(minutes=1)
logger = logging.getLogger("milepost.home")


async def show_homes(
    store: Store,
    book: Playbook,
    renderer: Renderer,
    platforms: Mapping[str, ChatPlatform],
    installation: str,
    *,
    at: datetime,
) -> datetime | None:
    """Draw the pages of one installation that are due; answers when to come again, None where all are drawn.

    A page that would look the same is not drawn. However many changes there were since the last drawing, they
    are one call, and no call is made inside a transaction. A page whose person is not reached any more, or is
    on no roster, is forgotten once that is shown: opening it brings it back.
    """
    platform = platforms.get(installation) or platforms.get(installation.split(":", 1)[0])
    while platform is not None:
        async with store.reading() as tx:
            due = await tx.homes.due(installation, limit=AT_ONCE)
        left = 0
        for tab in due:
            try:
                await _show(store, book, renderer, platform, tab, at=at)
            except DeliveryError as error:
                if error.retry_after is not None or error.is_everywhere:
                    return at + (error.retry_after or TRY_AGAIN)
                left += 1  # this one stays due; the others go on
            except Exception:
                # One page that cannot be drawn must not hold the installation up: opening it tries again.
                logger.exception("A page could not be drawn")
                await _forget(store, tab)
        if left or len(due) < AT_ONCE:
            return at + TRY_AGAIN if left else None
    return None


async def _show(
    store: Store, book: Playbook, renderer: Renderer, platform: ChatPlatform, tab: HomeTab, *, at: datetime
) -> None:
    """Draw one page, where it would look different from what is shown."""
    async with store.reading() as tx:
        work = UnitOfWork(tx=tx, book=book, at=at, holidays=await tx.people.unchecked_holidays())
        leaders = await tx.people.unchecked_leaders_at(tab.address)
        _, page = await fitting_facts(work, renderer, leaders, tab.address, parts=PARTS_ON_PAGE)
    looks, mark = fingerprint_of(page), tab.mark
    if looks != tab.fingerprint:
        try:
            mark = await _draw(platform, tab, page)
        except DeliveryError as error:
            if not error.permanent:
                raise
            logger.info("A page is not drawn any more", extra={"reason": error.reason})
            leaders = []
    if not leaders:
        await _forget(store, tab)
        return
    async with store.transaction() as tx:
        # What was touched in the meantime stays due: the store keeps the later time of the change.
        await tx.homes.save(replace(tab, shown_at=tab.changed_at, fingerprint=looks, mark=mark))


async def _draw(platform: ChatPlatform, tab: HomeTab, page: Message) -> str:
    """Draw with the mark of what we drew last; where something else is shown, over whatever that is."""
    try:
        return await platform.show_home(tab.address, page, mark=tab.mark)
    except StaleHome:
        return await platform.show_home(tab.address, page, mark="")


async def _forget(store: Store, tab: HomeTab) -> None:
    async with store.transaction() as tx:
        await tx.homes.delete(tab.address)


def fingerprint_of(page: Message) -> str:
    """The same for two pages that look the same and whose buttons do the same."""
    return sha256(repr(page).encode("utf-8", "surrogatepass")).hexdigest()
