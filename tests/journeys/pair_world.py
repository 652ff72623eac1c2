"""Two who are to meet, and what they do to find a time."""

from collections.abc import Sequence
from dataclasses import replace

from icalendar import Calendar

from nudges.model.message import Attachment
from nudges.model.pair import Pair
from nudges.model.people import Address, Leader
from tests.journeys.world import FOUR, World, at, files, started

TUESDAY = at("2027-01-12", "09:00")
TWO = (FOUR[0], FOUR[1])
FIRST, SECOND = "2027-01-14T10:00:00+00:00", "2027-01-15T14:00:00+00:00"
SLOTS = {
    "day_1": "2027-01-14",
    "time_1": "10:00",
    "day_2": "2027-01-15",
    "time_2": "14:00",
    "place": "Your office",
}


def elsewhere(leader: Leader, workspace: str = "there") -> Leader:
    """The same person, reached in another workspace."""
    return replace(leader, address=Address(platform="sandbox", workspace=workspace, to=leader.email))


async def two(people: Sequence[Leader] = TWO) -> World:
    """The week of their coffee, with the step on both cards."""
    names = " ".join(one.name.split()[0] for one in people)
    return await started(files(people), say_yes=names, until=TUESDAY)


async def the_pair(world: World) -> Pair:
    """The newest pair."""
    return (await world.pairs())[-1]


async def offers(world: World, who: str = "Ama", **slots: str) -> None:
    """ "I'll do it", and the form with times."""
    form = (await world.tap(who, "plan")).form
    assert form is not None
    await world.fills(who, form.verb, form.subject, **(slots or SLOTS))


def own(world: World, who: str) -> list[str]:
    """The words of this person's own conversation, oldest first."""
    return [one.message.text for one in world.platform.conversation(world.address(who))]


def calendar_files(world: World, who: str) -> list[Attachment]:
    """Every calendar file that this person got, oldest first."""
    return [file for one in world.conversation(who) for file in one.message.attachments]


def entry(file: Attachment) -> tuple[str, str, int]:
    """Method, uid and sequence of a calendar file with one entry."""
    calendar = Calendar.from_ical(file.content)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(event["UID"]), int(str(event["SEQUENCE"]))
