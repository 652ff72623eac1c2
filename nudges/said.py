"""A sentence that people read, by its key and its facts; its words stand in `config/messages/said.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What is to be said, without its words: a phrasebook has those.

    A fact is a text, a whole number, or a sentence of its own, which is worded first. Join lists before.
    """

    key: str
    # A mapping has no hash; the key alone is enough of one.
    facts: Mapping[str, str | int | Said] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """The key and the facts, for logs; nobody is shown these."""
        facts = ", ".join([f"{name}={value!s}" for name, value in self.facts.items()])
        return f"{self.key}({facts})"

    def __format__(self, spec: str) -> str:
        """Refused: in an f-string the key would be shown to people; give it to another sentence as a fact."""
        raise TypeError(self.key)


def said(key: str, facts: Mapping[str, str | int | Said] | None = None) -> Said:
    """The sentence with this key. Write the key out where this is called, so that tests can find it."""
    return Said(key=key, facts=facts or {})
