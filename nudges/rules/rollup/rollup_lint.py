"""Checks on a Friday post, its shape and the words that are our own; tests hold what we post against them."""

# What people wrote is never searched for words. Our own words are found by rendering the same lines
# twice: once as they are, and once with `blanked` facts, in which every name and every text that
# somebody else wrote is a blank. What is left in the second is ours.

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nudges.model.ruleset import Rules
from nudges.rules.campaigns.content_checks import banned_words_in
from nudges.said import Said, said

BLANK = "▢"
_MONEY = re.compile(r"£|\bsavings?\b", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per ?cent\b)", re.IGNORECASE)
_RANK = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|top \w+|first place|(?:most|least) active|leaderboard"
    r"|streaks?|points|badges?)\b",
    re.IGNORECASE,
)
_WHO_DID_NOT = re.compile(rf"{BLANK}[^.]*\b(?:(?:did|has|have) not|didn't|hasn't|haven't)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LITERAL = re.compile(r'"([^"]*)"|\'([^\']*)\'')


def blanked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with every text in them as a blank; numbers, marks and empty texts stay."""
    return {name: _blank(value) for name, value in facts.items()}


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return BLANK if value else value
    if isinstance(value, Mapping):
        return blanked(value)
    if isinstance(value, list | tuple):
        return [_blank(each) for each in value]
    return value


def own_words_of(source: str) -> str:
    """Our own words in a message's source: its text, and the texts inside its expressions."""

    def texts(match: re.Match[str]) -> str:
        literals = [double or single for double, single in _LITERAL.findall(match.group())]
        spaced = f" {' '.join(literals)} " if literals else ""
        return BLANK + spaced if match.group().startswith("{{") else spaced

    return _CODE.sub(texts, _COMMENT.sub("", source))


def lint_words(own_words: str, rules: Rules) -> list[Said]:
    """What is wrong with our own words anywhere: banned words and exclamation marks."""
    problems = _banned(own_words, rules.rollup.banned_everywhere)
    if "!" in own_words:
        problems.append(said("rollup.lint.exclamation"))
    return problems


def lint(
    text_lines: Sequence[str], own_words: Sequence[str], rules: Rules, *, thanked: int = 0
) -> list[Said]:
    """Everything wrong with a Friday post; empty when it may go out.

    `text_lines` is the post as rendered, `own_words` the same lines rendered from `blanked` facts,
    `thanked` how many people its thanks name.
    """
    problems: list[Said] = []
    rows = [row for text in text_lines for row in text.splitlines() if row.strip()]
    most = rules.rollup.max_lines
    if len(rows) > most:
        problems.append(said("rollup.lint.too_long", {"lines": len(rows), "most": most}))
    for line in own_words:
        problems += lint_words(line, rules)
        problems += _banned(line, rules.rollup.banned_in_rollup)
        problems += _lint_content(line, rules)
    if not any("?" in line for line in own_words):
        problems.append(said("rollup.lint.no_ask"))
    most = rules.privacy.thanks_per_rollup_max
    if thanked > most:
        problems.append(said("rollup.lint.names", {"named": thanked, "most": most}))
    return problems


def _banned(line: str, words: Sequence[str]) -> list[Said]:
    return [said("rollup.lint.banned", {"word": word}) for word in banned_words_in(line, words)]


def _lint_content(line: str, rules: Rules) -> list[Said]:
    problems: list[Said] = []
    if _MONEY.search(line):
        problems.append(said("rollup.lint.money"))
    for share in _PERCENT.findall(line):
        if BLANK in line:
            problems.append(said("rollup.lint.beside_name", {"share": share}))
        if float(share) < rules.rollup.norm.percent_at_least:
            problems.append(said("rollup.lint.share_not_said", {"share": share}))
    if _RANK.search(line):
        problems.append(said("rollup.lint.ranks"))
    if _WHO_DID_NOT.search(line):
        problems.append(said("rollup.lint.who_did_not"))
    return problems
