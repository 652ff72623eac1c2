"""What the page shows: the state of a visit as plain data."""

from __future__ import annotations

from typing import Any

from bot.sandbox.layout import slack_form, slack_home, to_form, to_page, to_parts
from bot.sandbox.outbound import Posted, sandbox_address
from bot.sandbox.page.explain import clock_words, explanations
from bot.sandbox.page.session import CHANNEL, HOME, NOTICE, Visit
from bot.sandbox.page.viewers import Viewer, shared_by, viewer_of
from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model.plain_words import and_words, day_words, time_words

EMPTY_PERSON = "Nothing yet. Tap “Next message” above: the invitation comes on Monday at ten."
FAULT_RULE = "You asked for this. The others do not know that it is a test."
EMPTY_GROUP = "Nothing yet."
EMPTY_CHANNEL = "Nothing yet. Tap “Run 4 weeks” above: each Friday at eleven a rollup is posted here."


def page_facts(visit: Visit) -> dict[str, Any]:
    """What the page is made of at first."""
    world = visit.world
    return {
        "now": clock_words(world.clock.now(), world.partnership.zone),
        "partnership": world.partnership.id,
        "personas": [room for room in _rooms(visit) if room["kind"] == "person"],
        "channels": [room for room in _rooms(visit) if room["kind"] == "channel"],
    }


async def page_state(visit: Visit, *, room: str, is_slack: bool, read: dict[str, int]) -> dict[str, Any]:
    """Everything that may have changed. The messages of `room` count as read.

    Raises:
        InvalidInput: there is no such conversation.
    """
    world = visit.world
    rooms = _rooms(visit)
    here = next((each for each in rooms if each["id"] == room), None)
    if here is None:
        raise InvalidInput("There is no such conversation. Choose one on the left.")
    read[room] = len(_read_by(visit, room))
    progress, faults = visit.progress, world.platform.faults
    # While the clock moves, the right-hand column stays as it was: it would ask the ledger again and again.
    if progress is None or visit.scenes is None:
        visit.scenes = await explanations(world, after=visit.events_seen)
    scenes = visit.scenes
    fault = [{"at": visit.now_words, "words": visit.fault_words, "rule": FAULT_RULE}]
    return {
        "now": clock_words(world.clock.now(), world.partnership.zone),
        "rooms": [each | {"unread": _unread(visit, each["id"], read)} for each in rooms],
        "room": here | _conversation(visit, room, is_slack=is_slack),
        "busy": {"share": progress.share, "words": "The clock is moving"} if progress else None,
        "faults": {
            "rate_limit": faults.rate_limited,
            "lost_answer": faults.answer_lost,
            "person_left": viewer_of(room).who in faults.left,
            "platform_down": faults.is_down,
        },
        "happened": (fault if visit.fault_words else []) + scenes.happened,
        "due": scenes.due,
        "ledger": scenes.ledger,
        "raw": visit.last_raw | _last_message(visit, room),
    }


def _rooms(visit: Visit) -> list[dict[str, str]]:
    world = visit.world
    channel = {
        "id": CHANNEL,
        "kind": "channel",
        "name": CHANNEL,
        "organisation": world.partnership.name,
        "about": f"Everybody in the {world.partnership.name} reads this.",
        "empty": EMPTY_CHANNEL,
    }
    people: list[dict[str, str]] = []
    for email in world.personas:
        person = {
            "id": email,
            "kind": "person",
            "name": world.people[email].name,
            "organisation": world.organisations[world.people[email].organisation_id].name,
            "about": _about(visit, email),
            "empty": EMPTY_PERSON,
        }
        people += [person, *(_shared(visit, viewer) for viewer in shared_by(world.platform, email))]
    return [channel, *people]


def _shared(visit: Visit, viewer: Viewer) -> dict[str, str]:
    """A conversation of several people, as one of them sees it."""
    people = visit.world.people
    me, *others = sorted(viewer.place.split(","), key=lambda one: one != viewer.who)
    names = and_words([people[one].name if one in people else one for one in others])
    return {
        "id": viewer.room,
        "kind": "group",
        "of": me,
        "name": f"With {names}",
        "organisation": people[me].name,
        "about": f"Both read this. What you tap here is {people[me].name}'s tap.",
        "empty": EMPTY_GROUP,
    }


def _about(visit: Visit, email: str) -> str:
    leader = visit.world.people[email]
    organisation = visit.world.organisations[leader.organisation_id].name
    roles = sorted(str(role).replace("_", " ") for role in leader.roles if role != "leader")
    days = "" if len(leader.working_days) == 5 else f", works {_days(leader.working_days)}"
    return f"{organisation}{', ' + ' and '.join(roles) if roles else ''}{days}"


def _days(working_days: frozenset[int]) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return ", ".join(names[day - 1] for day in sorted(working_days))


def _unread(visit: Visit, room: str, read: dict[str, int]) -> int:
    messages = _read_by(visit, room)
    return sum(1 for posted in messages[read.get(room, 0) :] if not posted.is_theirs)


def _read_by(visit: Visit, room: str) -> list[Posted]:
    """What this viewer shows: words for one person of a group are theirs alone."""
    viewer = viewer_of(room)
    messages = visit.world.platform.conversation(viewer.address)
    return [one for one in messages if one.only_for in ("", viewer.who)]


def _conversation(visit: Visit, room: str, *, is_slack: bool) -> dict[str, Any]:
    messages = _read_by(visit, room)
    form = visit.world.platform.form_of(sandbox_address(viewer_of(room).who))
    pinned = [posted for posted in messages if posted.message.is_pinned]
    others = [posted for posted in messages if not posted.message.is_pinned]
    return {
        "messages": [_message(visit, posted, is_slack=is_slack) for posted in others],
        "pinned": [_message(visit, posted, is_slack=is_slack) for posted in pinned],
        "form": to_form(form) if form else None,
        **_own_page(visit, room, is_slack=is_slack),
    }


def _own_page(visit: Visit, room: str, *, is_slack: bool) -> dict[str, Any]:
    """The person's own page, and the small window that may stand over it."""
    platform, address = visit.world.platform, sandbox_address(viewer_of(room).who)
    home, notice = platform.home_of(address), platform.notice_of(address)
    shown: dict[str, Any] | None = {"id": HOME, "sections": to_parts(home.page)} if home else None
    if shown is not None and home is not None and is_slack:
        shown["slack"] = slack_home(home.page)
    return {"home": shown, "notice": {"id": NOTICE, "sections": to_parts(notice)} if notice else None}


def _message(visit: Visit, posted: Posted, *, is_slack: bool) -> dict[str, Any]:
    zone = visit.world.partnership.zone
    drawn = to_page(posted) | {
        "time": time_words(posted.at, zone),
        "day": "" if posted.message.is_pinned else day_words(calendar.local(posted.at, zone).date()),
    }
    if is_slack and not posted.is_theirs:
        drawn["slack"] = slack_form(posted.message)
    return drawn


def _last_message(visit: Visit, room: str) -> dict[str, Any]:
    messages = [one for one in _read_by(visit, room) if not one.is_theirs]
    latest = max(messages, key=lambda one: one.edited_at or one.at, default=None)
    if latest is None:
        return {}
    return {"newest_message": {"key": latest.key} | to_page(latest), "as_slack": slack_form(latest.message)}
