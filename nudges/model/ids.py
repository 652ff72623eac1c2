"""Ids that say nothing, and are the same whenever the same thing is decided again."""

from __future__ import annotations

import hashlib

LENGTH = 20


def leader_id(partnership_id: str, email: str) -> str:
    """The id of the person with this e-mail address in a partnership; capitals do not matter."""
    return make_id("leader", partnership_id, email.lower())


def make_id(*parts: object) -> str:
    """An opaque id of 20 hexadecimal digits; equal parts give an equal id."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
