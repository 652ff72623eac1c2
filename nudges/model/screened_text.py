"""What people write, before it is stored: cleaned, shortened, and refused with an NHS number in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nudges.errors import InvalidInput, RefusedText
from nudges.model.ruleset import Rules
from nudges.said import Said, said


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """Text that may be stored, and what to tell its author."""

    text: str
    warnings: tuple[Said, ...] = ()


def screen(text: str, rules: Rules) -> Screened:
    """Clean what a person wrote and check it before anything is stored; screening twice changes nothing.

    Errors never hold the text. The length is counted after cleaning.

    Raises:
        RefusedText: it holds a valid NHS number.
        InvalidInput: it is longer than the rules allow.
    """
    refuse_patients(text, rules)
    cleaned = clean(text)
    most = rules.privacy.free_text_max_chars
    if len(cleaned) > most:
        raise InvalidInput(said("own_data.too_long", {"length": len(cleaned), "most": most}))
    warnings = (said("own_data.looks_like_number"),) if _ten_digits(cleaned) else ()
    return Screened(text=cleaned, warnings=warnings)


def refuse_patients(text: str, rules: Rules) -> None:
    """See that a text of any length holds no NHS number.

    Raises:
        RefusedText: it holds a valid one.
    """
    if rules.privacy.reject_patient_identifiers and holds_nhs_number(text):
        raise RefusedText(said("own_data.nhs_number"))


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without what no database takes: NUL, and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def clean(text: str) -> str:
    """The text on one line, composed (NFC), without characters that nobody sees or that turn text around.

    Takes out control characters, lone surrogates, noncharacters, and format characters such as the
    bidirectional overrides. The joiners stay: scripts and emoji are written with them.
    """
    if text.isascii() and text.isprintable():  # most of what is written: nothing hidden, nothing to compose
        return " ".join(text.split())
    kept = "".join(" " if letter.isspace() else letter for letter in text if not _is_hidden(letter))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _is_hidden(letter: str) -> bool:
    if letter.isspace() or letter in "\u200c\u200d":
        return False
    number = ord(letter)
    if number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF:
        return True
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs")


def holds_nhs_number(text: str) -> bool:
    """Whether the text holds ten digits, together or in groups, that pass the NHS number check."""
    return any(map(passes_nhs_check, _ten_digits(clean(text))))


def passes_nhs_check(digits: str) -> bool:
    """Whether ten ASCII digits pass: weights 10 to 2, modulus 11, check digit 11 is 0 and 10 is invalid.

    Source: https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


# Groups of digits with at most three spaces, dashes, dots, slashes or underscores between them.
_RUN = re.compile(r"\d+(?:[ \-./_]{1,3}\d+)*", re.ASCII)
_DATE_FIRST = ((4, 2, 2), (2, 2, 4))


def _ten_digits(text: str) -> list[str]:
    """Every ten digits that could be one number: together, as 3-3-4, or alone in any groups."""
    numbers = []
    for run in _RUN.findall(_plain_digits(text)):
        groups = re.findall(r"\d+", run)
        numbers += [group for group in groups if len(group) == 10]
        shapes = [len(group) for group in groups]
        numbers += [
            "".join(groups[at : at + 3]) for at in range(len(groups) - 2) if shapes[at : at + 3] == [3, 3, 4]
        ]
        # A date and an hour have ten digits too ("2027-01-04 11:00").
        if len(groups) > 1 and sum(shapes) == 10 and tuple(shapes[:3]) not in _DATE_FIRST:
            numbers.append("".join(groups))
    return list(dict.fromkeys(numbers))


def _plain_digits(text: str) -> str:
    """Any script's digits as 0-9 and any dash as "-"; marks and joiners that could hide between are gone."""
    if text.isascii():
        return text
    plain = []
    for letter in text:
        category = unicodedata.category(letter)
        digit = unicodedata.digit(letter, None)
        if digit is not None:
            plain.append(str(digit))
        elif category == "Pd" or letter == "\u2212":
            plain.append("-")
        elif category not in ("Mn", "Me", "Cf"):
            plain.append(letter)
    return "".join(plain)
