"""What a person does about a row of buttons: the weights of each answer, with nothing of time or place."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.personas.personas import HAPPENED_ANSWERS, NUDGE_ANSWERS, Persona
from nudges.model.message import Button

WITH_SOMEBODY = 0.6
PROMISE_ANSWERS = ("promise_kept", "promise_partly", "promise_carry", "promise_let_go")
VISIBILITIES = ("private", "my_pair_can_see", "name_me_when_i_keep_one")
REASONS = ("time", "permission", "people", "relationship", "service_pressure", "not_useful")
REASON_SHARES = (0.42, 0.1, 0.12, 0.06, 0.2, 0.1)
PULSE_REPLIES = 0.84
PASSES_ON = 0.04
# A lead opens brave steps once the group has talked; before the numbers are there, they mostly wait.
OPENS_GATE = {"2": 0.3, "3": 0.9}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """The button that will be tapped, and within how many hours; no verb means no answer."""

    verb: str = ""
    hours: float = 24
    value: str = ""


NOTHING = Reaction()
Choose = Callable[[Sequence[Button], Persona, random.Random], Reaction]


def to_message(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    """What somebody does about a row of a message that has just come."""
    verbs = tuple(button.verb for button in row)
    if {"yes", "later"} <= set(verbs):
        return _at_welcome(row, who, random_source)
    if verbs[0] == "done" and "plan" in verbs:
        return _at_once(row, who, random_source)
    for verb, choose in BY_VERB.items():
        if verb in verbs:
            return choose(row, who, random_source)
    if row[0].label.startswith("Yes"):
        return Reaction(verb=verbs[0], hours=min(who.hours, 30))
    return NOTHING


def to_change(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    """What a changed card leads to: a shared line, a new day, a little more."""
    verbs = tuple(button.verb for button in row)
    if "listen_start" in verbs and random_source.random() < 0.6:
        return Reaction(verb="listen_start", hours=40)
    if "trial" in verbs and random_source.random() < 0.5:
        return Reaction(verb="trial", hours=2)
    if verbs[0] == "share" and random_source.random() < who.shares:
        return Reaction(verb="share", hours=1)
    if "pass_on" in verbs and random_source.random() < PASSES_ON:
        return Reaction(verb="pass_on", hours=2)
    if "let_go" in verbs and "help" in verbs:
        verb = random_source.choices(("move", "let_go", "help", "done", ""), (0.4, 0.12, 0.05, 0.23, 0.2))[0]
        return Reaction(verb=verb, hours=30 if verb == "done" else 2)
    if verbs[:2] == ("done", "move") and "swap" not in verbs and random_source.random() < 0.3:
        return Reaction(verb="done", hours=48)
    if verbs[:2] == ("done", "move") and random_source.random() < 0.1 * who.nudge[0]:
        return Reaction(verb="undo" if random_source.random() < 0.05 else "move", hours=20)
    if "reason_take" in verbs or "snooze" in verbs or "pause_until" in verbs:
        offered = next(verb for verb in ("reason_take", "snooze", "pause_until") if verb in verbs)
        return Reaction(verb=offered, hours=1) if random_source.random() < 0.5 else NOTHING
    if verbs[0] == "undo" and len(verbs) == 1 and random_source.random() < 0.02:
        return Reaction(verb="undo", hours=1)
    return NOTHING


def _at_welcome(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    roll = random_source.random()
    if roll < who.silent_at_welcome:
        return NOTHING
    verb = "later" if roll < who.silent_at_welcome + who.later else "yes"
    return Reaction(verb=verb, hours=who.hours)


def _at_once(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    """A small step that can be done on the spot."""
    verb = "done" if random_source.random() < who.nudge[0] * 0.9 else ""
    return Reaction(verb=verb, hours=min(who.hours, 8))


def _at_offer(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    answer = random_source.choices(NUDGE_ANSWERS, who.nudge)[0]
    if len(row) == 2 and random_source.random() < WITH_SOMEBODY:
        answer = "plan"  # somebody else is waiting for it
    if answer == "swap" and all(button.verb != "swap" for button in row):
        answer = "plan"
    return Reaction(verb=answer, hours=who.hours)


def _whether_kept(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    return Reaction(verb=random_source.choices(PROMISE_ANSWERS, (0.7, 0.1, 0.14, 0.06))[0], hours=who.hours)


def _whether_done(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    return Reaction(verb=random_source.choices(HAPPENED_ANSWERS, who.happened)[0], hours=who.hours)


def _at_slots(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    by_office = random_source.random() < who.by_office
    verb = random_source.choices(
        ("office" if by_office else "pick", "slots", "cannot", ""), (0.92, 0.03, 0.02, 0.03)
    )[0]
    return Reaction(verb=verb, hours=min(who.hours, 30))


def _at_pulse(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    return (
        Reaction(verb="pulse", hours=min(who.hours, 20))
        if random_source.random() < PULSE_REPLIES
        else NOTHING
    )


def _in_the_way(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    """After two misses: the smaller step, a swap, or what got in the way."""
    verb = random_source.choices(("smaller", "reason", "swap", ""), (0.3, 0.3, 0.15, 0.25))[0]
    return Reaction(verb=verb, hours=min(who.hours, 30))


def _why(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    value = random_source.choices(REASONS, REASON_SHARES)[0]
    return Reaction(verb="reason", value=value, hours=1)


def _another_day(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    verb = random_source.choices(("another_day", "let_go", ""), (0.5, 0.15, 0.35))[0]
    return Reaction(verb=verb, hours=min(who.hours, 30))


def _checked(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    value = random_source.choices(("heard", "changed", "not_yet"), (0.6, 0.2, 0.2))[0]
    return Reaction(verb="check_back", value=value, hours=min(who.hours, 30))


def _help_offer(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    value = random_source.choices(("yes", "no", ""), (0.35, 0.4, 0.25))[0]
    return Reaction(verb="help" if value else "", value=value, hours=min(who.hours, 30))


def _one_of(choices: Sequence[tuple[str, float]], *, hours: float = 30) -> Choose:
    """An answer by weight; what is left of 1 is no answer."""

    def choose(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
        verbs = [verb for verb, _ in choices]
        shares = [share for _, share in choices]
        verb = random_source.choices([*verbs, ""], [*shares, max(0.0, 1 - sum(shares))])[0]
        return Reaction(verb=verb, hours=min(who.hours, hours))

    return choose


def _visibility(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    value = random_source.choices(VISIBILITIES, (0.5, 0.2, 0.3))[0]
    return Reaction(verb="visibility", value=value, hours=min(who.hours, 30))


def _pace(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    value = who.pace if random_source.random() < 0.8 else "right"
    return Reaction(verb="pace", value=value, hours=min(who.hours, 30))


def _at_gate(row: Sequence[Button], who: Persona, random_source: random.Random) -> Reaction:
    share = OPENS_GATE.get(row[0].subject.rpartition(":")[2], 0.0)
    return Reaction(verb="open_gate", hours=30) if random_source.random() < share else NOTHING


# The first verb that the row has decides.
BY_VERB: dict[str, Choose] = {
    "smaller": _in_the_way,
    "another_day": _another_day,
    "plan": _at_offer,
    "promise_kept": _whether_kept,
    "step_on_course": _one_of((("step_on_course", 0.8),)),
    "step_done": _one_of(()),  # organisations have habits of their own
    "done": _whether_done,
    "pick": _at_slots,
    "met": _one_of((("met", 0.86), ("not_met", 0.02))),
    "visibility": _visibility,
    "pace": _pace,
    "swap_submit": _one_of((("swap_submit", 0.6), ("not_now", 0.2))),
    "pulse": _at_pulse,
    "help": _help_offer,
    "reason": _why,
    "check_back": _checked,
    "pause_until": _one_of((("pause_until", 0.6),), hours=2),
    "reason_take": _one_of((("reason_take", 0.7),), hours=2),
    "sign": _one_of((("sign", 0.7),)),
    "trial_learned": _one_of((("trial_learned", 0.85),)),
    "trial": _one_of((("trial", 0.4),), hours=3),
    "buddy_yes": _one_of((("buddy_yes", 0.9),)),
    "passed_yes": _one_of((("passed_yes", 0.7), ("passed_no", 0.15))),
    "step_words": _one_of((("step_words", 0.9),)),
    "step_confirm": _one_of((("step_confirm", 0.9),)),
    "hear_reword": _one_of((("hear_reword", 1.0),), hours=20),
    "hear_reply": _one_of((("hear_reply", 0.95),), hours=30),
    "leaf_word": _one_of((("leaf_word", 1.0),), hours=20),
    "help_contacted": _one_of((("help_contacted", 0.93),), hours=12),
    "help_taken_up": _one_of((("help_taken_up", 0.8),), hours=60),
    "help_closed": _one_of((("help_closed", 0.8),), hours=80),
    "goal_yes": _one_of((("goal_yes", 1.0),), hours=4),
    "open_gate": _at_gate,
    "leave_yes": _one_of((("leave_yes", 1.0),), hours=1),
    "permission": _one_of((("permission", 1.0),), hours=10),
    "hold_rollup": _one_of(()),
    "move": _one_of((("move", 0.5), ("let_go", 0.2))),
    "start": _one_of((("start", 0.5),)),
    "snooze": _one_of((("snooze", 0.6),), hours=2),
    "hear": _one_of((("hear", 0.9),), hours=1),
    "idea": _one_of((("idea", 0.9),), hours=1),
    "tree_post": _one_of((("tree_post", 1.0),), hours=20),
    "leaf": _one_of((("leaf", 0.9),), hours=1),
    "tree": _one_of((("tree", 1.0),), hours=2),
    "vote": _one_of((("vote", 0.9),), hours=1),
}
