"""Who fixes a leader's times: what was noted of them, taken apart into a name and an e-mail address."""

from __future__ import annotations

import re

from nudges.model.people import Leader

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_AROUND = " \t,;:<>()[]"


def name_and_email(noted: str | None) -> tuple[str, str]:
    """ "Pat Ellis <pat@trust.example>" in its two parts; each is empty where it was not given.

    The address is in small letters. Others are told the name only.
    """
    text = noted or ""
    match = _EMAIL.search(text)
    if match is None:
        return text.strip(), ""
    name = text[: match.start()].strip(_AROUND) or text[match.end() :].strip(_AROUND)
    return name, match.group().lower()


def is_delegate(noted: str | None, leader: Leader) -> bool:
    """Whether this leader is the one who was noted, by id, name or address."""
    if noted in (leader.id, leader.name, leader.email):
        return True
    name, email = name_and_email(noted)
    return email == leader.email.lower() if email else bool(name) and name == leader.name
