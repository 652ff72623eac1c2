"""What people of the example say: within the limits, and owned by people of the example."""

import random
from collections.abc import Iterator
from datetime import date

import pytest

from bot.files.content import load_rules
from bot.files.first_files import load_example
from bot.sandbox.personas.fill_form import filled_in, words
from nudges.model.message import Choice, Field, FieldKind, Form
from nudges.rules.rollup.rollup_lint import lint_words

RULES = load_rules()


# Not what people say, but who, how long and what kind.
NOT_WORDS = {"owner", "weeks", "review_weeks", "theme", "is_not_yet"}


def _all_words() -> Iterator[str]:
    yield from _strings(words())


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NOT_WORDS:
                yield from _strings(part)


@pytest.mark.parametrize("text", list(_all_words()))
def test_every_line_is_short_and_uses_no_banned_word(text: str) -> None:
    assert len(text) <= RULES.partner_step.text_max
    assert lint_words(text, RULES) == []


def test_every_step_belongs_to_an_organisation_and_an_owner_of_the_example() -> None:
    partnership, people = load_example()
    assert set(words()["partner_steps"]) == {one.id for one in partnership.organisations}
    for organisation_id, steps in words()["partner_steps"].items():
        organisation_fields = partnership.organisation(organisation_id)
        assert organisation_fields is not None
        names = {row.name for row in people if row.organisation == organisation_fields.name}
        for step in steps:
            assert step["owner"] in names or step["owner"].startswith("the ")


def test_there_are_forty_steps_that_all_differ() -> None:
    texts = [step["text"] for steps in words()["partner_steps"].values() for step in steps]
    assert len(texts) == len(set(texts)) >= 40


def test_a_form_is_filled_in_with_what_it_offers() -> None:
    form = Form(
        title="When?",
        verb="plan_submit",
        subject="n1",
        submit="Save",
        fields=(
            Field(name="slot", label="Slot", kind=FieldKind.CHOICE, choices=(Choice(value="a", label="A"),)),
            Field(name="other_day", label="Day", kind=FieldKind.DATE),
            Field(name="place", label="Place", kind=FieldKind.TEXT),
        ),
    )
    values = filled_in(form, random.Random(1), on=date(2027, 1, 4), next_working_day=lambda day: day)
    assert values["slot"] == "a"
    assert values["other_day"] == "", "a picked slot needs no other day"
    assert values["place"] in words()["places"]
    alone = filled_in(
        form, random.Random(1), on=date(2027, 1, 4), next_working_day=lambda day: day, is_alone=True
    )
    assert alone["place"] == "", "who is alone meets nobody anywhere"


def test_a_place_is_the_same_for_both_who_read_it() -> None:
    assert not [one for one in words()["places"] if one.lower().split()[0] in ("my", "our", "your", "their")]
