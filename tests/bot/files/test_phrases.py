"""The file of sentences is refused where one could not be said, with its line."""

from pathlib import Path

import pytest

from bot.files.check import check_paths
from bot.files.phrases import MESSAGES, in_words, load_phrases, read_phrases
from bot.files.problems import FilesRefused
from nudges.errors import InvalidInput
from nudges.said import Said, said

GOOD = 'access:\n  gone: "Gone."\n  days:\n    one: "A day."\n    other: "{count} days."\npairing:\n'


def write(folder: Path, text: str, name: str = "said.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_ships_is_read_once_and_holds() -> None:
    assert load_phrases() is load_phrases()
    assert load_phrases() == read_phrases(MESSAGES)
    assert not check_paths([MESSAGES / "said.yaml"])


def test_sentences_are_read_by_dotted_key_and_a_section_may_be_empty(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    book = read_phrases(tmp_path)
    assert set(book.entries["en"]) == {"access.gone", "access.days"}
    assert book.say(said("access.days", {"count": 1})) == "A day."


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('  gone: "Twice."', "`gone` stands twice"),
        ('  empty: ""', "`access.empty` has no text"),
        ("  empty:", "`access.empty` has no text"),
        ("  number: 4", "`access.number` has no text"),
        ('  braces: "{a!r}"', "`access.braces` has a brace out of place"),
        ('  braces: "{{a}}"', "`access.braces` has a brace out of place"),
        ('  some: {one: "A day."}', "`access.some` is not a whole group of plural forms"),
        ('  some: {other: "Days.", more: "Many."}', "`access.some` is not a whole group of plural forms"),
        ('  Upper: "Up."', "`access.Upper` is no place for a sentence"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_refused_with_its_line(
    tmp_path: Path, line: str, named: str
) -> None:
    path = write(tmp_path, f'access:\n  gone: "Gone."\n{line}\n')
    with pytest.raises(FilesRefused) as caught:
        read_phrases(tmp_path)
    assert in_words(caught.value).startswith(f"{path}:3: {named}")
    assert [str(one) for one in check_paths([path])] == [str(one) for one in caught.value.problems]


def test_another_language_has_the_keys_and_facts_of_english(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, 'access:\n  gone: "Wedi mynd, {who}."\n  more: "Mwy."\n', "said.cy.yaml")
    with pytest.raises(FilesRefused) as caught:
        read_phrases(tmp_path)
    assert [problem.what for problem in caught.value.problems] == [
        "`access.gone` needs `who`, which English does not",
        "`access.more` is not among the English sentences",
    ]


def test_plain_words_stay_and_sentences_are_worded() -> None:
    assert in_words("Run it again.") == in_words(InvalidInput("Run it again.")) == "Run it again."
    assert in_words(InvalidInput(said("access.leads_only"))) == in_words(said("access.leads_only"))


SHIPPED = MESSAGES / "said.yaml"


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("  leads_only:", "  only_leads:", "`access.leads_only` is missing"),
        ("{organisation}", "{organization}", "needs `organization`, which it is not given"),
    ],
)
def test_what_the_core_cannot_say_is_found_before_it_has_to(
    tmp_path: Path, before: str, after: str, wrong: str
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "said.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    problems = check_paths([path])
    assert len(problems) == 1
    assert problems[0].what.endswith(wrong)
    assert problems[0].line > 0


@pytest.mark.parametrize("name", ["said.yaml", "said.cy.yaml"])
def test_an_empty_file_of_sentences_is_refused_where_it_is_the_english_one(tmp_path: Path, name: str) -> None:
    write(tmp_path, GOOD)
    path = write(tmp_path, "access:\n", name)
    assert [problem.what for problem in check_paths([path])] == (
        ["there is no sentence in it"] if name == "said.yaml" else []
    )


def test_another_language_is_checked_beside_english(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    path = write(tmp_path, 'access:\n  more: "Mwy."\n', "said.cy.yaml")
    assert [problem.what for problem in check_paths([path])] == [
        "`access.more` is not among the English sentences"
    ]


def test_what_has_no_words_is_said_to_have_none_and_breaks_nothing() -> None:
    unknown = in_words(InvalidInput(Said(key="nowhere.at_all")))
    assert unknown.startswith("A sentence is missing here")
    assert "nowhere.at_all" in unknown
