"""What each outcome of a send means."""

from datetime import date, timedelta

import pytest

from nudges.errors import DeliveryError
from nudges.model.delivery import Delivery, DeliveryState, SendPolicy, after_accepted, after_error, back_off
from nudges.model.message import MessageKind, MessageRef
from nudges.model.people import Address
from tests.nudges.example_leader import utc

AT = utc("2027-01-05", "08:45")
POLICY = SendPolicy(attempts_max=3)


def a_delivery(
    *,
    attempts: int = 1,
    person: str | None = "ama",
    purpose: MessageKind = MessageKind.NUDGE,
    edits: str | None = None,
) -> Delivery:
    """A nudge that is on its way."""
    return Delivery(
        id="d",
        partnership_id="riverside",
        recipient="ama",
        person=person,
        address=Address(platform="sandbox", workspace="here", to="ama@example.org"),
        purpose=purpose,
        occurrence="1",
        event="nudge",
        not_before=AT,
        week_on=date(2027, 1, 4),
        state=DeliveryState.SENDING,
        attempts=attempts,
        lease_until=AT + timedelta(minutes=1),
        edits=edits,
    )


def test_what_was_taken_is_sent_and_known_by_its_ref() -> None:
    ref = MessageRef(conversation="c", message="m")
    sent = after_accepted(a_delivery(), ref, at=AT)
    assert (sent.state, sent.ref, sent.sent_at, sent.lease_until) == (DeliveryState.SENT, ref, AT, None)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("gone", permanent=True), DeliveryState.REFUSED),
        (DeliveryError("timeout", ambiguous=True), DeliveryState.AMBIGUOUS),
        (DeliveryError("429", retry_after=timedelta(seconds=30)), DeliveryState.WAITING),
        (DeliveryError("no way there"), DeliveryState.WAITING),
    ],
)
def test_each_kind_of_error_has_its_own_end(error: DeliveryError, state: DeliveryState) -> None:
    outcome = after_error(a_delivery(), error, at=AT, policy=POLICY)
    assert (outcome.state, outcome.reason, outcome.lease_until) == (state, error.reason, None)


def test_a_platform_that_says_how_long_to_wait_is_believed_however_often() -> None:
    error = DeliveryError("429", retry_after=timedelta(hours=1))
    outcome = after_error(a_delivery(attempts=99), error, at=AT, policy=POLICY)
    assert (outcome.state, outcome.not_before) == (DeliveryState.WAITING, AT + timedelta(hours=1))
    at_once = DeliveryError("429", retry_after=timedelta())
    assert after_error(a_delivery(attempts=99), at_once, at=AT, policy=POLICY).state is DeliveryState.WAITING


def test_after_so_many_attempts_it_is_given_up_and_flagged() -> None:
    outcome = after_error(a_delivery(attempts=3), DeliveryError("no way there"), at=AT, policy=POLICY)
    assert (outcome.state, outcome.is_flagged) == (DeliveryState.REFUSED, True)


def test_waits_double_up_to_the_longest() -> None:
    waits = [back_off(number, policy=SendPolicy()) for number in range(40)]
    assert waits[0] == waits[1] == SendPolicy().backoff_first
    assert waits[2] == 2 * waits[1]
    assert waits == sorted(waits)
    assert waits[-1] == SendPolicy().backoff_longest


def test_only_new_messages_to_people_count_against_the_cap() -> None:
    assert a_delivery().is_counted
    assert a_delivery().key == "d"
    assert a_delivery().address.installation == "sandbox:here"
    for uncounted in (
        a_delivery(person=None),
        a_delivery(purpose=MessageKind.ANSWER),
        a_delivery(purpose=MessageKind.LEAD),
        a_delivery(edits="earlier"),
    ):
        assert not uncounted.is_counted
