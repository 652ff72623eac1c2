"""Two partnerships with something of everything, whose people hide in each other's words, and a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

from bot.addresses import Links
from bot.open_page.routes import OpenPages
from bot.rendering.message_renderer import TemplateRenderer
from bot.web.http_app import ProcessHealth, make_app
from bot.web.sign_in import Cookies, Signing
from bot.wiring import MESSAGES
from nudges.model.events import Event, EventKind
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import Given, PartnerStep, StepChange, StepStatus
from nudges.model.people import CampaignRun, Leader, Partnership, SharedGoal, Visibility
from nudges.model.thing_heard import HeardKind, HeardState, LibraryLine, ThingHeard, Vote
from nudges.model.two_week_test import TwoWeekTest
from tests.journeys.world import World, a_partnership, at, files, make_world, somebody

BASE = "http://127.0.0.1:8765"
KEYS = ("the-first-key-signs-everything-00", "the-second-key-still-verifies-000")
SIGNING = Signing(KEYS)
NOW = at("2027-02-10", "12:00")
NAMES = ("Ama Boateng", "Ben Carter", "Cleo Dunn", "Dev Evans", "Effie Frost", "Gus Hale")
SECTIONS = ("", "/steps", "/numbers", "/library", "/campaigns", "/rules", "/messages", "/fields", "/changes")
PATHS = (*SECTIONS, "/campaigns/starter", "/month/2027-02", "/month/2027-01")


def people(partnership: str) -> list[Leader]:
    """Six people in three organisations; Ama chose to be named, Gus has left."""
    places = ("trust", "council", "surgery", "trust", "council", "surgery")
    leaders = [
        somebody(name, place, partnership=partnership) for name, place in zip(NAMES, places, strict=True)
    ]
    leaders = [replace(one, opted_in_at=at("2027-01-04", "10:00"), signed_at=NOW) for one in leaders]
    leaders[0] = replace(leaders[0], visibility=Visibility.NAMED)
    leaders[5] = replace(leaders[5], left_at=at("2027-01-20"))
    return leaders


def partnership_of(name: str, *, is_public: bool) -> Partnership:
    """Its goal was changed once, and it has principles."""
    return replace(
        a_partnership(name, partnership="#partnership", private_group="#private-group"),
        is_public=is_public,
        principles=("We say what we can do, and do what we say.",),
        earlier_goals=(
            SharedGoal(text="Fewer falls.", better_off="Older people.", until_at=at("2026-12-01")),
        ),
    )


def a_step(partnership: str, number: int, status: StepStatus, **more: object) -> PartnerStep:
    """A step of the trust, promised in January for 20 February."""
    due_on = date(2027, 2, 20)
    first = StepChange(at=at("2027-01-11"), status=StepStatus.PLANNED, due_on=due_on)
    reason = f"Dev Evans is away, ask {number}"
    last = StepChange(at=at("2027-02-02"), status=status, due_on=due_on, reason=reason)
    step = PartnerStep(
        id=f"{partnership}-step-{number}",
        partnership_id=partnership,
        organisation_id=f"{partnership}-trust",
        text=f"Share list {number} with Cleo Dunn and dev@example.org each morning",
        owner="Ben Carter" if number == 0 else "The ward team",
        owner_id=f"{partnership}-ben" if number == 0 else None,
        done_means="It is there by nine, and Effie  Frost has read it",
        due_on=due_on,
        status=status,
        history=(first,) if status is StepStatus.PLANNED else (first, last),
        why_together="Cleo Dunn cannot do it alone",
        own_words="Dev Evans would need two hours",
    )
    return replace(step, **more)  # type: ignore[arg-type]


async def fill(world: World, partnership: str) -> None:
    """Something of everything, with other people's names in every text."""
    given = Given(limit="Two beds, says Dev Evans", review_on=date(2027, 5, 1))
    steps = [a_step(partnership, number, status) for number, status in enumerate(StepStatus)]
    steps.append(a_step(partnership, 7, StepStatus.PLANNED, given=given))
    steps.append(a_step(partnership, 8, StepStatus.PLANNED, channel="private_group", text="A secret repair"))
    promises = [
        Promise(
            id=f"{partnership}-{who}",
            partnership_id=partnership,
            leader_id=f"{partnership}-{who}",
            text=f"Ring Dev Evans, says {who}",
            due_on=date(2027, 2, 15),
            made_at=NOW,
            visibility=seen,
            state=PromiseState.OPEN,
        )
        for who, seen in (("ama", Visibility.NAMED), ("cleo", Visibility.PRIVATE), ("dev", Visibility.PAIR))
    ]
    things = [
        ThingHeard(
            id=f"{partnership}-heard-{state}",
            partnership_id=partnership,
            kind=HeardKind.CONCERN,
            text=f"Nobody rings Cleo Dunn back ({state})",
            said_on=date(2027, 1, 20),
            reply_by=date(2027, 2, 3),
            state=state,
            author_id=f"{partnership}-effie",
            reply="Dev Evans rings on Mondays" if state is HeardState.ANSWERED else "",
            replied_on=date(2027, 2, 1) if state is HeardState.ANSWERED else None,
        )
        for state in HeardState
    ]
    runs = [
        CampaignRun(
            id=f"{partnership}-run",
            partnership_id=partnership,
            campaign_id="starter",
            starts_on=date(2027, 1, 25),
            member_ids=(f"{partnership}-ama",),
        ),
        CampaignRun(
            id=f"{partnership}-repair",
            partnership_id=partnership,
            campaign_id="repair-a-relationship",
            starts_on=date(2027, 1, 25),
            member_ids=(f"{partnership}-ama",),
            channel="private_group",
        ),
    ]
    tests = [
        TwoWeekTest(
            id=f"{partnership}-trial-{run.id}",
            partnership_id=partnership,
            leader_id=f"{partnership}-cleo",
            text="Try it",
            started_at=at("2027-01-20"),
            ends_on=date(2027, 2, 3),
            run_id=run.id,
            learned=f"Cleo Dunn found that {'a secret repair' if 'repair' in run.id else 'calls are short'}",
            learned_at=at("2027-02-03"),
        )
        for run in runs
    ]
    line = LibraryLine(
        id=f"{partnership}-line",
        partnership_id=partnership,
        organisation_id=f"{partnership}-trust",
        action_id="ROLE-01",
        text=f"You work with partners of {partnership} as Dev Evans does",
        posted_on=date(2027, 2, 1),
    )
    votes = [
        Vote(partnership_id=partnership, leader_id=f"{partnership}-{who}", action_id=action_id)
        for who, action_id in [
            *((each, "REL-01") for each in ("ama", "ben", "cleo", "dev", "effie")),
            *((each, "LIS-05") for each in ("ama", "ben", "cleo", "dev")),
        ]
    ]

    def event(kind: EventKind, run: CampaignRun, **data: object) -> Event:
        return Event(
            partnership_id=partnership,
            at=at("2027-02-05", "11:00"),
            kind=kind,
            subject=run.id,
            run_id=run.id,
            leader_id=f"{partnership}-cleo" if kind is EventKind.DONE else None,
            data=data,
        )

    events = [event(EventKind.DONE, run) for run in (runs[0], runs[0], runs[1])]
    shares: list[tuple[CampaignRun, tuple[int, int]]] = [
        (runs[0], (4, 10)),
        (runs[0], (4, 9)),
        (runs[1], (11, 12)),
    ]
    events += [
        event(EventKind.ROLLED_UP, run, week=number, share=list(share), named=[], thanked=[])
        for number, (run, share) in enumerate(shares, start=1)
    ]
    events += [event(EventKind.RUN_LAUNCHED, run) for run in runs]
    events += [event(EventKind.COUNTS_PUBLISHED, runs[0], themes={}, votes={"REL-01": 5})]
    async with world.store.transaction() as tx:
        await tx.commitments.save_steps(steps)
        await tx.commitments.save_promises(promises)
        await tx.listening.save_heard(things)
        await tx.listening.save_two_week_tests(tests)
        await tx.listening.save_library([line])
        await tx.listening.save_votes(votes)
        for run in runs:
            await tx.people.save_run(run)
        await tx.records.append(events)


@dataclass(kw_only=True, slots=True)
class Browser:
    """Keeps cookies, like one; gives status, headers and words."""

    app: ASGIApp
    base: str = BASE
    client: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """An address of ours."""
        return await self._ask("GET", path, headers, b"")

    async def send(
        self, path: str, form: Mapping[str, str], **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """A form, from our own page unless `origin` says otherwise."""
        headers = {"origin": self.base, "content-type": "application/x-www-form-urlencoded", **headers}
        return await self._ask("POST", path, headers, urlencode(form).encode())

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], str]:
        path, _, query = path.removeprefix(self.base).partition("?")
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"host": "evil.example", "cookie": jar, **headers}
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8765),
            "client": (self.client, 1),
            "root_path": "",
        }
        sent: list[Message] = []

        brought = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(brought, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        result: dict[str, str] = {}
        for name, value in sent[0]["headers"]:
            result[name.decode()] = value.decode()
            if name == b"set-cookie":
                for morsel in SimpleCookie(value.decode()).values():
                    self.cookies[morsel.key] = morsel.value
        words = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return sent[0]["status"], result, words


@dataclass(kw_only=True, slots=True)
class Place:
    """A filled world and the pages over it."""

    world: World
    signing: Signing
    cookies: Cookies
    app: ASGIApp

    def browser(self, *, client: str = "127.0.0.1") -> Browser:
        """A new one, with no cookies."""
        return Browser(app=self.app, client=client)

    def browser_of(self, leader_id: str, partnership: str, *, until: datetime | None = None) -> Browser:
        """One that has entered as this person."""
        browser = self.browser()
        seat = [[partnership, leader_id, (until or NOW + timedelta(hours=1)).isoformat()]]
        browser.cookies[self.cookies.name] = self.signing.seal("seats", seat)
        return browser

    async def link_of(self, who: str) -> str:
        """Say "open", and take the link from the answer."""
        await self.world.says(who, "open")
        words = self.world.last(who)
        return next(word for word in words.split() if "/open/riverside" in word)


@cache
def renderer_of(base: str) -> TemplateRenderer:
    """The real words, with links of this address."""
    return TemplateRenderer(MESSAGES, links=Links(base, seal=lambda secret: SIGNING.seal("entry", secret)))


async def make_place(*, public: tuple[str, ...] = (), base: str = BASE) -> Place:
    """Two partnerships, riverside and hillside, with the same people under other ids; closed, as a rule."""
    signing, renderer = SIGNING, renderer_of(base)
    world = await make_world(
        *(
            files(people(name), partnership=partnership_of(name, is_public=name in public))
            for name in ("riverside", "hillside")
        )
    )
    world.milepost.renderer = renderer
    for name in ("riverside", "hillside"):
        async with world.store.transaction() as tx:
            await tx.people.save_leaders(people(name))
            await tx.people.save_partnership(partnership_of(name, is_public=name in public))
        await fill(world, name)
    world.clock.move_to(NOW)
    cookies = Cookies(signing, is_https=base.startswith("https"))
    pages = OpenPages(
        store=world.store,
        book=lambda: world.milepost.book,
        clock=world.clock,
        signing=signing,
        cookies=cookies,
        origins=frozenset({base}),
    )
    app = make_app(readiness=_ready, routes=pages.routes(), is_https=base.startswith("https"))
    return Place(world=world, signing=signing, cookies=cookies, app=app)


async def _ready() -> ProcessHealth:
    await asyncio.sleep(0)
    return ProcessHealth(is_ready=True, database="ok", schema="ok", queue_age_seconds=0, platforms={})
