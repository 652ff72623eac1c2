"""A workspace adds the app: over real HTTP between a browser, our pages and the fake Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio

from bot.slack.install.install_stores import slack_installation
from bot.slack.install.oauth import authorise_address
from storage.store import SqlStore
from tests.bot.slack.conftest import NOW
from tests.fakes.installing import SITE, Browser, Door, Site, a_door, a_site
from tests.fakes.slack_api import Fault, serving
from tests.fakes.slack_oauth import CLIENT_ID, FakeApp
from tests.fakes.slack_workspace import FakeSlack

pytestmark = pytest.mark.asyncio(loop_scope="module")
NORTH, SOUTH, ORG = "T0NORTH", "T0SOUTH", "E0EVERYBODY"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A site, its Slack and one browser."""

    site: Site
    app: FakeApp
    slack: dict[str, FakeSlack]
    browser: Browser
    session: aiohttp.ClientSession

    def another_browser(self) -> Browser:
        return Browser(self.session, self.site)

    @asynccontextmanager
    async def only(
        self, door: Door, *allowed: str, token: str | None = None
    ) -> AsyncIterator[tuple[Site, Browser]]:
        """The same Slack, and a site that these may add; `token` is one that was set by hand."""
        url, store = self.site.given.slack_api_url, self.site.store
        async with a_site(door, url, store, at=NOW, allowed=allowed, token=token) as site:
            yield site, Browser(self.session, site)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def our_door() -> AsyncIterator[Door]:
    async with a_door() as door:
        yield door


@pytest_asyncio.fixture(loop_scope="module")
async def scene(our_door: Door) -> AsyncIterator[Scene]:
    app = FakeApp()
    slack = {
        team: FakeSlack(team=team, name=f"{team} <b>& Co</b>", tokens=set()) for team in (NORTH, SOUTH, ORG)
    }
    store = SqlStore.open("sqlite://")
    async with (
        serving(*slack.values(), oauth=app) as api_url,
        a_site(our_door, api_url, store, at=NOW) as site,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        yield Scene(site=site, app=app, slack=slack, browser=Browser(session, site), session=session)
    await store.close()


async def test_a_workspace_is_added_and_can_be_written_to(scene: Scene) -> None:
    page = await scene.browser.add(team=NORTH)
    assert page.status == 200
    assert f"Milepost is in {NORTH} &lt;b&gt;&amp; Co&lt;/b&gt;" in page.text
    row = await scene.site.row(NORTH)
    assert row is not None
    assert row.is_connected
    assert row.installed_at == NOW
    assert "chat:write" in row.scopes
    platform = await scene.site.workspaces.platform(NORTH)
    assert platform is not None
    assert await platform.workspace() == NORTH
    assert await scene.site.workspaces.platform(SOUTH) is None


async def test_slack_is_asked_with_our_own_address_whatever_the_host_header_says(scene: Scene) -> None:
    begun = await scene.browser.get("/slack/install", headers={"Host": "evil.example"})
    assert begun.status == 302
    assert begun.location.startswith(
        f"{scene.site.given.slack_api_url.removesuffix('/api/')}/oauth/v2/authorize?"
    )
    assert begun.query["redirect_uri"] == f"{SITE}/slack/oauth_redirect"
    assert begun.query["client_id"] == CLIENT_ID
    assert "chat:write" in begun.query["scope"].split(",")
    await scene.browser.get(await scene.browser.say_yes(begun))
    assert scene.app.calls[-1]["redirect_uri"] == f"{SITE}/slack/oauth_redirect"


@pytest.mark.parametrize(
    ("api_url", "address"),
    [
        ("https://slack.com/api/", "https://slack.com/oauth/v2/authorize"),
        ("https://www.slack.com/api", "https://slack.com/oauth/v2/authorize"),
        ("http://127.0.0.1:4003/api/", "http://127.0.0.1:4003/oauth/v2/authorize"),
        ("https://slack-gov.com/api/", "https://slack-gov.com/oauth/v2/authorize"),
    ],
)
async def test_people_say_yes_where_the_api_is(api_url: str, address: str) -> None:
    assert authorise_address(api_url) == address


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("team=T0SOUTH", "T0SOUTH"),
        ("team=T1%26redirect_uri%3Dhttps%3A%2F%2Fevil.example", None),
        ("team=T1%26state%3Dmine", None),
        ("team=", None),
    ],
)
async def test_a_link_can_name_the_workspace_and_nothing_else(
    scene: Scene, asked: str, told: str | None
) -> None:
    begun = await scene.browser.get(f"/slack/install?{asked}&redirect_uri=evil&state=mine")
    assert begun.query.get("team") == told
    assert "evil" not in begun.location
    assert len(begun.query["state"]) == 43


async def test_the_cookie_is_bound_to_this_host_and_no_script_reads_it(scene: Scene) -> None:
    cookie = (await scene.browser.begin()).headers["Set-Cookie"]
    assert cookie.startswith("__Host-milepost-install=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_fifty_callbacks_at_once_with_one_secret_add_it_once(scene: Scene) -> None:
    path = await scene.browser.say_yes(await scene.browser.begin(), team=NORTH)
    pages = await asyncio.gather(*(scene.browser.get(path) for _ in range(50)))
    assert sorted(page.status for page in pages) == [200] + [400] * 49
    assert len(scene.app.calls) == 1


async def test_the_secret_is_kept_as_a_hash_alone(scene: Scene) -> None:
    begun = await scene.browser.begin()
    async with scene.site.store.transaction() as tx:
        assert not await tx.installations.take_request(
            begun.query["state"], browser_hash=next(iter(scene.browser.cookies.values())), at=NOW
        )


async def test_another_browser_is_told_to_start_again_and_uses_nothing_up(scene: Scene) -> None:
    path = await scene.browser.say_yes(await scene.browser.begin(), team=NORTH)
    stranger = scene.another_browser()
    page = await stranger.get(path)
    assert (page.status, "start again in this browser" in page.text) == (400, True)
    await stranger.begin()
    assert (await stranger.get(path)).status == 400
    assert scene.app.calls == []
    assert (await scene.browser.get(path)).status == 200


async def test_two_tabs_of_one_browser_do_not_break_each_other(scene: Scene) -> None:
    first, second = await scene.browser.begin(), await scene.browser.begin()
    for begun, team in ((first, NORTH), (second, SOUTH)):
        assert (await scene.browser.get(await scene.browser.say_yes(begun, team=team))).status == 200
    assert await scene.site.workspaces.connected() == [NORTH, SOUTH]


async def test_after_ten_minutes_it_has_to_start_again(scene: Scene) -> None:
    path = await scene.browser.say_yes(await scene.browser.begin(), team=NORTH)
    scene.site.clock.move_to(NOW + timedelta(minutes=10))
    page = await scene.browser.get(path)
    assert (page.status, "cannot be used any more" in page.text) == (400, True)
    assert await scene.site.row(NORTH) is None


async def test_requests_that_have_ended_are_swept_away_by_the_next(scene: Scene) -> None:
    for _ in range(3):
        await scene.browser.begin()
    scene.site.clock.move_to(NOW + timedelta(minutes=11))
    await scene.browser.begin()
    async with scene.site.store.transaction() as tx:
        assert await tx.installations.drop_requests(before=NOW + timedelta(hours=1)) == 1


async def test_a_refusal_in_slack_changes_nothing_and_uses_the_secret_up(scene: Scene) -> None:
    begun = await scene.browser.begin()
    refused = f"/slack/oauth_redirect?error=access_denied&state={begun.query['state']}"
    page = await scene.browser.get(refused)
    assert (page.status, "was not added" in page.text) == (200, True)
    assert (await scene.browser.get(refused)).status == 400
    assert scene.app.calls == []


@pytest.mark.parametrize("odd", ["", "?state=", "?state=%00&code=x", "?code=x", f"?state={'x' * 43}&code=x"])
async def test_odd_addresses_get_a_page_and_ask_slack_nothing(scene: Scene, odd: str) -> None:
    await scene.browser.begin()
    page = await scene.browser.get(f"/slack/oauth_redirect{odd}")
    assert (page.status, "<!doctype html>" in page.text) == (400, True)
    assert scene.app.calls == []


@pytest.mark.parametrize("code", ["made-up", "%E2%80%A8", "a%20b", ""])
async def test_a_code_that_slack_does_not_know_adds_nothing(scene: Scene, code: str) -> None:
    begun = await scene.browser.begin()
    page = await scene.browser.get(f"/slack/oauth_redirect?code={code}&state={begun.query['state']}")
    assert page.status in (400, 502)
    assert "did not confirm" in page.text
    assert await scene.site.workspaces.connected() == []


async def test_an_app_for_a_whole_enterprise_has_the_enterprise_as_its_workspace(scene: Scene) -> None:
    page = await scene.browser.add(team=ORG)
    assert page.status == 200
    row = await scene.site.row(ORG)
    assert row is not None
    assert (row.is_enterprise, row.enterprise) == (True, ORG)
    assert await scene.site.workspaces.platform(ORG) is not None


async def test_a_workspace_of_an_enterprise_stands_for_itself(scene: Scene) -> None:
    scene.slack[NORTH].enterprise = ORG
    await scene.browser.add(team=NORTH)
    row = await scene.site.row(NORTH)
    assert row is not None
    assert (row.is_enterprise, row.enterprise) == (False, ORG)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"team": None},
        {"team": {"id": "../x"}},
        {"team": {"id": 7}},
        {"is_enterprise_install": True, "team": {"id": "T1"}, "enterprise": None},
    ],
)
async def test_an_answer_without_a_place_is_none(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="where"):
        slack_installation({"access_token": "xoxb-1"} | given, at=NOW)


async def test_adding_it_again_replaces_the_token(scene: Scene) -> None:
    await scene.browser.add(team=NORTH)
    platform = await scene.site.workspaces.platform(NORTH)
    before = await scene.site.row(NORTH)
    scene.slack[NORTH].tokens.clear()
    await scene.browser.add(team=NORTH)
    after = await scene.site.row(NORTH)
    assert before is not None
    assert after is not None
    assert before.sealed != after.sealed
    assert await scene.site.workspaces.platform(NORTH) is platform
    assert platform is not None
    assert await platform.workspace() == NORTH
    assert await scene.site.workspaces.connected() == [NORTH]


async def test_after_a_removal_the_page_says_that_it_is_back(scene: Scene) -> None:
    await scene.browser.add(team=NORTH)
    scene.slack[NORTH].gone = "account_inactive"
    await scene.site.workspaces.lost(NORTH, "app_uninstalled")
    page = await scene.browser.add(team=NORTH)
    assert f"Milepost is back in {NORTH}" in page.text
    assert "Nobody gets a message yet" not in page.text


async def test_no_token_no_code_and_no_secret_shows_anywhere(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.app.rotates = True
    begun = await scene.browser.begin()
    path = await scene.browser.say_yes(begun, team=NORTH)
    page = await scene.browser.get(path)
    row = await scene.site.row(NORTH)
    shown = " ".join([caplog.text, page.text, repr(row), repr(scene.site.workspaces), repr(scene.site.given)])
    code = path.partition("code=")[2].partition("&")[0]
    hidden = [*scene.slack[NORTH].tokens, *scene.app.refreshes, code, scene.app.client_secret]
    hidden += [begun.query["state"], *scene.browser.cookies.values()]
    assert len(hidden) == 6
    assert [one for one in hidden if one in shown] == []


async def test_a_code_that_was_refused_stays_out_of_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    begun = await scene.browser.begin()
    await scene.browser.get(f"/slack/oauth_redirect?code=hush-hush&state={begun.query['state']}")
    assert "The app was not added: invalid_code." in caplog.messages
    assert "hush" not in caplog.text


async def test_where_it_is_not_allowed_nothing_is_kept_and_the_token_is_revoked(
    scene: Scene, our_door: Door
) -> None:
    async with scene.only(our_door, NORTH) as (site, browser):
        page = await browser.add(team=SOUTH)
        assert (page.status, "works only in workspaces that its operator has named" in page.text) == (
            403,
            True,
        )
        assert f"Milepost was not added to {SOUTH} &lt;b&gt;" in page.text
        assert await site.row(SOUTH) is None
        assert scene.slack[SOUTH].tokens == set()
        assert (await browser.add(team=NORTH)).status == 200
        assert await site.workspaces.connected() == [NORTH]


async def test_a_token_that_cannot_be_revoked_is_not_kept_either(
    scene: Scene, our_door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    scene.slack[SOUTH].fail("auth.revoke", Fault(kind="refuse", code="internal_error"))
    async with scene.only(our_door, NORTH) as (site, browser):
        assert (await browser.add(team=SOUTH)).status == 403
        assert await site.row(SOUTH) is None
    assert "Its token could not be revoked (internal_error)." in caplog.text
    assert "xoxb" not in caplog.text


async def test_an_enterprise_that_is_allowed_allows_each_of_its_workspaces(
    scene: Scene, our_door: Door
) -> None:
    scene.slack[NORTH].enterprise = ORG
    async with scene.only(our_door, ORG) as (_, browser):
        assert [(await browser.add(team=team)).status for team in (NORTH, ORG, SOUTH)] == [200, 200, 403]


async def test_a_workspace_that_is_allowed_does_not_allow_its_enterprise(
    scene: Scene, our_door: Door
) -> None:
    scene.slack[ORG].enterprise = ORG
    async with scene.only(our_door, NORTH) as (site, browser):
        assert (await browser.add(team=ORG)).status == 403
        assert await site.row(ORG) is None


async def test_what_was_added_before_there_was_a_list_goes_on(scene: Scene, our_door: Door) -> None:
    await scene.browser.add(team=SOUTH)
    before = await scene.site.row(SOUTH)
    async with scene.only(our_door, NORTH) as (site, browser):
        assert (await browser.add(team=SOUTH)).status == 403
        assert await site.row(SOUTH) == before
    assert "auth.revoke" not in {method for method, _ in scene.slack[SOUTH].calls}


async def test_a_token_that_is_in_use_is_not_revoked(scene: Scene, our_door: Door) -> None:
    # Slack gives a workspace the same token again where tokens do not end.
    scene.app.is_steady = True
    scene.slack[SOUTH].tokens.add("xoxb-by-hand")
    async with scene.only(our_door, NORTH, token="xoxb-by-hand") as (site, browser):
        await site.workspaces.meet()
        assert (await browser.add(team=SOUTH)).status == 403
        platform = await site.workspaces.platform(SOUTH)
        assert platform is not None
        assert await platform.workspace() == SOUTH


async def test_pages_have_safe_headers_and_no_script(scene: Scene) -> None:
    pages = [await scene.browser.add(team=NORTH), await scene.browser.get("/slack/oauth_redirect?state=x")]
    for page in pages:
        assert "script" not in page.text
        assert "style=" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-frame-options"] == "DENY"


async def test_slack_that_does_not_answer_adds_nothing(scene: Scene) -> None:
    path = await scene.browser.say_yes(await scene.browser.begin(), team=NORTH)
    scene.app.lost_answers = 1
    page = await scene.browser.get(path)
    assert (page.status, "did not confirm" in page.text) == (502, True)
    assert await scene.site.row(NORTH) is None


async def test_on_plain_http_the_cookie_has_a_plain_name(our_door: Door) -> None:
    store = SqlStore.open("sqlite://")
    fake = FakeSlack(team=NORTH, tokens=set())
    async with (
        serving(fake, oauth=FakeApp()) as api_url,
        a_site(our_door, api_url, store, at=NOW, site="http://127.0.0.1:8765") as site,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        browser = Browser(session, site)
        assert "Secure" not in (await browser.begin()).headers["Set-Cookie"]
        assert list(browser.cookies) == ["milepost-install"]
        assert (await browser.add()).status == 200
    await store.close()
