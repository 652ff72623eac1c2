"""The ledger's door: one transaction at a time writes, reads never wait for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import create_engine, create_mock_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import ExecutableDDLElement

from nudges.ports import Transaction
from nudges.repositories import (
    CommitmentRepository,
    DeliveryRepository,
    HomeRepository,
    InstallationRepository,
    ListeningRepository,
    PeopleRepository,
    RecordRepository,
)
from storage.connection import (
    BUSY_MILLISECONDS,
    InLoopSession,
    LedgerSession,
    PostgresSession,
    ThreadSession,
    WriterSession,
)
from storage.repositories.commitments import SqlCommitments
from storage.repositories.deliveries import SqlDeliveries
from storage.repositories.homes import SqlHomes
from storage.repositories.installations import SqlInstallations
from storage.repositories.listening import SqlListening
from storage.repositories.people import SqlPeople
from storage.repositories.records import SqlRecords
from storage.stamped_cache import Draw, StampedCache
from storage.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

# A statement that SQLite has read before is not read again; there are more of ours than its usual 128.
_STATEMENTS_KEPT = 512
# What a request that has come in already needs of the event loop to reach its own transaction.
_STEPS_TO_JOIN = 3
# Any number, the same in every process: whoever holds it may read, decide and write.
_WRITERS_TURN = select(func.pg_advisory_xact_lock(7_411_203))


class SqlTransaction:
    """Fills `Transaction`. `free` may be another session than `turn`: it does not wait for other writers."""

    def __init__(self, turn: LedgerSession, free: LedgerSession, cache: StampedCache) -> None:
        self._cache = cache
        self.people: PeopleRepository = SqlPeople(turn, cache)
        self.commitments: CommitmentRepository = SqlCommitments(turn, cache)
        self.listening: ListeningRepository = SqlListening(turn)
        self.deliveries: DeliveryRepository = SqlDeliveries(turn, free)
        self.records: RecordRepository = SqlRecords(turn, free, cache)
        self.installations: InstallationRepository = SqlInstallations(free)
        self.homes: HomeRepository = SqlHomes(turn)

    def random_hex(self, size: int) -> str:
        """So many random bytes, from wherever this store draws them."""
        return self._cache.draw(size)


class _Backend(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...
    def reading(self) -> AbstractAsyncContextManager[Transaction]: ...
    async def close(self) -> None: ...


class SqlStore:
    """Fills `Store` on SQLite (a file, or memory) and on PostgreSQL."""

    def __init__(self, backend: _Backend, *, url: str) -> None:
        self._backend = backend
        self.url = url

    @classmethod
    def open(cls, url: str, *, draw: Draw = token_hex) -> SqlStore:
        """Open `sqlite:///file.db`, `sqlite://` (memory, made empty with all tables) or `postgresql://…`.

        Nothing is connected until the first transaction. A file or a server must have been brought up to
        date by `storage.migrate.upgrade`. `draw` makes what is random; a simulation that has to be the same
        each time brings its own.

        Raises:
            ValueError: the address names another kind of database.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            # It brings the whole ORM with it, and a file needs none of that.
            from sqlalchemy.ext.asyncio import create_async_engine

            engine = create_async_engine(parsed.set(drivername="postgresql+psycopg"))
            return cls(_Postgres(engine, StampedCache(draw)), url=url)
        if parsed.get_backend_name() != "sqlite":
            raise ValueError(f"{parsed.drivername} is not supported. Use sqlite:///file.db or postgresql://…")
        if parsed.database in (None, "", ":memory:"):
            return cls(_Memory(StampedCache(draw)), url=url)
        return cls(_SqliteFile(parsed.database or "", StampedCache(draw)), url=url)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction: commits at the end, rolls back on an error. Never call a platform inside."""
        return self._backend.transaction()

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A consistent view for reading."""
        return self._backend.reading()

    async def close(self) -> None:
        """Release all connections."""
        await self._backend.close()


class _Turns:
    """One writer at a time, in the order they came; says so when somebody waits for themselves."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for the turn and hold it."""
        if self._owner is not None and self._owner is asyncio.current_task():
            raise RuntimeError("A transaction is open already in this task: pass it on, do not open another.")
        async with self._lock:
            self._owner = asyncio.current_task()
            try:
                yield
            finally:
                self._owner = None


@cache
def _all_tables() -> str:
    """The statements that make every table, put into words once: that takes far longer than running them."""
    statements: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", note)
    METADATA.create_all(engine, checkfirst=False)
    return ";\n".join(statements)


class _Memory:
    """SQLite in memory: one connection, shared in turns. Nothing survives `close`."""

    def __init__(self, cache: StampedCache) -> None:
        self._engine = create_engine("sqlite://", isolation_level="AUTOCOMMIT", poolclass=StaticPool)
        self._connection = self._engine.connect()
        self._turns = _Turns()
        plain: Any = self._connection.connection.dbapi_connection
        self._plain: sqlite3.Connection = plain
        self._plain.executescript(_all_tables())
        session = InLoopSession(plain)
        self._work = SqlTransaction(session, session, cache)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing."""
        async with self._turns.taken():
            self._plain.execute("BEGIN IMMEDIATE")
            try:
                yield self._work
            except BaseException:
                self._plain.execute("ROLLBACK")
                raise
            self._plain.execute("COMMIT")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Nobody writes meanwhile: there is one connection."""
        async with self._turns.taken():
            yield self._work

    async def close(self) -> None:
        """Forget everything."""
        self._connection.close()
        self._engine.dispose()


class _SqliteFile:
    """SQLite in a file: one writing connection, and as many reading ones as were ever needed at once.

    Writers that wait at the same time are committed together, each in a savepoint of its own: one flush
    of the disk serves them all, and none is told "done" before it.
    """

    def __init__(self, path: str, cache: StampedCache) -> None:
        self._path = path
        self._turns = _Turns()
        self._writer = WriterSession(self._connect)
        self._cache = cache
        self._writing = SqlTransaction(self._writer, self._writer, self._cache)
        self._group: asyncio.Future[None] | None = None
        self._commits: set[asyncio.Task[None]] = set()
        self._free: list[ThreadSession] = []
        self._all: list[ThreadSession] = []

    def _connect(self) -> sqlite3.Connection:
        if not Path(self._path).parent.is_dir():
            raise FileNotFoundError(
                f"There is no folder for the database {self._path}. Make it, or change the address."
            )
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_MILLISECONDS / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS_KEPT,
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing; on disk before it returns."""
        async with self._turns.taken():
            group = self._group or await self._begin()
            self._writer.here("SAVEPOINT part")
            try:
                yield self._writing
            except BaseException:
                self._writer.here("ROLLBACK TO part")
                raise
            finally:
                self._writer.here("RELEASE part")
        await asyncio.shield(group)

    async def _begin(self) -> asyncio.Future[None]:
        """Begin a group. Its commit queues for the turn behind the writers that wait already."""
        await self._writer.begin()
        group = self._group = asyncio.get_running_loop().create_future()
        # Where every member has failed by itself, nobody asks for the group's outcome.
        group.add_done_callback(lambda done: done.exception())
        commit = asyncio.ensure_future(self._commit(group))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return group

    async def _commit(self, group: asyncio.Future[None]) -> None:
        for _ in range(_STEPS_TO_JOIN):
            await asyncio.sleep(0)
        async with self._turns.taken():
            self._group = None
            try:
                await self._writer.driver("COMMIT")
            except SQLAlchemyError as error:
                with suppress(SQLAlchemyError):  # a full disk has ended it already
                    await self._writer.driver("ROLLBACK")
                group.set_exception(error)
            else:
                group.set_result(None)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """The state as of the first read, whatever is written meanwhile."""
        session = self._free.pop() if self._free else self._reader()
        try:
            await session.driver("BEGIN")
            try:
                yield SqlTransaction(session, session, self._cache)
            finally:
                await session.driver("ROLLBACK")
        finally:
            self._free.append(session)

    def _reader(self) -> ThreadSession:
        session = ThreadSession(self._connect)
        self._all.append(session)
        return session

    async def close(self) -> None:
        """Release all connections."""
        if self._commits:
            await asyncio.wait(self._commits)
        for session in (self._writer, *self._all):
            await session.close()
        self._free.clear()
        self._all.clear()


class _Postgres:
    """PostgreSQL. Whoever reads people or commitments to change them waits for one turn; senders do not."""

    def __init__(self, engine: AsyncEngine, cache: StampedCache) -> None:
        self._engine = engine
        self._cache = cache

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing."""
        async with self._engine.begin() as connection:
            turn = PostgresSession(connection, lock=_WRITERS_TURN)
            yield SqlTransaction(turn, PostgresSession(connection), self._cache)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """The state as of the first read."""
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ")
            session = PostgresSession(connection)
            yield SqlTransaction(session, session, self._cache)

    async def close(self) -> None:
        """Release all connections."""
        await self._engine.dispose()
