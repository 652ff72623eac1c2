"""A calendar entry for an agreed time, as a file that any calendar opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Component

MEDIA_TYPE = "text/calendar"


def with_invitation(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts, with a calendar file attached where they hold an `invite`."""
    if "invite" not in facts:
        return facts
    content = invitation(facts["invite"])
    attached = [
        *facts.get("attachments", ()),
        {"name": "meeting.ics", "media_type": MEDIA_TYPE, "content": content},
    ]
    return {**facts, "attachments": attached}


def invitation(invite: Mapping[str, Any]) -> str:
    """An iCalendar text with its time zone's rules.

    `invite`: uid, summary, place, zone, minutes, starts_at (ISO 8601 with offset), stamped_at (likewise).
    The same `uid` again replaces the entry in the reader's calendar.
    """
    # icalendar takes a fifth of a second to load, and few messages need it.
    from icalendar import Calendar, Event

    starts_at = datetime.fromisoformat(invite["starts_at"]).astimezone(ZoneInfo(invite["zone"]))
    event = Event()
    event.add("uid", f"{invite['uid']}@milepost")
    event.add("dtstamp", datetime.fromisoformat(invite["stamped_at"]))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=int(invite["minutes"])))
    event.add("summary", invite["summary"])
    if invite["place"]:
        event.add("location", invite["place"])
    entries = Calendar()
    entries.add("prodid", "-//Milepost//EN")
    entries.add("version", "2.0")
    entries.add("method", "PUBLISH")
    entries.add_component(_zone_rules(invite["zone"], starts_at.year))
    entries.add_component(event)
    return str(entries.to_ical().decode("utf-8"))


@cache
def _zone_rules(zone: str, year: int) -> Component:
    """The zone's rules around that year; those of seventy years take long to work out and to write."""
    from icalendar import Timezone

    return Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
