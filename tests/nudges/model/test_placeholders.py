"""Tests of nudges/model/placeholders.py."""

import pytest

from nudges.errors import InvalidInput
from nudges.model.placeholders import fill, has_stray_braces, longest_length, placeholders_in


def test_names_are_found_in_their_order_with_repeats() -> None:
    assert placeholders_in("{peer} and {peer_org}, then {peer}") == ("peer", "peer_org", "peer")


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert (
        fill("Meet {peer} of {peer_org}.", {"peer": "{peer_org}", "peer_org": "X"}) == "Meet {peer_org} of X."
    )


@pytest.mark.parametrize(
    "text", ["{", "}", "{{peer}}", "{peer!r}", "{peer.name}", "{peer[0]}", "{peer:>9}", "{ peer }", "{}"]
)
def test_a_brace_out_of_place_is_refused(text: str) -> None:
    assert has_stray_braces(text)
    with pytest.raises(InvalidInput, match="brace out of place"):
        fill(text, {"peer": "Ama"})


def test_a_name_without_a_value_is_refused_and_named() -> None:
    with pytest.raises(InvalidInput, match="month, peer"):
        fill("{peer} in {month}", {})


def test_length_counts_each_name_at_its_longest() -> None:
    assert longest_length("Hi {peer}.", {"peer": 24}) == 4 + 24
    assert longest_length("Hi {who}.", {}) == len("Hi {who}.")
