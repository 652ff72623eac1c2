"""Small rows for tests of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nudges.model.delivery import Delivery
from nudges.model.message import MessageKind
from nudges.model.people import Address

AT = datetime(2027, 1, 5, 10, 0, tzinfo=UTC)
WEEK = date(2027, 1, 4)
LEASE = timedelta(minutes=1)
HOME = "sandbox:home"


def delivery(name: str, **changes: Any) -> Delivery:
    """A nudge that is due at `AT`, to a person of its own."""
    plain = Delivery(
        id=name,
        partnership_id="north",
        recipient=f"leader-{name}",
        person=f"{name}@example.org",
        address=Address(platform="sandbox", workspace="home", to=f"dm-{name}"),
        purpose=MessageKind.NUDGE,
        occurrence=name,
        event="nudge",
        not_before=AT,
        week_on=WEEK,
        facts={"title": "Ask one colleague", "buttons": [{"verb": "plan"}]},
        created_at=AT,
    )
    return replace(plain, **changes)
