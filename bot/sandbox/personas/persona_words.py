"""What people of the example put into the forms in which they say, answer, try and judge something."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nudges.model.message import FieldKind, Form

Said = dict[str, str]
NAMED_SHARE = 0.55
NOT_SAID, NOT_SAID_SHARE = "not_said", 0.02
# Where people stand on the pulse's scale at the start, and how far half a year of small steps moves them.
PULSE_AT_START, PULSE_MOVES_BY = 2.9, 0.9


@dataclass(kw_only=True, slots=True)
class Speech:
    """What can be said, and what was said already: nobody says the same thing twice where more is left."""

    words: Mapping[str, Any]
    said: set[str] = field(default_factory=set)

    def pick(self, kind: str, drawn: random.Random) -> Mapping[str, Any]:
        """Something of this kind that nobody has said, or anything where all of it was."""
        offered: Sequence[Mapping[str, Any]] = self.words[kind]
        new = [one for one in offered if one["text"] not in self.said]
        result = drawn.choice(new or offered)
        self.said.add(result["text"])
        return result

    def is_left(self, kind: str) -> bool:
        """Whether there is something of this kind that nobody has said yet."""
        return any(one["text"] not in self.said for one in self.words[kind])

    def fill(self, form: Form, drawn: random.Random, *, who: str, progress: float) -> Said:
        """The fields that this form gets besides those that any form would; empty for other forms.

        `who` is a person's id, so that one person answers alike from time to time; `progress` is the part
        of the campaign that has gone by, from 0 to 1.
        """
        if form.verb == "pulse_submit":
            return _pulse(form, drawn, who=who, progress=progress)
        write = _WRITERS.get(form.verb)
        return write(form, drawn, self) if write else {}


def _pulse(form: Form, drawn: random.Random, *, who: str, progress: float) -> Said:
    answers: Said = {}
    for question in form.fields:
        if question.kind is not FieldKind.CHOICE:
            continue
        own = random.Random(f"{who}:{question.name.rstrip('+')}")
        wanted = own.gauss(PULSE_AT_START, 0.9) + PULSE_MOVES_BY * progress * own.uniform(0.2, 1.6)
        wanted += drawn.gauss(0, 0.4) + (0.8 if question.name.endswith("+") else 0)
        is_said = drawn.random() >= NOT_SAID_SHARE
        answers[question.name] = str(min(5, max(1, round(wanted)))) if is_said else NOT_SAID
    return answers


def _yes(drawn: random.Random, share: float) -> str:
    return "yes" if drawn.random() < share else "no"


def _heard(form: Form, drawn: random.Random, speech: Speech) -> Said:
    said = speech.pick("heard", drawn)
    return {"text": said["text"], "theme": said["theme"], "named": _yes(drawn, NAMED_SHARE)}


def _reply(form: Form, drawn: random.Random, speech: Speech) -> Said:
    for kind in ("heard", "ideas"):
        for said in speech.words[kind]:
            if said["text"] in form.intro:
                is_not_yet = said.get("is_not_yet") or said["reply"].startswith("Not yet")
                reply = said["reply"].removeprefix("Not yet, because ")
                return {"reply": reply, "kind": "not_yet" if is_not_yet else "we_did", "owner": ""}
    return {"reply": speech.words["reply_to_anything"], "kind": "not_yet", "owner": ""}


def _idea(form: Form, drawn: random.Random, speech: Speech) -> Said:
    said = speech.pick("ideas", drawn)
    named = _yes(drawn, NAMED_SHARE)
    return {"title": said["title"], "text": said["text"], "why": said["why"], "named": named}


def _reword(form: Form, drawn: random.Random, speech: Speech) -> Said:
    return {"wording": speech.pick("heard", drawn)["text"], "what": "pass_on"}


def _trial(form: Form, drawn: random.Random, speech: Speech) -> Said:
    return {"text": speech.pick("trials", drawn)["text"]}


def _learned(form: Form, drawn: random.Random, speech: Speech) -> Said:
    tried = next((one for one in speech.words["trials"] if one["text"] in form.intro), None)
    line = tried["learned"] if tried else speech.pick("trials", drawn)["learned"]
    return {"line": line, "shared": _yes(drawn, 0.85)}


def _leaf(form: Form, drawn: random.Random, speech: Speech) -> Said:
    offered: Sequence[str] = speech.words["leaves"]
    text = drawn.choice([one for one in offered if one not in speech.said] or offered)
    speech.said.add(text)
    return {"text": text}


def _leaf_word(form: Form, drawn: random.Random, speech: Speech) -> Said:
    """Left in its own words; about half of the leaves hang on another one."""
    parents = [choice.value for one in form.fields if one.name == "parent" for choice in one.choices]
    return {"parent": drawn.choice(parents) if drawn.random() < 0.6 else parents[0]}


def _gate(form: Form, drawn: random.Random, speech: Speech) -> Said:
    offered = speech.words["gate_words"]
    return {"because": next(words for rung, words in offered.items() if f"level {rung} " in form.intro)}


def _step_words(form: Form, drawn: random.Random, speech: Speech) -> Said:
    return {"words": drawn.choice(speech.words["step_words"])}


_WRITERS: Mapping[str, Callable[[Form, random.Random, Speech], Said]] = {
    "hear_submit": _heard,
    "hear_reply_submit": _reply,
    "hear_reword_submit": _reword,
    "idea_submit": _idea,
    "trial_submit": _trial,
    "trial_learned_submit": _learned,
    "leaf_submit": _leaf,
    "leaf_word_submit": _leaf_word,
    "step_words_submit": _step_words,
    "open_gate_submit": _gate,
}
