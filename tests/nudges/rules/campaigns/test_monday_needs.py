"""Three things that need a lead on a Monday."""

from __future__ import annotations

from datetime import date, timedelta

from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.partner_step import PartnerStep, StepChange, StepStatus
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard
from nudges.rules.campaigns.monday_needs import Need, NeedKind, monday_instant, needs
from tests.nudges.example_leader import LONDON, NO_HOLIDAYS, RULES, on, utc

MONDAY = utc("2027-01-11", "09:00")


def help_for(
    subject: str = "n1",
    *,
    contact_by: str = "2027-01-12",
    about: HelpAbout = HelpAbout.PERSON,
    contacted: bool = False,
    closed: bool = False,
) -> HelpRequest:
    return HelpRequest(
        id=f"help-{subject}",
        partnership_id="p",
        about=about,
        subject=subject,
        organisation_id="trust",
        asked_at=utc("2027-01-08"),
        contact_by=utc(contact_by, "12:00"),
        contacted_at=MONDAY if contacted else None,
        closed_at=MONDAY if closed else None,
    )


def step(id: str, due_on: str, status: StepStatus = StepStatus.PLANNED) -> PartnerStep:
    change = StepChange(at=utc("2027-01-01"), status=status, due_on=on(due_on))
    return PartnerStep(
        id=id,
        partnership_id="p",
        organisation_id="trust",
        text="ring each carer",
        owner="the desk",
        done_means="rung",
        due_on=on(due_on),
        status=status,
        history=(change,),
    )


def heard(id: str, reply_by: str, state: HeardState = HeardState.OPEN) -> ThingHeard:
    return ThingHeard(
        id=id,
        partnership_id="p",
        kind=HeardKind.CONCERN,
        text="three forms",
        said_on=on("2027-01-01"),
        reply_by=on(reply_by),
        state=state,
    )


def ordered(
    requests: list[HelpRequest], steps: list[PartnerStep], things: list[ThingHeard]
) -> list[tuple[NeedKind, str]]:
    result = needs(
        requests,
        steps,
        things,
        at=MONDAY,
        zone=LONDON,
        holidays=NO_HOLIDAYS,
        rules=RULES.lead_monday,
    )
    return [(need.kind, need.subject) for need in result]


def test_the_greatest_need_comes_first_and_three_are_enough() -> None:
    assert ordered(
        [help_for("n2", contact_by="2027-01-13"), help_for("n1", contact_by="2027-01-08")],
        [step("s2", "2027-01-15"), step("s1", "2027-01-04")],
        [heard("t1", "2027-01-09")],
    ) == [
        (NeedKind.HELP_PAST_ITS_DAY, "help-n1"),
        (NeedKind.HELP, "help-n2"),
        (NeedKind.STEP, "s1"),
    ]


def test_help_that_was_given_or_closed_needs_nobody() -> None:
    assert ordered([help_for(contacted=True), help_for(closed=True)], [], []) == []


def test_a_step_needs_somebody_from_five_working_days_before_its_date_on() -> None:
    far, near = step("far", "2027-01-19"), step("near", "2027-01-18")
    passed = step("passed", "2027-01-05", StepStatus.SUPPORT_OFFERED)
    done = step("done", "2027-01-05", StepStatus.DONE)
    assert ordered([], [far, near, passed, done], []) == [(NeedKind.STEP, "passed"), (NeedKind.STEP, "near")]


def test_a_step_with_help_waiting_is_told_once() -> None:
    waiting = help_for("s1", about=HelpAbout.STEP, contact_by="2027-01-08")
    assert ordered([waiting], [step("s1", "2027-01-04")], []) == [(NeedKind.HELP_PAST_ITS_DAY, "help-s1")]
    assert ordered(
        [help_for("s1", about=HelpAbout.STEP, contacted=True)], [step("s1", "2027-01-04")], []
    ) == [(NeedKind.STEP, "s1")]


def test_a_thing_heard_needs_a_reply_from_five_days_before_it_is_due_on() -> None:
    things = [
        heard("far", "2027-01-17"),
        heard("near", "2027-01-16"),
        heard("held", "2027-01-10", HeardState.HELD),
        heard("answered", "2027-01-10", HeardState.ANSWERED),
        heard("left_out", "2027-01-10", HeardState.LEFT_OUT),
    ]
    assert ordered([], [], things) == [(NeedKind.HEARD, "held"), (NeedKind.HEARD, "near")]


def test_a_need_brings_its_day() -> None:
    (need,) = needs(
        [help_for(contact_by="2027-01-12")],
        [],
        [],
        at=MONDAY,
        zone=LONDON,
        holidays=NO_HOLIDAYS,
        rules=RULES.lead_monday,
    )
    assert need == Need(kind=NeedKind.HELP, subject="help-n1", due_on=date(2027, 1, 12))


def test_a_bank_holiday_moves_the_monday_to_the_next_working_day() -> None:
    monday = on("2027-01-11")
    rules = RULES.lead_monday
    assert monday_instant(week_on=monday, zone=LONDON, holidays=NO_HOLIDAYS, rules=rules) == MONDAY
    free = frozenset({monday, monday + timedelta(days=1)})
    moved = monday_instant(week_on=monday, zone=LONDON, holidays=free, rules=rules)
    assert moved == utc("2027-01-13", "09:00")
