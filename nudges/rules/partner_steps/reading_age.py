"""How easy a text is to read: the Flesch-Kincaid grade, about the US school year that it asks for."""

from __future__ import annotations

import re

_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^dt]ed|[^aeiouyl]e)$")
_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_END = re.compile(r"[.?:;]+\s|\n+")
_WORD = re.compile(r"[A-Za-z']+")


def syllables(word: str) -> int:
    """About how many syllables an English word has, at least 1."""
    bare = _SILENT_END.sub("", word.lower()) or word.lower()
    return max(1, len(_VOWELS.findall(bare)))


def grade(text: str) -> float:
    """The grade of a text; 0 where it has no words.

    Source: Kincaid and others 1975, https://en.wikipedia.org/wiki/Flesch%E2%80%93Kincaid_readability_tests
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len([part for part in _SENTENCE_END.split(text) if part.strip()]))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
