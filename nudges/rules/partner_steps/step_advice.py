"""Advice on the words of a partner step, and how easy a text is to read. It never blocks."""

from __future__ import annotations

import re

from nudges.model.ruleset import PartnerStepRules
from nudges.said import Said, said

ONE_THING = said("partner_steps.two_steps")
PLAIN_WORDS = said("partner_steps.plain_words")
# fmt: off
_VERBS = frozenset(
    {
        "agree", "answer", "appoint", "arrange", "ask", "book", "bring", "build", "buy", "call", "change",
        "check", "choose", "clear", "collect", "count", "create", "cut", "design", "draft", "end", "find",
        "fix", "free", "fund", "give", "hire", "hold", "host", "invite", "join", "keep", "lend", "let",
        "link", "list", "listen", "make", "meet", "merge", "move", "name", "offer", "open", "pay", "phone",
        "pick", "pilot", "plan", "post", "print", "publish", "put", "read", "release", "remove", "report",
        "review", "ring", "run", "second", "send", "set", "share", "show", "sign", "speak", "start", "stop",
        "swap", "talk", "tell", "test", "thank", "train", "try", "update", "use", "visit", "walk", "write",
    }
)
# fmt: on
_JOINED = re.compile(r"(?:\band\b|\bthen\b|[,;&])\s+(?:also\s+|then\s+)?([a-z]+)")
_SENTENCES = re.compile(r"[.?;]\s+\S")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^dt]ed|[^aeiouyl]e)$")
_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_END = re.compile(r"[.?:;]+\s|\n+")
_WORD = re.compile(r"[A-Za-z']+")


def advice(
    text: str, *, done_means: str = "", why_together: str = "", limits: PartnerStepRules
) -> list[Said]:
    """One sentence for each thing that would make the step easier to read or to keep; often none."""
    result: list[Said] = []
    plain = text.strip().casefold()
    if _SENTENCES.search(plain) or any(word in _VERBS for word in _JOINED.findall(plain)):
        result.append(ONE_THING)
    if any(grade(each) > limits.reading_grade_max for each in (text, done_means, why_together) if each):
        result.append(PLAIN_WORDS)
    return result


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
