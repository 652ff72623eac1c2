"""Every address that Milepost says, built from its own base address and from nothing that a request brings."""

from __future__ import annotations

from collections.abc import Callable

EXAMPLE = "https://milepost.example.org"


class Links:
    """`seal` signs what lets somebody in; without it (in samples) a link opens nothing."""

    def __init__(self, base_url: str = EXAMPLE, *, seal: Callable[[str], str] | None = None) -> None:
        self._base = base_url.rstrip("/")
        self._seal = seal

    def open_page(self, partnership_id: str) -> str:
        """Where the open page of a partnership is."""
        return f"{self._base}/open/{partnership_id}"

    def entry(self, partnership_id: str, secret: str) -> str:
        """A member's own way in. What the ledger knows of it opens nothing without our signature."""
        sealed = secret if self._seal is None else self._seal(secret)
        return f"{self.open_page(partnership_id)}/enter/{sealed}"
