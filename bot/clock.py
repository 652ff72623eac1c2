"""The one file that reads the time."""

from __future__ import annotations

from datetime import UTC, datetime

from nudges.errors import InvalidInput


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise InvalidInput("A clock needs an instant with an offset.")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that the clock was moved to last."""
        return self._at

    def move_to(self, instant: datetime) -> None:
        """Move forward; an instant that has passed changes nothing."""
        self._at = max(self._at, instant.astimezone(UTC))
