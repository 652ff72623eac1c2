"""What the page shows: the state of a session as plain data."""

from __future__ import annotations

from typing import Any

from bot.sandbox.layout import slack_form, slack_home, to_form, to_page, to_parts
from bot.sandbox.outbound import Posted, sandbox_address
from bot.sandbox.page.explain import behind_scenes, clock_words
from bot.sandbox.page.session import CHANNEL, HOME, NOTICE, Visit
from bot.sandbox.page.viewers import Viewer, seat_of, shared_by
from nudges.errors import InvalidInput
from nudges.model import calendar
from nudges.model.plain_words import and_words, day_words, time_words

EMPTY_PERSON = "Nothing yet. Tap “Next message” above: the invitation comes on Monday at ten."
FAULT_RULE = "You asked for this. The others do not know that it is a test."
EMPTY_GROUP = "Nothing yet."
EMPTY_CHANNEL = "Nothing yet. Tap “Run 4 weeks” above: each Friday at eleven a rollup is posted here."


def page_facts(session: Visit) -> dict[str, Any]:
    """What the page is made of at first."""
    world = session.world
    return {
        "now": clock_words(world.clock.now(), world.partnership.zone),
        "partnership": world.partnership.id,
        "personas": [room for room in _rooms(session) if room["kind"] == "person"],
        "channels": [room for room in _rooms(session) if room["kind"] == "channel"],
    }


async def page_state(session: Visit, *, room: str, is_slack: bool, read: dict[str, int]) -> dict[str, Any]:
    """Everything that may have changed. The messages of `room` count as read.

    Raises:
        InvalidInput: there is no such conversation.
    """
    world = session.world
    rooms = _rooms(session)
    here = next((each for each in rooms if each["id"] == room), None)
    if here is None:
        raise InvalidInput("There is no such conversation. Choose one on the left.")
    read[room] = len(_read_by(session, room))
    progress, faults = session.progress, world.platform.faults
    # While the clock moves, the right-hand column stays as it was: it would ask the ledger again and again.
    if progress is None or session.scenes is None:
        session.scenes = await behind_scenes(world, after=session.events_seen)
    scenes = session.scenes
    told = [{"at": session.now_words, "words": session.fault_words, "rule": FAULT_RULE}]
    return {
        "now": clock_words(world.clock.now(), world.partnership.zone),
        "rooms": [each | {"unread": _unread(session, each["id"], read)} for each in rooms],
        "room": here | _conversation(session, room, is_slack=is_slack),
        "busy": {"share": progress.share, "words": "The clock is moving"} if progress else None,
        "faults": {
            "rate_limit": faults.rate_limited,
            "lost_answer": faults.answer_lost,
            "person_left": seat_of(room).who in faults.left,
            "platform_down": faults.is_down,
        },
        "happened": (told if session.fault_words else []) + scenes.happened,
        "due": scenes.due,
        "ledger": scenes.ledger,
        "raw": session.last_raw | _last_message(session, room),
    }


def _rooms(session: Visit) -> list[dict[str, str]]:
    world = session.world
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
            "about": _about(session, email),
            "empty": EMPTY_PERSON,
        }
        people += [person, *(_shared(session, seat) for seat in shared_by(world.platform, email))]
    return [channel, *people]


def _shared(session: Visit, seat: Viewer) -> dict[str, str]:
    """A conversation of several people, as one of them sees it."""
    people = session.world.people
    me, *others = sorted(seat.place.split(","), key=lambda one: one != seat.who)
    names = and_words([people[one].name if one in people else one for one in others])
    return {
        "id": seat.room,
        "kind": "group",
        "of": me,
        "name": f"With {names}",
        "organisation": people[me].name,
        "about": f"Both read this. What you tap here is {people[me].name}'s tap.",
        "empty": EMPTY_GROUP,
    }


def _about(session: Visit, email: str) -> str:
    leader = session.world.people[email]
    organisation = session.world.organisations[leader.organisation_id].name
    roles = sorted(str(role).replace("_", " ") for role in leader.roles if role != "leader")
    days = "" if len(leader.working_days) == 5 else f", works {_days(leader.working_days)}"
    return f"{organisation}{', ' + ' and '.join(roles) if roles else ''}{days}"


def _days(working_days: frozenset[int]) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return ", ".join(names[day - 1] for day in sorted(working_days))


def _unread(session: Visit, room: str, read: dict[str, int]) -> int:
    messages = _read_by(session, room)
    return sum(1 for posted in messages[read.get(room, 0) :] if not posted.is_theirs)


def _read_by(session: Visit, room: str) -> list[Posted]:
    """What this seat shows: words for one person of a group are theirs alone."""
    seat = seat_of(room)
    messages = session.world.platform.conversation(seat.address)
    return [one for one in messages if one.only_for in ("", seat.who)]


def _conversation(session: Visit, room: str, *, is_slack: bool) -> dict[str, Any]:
    messages = _read_by(session, room)
    form = session.world.platform.form_of(sandbox_address(seat_of(room).who))
    pinned = [posted for posted in messages if posted.message.is_pinned]
    others = [posted for posted in messages if not posted.message.is_pinned]
    return {
        "messages": [_message(session, posted, is_slack=is_slack) for posted in others],
        "pinned": [_message(session, posted, is_slack=is_slack) for posted in pinned],
        "form": to_form(form) if form else None,
        **_own_page(session, room, is_slack=is_slack),
    }


def _own_page(session: Visit, room: str, *, is_slack: bool) -> dict[str, Any]:
    """The person's own page, and the small window that may stand over it."""
    platform, address = session.world.platform, sandbox_address(seat_of(room).who)
    home, notice = platform.home_of(address), platform.notice_of(address)
    shown: dict[str, Any] | None = {"id": HOME, "sections": to_parts(home.page)} if home else None
    if shown is not None and home is not None and is_slack:
        shown["slack"] = slack_home(home.page)
    return {"home": shown, "notice": {"id": NOTICE, "sections": to_parts(notice)} if notice else None}


def _message(session: Visit, posted: Posted, *, is_slack: bool) -> dict[str, Any]:
    zone = session.world.partnership.zone
    drawn = to_page(posted) | {
        "time": time_words(posted.at, zone),
        "day": "" if posted.message.is_pinned else day_words(calendar.local(posted.at, zone).date()),
    }
    if is_slack and not posted.is_theirs:
        drawn["slack"] = slack_form(posted.message)
    return drawn


def _last_message(session: Visit, room: str) -> dict[str, Any]:
    messages = [one for one in _read_by(session, room) if not one.is_theirs]
    latest = max(messages, key=lambda one: one.edited_at or one.at, default=None)
    if latest is None:
        return {}
    return {"newest_message": {"key": latest.key} | to_page(latest), "as_slack": slack_form(latest.message)}
