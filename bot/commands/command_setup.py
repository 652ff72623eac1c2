"""What most commands begin with: settings, the database, the partnership that is meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.commands.terminal import CommandRefused

if TYPE_CHECKING:
    from config.settings import Settings
    from nudges.model.people import Leader, Partnership
    from nudges.model.playbook import Playbook
    from storage.store import SqlStore

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

in_partnership = click.option(
    "--partnership", "partnership_id", metavar="ID", help="Which partnership; needed where there are several."
)


class Day(click.ParamType[date]):
    """A date written as 2027-01-04."""

    name = "date"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """How usage names it."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is not a date. Write it as 2027-01-04 (year, month, day).", param, ctx)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run the asynchronous part of a command."""
    return asyncio.run(work)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedLedger:
    """An opened database, with what decides what is asked there."""

    settings: Settings
    store: SqlStore
    book: Playbook
    at: datetime

    async def partnership(self, wanted: str | None) -> Partnership:
        """The partnership that is meant.

        Raises:
            CommandRefused: there is none, no such one, or several and none was named.
        """
        async with self.store.reading() as tx:
            known = await tx.people.unchecked_partnerships()
        if not known:
            raise CommandRefused("There is no partnership yet. Load one with: milepost apply FOLDER")
        partnerships = [one for one in known if wanted in (None, one.id)]
        if len(partnerships) == 1:
            return partnerships[0]
        names = ", ".join(one.id for one in known)
        if wanted is not None:
            raise CommandRefused(f"There is no partnership “{wanted}”. There are: {names}.")
        raise CommandRefused(f"There are several partnerships. Name one with --partnership: {names}.")

    async def leader(self, wanted: str, partnership_id: str | None) -> Leader:
        """The leader with this id or e-mail address.

        Raises:
            CommandRefused: nobody, or somebody in several partnerships and none was named.
        """
        async with self.store.reading() as tx:
            partnerships = [one.id for one in await tx.people.unchecked_partnerships()]
            leaders = [
                leader
                for partnership in partnerships
                if partnership_id in (None, partnership)
                for leader in await tx.people.unchecked_leaders(partnership)
                if wanted == leader.id or wanted.strip().casefold() == leader.email.casefold()
            ]
        if len(leaders) == 1:
            return leaders[0]
        if not leaders:
            raise CommandRefused(
                f"There is no leader “{wanted}” here. Give the e-mail address as it stands in people.csv."
            )
        places = ", ".join(one.partnership_id for one in leaders)
        raise CommandRefused(f"“{wanted}” is in several partnerships. Name one with --partnership: {places}.")


@asynccontextmanager
async def opened(*, makes: bool = False) -> AsyncIterator[OpenedLedger]:
    """The database of the settings, open for the length of a command.

    With `makes` a SQLite file that is not there yet is made (in development).

    Raises:
        SettingsRefused: a setting is missing or wrong.
        CommandRefused: the database is not there, or its tables are not those of this release.
    """
    from bot.clock import SystemClock
    from bot.content.own_campaigns import book_with_own
    from bot.wiring import load_playbook
    from config.settings import load_settings
    from storage.store import SqlStore

    settings = load_settings()
    make_ready(settings, makes=makes)
    store = SqlStore.open(settings.database_url)
    try:
        book = await book_with_own(store, load_playbook())
        book = replace(book, site=settings.base_url.rstrip("/"))
        yield OpenedLedger(settings=settings, store=store, book=book, at=SystemClock().now())
    finally:
        await store.close()


def make_ready(settings: Settings, *, makes: bool) -> None:
    """See that the tables are those of this release; a SQLite file in development is brought up to date.

    Raises:
        CommandRefused: somebody has to run `milepost release`, or there is no database.
    """
    from storage.migrate import current, head, upgrade

    url = settings.database_url
    file = sqlite_file(url)
    if url.startswith("sqlite") and file is None:
        raise CommandRefused(
            "MILEPOST_DATABASE_URL names a database in memory, which forgets everything at its end.\n"
            "Name a file, for example: sqlite:///milepost.db"
        )
    if file is not None and not file.exists():
        if not makes:
            raise CommandRefused(
                f"There is no database yet: {file} does not exist.\n"
                "“milepost apply FOLDER” makes it; or MILEPOST_DATABASE_URL names another one."
            )
        if not file.absolute().parent.is_dir():
            raise CommandRefused(
                f"There is no folder {file.absolute().parent} for the database.\n"
                "Make it, or change MILEPOST_DATABASE_URL."
            )
    if (file is None or file.exists()) and current(url) == head():
        return
    if file is None or settings.env == "production":
        raise CommandRefused("The database has not the tables of this release.\nRun: milepost release")
    upgrade(url)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for a server, and for memory."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if is_file else None


def hidden(url: str) -> str:
    """The address of a database without its password."""
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)
