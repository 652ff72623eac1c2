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
    invite = facts["invite"]
    file = {"name": _name(invite), "media_type": MEDIA_TYPE, "content": invitation(invite)}
    return {**facts, "attachments": [*facts.get("attachments", ()), file]}


def _name(invite: Mapping[str, Any]) -> str:
    if invite.get("is_off"):
        return "meeting-off.ics"
    return "times.ics" if "choices" in invite else "meeting.ics"


def invitation(invite: Mapping[str, Any]) -> str:
    """An iCalendar text (RFC 5545, 5546) with its time zone's rules and nobody's e-mail address.

    `invite`: uid, summary, place, zone, minutes, stamped_at (ISO 8601 with offset), starts_at (likewise) or
    several `choices` of it, sequence (at least 0) and is_off. The same `uid` with a higher sequence replaces
    the entry in the reader's calendar, or takes it out where `is_off`; choices are entries of their own.
    """
    # icalendar takes a fifth of a second to load, and few messages need it.
    from icalendar import Calendar

    is_off = bool(invite.get("is_off"))
    entries = Calendar()
    entries.add("prodid", "-//Milepost//EN")
    entries.add("version", "2.0")
    entries.add("method", "CANCEL" if is_off else "PUBLISH")
    choices = invite.get("choices")
    starts = [_local(one, invite["zone"]) for one in choices or [invite["starts_at"]]]
    entries.add_component(_zone_rules(invite["zone"], starts[0].year))
    for number, starts_at in enumerate(starts, start=1):
        uid = f"{invite['uid']}-{number}" if choices else str(invite["uid"])
        status = "TENTATIVE" if choices else "CANCELLED" if is_off else "CONFIRMED"
        entries.add_component(_entry(invite, uid, starts_at, status))
    return str(entries.to_ical().decode("utf-8"))


def _local(instant: str, zone: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))


def _entry(invite: Mapping[str, Any], uid: str, starts_at: datetime, status: str) -> Component:
    from icalendar import Event, vCalAddress

    event = Event()
    event.add("uid", f"{uid}@milepost")
    event.add("sequence", int(invite.get("sequence", 0)))
    event.add("status", status)
    event.add("dtstamp", datetime.fromisoformat(invite["stamped_at"]))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=int(invite["minutes"])))
    event.add("summary", invite["summary"])
    # Both methods want an organiser; calendars use this address where nobody is to be written to.
    event.add("organizer", vCalAddress("invalid:nomail"))
    if invite["place"]:
        event.add("location", invite["place"])
    return event


@cache
def _zone_rules(zone: str, year: int) -> Component:
    """The zone's rules around that year; those of seventy years take long to work out and to write."""
    from icalendar import Timezone

    return Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
