"""One JSON object per log record; what people wrote and what is secret never gets in."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

# Ids and codes that our own calls pass as `extra`; anything else is left out.
EXTRAS = ("kind", "subject", "installation", "count", "address")
# Talkative libraries: below this they write addresses, statements or bodies.
QUIET = ("apscheduler", "asyncio", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "alembic", "uvicorn")


class JsonLines(logging.Formatter):
    """A record as one line of JSON.

    An exception is told by its kind and the places it passed, not by its text: that may quote a
    statement's values, a request's body or somebody's words.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["places"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(*, to: TextIO | None = None) -> None:
    """Send every record of this process, ours and the libraries', to one stream as JSON lines."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
