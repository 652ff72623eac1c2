"""What somebody probably means who did not use a command: only ever asked about."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

_TOKEN = re.compile(r"[a-z']+|[0-9]+|✅|✔")
_CARRY_ON = re.compile(r"(?:n't|not|never|dont|cannot|cant) (?:stop|quit)\b")
# fmt: off
_NEGATIONS = frozenset(
    {
        "not", "no", "never", "nor", "none", "nothing", "neither", "nobody", "without", "cannot", "unable",
        "hardly", "barely", "forgot", "forgotten", "undone", "unfinished", "incomplete", "havent", "hasnt",
        "hadnt", "didnt", "doesnt", "dont", "isnt", "wasnt", "werent", "couldnt", "wouldnt", "shouldnt",
        "wont", "cant", "aint", "nope",
    }
)
# fmt: on
_UNABLE = frozenset({"can't", "cant", "cannot", "won't", "wont", "unable"})
_DONE = frozenset(
    {"done", "did", "finished", "completed", "complete", "happened", "sorted", "met", "✅", "✔"}
)
_NOT_DONE = frozenset(
    {"do", "yet", "finish", "happen", "forgot", "forgotten", "undone", "unfinished", "incomplete"}
)
_HAD = frozenset({"coffee", "chat", "call", "talk", "meeting", "cup", "conversation", "walk"})
_PARTLY = frozenset(
    {"partly", "partially", "half", "halfway", "nearly", "almost", "started", "begun", "some"}
)
# fmt: off
_AHEAD = frozenset(
    {
        "will", "i'll", "we'll", "shall", "going", "plan", "planning", "hope", "intend", "tomorrow", "book",
        "booking", "should", "would", "could",
    }
)
# fmt: on
_OPEN_ENDED = frozenset({"if", "when", "once", "until", "till", "before", "unless", "who", "what"})
_PLANNING = frozenset({"do", "done", "book", "plan", "meet", "ring", "call", "i'll", "will"})
_ASKING = ("have you", "has ", "did you", "did they", "are you", "is ")
_HELP = frozenset({"help", "stuck", "struggling", "support", "assistance"})
_YES = frozenset({"yes", "ok", "okay", "sure", "yep", "yeah", "yup", "y", "aye", "ydw", "fine"})
_PUT_OFF = frozenset({"remind", "later", "postpone", "delay", "snooze", "reschedule"})
_DECLINING = ("no time", "not this week", "not today", "not for me", "no thank")
_NOT_WITH = ("pair me", "put me with", "match me", "want to meet")
_LANGUAGE = frozenset({"welsh", "cymraeg", "english", "language"})
_OFFICE = frozenset({"assistant", "secretary", "pa", "office"})
_TIMES = frozenset({"diary", "meetings", "times", "calendar", "books", "fixes"})
_UNDO = frozenset({"undo", "mistake", "oops", "whoops", "accident", "unsay"})


def _is_negation(token: str) -> bool:
    return token in _NEGATIONS or token.endswith(("n't", "'nt"))


def likely_verb(plain: str, *, is_question: bool, commands: Mapping[str, str]) -> str | None:
    """The verb that folded words come nearest to, or None; whoever asks must ask before acting.

    A "no" of any kind keeps "done", "yes" and "stop" from being the answer, save for plain wishes to
    be left alone. `commands` maps each exact command to its verb, for slips of the keyboard.
    """
    tokens = [token.strip("'") for token in _TOKEN.findall(plain)]
    words = frozenset(tokens)
    is_negated = any(_is_negation(token) for token in tokens)
    about = _meant_for_us(words, plain, is_negated=is_negated)
    if about is not None:
        return about
    if is_negated:
        return _meant_by_a_no(words, plain)
    if is_question:
        return None
    if words & _AHEAD:
        return "plan" if words & _PLANNING else None
    if words & _UNDO:
        return "undo"
    if words & _OPEN_ENDED or plain.startswith(_ASKING):
        return None
    if words & _PARTLY:
        return "partly"
    if words & _DONE or ("had" in words and words & _HAD):
        return "done"
    if tokens and tokens[0] in _YES and len(tokens) <= 3:
        return "yes"
    return _close_to(plain, commands)


def _meant_for_us(words: frozenset[str], plain: str, *, is_negated: bool) -> str | None:
    """Wishes about the bot itself come first: stop, pause, another day, another step, help."""
    if words & {"unsubscribe", "unsubscribed"} or any(
        wish in plain for wish in ("opt out", "leave me alone", "remove me", "no more messages", "go away")
    ):
        return "stop"
    if words & {"stop", "quit"} and not _CARRY_ON.search(plain):
        return "stop"
    if not is_negated and words & {"leave", "holiday", "away", "sick", "ill", "poorly"}:
        return "away"
    if not is_negated and "pause" in words:
        return "pause_until"
    if not is_negated and (words & _PUT_OFF or "next week" in plain or "another week" in plain):
        return "snooze"
    if not is_negated and (words & {"swap", "different", "instead"} or "something else" in plain):
        return "swap"
    if words & {"busy", "skip", "pass"} or any(wish in plain for wish in _DECLINING):
        return "not_now" if not words & _DONE or words & _UNABLE else None
    if not is_negated and words & _HELP:
        return "help_me"
    if is_negated and any(wish in plain for wish in _NOT_WITH):
        return "apart"
    return None if is_negated or words & _DONE else _about_settings(words)


def _about_settings(words: frozenset[str]) -> str | None:
    if words & _OFFICE and words & _TIMES:
        return "delegate"
    if words & _LANGUAGE:
        return "language"
    if "my" in words and words & {"hours", "days"}:
        return "my_days"
    if {"about", "me"} <= words or {"my", "data"} <= words:
        return "my_data"
    return "home" if "my" in words and words & {"page", "settings", "promises"} else None


def _meant_by_a_no(words: frozenset[str], plain: str) -> str | None:
    if words & _UNABLE:
        return "not_now"
    if words & (_DONE | _HAD | _NOT_DONE):
        return "not_yet"
    return "not_now" if "now" in words else "no" if plain in ("nope", "no no") else None


def _close_to(plain: str, commands: Mapping[str, str]) -> str | None:
    """A slip of the keyboard in a command, or a command with a few words too many."""
    if len(plain) <= 12:
        alike = [each for each in commands if each[:1] == plain[:1] and each.count(" ") == plain.count(" ")]
        close = difflib.get_close_matches(plain, alike, n=1, cutoff=0.75)
        if close:
            return commands[close[0]]
    words = plain.split()
    return commands.get(words[0]) if 1 < len(words) <= 4 else None
