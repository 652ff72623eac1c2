"""Statements made ready once for SQLite, and then run on the driver's own connection."""

from __future__ import annotations

import json
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Executable, Insert, Select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Processor = Callable[[Any], Any]
Key = tuple[Executable, tuple[object, ...]]

# SQLAlchemy writes the SQL and knows how each type is stored. What it does besides for every execution
# took ten times as long as SQLite itself.
_DIALECT = SQLiteDialect_pysqlite()
_ENCODE, _DECODE = json.JSONEncoder().encode, json.JSONDecoder().decode
# Statements are made when modules are read; a few are made for one use, and must not pile up.
_MOST = 1_000
_READY: dict[Key, Ready] = {}


class Ready:
    """One statement as SQL, with what turns values into SQLite's and rows into ours."""

    def __init__(self, statement: Executable, params: Mapping[str, Any]) -> None:
        keys = list(params) if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=_DIALECT, column_keys=keys)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        state = compiled.construct_expanded_state(dict(params))
        self.sql = state.statement
        self._lists = [(name, parts) for name, parts in state.parameter_expansion.items() if name in params]
        types = {name: one.type for name, one in compiled.binds.items()}
        types |= {part: types[name] for name, parts in state.parameter_expansion.items() for part in parts}
        order = state.positiontup or ()
        given = {*params, *(part for _, parts in self._lists for part in parts)}
        self._fixed = {name: state.parameters[name] for name in order if name not in given}
        self._pick: Processor = itemgetter(*order) if len(order) > 1 else _one_by_one(order)
        bound = [(place, _binding(types[name])) for place, name in enumerate(order)]
        self._bound = [(place, process) for place, process in bound if process is not None]
        self._row, self._columns = _shape(statement)

    def values(self, params: Mapping[str, Any]) -> list[Any]:
        """What stands for each question mark."""
        if self._fixed or self._lists:
            whole = {**self._fixed, **params}
            for name, parts in self._lists:
                whole.update(zip(parts, params[name], strict=True))
            params = whole
        values = list(self._pick(params))
        for place, process in self._bound:
            values[place] = process(values[place])
        return values

    def rows(self, raw_rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Each row with its columns by name and by place, in our own types."""
        made: list[Any] = []
        for raw in raw_rows:
            row = list(raw)
            for place, process in self._columns:
                row[place] = process(row[place])
            made.append(self._row(row))
        return made


def _one_by_one(names: Sequence[str]) -> Processor:
    """What `itemgetter` is not for: no name, or one, which it would give without a tuple around it."""
    return lambda values: [values[name] for name in names]


def _binding(kind: TypeEngine[Any]) -> Processor | None:
    if isinstance(kind, JSON):
        return _ENCODE
    result: Processor | None = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return result


def _reading(kind: TypeEngine[Any]) -> Processor | None:
    if isinstance(kind, JSON):
        return _DECODE  # no such column is ever empty
    result: Processor | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return result


def _shape(statement: Executable) -> tuple[Processor, list[tuple[int, Processor]]]:
    if not isinstance(statement, Select):
        return tuple, []
    columns = list(statement.selected_columns)
    names = [str(column.key) for column in columns]
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # as many as there are columns
    processors = [_reading(column.type) for column in columns]
    return kind._make, [(place, one) for place, one in enumerate(processors) if one is not None]


def _ready(statement: Executable, params: Mapping[str, Any]) -> Ready:
    if isinstance(statement, Insert):
        key: Key = (statement, tuple(params))
    else:
        key = (statement, tuple([len(value) for value in params.values() if type(value) is list]))
    known = _READY.get(key)
    if known is None:
        if len(_READY) >= _MOST:
            _READY.clear()
        known = _READY[key] = Ready(statement, params)
    return known


def rows(connection: sqlite3.Connection, statement: Executable, params: Params = ()) -> list[Any]:
    """Everything that the statement returns."""
    given = params if isinstance(params, Mapping) else {}
    ready = _ready(statement, given)
    values = ready.values(given)
    try:
        return ready.rows(connection.execute(ready.sql, values).fetchall())
    except sqlite3.Error as error:
        raise _explained(ready.sql, error) from error


def run(connection: sqlite3.Connection, statement: Executable, params: Params = ()) -> int:
    """Run a change; returns how many rows it met."""
    sets = [params] if isinstance(params, Mapping) else (params or [{}])
    ready = _ready(statement, sets[0])
    values = [ready.values(one) for one in sets]
    try:
        if len(values) == 1:
            return connection.execute(ready.sql, values[0]).rowcount
        return connection.executemany(ready.sql, values).rowcount
    except sqlite3.Error as error:
        raise _explained(ready.sql, error) from error


def driver(connection: sqlite3.Connection, sql: str) -> None:
    """Run one statement of the driver's own, such as BEGIN IMMEDIATE."""
    try:
        connection.execute(sql)
    except sqlite3.Error as error:
        raise _explained(sql, error) from error


def _explained(sql: str, error: sqlite3.Error) -> BaseException:
    """The error as every other database raises it; the values stay out of it."""
    return DBAPIError.instance(sql, {}, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT)
