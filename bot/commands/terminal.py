"""How the commands speak: lines and JSON on standard output, problems and progress on standard error."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
PROGRESS_AFTER_SECONDS = 1.0


def as_json(command: F) -> F:
    """The option `--json`, for commands that print data."""
    return click.option("--json", "is_json", is_flag=True, help="Print one JSON value instead of text.")(
        command
    )


def tell(*lines: str) -> None:
    """Say these lines."""
    for line in lines:
        click.echo(line)


def tell_json(value: object) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def warn(*lines: str) -> None:
    """Say these lines on standard error."""
    for line in lines:
        click.echo(line, err=True)


def heading(text: str) -> str:
    """A line that stands out; plain where colour is not wanted."""
    return click.style(text, bold=True)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under each other; the last column may be as wide as it likes."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return ["  ".join(row).rstrip() for row in padded]


class CommandRefused(click.ClickException):
    """What was asked for was not done: what happened, why, and what to do. Exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it on standard error."""
        click.echo(self.format_message(), file=file or sys.stderr)


class Plain(click.Group):
    """A group whose commands never end in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; errors that we know become their words, others a short note."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort):
            warn("Stopped.")
            raise click.exceptions.Exit(130) from None
        except BrokenPipeError:
            raise
        except Exception as error:
            # The last resort of a command: whatever it is, the reader gets words and an exit code.
            if ctx.params.get("trace"):
                traceback.print_exc()
            raise CommandRefused(words_of(error)) from error


def words_of(error: Exception) -> str:
    """What happened, why, and what to do."""
    from bot.files.phrases import in_words
    from config.settings import SettingsRefused
    from nudges.errors import MilepostError

    if isinstance(error, SettingsRefused):
        return f"The settings cannot be used.\n{error}"
    if isinstance(error, MilepostError):
        return in_words(error)
    if type(error).__module__.startswith(("sqlalchemy", "sqlite3", "psycopg")):
        return _of_database(error)
    if isinstance(error, OSError):
        about = f" ({error.filename})" if error.filename else ""
        return (
            f"A file or a connection could not be used{about}: {error.strerror or error}.\n"
            "Check that it is there, that you may use it, and that there is space left. Then try again."
        )
    return (
        f"Milepost failed in a way that nobody has foreseen ({type(error).__name__}).\n"
        "Nothing half-done was kept. Run it again with “milepost --trace …” and report what it shows."
    )


def _of_database(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    reason = lines[0][:200] if lines else type(error).__name__
    if "locked" in reason:
        return (
            "The database is busy: another program has been writing to it for half a minute.\n"
            "See what else uses the file (a backup, a second “milepost serve”), then try again."
        )
    if "no such table" in reason or "no such column" in reason or "does not exist" in reason:
        return f"The database has not the tables of this release: {reason}.\nRun: milepost release"
    return (
        f"The database cannot be used: {reason}.\n"
        "Check MILEPOST_DATABASE_URL, and that the file or the server is there and you may use it."
    )


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """A bar on standard error that appears when the work takes over a second; it hears shares of 1.

    Where standard error is no terminal, nothing is shown.
    """
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    bar = _Bar(what)
    try:
        yield bar.move
    finally:
        bar.end()


class _Bar:
    """rich's bar, loaded and shown only once it is worth it."""

    def __init__(self, what: str) -> None:
        import time

        self._what = what
        self._monotonic = time.monotonic
        self._began = time.monotonic()
        self._bar: Any = None
        self._line: Any = None

    def move(self, share: float) -> None:
        """Show this share of the whole."""
        if self._bar is None:
            if self._monotonic() - self._began < PROGRESS_AFTER_SECONDS:
                return
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._line = self._bar.add_task(self._what, total=1.0)
            self._bar.start()
        self._bar.update(self._line, completed=min(max(share, 0.0), 1.0))

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
