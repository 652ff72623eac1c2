"""Tests of nudges/unit_of_work/stale_homes.py: whose page may have changed."""

from dataclasses import replace

from nudges.model.events import Event, EventKind
from nudges.unit_of_work.stale_homes import stale_homes
from tests.journeys.world import FOUR, a_partnership, at
from tests.nudges.model.test_nudge import a_nudge, a_promise
from tests.nudges.model.test_pair import a_pair
from tests.nudges.model.test_partner_step import a_step

NOW = at("2027-01-05")


def test_what_is_somebodys_own_touches_them_alone() -> None:
    for thing, whose in (
        (FOUR[0], {"riverside-ama"}),
        (replace(a_nudge(), leader_id="ama"), {"ama"}),
        (replace(a_promise(), leader_id="ama"), {"ama"}),
        (a_pair("ama", "ben"), {"ama", "ben"}),
    ):
        found = stale_homes([thing], [], [])
        assert ({*found.leaders}, found.leads_of, found.everybody_of) == (whose, (), ())


def test_what_is_counted_touches_the_leads_and_what_is_everybodys_touches_all() -> None:
    done = Event(partnership_id="riverside", at=NOW, kind=EventKind.DONE)
    seen = replace(done, kind=EventKind.PACE)
    assert stale_homes([], [done], []).leads_of == ("riverside",)
    assert stale_homes([], [seen], []).leads_of == ()
    assert stale_homes([a_partnership()], [done], []).everybody_of == ("riverside",)
    assert stale_homes([a_partnership()], [done], []).leads_of == (), "they are touched already"
    assert stale_homes([a_step()], [], []).everybody_of == (a_step().partnership_id,)
