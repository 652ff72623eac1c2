"""Tests of nudges/model/placeholders.py."""

import pytest

from bot.files.phrases import in_words
from nudges.errors import InvalidInput
from nudges.model.placeholders import fill, has_stray_braces, in_braces, longest_length, placeholders_in
from nudges.said import said


def test_names_are_found_in_their_order_with_repeats() -> None:
    assert placeholders_in("{peer} and {peer_org}, then {peer}") == ("peer", "peer_org", "peer")


def test_a_name_in_braces_is_found() -> None:
    assert placeholders_in(in_braces("peer")) == ("peer",)


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert (
        fill("Meet {peer} of {peer_org}.", {"peer": "{peer_org}", "peer_org": "X"}) == "Meet {peer_org} of X."
    )


@pytest.mark.parametrize(
    "text", ["{", "}", "{{peer}}", "{peer!r}", "{peer.name}", "{peer[0]}", "{peer:>9}", "{ peer }", "{}"]
)
def test_a_brace_out_of_place_is_refused(text: str) -> None:
    assert has_stray_braces(text)
    with pytest.raises(InvalidInput) as caught:
        fill(text, {"peer": "Ama"})
    assert in_words(caught.value) == (
        f"The text '{text}' has a brace out of place. Only plain names such as {{peer}} are filled. "
        "Write the name alone in its braces."
    )


def test_a_name_without_a_value_is_refused_and_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        fill("{peer} in {month}", {})
    assert caught.value.said == said("files.value_missing", {"names": "month, peer"})


def test_length_counts_each_name_at_its_longest() -> None:
    assert longest_length("Hi {peer}.", {"peer": 24}) == 4 + 24
    assert longest_length("Hi {who}.", {}) == len("Hi {who}.")
