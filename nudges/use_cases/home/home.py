"""A person's own page: what it holds for whoever opens it, in every partnership that reaches them there."""

from __future__ import annotations

from collections.abc import Sequence

from nudges.model import calendar, message_facts
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.unit_of_work.nudge_cards import Facts, buttons, part
from nudges.unit_of_work.read_roster import Roster, paused_until, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.home.home_lead import lead_parts
from nudges.use_cases.home.home_leader import leader_parts
from nudges.use_cases.joining.join_campaign import is_waiting
from nudges.use_cases.joining.welcome import welcome_event, welcome_facts


async def home_facts(
    work: UnitOfWork, leaders: Sequence[Leader], *, most: int, places: int
) -> message_facts.Home:
    """The page of one person: `leaders` are their roster entries, none for a stranger.

    It shows `places` partnerships, and at most `most` things in every list, and says how many it leaves out.
    What the clock alone makes wrong (a day that has come) is put right when the page is opened again.
    """
    if not leaders:
        return _page([part("home_stranger")])
    parts: list[Facts] = []
    shown = sorted(leaders, key=lambda one: (not one.is_in, one.partnership_id))
    for leader in shown[:places]:
        roster = await read_roster(work.tx, leader.partnership_id)
        parts += await _place(work, roster, leader, most=most)
    if len(shown) > places:
        parts.append(
            part("home_left_out", message_facts.HomeLeftOut(count=len(shown) - places, word="today"))
        )
    return _page([*parts, _about_me(work, shown)])


def _page(parts: list[Facts]) -> message_facts.Home:
    return {"buttons": [], "riders": parts}


async def _place(work: UnitOfWork, roster: Roster, leader: Leader, *, most: int) -> list[Facts]:
    """One partnership's part of the page: whatever leads it comes first, and then the person's own."""
    partnership = roster.partnership
    if leader.left_at is not None:
        days = work.book.rules.privacy.keep_after_leaving_days
        left = message_facts.HomeLeft(partnership=partnership.name, days=days)
        return [part("home_left", left, about=leader.id, row=buttons("start"))]
    if leader.stopped_at is not None:
        return [
            part(
                "home_stopped",
                message_facts.HomeStopped(partnership=partnership.name),
                about=leader.id,
                row=buttons("start"),
            )
        ]
    place = message_facts.HomePlace(partnership=partnership.name, goal=partnership.shared_goal)
    heading = part("home_place", place)
    leading = await lead_parts(work, roster, leader, most=most) if Role.PROGRAMME_LEAD in leader.roles else []
    if leader.opted_in_at is None:
        return [heading, *leading, *_invitation(work, roster, leader)]
    return [
        heading,
        *leading,
        *_quiet(work, roster, leader),
        *await leader_parts(work, roster, leader, most=most),
    ]


def _invitation(work: UnitOfWork, roster: Roster, leader: Leader) -> list[Facts]:
    """For whoever has not said yes: the invitation as it came, or that it is still to come."""
    if is_waiting(leader):
        return [part("home_passed", about=leader.id, row=buttons("passed_yes", "passed_no"))]
    if not leader.welcomes:
        return [part("home_early", about=leader.id, row=buttons("what_happens"))]
    facts = welcome_facts(work.book, roster, leader)
    riders, _ = [dict(rider) for rider in facts.pop("riders")], facts.pop("buttons")
    row = buttons("yes", "later", "what_happens")
    return [part(welcome_event(leader), facts, about=leader.id, row=row), *riders]


def _quiet(work: UnitOfWork, roster: Roster, leader: Leader) -> list[Facts]:
    """Why nothing comes just now, where that is so."""
    today = calendar.local(work.at, leader.zone).date()
    if leader.paused is not None and today in leader.paused:
        own = message_facts.HomePaused(until=day_words(leader.paused.to_on), who="you")
        return [part("home_paused", own, about=leader.id, row=buttons("start"))]
    goes_on = paused_until(roster, leader, today)
    if goes_on is not None:
        return [part("home_paused", message_facts.HomePaused(until=day_words(goes_on), who="everybody"))]
    if not roster.organisations[leader.organisation_id].is_ready:
        organisation = roster.organisations[leader.organisation_id].name
        return [part("home_not_ready", message_facts.HomeNotReady(organisation=organisation))]
    return []


def _about_me(work: UnitOfWork, leaders: Sequence[Leader]) -> Facts:
    """What is held, and the ways out: the same for all partnerships of this person."""
    first = leaders[0]
    today = calendar.local(work.at, first.zone).date()
    is_paused = first.paused is not None and today in first.paused
    verbs = ["what_is_held", "my_data"]
    if any(one.left_at is None for one in leaders):
        verbs.append("open")
    if first.is_in:
        verbs += [*([] if is_paused else ["pause_until"]), "stop"]
    facts = message_facts.HomeAbout(is_in=first.is_in, is_many=len(leaders) > 1)
    return part("home_about", facts, about=first.id, row=buttons(*verbs))
