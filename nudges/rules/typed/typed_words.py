"""Typed words to meaning: exact commands act, anything else is asked about and never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from nudges.errors import InvalidInput
from nudges.rules.typed.likely_meanings import likely_verb
from nudges.rules.typed.typed_days import day_from
from nudges.said import said


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A command that was typed exactly, and acts."""

    verb: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """What somebody may have meant: to be asked about before anything changes."""

    verb: str
    args: Mapping[str, str] = field(default_factory=dict)


EXACT: Mapping[str, str] = {
    "help": "help",
    "home": "home",
    "my page": "home",
    "settings": "home",
    "my settings": "home",
    "today": "today",
    "promises": "today",
    "my promises": "today",
    "steps": "steps",
    "new step": "step_new",
    "signs": "signs",
    "help log": "help_log",
    "my data": "my_data",
    "log": "log_step",
    "log a step": "log_step",
    "away": "away",
    "i'm away": "away",
    "my leave": "away",
    "delegate": "delegate",
    "my days": "my_days",
    "my hours": "my_days",
    "language": "language",
    "apart": "apart",
    "who sees this": "visibility",
    "who sees my steps": "visibility",
    "do not pair me": "apart",
    "open": "open",
    "open page": "open",
    "why": "why",
    "how": "how",
    "hear": "hear",
    "heard": "heard",
    "idea": "idea",
    "votes": "votes",
    "library": "library",
    "test": "trial",
    "learned": "learned",
    "leaf": "leaf",
    "tree": "tree",
    "plan": "plan",
    "i'll do it": "plan",
    "done": "done",
    "partly": "partly",
    "not yet": "not_yet",
    "swap": "swap",
    "not now": "not_now",
    "snooze": "snooze",
    "move it": "move",
    "let it go": "let_go",
    "help me": "help_me",
    "undo": "undo",
    "yes": "yes",
    "no": "no",
    "pace": "pace",
    "pulse": "pulse",
    "principles": "principles",
    "sign": "sign",
    "leave the programme": "leave",
    "leave the program": "leave",
    "stop": "stop",
    "start": "start",
    "pause": "pause_until",
    "console": "console",
    "rollup": "rollup",
    "tell my team": "tell_team",
    "start everybody": "start_everybody",
    "pause everybody": "pause_everybody",
    "new campaign": "campaign_new",
    "preview": "preview_week",
    "next week": "next_offer",
}
# With a question mark these still act: they only show something.
SHOWS = frozenset(
    {
        "open",
        "home",
        "language",
        "visibility",
        "help",
        "principles",
        "today",
        "steps",
        "signs",
        "help_log",
        "my_data",
        "why",
        "how",
        "hear",
        "pace",
        "console",
        "rollup",
        "heard",
        "votes",
        "library",
        "learned",
        "tree",
    }
)
PACES = ("slower", "right", "faster")
LANGUAGES = {"english": "en", "saesneg": "en", "welsh": "cy", "cymraeg": "cy"}

_EXAMPLE = said("typed.promise_for_example")
_LONGEST_GUESS = 600
_OPENING, _CLOSING = "\"'“”„‘’«»", "\"'“”‘’«»"
_EDGES = " \t\r\n.,;:!…-–—_*~`()[]" + _OPENING
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_FROM_UNTIL = re.compile(
    r"(?:(?:from )?(?P<from>(?!until ).+?))??(?:(?:^| )until (?P<until>.+))?", re.IGNORECASE
)
_PROMISE = re.compile(r"(?:i|we) (?:commit|promise)(?: to)? (?=\S)", re.IGNORECASE)


def understand(text: str, *, on: date) -> Word | Guess | None:
    """What typed words mean on the date `on`; None where they mean nothing that we know.

    Case, spaces and surrounding punctuation do not matter. Args hold dates as ISO dates:
    `snooze` and `pace` {"value"}, `pause_until` and `pause_everybody` {"until"}, `away` {"until"} and perhaps
    {"from"}, `commit` {"text", "due"}, `language` {"value"}, `hear` and `log_step` {"text"}.

    Raises:
        InvalidInput: a command with a day that cannot be read, does not exist or has passed.
    """
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    typed = re.sub(r"^[@/]?milepost\b[:,]?\s*", "", typed, flags=re.IGNORECASE)
    plain = _folded(typed)
    if not plain:
        return None
    is_question = typed.rstrip(_EDGES).endswith("?")
    verb = EXACT.get(plain)
    if verb is not None and (not is_question or verb in SHOWS):
        return Word(verb=verb)
    return _with_more(typed, plain, on) or _guessed(typed, plain, is_question, on)


def _folded(typed: str) -> str:
    folded = unicodedata.normalize("NFKC", typed).casefold().translate(_APOSTROPHES)
    return " ".join(folded.replace("_", " ").replace("-", " ").strip(_EDGES + "?").split())


def _with_more(typed: str, plain: str, on: date) -> Word | None:
    """A command that brings something with it: a day, a pace, a promise, words to be heard."""
    first, _, rest = plain.partition(" ")
    first = first.strip(_EDGES)
    if first == "pace" and rest in PACES:
        return Word(verb="pace", args={"value": rest})
    if first == "snooze":
        return Word(verb="snooze", args={"value": day_from(_after(typed, 1), on=on).isoformat()})
    if first == "away" and (days := _away(_after(typed, 1), on)):
        return Word(verb="away", args=days)
    if first == "language" and rest in LANGUAGES:
        return Word(verb="language", args={"value": LANGUAGES[rest]})
    if first == "log":
        return Word(verb="log_step", args={"text": _after(typed, 1).strip()})
    if plain == "pause everybody" or plain.startswith("pause everybody "):
        when = _after(typed, 2)
        return Word(verb="pause_everybody", args={"until": day_from(when, on=on).isoformat()})
    if first == "pause" and (days := _pause(plain, typed, on)):
        return Word(verb="pause_until", args=days)
    if plain == "commit":
        return Word(verb="commit")
    if first == "commit":
        return Word(verb="commit", args=_promise(_after(typed, 1), on))
    if first in ("hear", "idea", "leaf", "library"):
        return Word(verb=first, args={"text": _after(typed, 1).strip()})
    return None


def _away(when: str, on: date) -> dict[str, str] | None:
    """ "until Friday", "from Monday until Friday" or "from Monday"; the day after "until" is the first back.

    None where these are no days: then it is asked what was meant.
    """
    match = _FROM_UNTIL.fullmatch(when.strip(_EDGES))
    days: dict[str, str] = {}
    try:
        for name, words in match.groupdict().items() if match else ():
            if words:
                on = day_from(words, on=on)
                days[name] = on.isoformat()
    except InvalidInput:
        return None
    return days or None


def _pause(plain: str, typed: str, on: date) -> dict[str, str] | None:
    """ "until Friday" has to be a day; without "until" it may have been no day that was meant."""
    try:
        return {"until": day_from(_after(typed, 1), on=on).isoformat()}
    except InvalidInput:
        if plain.startswith("pause until"):
            raise
        return None


def _after(typed: str, words: int) -> str:
    """What follows the first words, as it was typed."""
    parts = typed.lstrip(_EDGES).split(" ", words)
    return parts[words] if len(parts) > words else ""


def _promise(body: str, on: date) -> dict[str, str]:
    words, when = _split_promise(body)
    words = words.strip(" ,;:")
    if not words:
        raise InvalidInput(said("typed.promise_words", {"example": _EXAMPLE}))
    if not when.strip(_EDGES):
        raise InvalidInput(said("typed.promise_day", {"example": _EXAMPLE}))
    return {"text": words, "due": day_from(when, on=on).isoformat()}


def _split_promise(body: str) -> tuple[str, str]:
    """The promise and its day: divided after the closing quote, else at the last "by"."""
    body = body.strip()
    if body[:1] and body[0] in _OPENING:
        closing = max(body.rfind(mark) for mark in _CLOSING)
        after = body[closing + 1 :].strip(" ,.;:-–—") if closing > 0 else ""
        if after:
            return body[1:closing], re.sub(r"^(by|before|on)\b", "", after, flags=re.IGNORECASE)
        body = body.strip(_OPENING)
    else:
        body = re.sub(r"^to ", "", body, flags=re.IGNORECASE)
    cut = body.casefold().rfind(" by ")
    # casefold can change lengths; then the words are searched as they stand.
    cut = cut if len(body.casefold()) == len(body) else body.rfind(" by ")
    return (body, "") if cut < 0 else (body[:cut], body[cut + 4 :])


def _guessed(typed: str, plain: str, is_question: bool, on: date) -> Guess | None:
    if len(plain) > _LONGEST_GUESS:
        return None
    if match := _PROMISE.match(typed):
        return _guessed_promise(typed[match.end() :], on)
    verb = likely_verb(plain, is_question=is_question, commands=EXACT)
    return None if verb is None else Guess(verb=verb)


def _guessed_promise(body: str, on: date) -> Guess | None:
    try:
        return Guess(verb="commit", args=_promise(body, on))
    except InvalidInput:
        return None
