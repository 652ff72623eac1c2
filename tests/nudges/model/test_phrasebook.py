"""A sentence is said with its facts, and what is missing is named."""

import pickle

import pytest

from nudges.errors import DeliveryError, InvalidInput, NotFound
from nudges.model.partner_step import NotAStep
from nudges.model.phrasebook import NotWorded, Phrasebook
from nudges.said import Said, said

BOOK = Phrasebook.of(
    {
        "en": {
            "joining.write_name": "Write a name of at most {most} characters.",
            "joining.plain": "Say “join”.",
            "pulse.heard": "{people} said “{words}”, {people}.",
            "words.people": {"one": "One person", "other": "{count} people"},
            "words.days": {"one": "a day", "other": "some days"},
        },
        "cy": {"joining.plain": "Dweud “join”."},
    }
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (said("joining.plain"), "Say “join”."),
        (said("joining.write_name", {"most": 80}), "Write a name of at most 80 characters."),
        (said("words.people", {"count": 1}), "One person"),
        (said("words.people", {"count": 0}), "0 people"),
        (said("words.people", {"count": 12}), "12 people"),
        (said("words.days", {"count": 2}), "some days"),
        (
            said("pulse.heard", {"people": said("words.people", {"count": 3}), "words": "{words} {0} %s"}),
            "3 people said “{words} {0} %s”, 3 people.",
        ),
    ],
)
def test_a_sentence_is_said_with_its_facts_and_facts_stay_as_they_are(words: Said, expected: str) -> None:
    assert BOOK.say(words) == expected


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (said("joining.nothing"), "joining.nothing"),
        (said("joining.write_name"), "joining.write_name: most"),
        (said("words.people", {"count": "3"}), "words.people: count"),
        (said("pulse.heard", {"people": said("words.people"), "words": ""}), "words.people: count"),
    ],
)
def test_a_missing_sentence_or_fact_is_named(words: Said, named: str) -> None:
    with pytest.raises(NotWorded) as caught:
        BOOK.say(words)
    assert str(caught.value) == named


def test_a_fact_is_no_list() -> None:
    wrong: dict[str, str | int | Said] = {"most": ["a", "b"]}  # type: ignore[dict-item]  # what must not be
    with pytest.raises(TypeError, match=r"joining\.write_name: most"):
        BOOK.say(said("joining.write_name", wrong))


def test_another_language_says_in_english_what_it_does_not_have() -> None:
    assert BOOK.say(said("joining.plain"), locale="cy") == "Dweud “join”."
    assert BOOK.say(said("words.days", {"count": 1}), locale="cy") == "a day"
    assert BOOK.say(said("joining.plain"), locale="xx") == "Say “join”."


def test_the_facts_that_a_sentence_needs_are_known() -> None:
    assert BOOK.facts_of("joining.plain") == set()
    assert BOOK.facts_of("pulse.heard") == {"people", "words"}
    assert BOOK.facts_of("words.days") == {"count"}


def test_an_error_is_said_by_its_sentence_or_in_the_words_it_came_with() -> None:
    worded = NotFound(said("joining.write_name", {"most": 80}))
    assert BOOK.in_words(worded) == "Write a name of at most 80 characters."
    assert (worded.said, worded.text) == (said("joining.write_name", {"most": 80}), "")
    assert str(worded) == "joining.write_name(most=80)"
    assert BOOK.in_words(InvalidInput("Run it again.")) == "Run it again."
    assert BOOK.in_words(DeliveryError("no answer", ambiguous=True)) == "no answer"
    assert BOOK.in_words(NotAStep("words", said("joining.plain"))) == "Say “join”."


def test_a_sentence_cannot_slip_into_a_text_without_its_words() -> None:
    with pytest.raises(TypeError, match=r"joining\.plain"):
        f"{said('joining.plain')} And more."


def test_a_phrasebook_can_be_remembered() -> None:
    assert pickle.loads(pickle.dumps(BOOK)) == BOOK
