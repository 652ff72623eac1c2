"""People are looked up where they may be; the first match counts, and nobody's pause stops the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.sandbox.outbound import SandboxPlatform
from nudges.errors import DeliveryError
from nudges.model.people import Address
from nudges.ports import ChatPlatform
from nudges.said import said
from nudges.use_cases.joining.find_people import Found, find_people
from storage.store import SqlStore
from tests.journeys.world import World, a_partnership, files, make_world, somebody

PEOPLE = [
    replace(somebody(f"{name} Smith", organisation), address=None)
    for name, organisation in (("Ama", "trust"), ("Ben", "council"), ("Cleo", "trust"))
]


@dataclass
class Place(SandboxPlatform):
    """A workspace that knows these e-mail addresses, and first refuses so many times."""

    people: set[str] = field(default_factory=set)
    refusals: list[DeliveryError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def look_up(self, workspace: str, email: str) -> Address | None:
        self.asked.append(email)
        if self.refusals:
            raise self.refusals.pop(0)
        return (
            Address(platform="slack", workspace=workspace, to=f"U-{email}") if email in self.people else None
        )


def a_place(*names: str, refusals: list[DeliveryError] | None = None) -> Place:
    place = object.__new__(Place)
    place.people, place.refusals, place.asked = {f"{name}@example.org" for name in names}, refusals or [], []
    return place


async def look(
    places: dict[str, Place], *, belongs: dict[str, str] | None = None, channel: str = "", waits: bool = False
) -> tuple[Found, World, list[float]]:
    partnership = a_partnership()
    if channel:
        address = Address(platform="slack", workspace=channel, to="C1")
        partnership = replace(partnership, channels={"partnership": address})
    world = await make_world(files(PEOPLE, partnership=partnership), store=SqlStore.open("sqlite://"))
    paused: list[float] = []

    async def wait(pause: timedelta) -> None:
        paused.append(pause.total_seconds())

    workspaces: dict[str, ChatPlatform] = dict(places)
    people_found = await find_people(
        world.store,
        workspaces,
        partnership_id="riverside",
        belongs=belongs,
        wait=wait if waits else None,
    )
    return people_found, world, paused


async def place_of(world: World, who: str) -> str | None:
    address = (await world.leader(who)).address
    return address.workspace if address else None


async def test_everybody_is_looked_for_in_every_workspace() -> None:
    people_found, world, _ = await look({"T1": a_place("ama"), "T2": a_place("ben")})
    assert (people_found.found, people_found.missing, people_found.places) == (
        2,
        ("Cleo Smith",),
        {"T1": 1, "T2": 1},
    )
    assert [await place_of(world, who) for who in ("ama", "ben", "cleo")] == ["T1", "T2", None]


async def test_the_first_match_counts_and_the_others_are_told() -> None:
    people_found, world, _ = await look({"T1": a_place("ama"), "T2": a_place("ama")})
    assert people_found.twice == {"Ama Smith": ("T1", "T2")}
    assert await place_of(world, "ama") == "T1"


async def test_the_workspace_of_the_partnerships_channel_comes_first() -> None:
    people_found, world, _ = await look({"T1": a_place("ama"), "T2": a_place("ama")}, channel="T2")
    assert people_found.twice == {"Ama Smith": ("T2", "T1")}
    assert await place_of(world, "ama") == "T2"


async def test_an_organisation_with_a_workspace_of_its_own_is_looked_for_there_alone() -> None:
    first, second = a_place("ama", "ben"), a_place("ama", "ben")
    people_found, world, _ = await look({"T1": first, "T2": second}, belongs={"riverside-trust": "T2"})
    assert [await place_of(world, who) for who in ("ama", "ben")] == ["T2", "T1"]
    assert first.asked == ["ben@example.org"]
    assert people_found.twice == {"Ben Smith": ("T1", "T2")}


async def test_a_workspace_that_is_not_connected_is_named() -> None:
    people_found, _, _ = await look({"T1": a_place("ama", "ben")}, belongs={"riverside-trust": "T9"})
    assert people_found.found == 1
    assert people_found.unasked == {"T9": said("joining.not_connected")}


async def test_one_workspace_that_cannot_be_asked_stops_no_other_and_nothing_found_is_lost() -> None:
    away = a_place("ama", "ben", refusals=[DeliveryError("Slack answered 503.")] * 9)
    people_found, world, _ = await look({"T1": away, "T2": a_place("ben")})
    assert await place_of(world, "ben") == "T2"
    assert people_found.unasked == {"T1": "Slack answered 503."}
    assert len(away.asked) == 1


async def test_a_short_pause_is_taken_and_a_long_one_is_left_for_another_call() -> None:
    short = DeliveryError("Too many.", retry_after=timedelta(seconds=30))
    long = DeliveryError("Too many.", retry_after=timedelta(minutes=10))
    people_found, _, paused = await look({"T1": a_place("ama", "ben", refusals=[short, short])}, waits=True)
    assert (people_found.found, paused) == (2, [30.0, 30.0])
    people_found, _, paused = await look({"T1": a_place("ama", refusals=[long])}, waits=True)
    assert (people_found.found, paused, people_found.unasked) == (0, [], {"T1": "Too many."})


async def test_pauses_come_to_an_end() -> None:
    short = DeliveryError("Too many.", retry_after=timedelta(seconds=1))
    people_found, _, paused = await look({"T1": a_place("ama", refusals=[short] * 50)}, waits=True)
    assert len(paused) == 10
    assert people_found.unasked == {"T1": "Too many."}
