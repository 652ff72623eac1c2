"""Tests of bot/files/roster_from_files.py: what the files ask for, as the core's own values."""

from datetime import date, datetime
from pathlib import Path

from bot.files.content import load_rules
from bot.files.first_files import EXAMPLE, load_example
from bot.files.partnership_checks import load_partnership
from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import load_people
from bot.files.roster_from_files import wanted
from nudges.model.people import Role
from nudges.use_cases.joining.apply_roster import Wanted
from tests.journeys.world import at

NOW = at("2027-01-04", "08:00")


def _asked(file: PartnershipFile, *, now: datetime = NOW) -> Wanted:
    return wanted(file, load_people(EXAMPLE / "people.csv"), load_rules(), at=now)


def _changed(folder: Path, old: str, new: str) -> PartnershipFile:
    text = (EXAMPLE / "partnership.yaml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "partnership.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_partnership(path)


def test_the_partnership_brings_its_principles_its_code_and_what_was_ticked() -> None:
    asked = _asked(load_example()[0]).partnership
    assert len(asked.principles) == 5
    assert (asked.is_public, asked.join_code) == (False, "river-2027")
    assert asked.advised == {"views_asked"}


def test_an_open_page_for_everybody_is_said_in_one_line(tmp_path: Path) -> None:
    file = _changed(tmp_path, "open_page: members", "open_page: public")
    assert _asked(file).partnership.is_public


def test_steps_say_why_together_and_what_is_given() -> None:
    steps = _asked(load_example()[0]).steps
    assert all(step.why_together for step in steps)
    given = [step for step in steps if step.given_limit]
    assert [step.review_on for step in given] == [date(2027, 5, 28), date(2027, 6, 25)]


def test_the_sponsor_and_the_leads_of_the_file_have_their_roles() -> None:
    leaders = _asked(load_example()[0]).leaders
    roles = {one.name: one.roles for one in leaders}
    assert Role.SPONSOR in roles["Ama Brightwater"]
    assert roles["Shirin Larkspur"] >= {Role.SPONSOR, Role.PROGRAMME_LEAD}
    assert sum(Role.ENABLER in one.roles for one in leaders) == 13


def test_a_permission_for_a_day_ahead_waits_for_that_day(tmp_path: Path) -> None:
    file = _changed(tmp_path, "posted_on: 2026-12-05", "posted_on: 2027-02-01")
    asked = _asked(file)
    assert asked.permitted_from == {"ferry-lane-gps": at("2027-02-01")}
    ferry = next(one for one in asked.organisations if one.id == "ferry-lane-gps")
    assert ferry.permission_at is None
    assert ferry.permission_line
    later = _asked(file, now=at("2027-02-01", "09:00"))
    assert later.permitted_from == {}
    assert next(one for one in later.organisations if one.id == "ferry-lane-gps").is_ready
