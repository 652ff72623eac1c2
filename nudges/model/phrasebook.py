"""Every sentence of `config/messages/said.yaml`, ready to be filled with its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nudges.errors import MilepostError
from nudges.model.placeholders import parts_of
from nudges.said import Said

DEFAULT_LOCALE = "en"
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
COUNT = "count"
"""The fact that chooses between plural forms; the text need not show it."""

# Text and names of facts by turns: text, name, text, name, text.
Parts = tuple[str, ...]
Entry = Parts | Mapping[str, Parts]


class NotWorded(LookupError):
    """There is no such sentence, or it was not given this fact: ours to mend, and not for people to read."""

    def __init__(self, key: str, fact: str = "") -> None:
        super().__init__(f"{key}: {fact}" if fact else key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrasebook:
    """Sentences by locale and dotted key. What a locale does not have is said in English.

    An entry is one text, or a text for each plural form (CLDR's names, `other` always), of which the fact
    `count` chooses. Facts are data: braces in them stay as they are.
    """

    entries: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, Mapping[str, str | Mapping[str, str]]]) -> Phrasebook:
        """From texts as they are written, by locale and key."""
        return cls(
            entries={
                locale: {key: _entry_of(text) for key, text in inside.items()}
                for locale, inside in texts.items()
            }
        )

    def say(self, words: Said, *, locale: str = DEFAULT_LOCALE) -> str:
        """The sentence with its facts.

        Raises:
            NotWorded: there is no such sentence, or a fact is missing; it is named.
            TypeError: a fact is neither a text, nor a whole number, nor a sentence; it is named.
        """
        entry = self._entry(words.key, locale)
        if not isinstance(entry, tuple):
            count = words.facts.get(COUNT)
            if not isinstance(count, int):
                raise NotWorded(words.key, COUNT)
            entry = entry.get(plural_form(count), entry["other"])
        parts = list(entry)
        for at in range(1, len(parts), 2):
            parts[at] = self._fact(words, parts[at], locale)
        return "".join(parts)

    def in_words(self, words: Said | MilepostError, *, locale: str = DEFAULT_LOCALE) -> str:
        """A sentence, or what an error says; words that the rim gave an error stay as they are."""
        if isinstance(words, MilepostError):
            if words.said is None:
                return words.text
            words = words.said
        return self.say(words, locale=locale)

    def facts_of(self, key: str, *, locale: str = DEFAULT_LOCALE) -> frozenset[str]:
        """The names of the facts that the sentence needs.

        Raises:
            NotWorded: there is no such sentence.
        """
        entry = self._entry(key, locale)
        if isinstance(entry, tuple):
            return frozenset(entry[1::2])
        return frozenset({COUNT}.union(*(parts[1::2] for parts in entry.values())))

    def _entry(self, key: str, locale: str) -> Entry:
        for language in (locale, DEFAULT_LOCALE):
            entry = self.entries.get(language, {}).get(key)
            if entry is not None:
                return entry
        raise NotWorded(key)

    def _fact(self, words: Said, name: str, locale: str) -> str:
        value = words.facts.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, Said):
            return self.say(value, locale=locale)
        if isinstance(value, int):
            return str(value)
        if value is None:
            raise NotWorded(words.key, name)
        raise TypeError(f"{words.key}: {name}")


def plural_form(count: int) -> str:
    """The plural form for this number in English, the one language that is worded so far."""
    return "one" if count == 1 else "other"


def _entry_of(text: str | Mapping[str, str]) -> Entry:
    if isinstance(text, str):
        return parts_of(text)
    return {form: parts_of(each) for form, each in text.items()}
