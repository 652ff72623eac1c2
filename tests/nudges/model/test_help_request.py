"""The help log: asked, offered, taken up, closed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nudges.errors import IllegalTransition
from nudges.model import help_request as log
from nudges.model.help_request import HelpAbout, HelpRequest, HelpState
from tests.nudges.example_leader import utc

AT = utc("2027-01-04", "09:00")
LATER = AT + timedelta(days=1)


def a_request() -> HelpRequest:
    return HelpRequest(
        id="h",
        partnership_id="riverside",
        about=HelpAbout.STEP,
        subject="s",
        organisation_id="trust",
        asked_at=AT,
        contact_by=AT + timedelta(days=2),
    )


def test_a_request_goes_from_asked_to_offered_to_taken_up_to_closed() -> None:
    offered = log.contacted(a_request(), at=AT)
    taken = log.taken_up(offered, at=LATER)
    ended = log.closed(taken, at=LATER)
    assert [one.state for one in (a_request(), offered, taken, ended)] == list(HelpState)
    assert not ended.is_open


def test_each_word_counts_once_and_help_that_is_used_was_a_contact() -> None:
    offered = log.contacted(a_request(), at=AT)
    assert log.contacted(offered, at=LATER) is offered
    taken = log.taken_up(a_request(), at=LATER)
    assert taken.contacted_at == LATER
    assert log.taken_up(taken, at=LATER + timedelta(days=1)) is taken
    ended = log.closed(a_request(), at=AT)
    assert log.closed(ended, at=LATER) is ended
    assert ended.contacted_at is None


def test_nothing_more_is_recorded_on_a_closed_request() -> None:
    ended = log.closed(a_request(), at=AT)
    for more in (log.contacted, log.taken_up):
        with pytest.raises(IllegalTransition):
            more(ended, at=LATER)


def test_a_request_waits_when_its_time_is_over_and_nobody_was_in_touch() -> None:
    over = AT + timedelta(days=2, seconds=1)
    assert log.is_waiting(a_request(), at=over)
    assert not log.is_waiting(a_request(), at=AT)
    assert not log.is_waiting(log.contacted(a_request(), at=AT), at=over)
    assert not log.is_waiting(log.closed(a_request(), at=AT), at=over)


def test_first_contacts_are_counted_of_partner_steps_whose_time_is_over() -> None:
    in_time = log.contacted(a_request(), at=LATER)
    out_of_time = log.contacted(a_request(), at=AT + timedelta(days=3))
    never = a_request()
    not_needed = log.closed(a_request(), at=LATER)
    of_a_person = replace(in_time, about=HelpAbout.PERSON)
    first_contacts = log.first_contacts(
        [in_time, out_of_time, never, not_needed, of_a_person], at=AT + timedelta(days=4)
    )
    assert first_contacts == log.FirstContacts(in_time=1, of=3)
    assert log.first_contacts([never], at=LATER) == log.FirstContacts(in_time=0, of=0)


def test_help_that_was_taken_up_is_in_place_from_then_until_it_is_closed() -> None:
    taken = log.taken_up(a_request(), at=LATER)
    ended = log.closed(taken, at=LATER + timedelta(days=1))
    of_a_person = replace(taken, about=HelpAbout.PERSON)
    assert log.supported_steps([taken, of_a_person], until=LATER) == {"s"}
    assert log.supported_steps([taken], until=AT) == frozenset()
    assert log.supported_steps([ended], until=LATER) == {"s"}
    assert log.supported_steps([ended], until=LATER + timedelta(days=1)) == frozenset()
    assert log.supported_steps([log.contacted(a_request(), at=AT)], until=LATER) == frozenset()
