"""Who may be named in public: people who chose it stay in the text, everybody else becomes a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nudges.model.partner_step import PartnerStep
from nudges.model.people import Leader, Visibility
from nudges.model.screened_text import clean
from nudges.said import said

COLLEAGUE = said("words.a_colleague")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenNames:
    """Takes the names of those who did not choose to be named out of what people wrote.

    Names are found as whole words in any case. First names alone stay: many are words as well. `colleague`
    is what stands in their place.
    """

    pattern: re.Pattern[str] | None
    colleague: str

    def out_of(self, text: str) -> str:
        """The text with each such name, and every e-mail address, as "a colleague"."""
        plain = _EMAIL.sub(self._instead, clean(text))
        return plain if self.pattern is None else self.pattern.sub(self._instead, plain)

    def _instead(self, _: re.Match[str]) -> str:
        return self.colleague


def open_names(
    leaders: Iterable[Leader], steps: Sequence[PartnerStep] = (), *, helper: str = "", colleague: str
) -> OpenNames:
    """What hides everybody who neither chose to be named nor is named by their organisation's own step.

    `helper` is who is named as the helper of all. With no steps and no helper only those who chose stay.
    """
    public = {_key(step.owner) for step in steps} | {_key(step.helper) for step in steps} | {_key(helper)}
    hidden = (one.name for one in leaders if one.visibility is not Visibility.NAMED)
    return _hiding((name for name in hidden if _key(name) not in public), colleague=colleague)


def no_names(leaders: Iterable[Leader], *others: str, colleague: str) -> OpenNames:
    """What hides everybody, and these other names of people."""
    return _hiding([*(one.name for one in leaders), *others], colleague=colleague)


def _hiding(names: Iterable[str], *, colleague: str) -> OpenNames:
    words = sorted({clean(name) for name in names if clean(name)}, key=lambda name: (-len(name), name))
    if not words:
        return OpenNames(pattern=None, colleague=colleague)
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in words)
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    return OpenNames(pattern=pattern, colleague=colleague)


def _key(name: str) -> str:
    return clean(name).casefold()
