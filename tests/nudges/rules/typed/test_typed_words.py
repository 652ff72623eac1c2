"""Typed words: exact commands act, anything else is asked about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.phrases import in_words
from nudges.errors import InvalidInput
from nudges.rules.typed.typed_words import EXACT, Guess, Word, understand

TUESDAY = date(2027, 1, 5)
BED_DATA = {"text": "share our bed data", "due": "2027-01-08"}


def meaning(text: str) -> Word | Guess | None:
    """What is understood on a Tuesday."""
    return understand(text, on=TUESDAY)


@pytest.mark.parametrize(("command", "verb"), sorted(EXACT.items()))
def test_every_command_acts_in_any_case_and_with_any_punctuation_around(command: str, verb: str) -> None:
    for text in (
        command,
        command.upper(),
        f"  {command}.\n",
        f"“{command.title()}!”",
        f"/milepost {command}",
    ):
        assert meaning(text) == Word(verb=verb)


@pytest.mark.parametrize(
    ("text", "verb", "args"),
    [
        ("not-yet", "not_yet", {}),
        ("I’ll do it", "plan", {}),
        ("help\u00a0me", "help_me", {}),
        ("why?", "why", {}),
        ("pace slower", "pace", {"value": "slower"}),
        ("Pace: right", "pace", {"value": "right"}),
        ("snooze until Friday", "snooze", {"value": "2027-01-08"}),
        ("snooze tomorrow", "snooze", {"value": "2027-01-06"}),
        ("pause until 12 January", "pause_until", {"until": "2027-01-12"}),
        ("pause 12 January", "pause_until", {"until": "2027-01-12"}),
        ("pause everybody until 12 January", "pause_everybody", {"until": "2027-01-12"}),
        ("commit", "commit", {}),
        ("away until 12 January", "away", {"until": "2027-01-12"}),
        ("away from 12 January until Friday", "away", {"from": "2027-01-12", "until": "2027-01-15"}),
        ("away from 12 January", "away", {"from": "2027-01-12"}),
        ("language Welsh", "language", {"value": "cy"}),
        ("log rang the council", "log_step", {"text": "rang the council"}),
        ("hear: we never get a reply", "hear", {"text": "we never get a reply"}),
        (
            'commit "share our bed data" by Friday',
            "commit",
            BED_DATA,
        ),
        (
            "Commit “share our bed data” by Friday.",
            "commit",
            BED_DATA,
        ),
        (
            "commit share our bed data by Friday",
            "commit",
            BED_DATA,
        ),
        (
            "commit 'share our board's data' by 12/01",
            "commit",
            {"text": "share our board's data", "due": "2027-01-12"},
        ),
        (
            'commit "share our bed data by Friday"',
            "commit",
            BED_DATA,
        ),
        (
            "commit to stand by the team by next Friday",
            "commit",
            {"text": "stand by the team", "due": "2027-01-15"},
        ),
        ('commit "Ring Ward 4" before Friday', "commit", {"text": "Ring Ward 4", "due": "2027-01-08"}),
        ("commit: ring the ward by end of January", "commit", {"text": "ring the ward", "due": "2027-01-31"}),
    ],
)
def test_a_command_brings_its_day_or_its_words(text: str, verb: str, args: dict[str, str]) -> None:
    assert meaning(text) == Word(verb=verb, args=args)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("I did it yesterday", "done"),
        ("all done thanks", "done"),
        ("had the coffee", "done"),
        ("we've met", "done"),
        ("have done it", "done"),
        ("done and it was lovely", "done"),
        ("doen", "done"),
        ("✅", "done"),
        ("not done", "not_yet"),
        ("I haven't done it", "not_yet"),
        ("I haven’t done it", "not_yet"),
        ("i havent done it", "not_yet"),
        ("sorry, not done yet", "not_yet"),
        ("couldn't do it", "not_yet"),
        ("it didn't happen", "not_yet"),
        ("I forgot", "not_yet"),
        ("no, done", "not_yet"),
        ("nearly done", "partly"),
        ("half of it", "partly"),
        ("can't this week", "not_now"),
        ("too busy", "not_now"),
        ("no thanks", "not_now"),
        ("please stop", "stop"),
        ("stop it", "stop"),
        ("stop, I don't want these", "stop"),
        ("unsubscribe", "stop"),
        ("leave me alone", "stop"),
        ("remind me next week", "snooze"),
        ("maybe later", "snooze"),
        ("something else please", "swap"),
        ("I'm stuck", "help_me"),
        ("will do", "plan"),
        ("I'll do it tomorrow", "plan"),
        ("oops", "undo"),
        ("on holiday until Monday", "away"),
        ("away with the children", "away"),
        ("pause please", "pause_until"),
        ("please do not pair me with Joe", "apart"),
        ("my assistant books my meetings", "delegate"),
        ("can you write in Welsh", "language"),
        ("I want to change my hours", "my_days"),
        ("what do you know about me", "my_data"),
        ("can I see my page", "home"),
        ("I don't want to meet Ben", "apart"),
        ("sick today", "away"),
        ("done, we met in my office and it is in the diary", "done"),
        ("yes please", "yes"),
        ("nope", "no"),
        ("not right now", "not_now"),
        ("pace ok", "pace"),
    ],
)
def test_other_words_are_asked_about(text: str, verb: str) -> None:
    assert meaning(text) == Guess(verb=verb)


def test_a_promise_in_a_sentence_is_asked_about_with_its_day() -> None:
    asked = Guess(verb="commit", args={"text": "ring the ward", "due": "2027-01-06"})
    assert meaning("I promise to ring the ward by tomorrow") == asked
    assert meaning("I promise to be good") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  …  ",
        "hello",
        "done?",
        "is it done?",
        "have you done it?",
        "when it's done",
        "don't stop",
        "no help needed",
        "the report says nothing",
        "this week went well",
        "thanks",
        "x" * 41_000,
        "done " * 9_000,
    ],
)
def test_what_means_nothing_here_stays_unknown(text: str) -> None:
    assert meaning(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("commit “” by Friday", "what you promise"),
        ("commit by Friday", "I need"),
        ("commit share our bed data", "a day for your promise"),
        ('commit "share our bed data"', "a day for your promise"),
        ("commit share our data by ringing them", "could not read"),
        ("commit share our data by 30 February", "no such day"),
        ("commit share our data by 4 January", "past"),
        ("snooze 2020-01-01", "past"),
        ("pause until", "could not read"),
    ],
)
def test_a_command_that_cannot_be_followed_says_what_to_write(text: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        meaning(text)
    assert why in in_words(caught.value)


def test_the_words_of_a_promise_keep_their_case_and_their_marks() -> None:
    result = meaning("commit “Ring Älva's ward & say “hello”” by Friday")
    assert result == Word(verb="commit", args={"text": "Ring Älva's ward & say “hello”", "due": "2027-01-08"})


@given(text=st.text(max_size=120))
def test_any_text_has_one_meaning_or_a_clear_error(text: str) -> None:
    try:
        first = meaning(text)
    except InvalidInput:
        return
    assert meaning(text) == first


_SAID = (
    "i",
    "it",
    "done",
    "did",
    "met",
    "all",
    "thanks",
    "had",
    "coffee",
    "yet",
    "we",
    "finished",
    "✅",
    "week",
)
_NOES = (
    "not",
    "no",
    "never",
    "haven't",
    "didn’t",
    "havent",
    "hasn't",
    "cannot",
    "couldn't",
    "undone",
    "forgot",
)


@given(said=st.lists(st.sampled_from(_SAID), max_size=6), no=st.sampled_from(_NOES), place=st.integers(0, 6))
def test_a_no_anywhere_is_never_taken_for_done(said: list[str], no: str, place: int) -> None:
    result = meaning(" ".join([*said[:place], no, *said[place:]]))
    assert result is None or result.verb not in ("done", "yes")
