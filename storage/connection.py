"""One small way to run a statement, over SQLite and over PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Executable

from storage import prepared_statements
from storage.prepared_statements import Params

if TYPE_CHECKING:  # it brings the whole ORM with it
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

# A change of more rows than this would hold the event loop up for milliseconds.
_FEW = 100
# Writers of one SQLite file queue for up to this long: a second process may be backing up or migrating.
BUSY_MILLISECONDS = 30_000


class LedgerSession(Protocol):
    """What a repository needs of a database: rows out, changes in."""

    dialect: str

    async def rows(
        self, statement: Executable, params: Params = (), *, is_long: bool = False
    ) -> Sequence[Any]:
        """Everything that the statement returns; `is_long` where that may be thousands of rows."""

    async def run(self, statement: Executable, params: Params = (), *, is_long: bool = False) -> int:
        """Run a change; returns how many rows it met (for many parameter sets: not meaningful)."""


class InLoopSession:
    """SQLite in memory: nothing to wait for, so nothing leaves the event loop."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(
        self, statement: Executable, params: Params = (), *, is_long: bool = False
    ) -> Sequence[Any]:
        """Everything that the statement returns."""
        return prepared_statements.rows(self._connection, statement, params)

    async def run(self, statement: Executable, params: Params = (), *, is_long: bool = False) -> int:
        """Run a change."""
        return prepared_statements.run(self._connection, statement, params)


class ThreadSession:
    """SQLite in a file: one connection on one thread of its own, one hop for each statement."""

    dialect = "sqlite"

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._connect = connect
        self._connection: sqlite3.Connection | None = None

    async def on_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` with the connection, on its thread. A caller that is cancelled waits for its end."""
        job = asyncio.get_running_loop().run_in_executor(self._thread, self._with_connection, work)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            await asyncio.wait([job])
            raise

    def _with_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._connect()
        return work(self._connection)

    async def rows(
        self, statement: Executable, params: Params = (), *, is_long: bool = False
    ) -> Sequence[Any]:
        """Everything that the statement returns."""
        return await self.on_thread(
            lambda connection: prepared_statements.rows(connection, statement, params)
        )

    async def run(self, statement: Executable, params: Params = (), *, is_long: bool = False) -> int:
        """Run a change."""
        return await self.on_thread(lambda connection: prepared_statements.run(connection, statement, params))

    async def driver(self, sql: str) -> None:
        """Run one statement of the driver's own, such as COMMIT."""
        await self.on_thread(lambda connection: prepared_statements.driver(connection, sql))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        if self._connection is not None:
            await self.on_thread(sqlite3.Connection.close)
        self._thread.shutdown(wait=True)


class WriterSession(ThreadSession):
    """The one that writes to a file: inside a transaction only what is long leaves the event loop.

    There a statement touches pages in memory, which takes a tenth of a hop to another thread and back.
    What waits, for another process or for the disk, is on the thread: BEGIN (where the file is in use)
    and COMMIT. There is never more than one caller at a time.
    """

    async def begin(self) -> None:
        """Begin to write; waits while another process does."""
        if self._connection is None:
            await self.on_thread(_do_not_wait)
        if not self._begun_at_once():
            try:
                await self.on_thread(_begin_patiently)
            except asyncio.CancelledError:
                self.here("ROLLBACK")
                raise

    def _begun_at_once(self) -> bool:
        assert self._connection is not None
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def here(self, sql: str) -> None:
        """Run one statement of the driver's own that waits for nothing, such as SAVEPOINT."""
        assert self._connection is not None
        prepared_statements.driver(self._connection, sql)

    async def rows(
        self, statement: Executable, params: Params = (), *, is_long: bool = False
    ) -> Sequence[Any]:
        """Everything that the statement returns."""
        if is_long or self._connection is None:
            return await super().rows(statement, params)
        return prepared_statements.rows(self._connection, statement, params)

    async def run(self, statement: Executable, params: Params = (), *, is_long: bool = False) -> int:
        """Run a change."""
        if is_long or self._connection is None or len(params) > _FEW:
            return await super().run(statement, params)
        return prepared_statements.run(self._connection, statement, params)


def _do_not_wait(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout=0")


def _begin_patiently(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    try:
        prepared_statements.driver(connection, "BEGIN IMMEDIATE")
    finally:
        _do_not_wait(connection)


class PostgresSession:
    """PostgreSQL through psycopg's own async connection.

    With `lock` the session first waits for the one writer's turn: use cases read a value, decide and
    write it back, which loses updates when two of them do so at once. Claims and outcomes need no turn:
    they lock their own rows.
    """

    dialect = "postgresql"

    def __init__(self, connection: AsyncConnection, *, lock: Executable | None = None) -> None:
        self._connection = connection
        self._lock = lock

    async def _turn(self) -> None:
        if self._lock is not None:
            lock, self._lock = self._lock, None
            await self._connection.execute(lock)

    async def rows(
        self, statement: Executable, params: Params = (), *, is_long: bool = False
    ) -> Sequence[Any]:
        """Everything that the statement returns."""
        await self._turn()
        return (await self._connection.execute(statement, params or None)).all()

    async def run(self, statement: Executable, params: Params = (), *, is_long: bool = False) -> int:
        """Run a change."""
        await self._turn()
        return (await self._connection.execute(statement, params or None)).rowcount
