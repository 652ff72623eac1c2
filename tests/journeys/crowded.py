"""Two partnerships with something of everything in each, for those who try what they may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.nudge import Promise
from nudges.model.partner_step import StepDraft
from nudges.model.people import GoalMark, Role
from nudges.model.problem_tree import Leaf, LeafState
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.model.two_week_test import TwoWeekTest
from nudges.use_cases.partner_steps.partner_steps import add_step
from storage.tables import METADATA
from tests.journeys.world import (
    PRIVATE,
    World,
    a_partnership,
    at,
    files,
    make_world,
    somebody,
)

SECRET = "blue heron"
PLACES = ("riverside", "hillside")
REPAIR = "repair-a-relationship"
EVERY_ROLE = tuple(Role)


def _people(place: str) -> tuple[str, ...]:
    return ("Ama", "Ben", "Cleo", "Dev", "Hetty") if place == "riverside" else ("Zoe", "Yan", "Xia", "Will")


async def crowded() -> World:
    """Riverside (Ama, Ben, Cleo and Dev, led by Hetty) and hillside, where Zoe has every role.

    Ama, Ben and Cleo of riverside are in repair; Dev is not.
    """
    world = await make_world(*[_files(place) for place in PLACES])
    for place in PLACES:
        names = _people(place)
        await world.launch("starter", partnership=place, names=" ".join(names))
        await world.launch(REPAIR, partnership=place, names=" ".join(names[:3]))
    await world.run_to(at("2027-01-04", "10:00"))
    for place in PLACES:
        await world.everybody_says_yes(*_people(place))
    await world.run_to(at("2027-01-05", "12:00"))
    for place in PLACES:
        await _fill(world, place)
    return world


def _files(place: str):  # type: ignore[no-untyped-def]
    organisations = ("trust", "council", "surgery", "trust", "council")
    leads = {"Hetty": (Role.PROGRAMME_LEAD, Role.HELPER), "Zoe": EVERY_ROLE}
    people = [
        somebody(f"{name} {place.title()}", organisation, partnership=place, roles=leads.get(name, ()))
        for name, organisation in zip(_people(place), organisations, strict=False)
    ]
    helper = people[-1] if place == "riverside" else people[0]
    partnership = a_partnership(
        place, helper_id=helper.id, partnership=f"#{place}", private_group=f"{PRIVATE}-{place}"
    )
    return files(people, partnership=replace(partnership, join_code=f"{place}-2027"))


async def _fill(world: World, place: str) -> None:
    first = f"{place}-{_people(place)[0].lower()}"
    helper = f"{place}-{'hetty' if place == 'riverside' else 'zoe'}"
    for channel in ("partnership", "private_group"):
        await add_step(
            world.store,
            world.milepost.book,
            StepDraft(
                organisation_id=f"{place}-trust",
                text=f"Share the {SECRET} of {place} ({channel})",
                owner=_people(place)[0],
                owner_id=first,
                done_means="It is open.",
                why_together="It is between us.",
                due_on=date(2027, 1, 29),
                channel=channel,
            ),
            partnership_id=place,
            at=world.clock.now(),
        )
    async with world.store.transaction() as tx:
        runs = {run.campaign_id: run for run in await tx.people.unchecked_runs(place)}
        mark = GoalMark(number=0, reached=3, of=4, at=world.clock.now())
        await tx.people.save_run(replace(runs["starter"], goals=(mark,)))
        for name, state in (("open", HeardState.OPEN), ("held", HeardState.HELD)):
            thing = ThingHeard(
                id=f"{place}-heard-{name}",
                partnership_id=place,
                kind=HeardKind.CONCERN,
                text=f"The {SECRET} is cold",
                said_on=date(2027, 1, 5),
                reply_by=date(2027, 1, 19),
                state=state,
                author_id=None,
            )
            await tx.listening.save_heard([thing])
        await tx.listening.save_help(
            [
                HelpRequest(
                    id=f"{place}-help",
                    partnership_id=place,
                    about=HelpAbout.PERSON,
                    subject="",
                    organisation_id=f"{place}-trust",
                    asked_at=world.clock.now(),
                    contact_by=at("2027-01-08"),
                    leader_id=first,
                    helper_id=helper,
                )
            ]
        )
        await tx.listening.save_two_week_tests(
            [
                TwoWeekTest(
                    id=f"{place}-trial",
                    partnership_id=place,
                    leader_id=first,
                    text=f"Try the {SECRET}",
                    started_at=world.clock.now(),
                    ends_on=date(2027, 1, 15),
                )
            ]
        )
        for name, leaf in (("added", LeafState.ADDED), ("published", LeafState.PUBLISHED)):
            await tx.listening.save_leaves(
                [
                    Leaf(
                        id=f"{place}-leaf-{name}",
                        partnership_id=place,
                        run_id=runs[REPAIR].id,
                        text=f"A {SECRET}",
                        wording=f"A {SECRET}" if leaf is LeafState.PUBLISHED else "",
                        added_on=date(2027, 1, 5),
                        state=leaf,
                    )
                ]
            )
        await tx.commitments.save_promises(
            [
                Promise(
                    id=f"{place}-promise",
                    partnership_id=place,
                    leader_id=first,
                    text=f"Ask about the {SECRET}",
                    due_on=date(2027, 1, 15),
                    made_at=world.clock.now(),
                )
            ]
        )


async def subjects_of(world: World, place: str) -> list[str]:
    """Everything of this partnership that a button or a form can be about."""
    async with world.store.reading() as tx:
        runs = await tx.people.unchecked_runs(place)
        steps = await tx.commitments.unchecked_steps(place)
        pairs = await tx.commitments.unchecked_pairs(place)
    first = _people(place)[0]
    nudges = await world.nudges(first, place)
    kinds = ("heard-open", "heard-held", "help", "trial", "leaf-added", "leaf-published", "promise", "trust")
    result = [f"{place}-{kind}" for kind in kinds]
    result += [one.id for one in steps] + [one.id for one in pairs[:1]] + [nudges[-1].id]
    for run in runs:
        result += [run.id, f"{run.id}:start", f"{run.id}:2", f"{run.id}:0"]
    return [*result, f"{place}-{first.lower()}", place, "partnership"]


def rows(world: World, *, leave_out: tuple[str, ...] = ("stamps",)) -> set[str]:
    """Every row of every table."""
    connection = world.store._backend._connection  # type: ignore[attr-defined]
    return {
        f"{table.name}: {tuple(row)!r}"
        for table in METADATA.sorted_tables
        if table.name not in leave_out
        for row in connection.execute(select(table))
    }
