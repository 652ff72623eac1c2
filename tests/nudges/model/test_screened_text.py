"""What people write: cleaned, shortened, and refused with an NHS number in it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.phrases import in_words
from nudges.errors import InvalidInput, RefusedText
from nudges.model.screened_text import clean, holds_nhs_number, passes_nhs_check, screen
from nudges.said import said
from tests.nudges.example_leader import RULES

BIDI = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
# Numbers of the range kept for tests (999 ...), with their check digits.
VALID = "9990000018"
FAILS = "9990000019"


def full_width(digits: str) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in digits)


def arabic(digits: str) -> str:
    return "".join(chr(0x0660 + int(digit)) for digit in digits)


ANY_TEXT = st.text(st.characters(blacklist_categories=()), max_size=60)


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        f"She is {VALID}, please ring",
        f"NHS{VALID}.",
        "999 000 0018",
        "999-000-0018",
        "999 - 000 - 0018",
        "999\u2013000\u20130018",
        "999\u2212000\u22120018",
        "999\u00a0000\u00a00018",
        "999.000.0018",
        "999\n000\n0018",
        "99 90 00 00 18",
        "9 9 9 0 0 0 0 0 1 8",
        "room 2 999 000 0018",
        full_width(VALID),
        arabic(VALID),
        "\u200b".join(VALID),
        "\u200d".join(VALID),
        "999\u202e000\u202c0018",
        "9\ufe0f\u20e39\ufe0f\u20e39\ufe0f\u20e30000018",
        f"call 0117 496 0123 about {VALID}",
    ],
)
def test_a_valid_nhs_number_is_refused_however_it_is_written(text: str) -> None:
    assert holds_nhs_number(text)
    with pytest.raises(RefusedText) as refusal:
        screen(text, RULES)
    assert refusal.value.said == said("own_data.nhs_number")
    assert not any(letter.isdigit() for letter in in_words(refusal.value)), (
        "an error must not carry the number"
    )


def test_an_nhs_number_is_refused_in_a_text_that_is_too_long_as_well() -> None:
    with pytest.raises(RefusedText):
        screen("x " * 20_000 + VALID, RULES)


@pytest.mark.parametrize("text", [FAILS, "999 000 0019", full_width(FAILS)])
def test_ten_digits_that_fail_the_check_pass_with_a_warning(text: str) -> None:
    assert screen(f"ref {text}", RULES).warnings == (said("own_data.looks_like_number"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ring 0117 496 0123 before 5",
        "ring +44 7700 900123",
        "ring 07700 900 123",
        "on 2027-01-04 11:00",
        "on 04/01/2027 12 of us",
        "1,234,567,890 steps",
        "19990000018",
        "12 beds, 3 wards",
    ],
)
def test_telephone_numbers_dates_and_counts_pass_without_a_word(text: str) -> None:
    assert screen(text, RULES).warnings == ()


def test_without_the_rule_an_nhs_number_is_only_warned_of() -> None:
    rules = replace(RULES, privacy=replace(RULES.privacy, reject_patient_identifiers=False))
    assert len(screen(VALID, rules).warnings) == 1


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_of_ten_check_digits_at_most_one_passes(stem: int) -> None:
    passing = [digit for digit in range(10) if passes_nhs_check(f"{stem:09d}{digit}")]
    total = sum(int(digit) * weight for digit, weight in zip(f"{stem:09d}", range(10, 1, -1), strict=True))
    check = 11 - total % 11
    assert passing == {10: [], 11: [0]}.get(check, [check])


def test_a_text_is_counted_after_cleaning() -> None:
    most = RULES.privacy.free_text_max_chars
    assert len(screen("a" * most + "\u202e\x00  \n", RULES).text) == most
    with pytest.raises(InvalidInput) as refusal:
        screen("a" * (most + 1), RULES)
    assert refusal.value.said == said("own_data.too_long", {"length": most + 1, "most": most})


def test_cleaning_keeps_what_people_read() -> None:
    assert clean(" Diolch\tyn\u2028fawr \x00 ") == "Diolch yn fawr"
    assert clean("a\ud800b\u202ec\ufeffd\uffffe\x1bf") == "abcdef"
    assert clean("e\u0301") == "é"
    assert clean("👩\u200d⚕️ 🫶") == "👩\u200d⚕️ 🫶"


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_and_leaves_nothing_hidden(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not BIDI & set(once)
    assert not any(unicodedata.category(each) in ("Cc", "Cs") for each in once)
    once.encode("utf-8")


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_text_is_cleaned_and_checked_as_the_same_text_beside_another_letter(text: str) -> None:
    assert clean(f"{text} é") == f"{clean(text)} é".strip()
    assert holds_nhs_number(f"é {text} é") == holds_nhs_number(text)


@given(ANY_TEXT)
def test_screening_twice_changes_nothing(text: str) -> None:
    try:
        once = screen(text, RULES)
    except RefusedText:
        return
    assert screen(once.text, RULES) == once
