"""Every address that Milepost says, built from its own base address and never from what a request says."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

EXAMPLE = "https://milepost.example.org"


class Links:
    """`seal` signs what lets somebody in; without it (in samples) a link opens nothing."""

    def __init__(self, base_url: str = EXAMPLE, *, seal: Callable[[str], str] | None = None) -> None:
        self.base = base_url.rstrip("/")
        self._seal = seal

    def open_page(self, partnership_id: str) -> str:
        """Where the open page of a partnership is."""
        return f"{self.base}/open/{partnership_id}"

    def entry(self, partnership_id: str, secret: str) -> str:
        """A member's own way in. What the ledger knows of it opens nothing without our signature."""
        sealed = secret if self._seal is None else self._seal(secret)
        return f"{self.open_page(partnership_id)}/enter/{sealed}"


def origin_of(address: str) -> str:
    """The origin of an address, as browsers write it: no path, and no port that goes without saying."""
    parts = urlsplit(address)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")
