"""Things heard: answered, reworded, left out, told."""

from dataclasses import replace
from datetime import date

import pytest

from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import thing_heard
from nudges.model.thing_heard import HeardKind, HeardState, ThingHeard, Vote

DAY = date(2027, 1, 4)
THING = ThingHeard(
    id="t",
    partnership_id="p",
    kind=HeardKind.CONCERN,
    text="The form is asked for twice.",
    said_on=DAY,
    reply_by=date(2027, 1, 18),
)


def test_a_reply_answers_and_a_later_one_replaces_it() -> None:
    first = thing_heard.answer(THING, reply=" One form now. ", is_not_yet=False, on=DAY)
    assert (first.state, first.reply, first.replied_on) == (HeardState.ANSWERED, "One form now.", DAY)
    second = thing_heard.answer(first, reply="No form at all.", is_not_yet=False, on=date(2027, 1, 6))
    assert second.reply == "No form at all."


def test_an_empty_reply_is_none() -> None:
    with pytest.raises(InvalidInput):
        thing_heard.answer(THING, reply=" ", is_not_yet=True, on=DAY)


def test_what_is_held_is_reworded_before_anybody_answers() -> None:
    held = replace(THING, state=HeardState.HELD)
    with pytest.raises(IllegalTransition):
        thing_heard.answer(held, reply="We did.", is_not_yet=False, on=DAY)
    with pytest.raises(InvalidInput):
        thing_heard.reword(held, wording=" ")
    again = thing_heard.reword(held, wording="A form is asked for twice.")
    assert (again.state, again.text) == (HeardState.OPEN, "A form is asked for twice.")
    with pytest.raises(IllegalTransition):
        thing_heard.reword(again, wording="More")


def test_what_is_left_out_keeps_no_words() -> None:
    gone = thing_heard.leave_out(replace(THING, state=HeardState.HELD))
    assert (gone.state, gone.text) == (HeardState.LEFT_OUT, "")
    with pytest.raises(IllegalTransition):
        thing_heard.leave_out(THING)


def test_everybody_sees_neither_held_nor_left_out_ones() -> None:
    states = [replace(THING, id=str(state), state=state) for state in HeardState]
    tomorrow = date(2027, 1, 5)
    assert {one.state for one in thing_heard.shown(states, on=tomorrow)} == {
        HeardState.OPEN,
        HeardState.ANSWERED,
    }
    assert {one.state for one in thing_heard.shown(states, on=DAY)} == {HeardState.ANSWERED}


def test_the_newest_untold_reply_is_told() -> None:
    old = thing_heard.answer(THING, reply="A", is_not_yet=False, on=DAY)
    new = replace(old, id="n", reply="B", replied_on=date(2027, 1, 7))
    later = replace(old, id="l", reply="C", replied_on=date(2027, 1, 9))
    assert thing_heard.to_tell([THING, old, new, later], until_on=date(2027, 1, 8)) == new
    assert thing_heard.to_tell([replace(new, told_on=DAY), THING], until_on=date(2027, 1, 8)) is None


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("The law stands in the way.", "the law stands in the way."),
        ("Not yet, because it is dear.", "it is dear."),
        ("not yet, because it is dear.", "it is dear."),
        ("It is dear. Not yet, because of that.", "it is dear. Not yet, because of that."),
        ("IT is away.", "IT is away."),
        ("I have to ask.", "I have to ask."),
    ],
)
def test_not_yet_is_a_reply_with_a_reason(reply: str, reason: str) -> None:
    assert thing_heard.reason_of(thing_heard.answer(THING, reply=reply, is_not_yet=True, on=DAY)) == reason


def test_votes_are_counted_by_action() -> None:
    votes = [Vote(partnership_id="p", leader_id=one, action_id=action) for one, action in ("aX", "bX", "aY")]
    assert thing_heard.counted(votes) == {"X": 2, "Y": 1}
