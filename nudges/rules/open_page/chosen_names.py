"""Who may be named in public: people who chose it stay in the text, everybody else becomes a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nudges.model.partner_step import PartnerStep
from nudges.model.people import Leader, Visibility
from nudges.model.privacy import clean

COLLEAGUE = "a colleague"
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenNames:
    """Takes the names of those who did not choose to be named out of what people wrote.

    Names are found as whole words in any case. First names alone stay: many are words as well.
    """

    pattern: re.Pattern[str] | None

    def out_of(self, text: str) -> str:
        """The text with each such name, and every e-mail address, as "a colleague"."""
        plain = _EMAIL.sub(COLLEAGUE, clean(text))
        return plain if self.pattern is None else self.pattern.sub(COLLEAGUE, plain)


def open_names(
    leaders: Iterable[Leader], steps: Sequence[PartnerStep] = (), *, helper: str = ""
) -> OpenNames:
    """What hides everybody who neither chose to be named nor is named by their organisation's own step.

    `helper` is who is named as the helper of all. With no steps and no helper only those who chose stay.
    """
    said = {_key(one.owner) for one in steps} | {_key(one.helper) for one in steps} | {_key(helper)}
    return _hiding(
        one.name for one in leaders if one.visibility is not Visibility.NAMED and _key(one.name) not in said
    )


def no_names(leaders: Iterable[Leader], *others: str) -> OpenNames:
    """What hides everybody, and these other names of people."""
    return _hiding([*(one.name for one in leaders), *others])


def _hiding(names: Iterable[str]) -> OpenNames:
    words = sorted({clean(name) for name in names if clean(name)}, key=lambda name: (-len(name), name))
    if not words:
        return OpenNames(pattern=None)
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in words)
    return OpenNames(pattern=re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE))


def _key(name: str) -> str:
    return clean(name).casefold()
