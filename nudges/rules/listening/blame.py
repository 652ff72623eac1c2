"""Whether words name somebody as being at fault: such words are held and put differently first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from nudges.said import said

NO_BLAME = said("listening.no_blame")
NEAR = 6  # words between a name and what is said of the person
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame", "cllr"})
# fmt: off
# Names that are words as well count only where they are written with a capital letter.
_ALSO_WORDS = frozenset(
    {
        "will", "mark", "may", "hope", "grace", "rose", "joy", "faith", "bill", "art", "sue", "pat", "rob",
        "dawn", "summer", "frank", "grant", "drew", "guy", "max", "miles", "jack", "ray", "dean", "penny",
        "sandy", "april", "june", "august", "chase", "rich", "robin", "holly", "ivy", "lily", "iris",
        "violet", "dale", "glen", "page", "ward", "price", "young", "long", "short", "little", "brown",
        "green", "white", "black", "king", "wood", "hill", "field", "banks", "bush", "stone", "day",
        "love", "case", "good", "best", "bright", "hall", "house", "parks", "marsh", "rivers",
    }
)
_FAULT = frozenset(
    {
        "fault", "faults", "blame", "blames", "blamed", "refuse", "refuses", "refused",
        "refusing", "block", "blocks", "blocked", "blocking", "ignore", "ignores", "ignored", "ignoring",
        "lie", "lies", "lied", "lying", "liar", "lazy", "rude", "useless", "failed",
        "failing", "failure", "broke", "wrong", "bully", "bullies", "bullied", "bullying",
        "incompetent", "obstructs", "obstructed", "obstructive",
        "obstructing", "hides", "hiding", "shouts", "shouted", "shouting", "worst", "hopeless",
        "guilty", "culprit", "careless", "awful", "terrible",
        "dismissive", "dismissed", "dismisses", "undermines", "undermined",
        "undermining", "sabotages", "sabotaged", "stupid", "arrogant", "unprofessional", "unhelpful",
        "villain", "aggressive", "unfair", "dishonest", "neglects", "neglected",
        "wastes", "wasted",
    }
)
# These may be said of a name without blame ("Ben never gave up"): looked for only where words can be held.
_PERHAPS = frozenset(
    {
        "never", "won't", "wouldn't", "doesn't", "didn't", "stops", "stopped", "stopping", "hid", "delays",
        "delayed", "cancels", "cancelled", "forgets", "forgot", "bad", "badly", "broken", "fail", "fails",
    }
)
# fmt: on


def names_somebody(text: str, names: Sequence[str]) -> bool:
    """Whether the text holds a whole name, or may blame somebody by a part of one.

    `names` are full names, such as "Ama Boateng". Accents and capital letters make no difference.
    """
    words = _folded(text)
    known = [_folded(name) for name in names]
    is_whole = any(_holds(words, name) for name in known if len(name) > 1)
    return is_whole or _is_near(text, names, _FAULT | _PERHAPS)


def blames_somebody(text: str, names: Sequence[str]) -> bool:
    """Whether a name, or its first or last word, stands within a few words of a word of fault."""
    return _is_near(text, names, _FAULT)


def _is_near(text: str, names: Sequence[str], faulting: frozenset[str]) -> bool:
    tokens = _tokens(text)
    words = [token.casefold() for token in tokens]
    faults = [at for at, word in enumerate(words) if word in faulting]
    parts = {part for name in names for part in _parts(name)} if faults else set()
    for at, token in enumerate(tokens):
        word = _without_genitive(words[at])
        is_name = word in parts and (word not in _ALSO_WORDS or token[:1].isupper())
        if is_name and any(abs(at - fault) <= NEAR and at != fault for fault in faults):
            return True
    return False


def _parts(name: str) -> set[str]:
    """The first and the last word of a name, without titles."""
    words = [word for word in _folded(name) if word not in _TITLES]
    return {words[0], words[-1]} if words else set()


def _tokens(text: str) -> list[str]:
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each) not in ("Mn", "Cf")
    )
    return [token.replace("’", "'") for token in _TOKEN.findall(plain)]


def _folded(text: str) -> list[str]:
    return [_without_genitive(token.casefold()) for token in _tokens(text)]


def _without_genitive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("'")


def _holds(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether these words stand in the text, one after the other."""
    return any(list(words[at : at + len(name)]) == list(name) for at in range(len(words) - len(name) + 1))
