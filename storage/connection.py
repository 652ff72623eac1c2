"""One small way to run a statement, over SQLite and over PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable

if TYPE_CHECKING:  # it brings the whole ORM with it
    from sqlalchemy.ext.asyncio import AsyncConnection

Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]
T = TypeVar("T")


class Session(Protocol):
    """What a repository needs of a database: rows out, changes in."""

    dialect: str

    async def rows(self, statement: Executable, params: Params = ()) -> Sequence[Any]:
        """Everything that the statement returns."""

    async def run(self, statement: Executable, params: Params = ()) -> int:
        """Run a change; returns how many rows it met (for many parameter sets: not meaningful)."""


def _rows(connection: Connection, statement: Executable, params: Params) -> Sequence[Any]:
    return connection.execute(statement, params or None).all()


def _run(connection: Connection, statement: Executable, params: Params) -> int:
    return connection.execute(statement, params or None).rowcount


class InLoopSession:
    """SQLite in memory: nothing to wait for, so nothing leaves the event loop."""

    dialect = "sqlite"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(self, statement: Executable, params: Params = ()) -> Sequence[Any]:
        """Everything that the statement returns."""
        return _rows(self._connection, statement, params)

    async def run(self, statement: Executable, params: Params = ()) -> int:
        """Run a change."""
        return _run(self._connection, statement, params)


class ThreadSession:
    """SQLite in a file: one connection on one thread of its own, one hop for each statement.

    A driver that hops for the cursor, the execution, the rows and the close took four times as long.
    """

    dialect = "sqlite"

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._connect = connect
        self._connection: Connection | None = None

    async def on_thread(self, work: Callable[[Connection], T]) -> T:
        """Run `work` with the connection, on its thread. A caller that is cancelled waits for its end."""
        job = asyncio.get_running_loop().run_in_executor(self._thread, self._with_connection, work)
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            await asyncio.wait([job])
            raise

    def _with_connection(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._connect()
        return work(self._connection)

    async def rows(self, statement: Executable, params: Params = ()) -> Sequence[Any]:
        """Everything that the statement returns."""
        return await self.on_thread(lambda connection: _rows(connection, statement, params))

    async def run(self, statement: Executable, params: Params = ()) -> int:
        """Run a change."""
        return await self.on_thread(lambda connection: _run(connection, statement, params))

    async def driver(self, sql: str) -> None:
        """Run one statement of the driver's own, such as BEGIN IMMEDIATE."""
        await self.on_thread(lambda connection: connection.exec_driver_sql(sql))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        if self._connection is not None:
            await self.on_thread(Connection.close)
        self._thread.shutdown(wait=True)


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

    async def rows(self, statement: Executable, params: Params = ()) -> Sequence[Any]:
        """Everything that the statement returns."""
        await self._turn()
        return (await self._connection.execute(statement, params or None)).all()

    async def run(self, statement: Executable, params: Params = ()) -> int:
        """Run a change."""
        await self._turn()
        return (await self._connection.execute(statement, params or None)).rowcount
