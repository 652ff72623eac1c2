"""Who fixes times for a leader."""

import pytest

from nudges.rules.pairing.delegate import is_delegate, name_and_email
from tests.nudges.example_leader import a_leader


@pytest.mark.parametrize(
    ("noted", "parts"),
    [
        ("Pat Ellis <Pat@trust.example>", ("Pat Ellis", "pat@trust.example")),
        ("Pat Ellis, pat@trust.example", ("Pat Ellis", "pat@trust.example")),
        ("pat@trust.example (Pat Ellis)", ("Pat Ellis", "pat@trust.example")),
        ("pat@trust.example", ("", "pat@trust.example")),
        ("My office", ("My office", "")),
        ("", ("", "")),
        (None, ("", "")),
    ],
)
def test_a_name_and_an_address_are_told_apart(noted: str | None, parts: tuple[str, str]) -> None:
    assert name_and_email(noted) == parts


def test_a_leader_is_known_as_somebodys_delegate_by_id_name_or_address() -> None:
    ama = a_leader()
    for noted in ("ama", "Ama Boateng", "AMA@example.org", "Somebody Else <ama@example.org>"):
        assert is_delegate(noted, ama), noted
    for nobody in (None, "", "Ama", "Ama Boateng <another.ama@example.org>"):
        assert not is_delegate(nobody, ama), nobody
