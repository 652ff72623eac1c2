"""Who may read the open page: every reader at every address, and the member's way in."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.web.sign_in import Signing
from storage.store import SqlStore
from storage.tables import METADATA
from tests.bot.open_page.world import BASE, KEYS, NOW, PATHS, Browser, Place, make_place

HERE, THERE = "riverside", "hillside"


@pytest.fixture
async def place() -> Place:
    return await make_place()


async def answers(browser: Browser, partnership: str) -> dict[str, tuple[int, str]]:
    """Status and a digest of the words at every address of a partnership."""
    result = {}
    for path in PATHS:
        status, _, words = await browser.get(f"/open/{partnership}{path}")
        result[path] = (status, hashlib.sha256(words.encode()).hexdigest())
    return result


async def test_a_member_reads_their_own_partnership_and_no_other(place: Place) -> None:
    browser = place.browser_of("riverside-cleo", HERE)
    assert {status for status, _ in (await answers(browser, HERE)).values()} == {200}
    assert {status for status, _ in (await answers(browser, THERE)).values()} == {404}


async def test_whoever_may_not_read_cannot_tell_private_from_absent(place: Place) -> None:
    forged = place.browser()
    forged.cookies[place.cookies.name] = Signing(("a-key-of-somebody-else-altogether",)).seal(
        "seats", [[HERE, "riverside-cleo", (NOW + timedelta(hours=1)).isoformat()]]
    )
    wrong_use = place.browser()
    wrong_use.cookies[place.cookies.name] = place.signing.seal(
        "form", [[HERE, "riverside-cleo", (NOW + timedelta(hours=1)).isoformat()]]
    )
    readers = {
        "nobody": place.browser(),
        "somebody of elsewhere": place.browser_of("hillside-cleo", THERE),
        "an id of elsewhere under our name": place.browser_of("hillside-cleo", HERE),
        "somebody who has left": place.browser_of("riverside-gus", HERE),
        "somebody unknown": place.browser_of("riverside-nobody", HERE),
        "a forged cookie": forged,
        "a signature for something else": wrong_use,
        "a cookie out of date": place.browser_of("riverside-cleo", HERE, until=NOW),
    }
    absent = await answers(place.browser(), "nowhere-at-all")
    assert len(set(absent.values())) == 1
    for name, browser in readers.items():
        assert await answers(browser, HERE) == absent, name


@pytest.mark.parametrize("odd", ["", "%00", "Riverside", "river%20side", "-", "a" * 200, "..", "riverside/"])
async def test_odd_addresses_are_refused_without_a_fault(place: Place, odd: str) -> None:
    browser = place.browser_of("riverside-cleo", HERE)
    for path in (f"/open/{odd}", f"/open/{odd}/steps", f"/open/riverside/{odd}x", f"/open/{odd}\x00/steps"):
        assert (await browser.get(path))[0] == 404
    for month in ("2027-13", "2027-00", "1999-01", "2027-03", "2026-12", "x"):
        assert (await browser.get(f"/open/riverside/month/{month}"))[0] == 404
    assert (await browser.get("/open/riverside/campaigns/none"))[0] == 404


async def test_anybody_reads_a_public_page_and_the_other_stays_closed() -> None:
    place = await make_place(public=(HERE,))
    assert {status for status, _ in (await answers(place.browser(), HERE)).values()} == {200}
    assert {status for status, _ in (await answers(place.browser(), THERE)).values()} == {404}


async def test_a_link_is_looked_at_often_used_once_and_lets_in_for_twelve_hours(place: Place) -> None:
    browser, link = place.browser(), await place.link_of("Ama")
    assert link.startswith(f"{BASE}/open/{HERE}/enter/")
    assert [(await browser.get(link))[0] for _ in range(3)] == [200, 200, 200]
    _, headers, words = await browser.get(link)
    assert "Ama Boateng" in words
    assert headers["cache-control"] == "no-store"
    token = words.split('name="form" value="')[1].split('"')[0]
    status, headers, _ = await browser.send(link, {"form": token})
    assert (status, headers["location"]) == (303, f"/open/{HERE}")
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert (await browser.get(f"/open/{HERE}/steps"))[0] == 200
    assert (await browser.send(link, {"form": token}))[0] == 404
    assert (await place.browser().get(link))[0] == 404
    place.world.clock.move_to(NOW + timedelta(hours=12))
    assert (await browser.get(f"/open/{HERE}/steps"))[0] == 404


async def test_a_form_from_elsewhere_uses_nothing_up(place: Place) -> None:
    browser, link = place.browser(), await place.link_of("Ama")
    _, _, words = await browser.get(link)
    token = words.split('name="form" value="')[1].split('"')[0]
    assert (await browser.send(link, {"form": token}, origin="https://evil.example"))[0] == 404
    assert (await browser.send(link, {"form": token}, origin="null"))[0] == 404
    assert (await browser.send(link, {"form": token}, origin="http://evil.example"))[0] == 404
    assert (await browser.send(link, {}))[0] == 404
    assert (await browser.send(link, {"form": token + "x"}))[0] == 404
    assert (await place.browser().send(link, {"form": token}))[0] == 404, "another browser's form"
    assert (await browser.send(link, {"form": token, "more": "x" * 5000}))[0] == 404
    assert (await browser.send(link, {"form": token}, origin="null", **{"sec-fetch-site": "same-origin"}))[
        0
    ] == 303


async def test_a_link_runs_out_and_does_not_open_another_partnership(place: Place) -> None:
    link = await place.link_of("Ama")
    assert (await place.browser().get(link.replace(HERE, THERE)))[0] == 404
    place.world.clock.move_to(NOW + timedelta(minutes=15))
    assert (await place.browser().get(link))[0] == 404


async def test_guessing_is_slowed_and_a_right_link_still_works(place: Place) -> None:
    guesser = place.browser(client="198.51.100.7")
    statuses = [(await guesser.get(f"/open/{HERE}/enter/guess-{number}"))[0] for number in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    status, headers, _ = await guesser.get(f"/open/{HERE}/enter/guess")
    assert status == 429
    assert 0 < int(headers["retry-after"]) <= 600
    assert (await place.browser().get(f"/open/{HERE}/enter/guess"))[0] == 404, "from another place"
    assert (await guesser.get(await place.link_of("Ama")))[0] == 200
    place.world.clock.move_to(NOW + timedelta(minutes=11))
    assert (await guesser.get(f"/open/{HERE}/enter/guess"))[0] == 404


async def test_nothing_that_is_stored_opens_a_page(place: Place) -> None:
    link = await place.link_of("Ama")
    sealed = link.rsplit("/", 1)[1]
    assert isinstance(place.world.store, SqlStore)
    connection = place.world.store._backend._connection  # type: ignore[attr-defined]
    stored: list[str] = []
    for table in METADATA.sorted_tables:
        stored += [str(row) for row in connection.execute(select(table))]
    assert len(stored) > 20
    assert not [row for row in stored if sealed in row or sealed.rsplit(".", 1)[1] in row]
    secret = place.signing.unseal("entry", sealed)
    assert (await place.browser().get(f"/open/{HERE}/enter/{secret}"))[0] == 404


async def test_an_older_key_still_verifies_and_the_first_one_signs() -> None:
    value = Signing((KEYS[1],)).seal("seats", ["x"])
    assert Signing(KEYS).unseal("seats", value) == ["x"]
    assert Signing((KEYS[1],)).unseal("seats", Signing(KEYS).seal("seats", ["x"])) is None
    assert Signing((KEYS[0],)).unseal("seats", Signing(KEYS).seal("seats", ["x"])) == ["x"]


async def test_on_https_the_cookie_is_bound_to_the_host() -> None:
    base = "https://milepost.example.org"
    place = await make_place(base=base)
    browser, link = place.browser(), await place.link_of("Ama")
    browser.base = base
    _, _, words = await browser.get(link)
    token = words.split('name="form" value="')[1].split('"')[0]
    status, headers, _ = await browser.send(link, {"form": token})
    assert status == 303
    assert headers["set-cookie"].startswith("__Host-milepost-open=")
    assert "Secure" in headers["set-cookie"]
    assert "strict-transport-security" in headers


async def test_every_answer_forbids_scripts_frames_and_keeping(place: Place) -> None:
    member = place.browser_of("riverside-cleo", HERE)
    for path in (*PATHS, "/enter/guess", "/nothing"):
        _, headers, words = await member.get(f"/open/{HERE}{path}")
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        plain = words.replace("http://www.w3.org/2000/svg", "")
        odd = [
            each for each in ("<script", " style=", " onclick", "evil.example", "http://") if each in plain
        ]
        assert odd == [], path
    status, headers, words = await place.browser().get("/open-assets/open.css")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/css")
    assert (await place.browser().get("/open-assets/../routes.py"))[0] == 404


async def test_the_stylesheets_name_no_other_address(place: Place) -> None:
    for name in ("open.css", "nhsuk-frontend-10.6.1.css"):
        _, _, words = await place.browser().get(f"/open-assets/{name}")
        result = [each for each in ("url(", "@import", "@font-face", "http") if each in words]
        assert result == [], name


async def test_a_link_asked_for_by_command_is_not_in_the_answer_that_is_kept(place: Place) -> None:
    outcome = await place.world.do("Ben", "open", via="command")
    assert outcome.reply is not None
    assert "/enter/" not in outcome.reply.text
    assert "/enter/" in place.world.last("Ben")
