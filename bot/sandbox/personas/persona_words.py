"""What people of the example put into the forms in which they say, answer, try and judge something."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nudges.model.message import FieldKind, Form

Answers = dict[str, str]
NAMED_SHARE = 0.55
NOT_SAID, NOT_SAID_SHARE = "not_said", 0.02
# Where people stand on the pulse's scale at the start, and how far half a year of small steps moves them.
PULSE_AT_START, PULSE_MOVES_BY = 2.9, 0.9


@dataclass(kw_only=True, slots=True)
class Speech:
    """What can be said, and what was said already: nobody says the same thing twice where more is left."""

    words: Mapping[str, Any]
    said: set[str] = field(default_factory=set)

    def pick(self, kind: str, random_source: random.Random) -> Mapping[str, Any]:
        """Something of this kind that nobody has said, or anything where all of it was."""
        offered: Sequence[Mapping[str, Any]] = self.words[kind]
        new = [one for one in offered if one["text"] not in self.said]
        example = random_source.choice(new or offered)
        self.said.add(example["text"])
        return example

    def is_left(self, kind: str) -> bool:
        """Whether there is something of this kind that nobody has said yet."""
        return any(one["text"] not in self.said for one in self.words[kind])

    def fill(self, form: Form, random_source: random.Random, *, who: str, progress: float) -> Answers:
        """The fields that this form gets besides those that any form would; empty for other forms.

        `who` is a person's id, so that one person answers alike from time to time; `progress` is the part
        of the campaign that has gone by, from 0 to 1.
        """
        if form.verb == "pulse_submit":
            return _pulse(form, random_source, who=who, progress=progress)
        write = _WRITERS.get(form.verb)
        return write(form, random_source, self) if write else {}


def _pulse(form: Form, random_source: random.Random, *, who: str, progress: float) -> Answers:
    answers: Answers = {}
    for question in form.fields:
        if question.kind is not FieldKind.CHOICE:
            continue
        own = random.Random(f"{who}:{question.name.rstrip('+')}")
        wanted = own.gauss(PULSE_AT_START, 0.9) + PULSE_MOVES_BY * progress * own.uniform(0.2, 1.6)
        wanted += random_source.gauss(0, 0.4) + (0.8 if question.name.endswith("+") else 0)
        is_said = random_source.random() >= NOT_SAID_SHARE
        answers[question.name] = str(min(5, max(1, round(wanted)))) if is_said else NOT_SAID
    return answers


def _yes(random_source: random.Random, share: float) -> str:
    return "yes" if random_source.random() < share else "no"


def _heard(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    example = speech.pick("heard", random_source)
    return {"text": example["text"], "theme": example["theme"], "named": _yes(random_source, NAMED_SHARE)}


def _reply(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    for kind in ("heard", "ideas"):
        for example in speech.words[kind]:
            if example["text"] in form.intro:
                is_not_yet = example.get("is_not_yet") or example["reply"].startswith("Not yet")
                reply = example["reply"].removeprefix("Not yet, because ")
                return {"reply": reply, "kind": "not_yet" if is_not_yet else "we_did", "owner": ""}
    return {"reply": speech.words["reply_to_anything"], "kind": "not_yet", "owner": ""}


def _idea(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    example = speech.pick("ideas", random_source)
    named = _yes(random_source, NAMED_SHARE)
    return {"title": example["title"], "text": example["text"], "why": example["why"], "named": named}


def _reword(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    return {"wording": speech.pick("heard", random_source)["text"], "what": "pass_on"}


def _two_week_test(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    return {"text": speech.pick("trials", random_source)["text"]}


def _learned(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    tried = next((one for one in speech.words["trials"] if one["text"] in form.intro), None)
    line = tried["learned"] if tried else speech.pick("trials", random_source)["learned"]
    return {"line": line, "shared": _yes(random_source, 0.85)}


def _leaf(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    offered: Sequence[str] = speech.words["leaves"]
    text = random_source.choice([one for one in offered if one not in speech.said] or offered)
    speech.said.add(text)
    return {"text": text}


def _leaf_word(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    """Left in its own words; about half of the leaves hang on another one."""
    parents = [choice.value for one in form.fields if one.name == "parent" for choice in one.choices]
    return {"parent": random_source.choice(parents) if random_source.random() < 0.6 else parents[0]}


def _gate(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    offered = speech.words["gate_words"]
    return {"because": next(words for rung, words in offered.items() if f"level {rung} " in form.intro)}


def _step_words(form: Form, random_source: random.Random, speech: Speech) -> Answers:
    return {"words": random_source.choice(speech.words["step_words"])}


_WRITERS: Mapping[str, Callable[[Form, random.Random, Speech], Answers]] = {
    "hear_submit": _heard,
    "hear_reply_submit": _reply,
    "hear_reword_submit": _reword,
    "idea_submit": _idea,
    "trial_submit": _two_week_test,
    "trial_learned_submit": _learned,
    "leaf_submit": _leaf,
    "leaf_word_submit": _leaf_word,
    "step_words_submit": _step_words,
    "open_gate_submit": _gate,
}
