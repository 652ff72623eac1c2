"""Who fixes times for a leader."""

import pytest

from nudges.rules.delegate import name_and_email


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
