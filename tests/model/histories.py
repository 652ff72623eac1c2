"""A history as a list of small numbers: who does what after how long, so that a failing one can be shrunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from hypothesis import strategies as st

from nudges.errors import MilepostError
from nudges.model import calendar
from nudges.model.message import Button, Field, FieldKind, Form
from nudges.model.partner_step import StepDraft
from nudges.model.people import Role
from nudges.use_cases.partner_steps.partner_steps import add_step
from tests.journeys.world import LONDON, World, a_partnership, files, make_world, somebody

PEOPLE = (
    somebody("Ama Boateng", "trust", roles=(Role.SPONSOR,)),
    somebody("Ben Carter", "council", roles=(Role.ENABLER,)),
    somebody("Cleo Dunn", "surgery"),
    somebody("Dev Evans", "trust", working_days="234"),
    somebody("Efe Flint", "council"),
    somebody("Hetty Hope", "surgery", roles=(Role.PROGRAMME_LEAD, Role.HELPER, Role.FACILITATOR)),
)
NAMES = tuple(one.name.split()[0] for one in PEOPLE)
SECRET = "blue heron"
TYPED = (
    "done",
    "undo",
    "done",
    "undo",
    "done",
    "help",
    "help me",
    "today",
    "steps",
    "stop",
    "start",
    "pause until friday",
    f'commit "ask about the {SECRET}, WHO" by Friday',
    "undo",
    "pace",
    "not yet",
    f"hear the {SECRET} is cold",
    "my data",
    "what is this",
    "signs",
    "help log",
    "votes",
    "tree",
    "principles",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One thing that somebody does: `which` picks among what they can do, `hours` pass before it."""

    who: int
    what: int
    which: int
    hours: int


deeds = st.lists(
    st.builds(
        Deed,
        who=st.integers(0, len(PEOPLE) - 1),
        what=st.integers(0, 11),
        which=st.integers(0, 60),
        hours=st.integers(0, 40),
    ),
    min_size=5,
    max_size=30,
)


async def lived(history: Sequence[Deed], *, campaign: str, weeks: int) -> World:
    """A world in which all of this was done, and whose campaign went on to the end of `weeks`."""
    world = await make_world(files(PEOPLE, partnership=a_partnership(helper_id="riverside-hetty")))
    run = await world.launch(campaign)
    for number, organisation in enumerate(("trust", "council", "surgery")):
        await add_step(
            world.store,
            world.milepost.book,
            StepDraft(
                organisation_id=f"riverside-{organisation}",
                text=f"Share our list of beds, part {number + 1}",
                owner=PEOPLE[number].name,
                owner_id=PEOPLE[number].id,
                done_means="The list is open to all.",
                why_together="Beds are shared between us.",
                due_on=run.starts_on + timedelta(days=3 + 5 * number),
            ),
            partnership_id="riverside",
            at=world.clock.now(),
        )
    await world.run_to(calendar.instant_of(run.starts_on, time(10, 5), LONDON))
    for number, name in enumerate(NAMES):
        # One of them has not answered yet, and Dev does not work on Mondays.
        if (number + len(history)) % len(NAMES) and world.can_tap(name, "yes"):
            await world.tap(name, "yes")
    for deed in history:
        await world.run_to(world.clock.now() + timedelta(hours=deed.hours))
        await _do(world, deed)
    ends_on = run.starts_on + timedelta(weeks=weeks)
    await world.run_to(max(world.clock.now(), calendar.instant_of(ends_on, time(8, 0), LONDON)))
    return world


async def _do(world: World, deed: Deed) -> None:
    who = NAMES[deed.who]
    try:
        if deed.what >= 9:
            await world.says(who, TYPED[deed.which % len(TYPED)].replace("WHO", who))
        else:
            await _tap(world, who, deed)
    except MilepostError:
        return  # said to the person; nothing was changed


async def _tap(world: World, who: str, deed: Deed) -> None:
    buttons = _buttons(world, who)
    if not buttons:
        return
    # The newest buttons are the likeliest.
    button = buttons[-1 - (deed.which * (1 + deed.what % 2)) % min(len(buttons), 12)]
    outcome = await world.do(who, button.verb, button.subject, value=button.value)
    if outcome.form is not None:
        today = calendar.local(world.clock.now(), LONDON).date()
        fields = {one.name: _filled(one, deed, today, who) for one in outcome.form.fields}
        await _send(world, who, outcome.form, fields)


async def _send(world: World, who: str, form: Form, fields: dict[str, str]) -> None:
    await world.fills(who, form.verb, form.subject, **fields)


def _filled(field: Field, deed: Deed, today: date, who: str) -> str:
    if field.kind is FieldKind.CHOICE:
        return field.choices[deed.which % len(field.choices)].value if field.choices else ""
    if field.kind is FieldKind.DATE:
        return (today + timedelta(days=deed.which % 20)).isoformat()
    if field.kind is FieldKind.TIME:
        return f"{9 + deed.which % 8:02}:30"
    return f"the {SECRET}, {who} and the {deed.which}"


def _buttons(world: World, who: str) -> list[Button]:
    return [
        button
        for posted in world.conversation(who)
        for section in posted.message.sections
        for button in section.buttons
    ]
