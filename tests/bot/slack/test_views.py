"""Forms, notices and home pages have shapes that Slack takes."""

import json

import pytest

from bot.slack.views import HOME, NOTICE, to_home, to_notice, to_view
from nudges.errors import InvalidInput
from nudges.model.message import Button, Choice, Field, FieldKind, Form, Message, Section, Table
from tests.fakes.slack_limits import problem_of_view


def test_every_kind_of_field_has_a_shape_that_slack_takes() -> None:
    choices = tuple(Choice(value=f"v{n}", label=f"Label {n} " * 20) for n in range(12))
    form = Form(
        title="A title that is longer than Slack takes",
        verb="plan_submit",
        subject="n1",
        submit="Save",
        intro="Pick a time.",
        fields=(
            Field(name="few", label="Few", kind=FieldKind.CHOICE, choices=choices[:3], initial="v1"),
            Field(name="many", label="Many", kind=FieldKind.CHOICE, choices=choices, initial="gone"),
            Field(
                name="note",
                label="Note",
                kind=FieldKind.TEXT,
                initial="x" * 400,
                hint="Short",
                is_required=False,
            ),
            Field(name="day", label="Day", kind=FieldKind.DATE, initial="2027-01-12"),
            Field(name="odd", label="Odd day", kind=FieldKind.DATE, initial="tomorrow"),
            Field(name="time", label="Time", kind=FieldKind.TIME, initial="09:30"),
        ),
    )
    view = to_view(form)
    assert problem_of_view(view) is None
    elements = [block["element"]["type"] for block in view["blocks"][1:]]
    assert elements == [
        "radio_buttons",
        "static_select",
        "plain_text_input",
        "datepicker",
        "datepicker",
        "timepicker",
    ]


def test_a_choice_without_answers_is_refused() -> None:
    form = Form(
        title="T",
        verb="v",
        subject="",
        submit="S",
        fields=(Field(name="a", label="A", kind=FieldKind.CHOICE),),
    )
    with pytest.raises(InvalidInput, match="0 answers"):
        to_view(form)


def asked(*fields: Field) -> Form:
    """A form with just these questions."""
    return Form(title="T", verb="v", subject="", submit="S", fields=fields)


def people(count: int, *, groups: int = 1) -> tuple[Choice, ...]:
    """So many people, spread over organisations."""
    return tuple(
        Choice(value=f"p{n}", label=f"Person {n}", group=f"Organisation {n % groups}") for n in range(count)
    )


def element(field: Field) -> dict[str, object]:
    """What Slack gets for one question."""
    view = to_view(asked(field))
    assert problem_of_view(view) is None
    result: dict[str, object] = view["blocks"][0]["element"]
    return result


def test_a_few_of_several_are_ticked_and_many_chosen_from_a_menu() -> None:
    days = tuple(Choice(value=str(n), label=f"Day {n}") for n in range(1, 8))
    result = element(Field(name="d", label="Days", kind=FieldKind.CHOICES, choices=days, initial="1,3,gone"))
    assert result["type"] == "checkboxes"
    assert [option["value"] for option in result["initial_options"]] == ["1", "3"]  # type: ignore[attr-defined]
    many = tuple(Choice(value=str(n), label=f"Day {n}") for n in range(40))
    result = element(Field(name="d", label="Days", kind=FieldKind.CHOICES, choices=many))
    assert result["type"] == "multi_static_select"
    assert "initial_options" not in result


def test_people_stand_under_their_organisations() -> None:
    choices = people(4, groups=2)
    single = element(Field(name="w", label="Who", kind=FieldKind.CHOICE, choices=choices, initial="p1"))
    assert single["type"] == "static_select"
    groups = single["option_groups"]
    assert isinstance(groups, list)
    assert [group["label"]["text"] for group in groups] == ["Organisation 0", "Organisation 1"]
    assert [[option["value"] for option in group["options"]] for group in groups] == [
        ["p0", "p2"],
        ["p1", "p3"],
    ]
    several = element(Field(name="w", label="Who", kind=FieldKind.CHOICES, choices=choices, initial="p1"))
    assert several["type"] == "multi_static_select"


def test_a_big_organisation_goes_on_in_another_group() -> None:
    result = element(Field(name="w", label="Who", kind=FieldKind.CHOICES, choices=people(250)))
    groups = result["option_groups"]
    assert isinstance(groups, list)
    assert [len(group["options"]) for group in groups] == [100, 100, 50]


def test_more_answers_than_slack_takes_are_refused() -> None:
    many = tuple(Choice(value=str(n), label=str(n)) for n in range(101))
    with pytest.raises(InvalidInput, match="101 answers"):
        to_view(asked(Field(name="w", label="Who", kind=FieldKind.CHOICES, choices=many)))
    with pytest.raises(InvalidInput, match="101 groups"):
        to_view(asked(Field(name="w", label="Who", kind=FieldKind.CHOICE, choices=people(101, groups=101))))


def test_more_questions_than_slack_takes_are_refused() -> None:
    fields = tuple(Field(name=f"q{n}", label="Q", kind=FieldKind.TEXT) for n in range(101))
    with pytest.raises(InvalidInput, match="101 questions"):
        to_view(asked(*fields))


PAUSE = Button(label="Pause", verb="pause", subject="l1")


def test_a_home_page_holds_twice_as_much_as_a_message() -> None:
    sections = tuple(Section(text=f"Part {n}", buttons=(PAUSE,)) for n in range(50))
    view = to_home(Message(text="Yours", sections=sections))
    assert problem_of_view(view) is None
    assert (view["type"], view["callback_id"], len(view["blocks"])) == ("home", HOME, 100)
    ids = [each["action_id"] for block in view["blocks"] for each in block.get("elements", [])]
    assert len(set(ids)) == 50
    with pytest.raises(InvalidInput, match="Slack takes 100"):
        to_home(Message(text="Yours", sections=(*sections, Section(text="More", buttons=(PAUSE,)))))


def test_a_home_page_says_its_tables_in_words() -> None:
    table = Table(caption="Steps", columns=("Step",), rows=(("Open the lounge",),))
    view = to_home(Message(text="Yours", sections=(Section(text="- Open the lounge", table=table),)))
    assert [block["type"] for block in view["blocks"]] == ["section"]
    assert problem_of_view(view) is None


def test_a_short_heading_is_the_title_of_a_notice() -> None:
    said = Section(text="Nothing comes before Friday.", buttons=(PAUSE,))
    view = to_notice(Message(text="Paused", sections=(Section(text="Paused", style="heading"), said)))
    assert problem_of_view(view) is None
    assert (view["title"]["text"], view["close"]["text"], view["callback_id"]) == ("Paused", "Close", NOTICE)
    assert json.loads(view["blocks"][1]["elements"][0]["value"]) == ["pause", "l1", ""]
    long = Section(text="A heading that is longer than a title", style="heading")
    view = to_notice(Message(text="Paused", sections=(long, said)))
    assert view["title"]["text"] == "Milepost"
    assert view["blocks"][0]["type"] == "header"


def test_a_notice_with_too_many_parts_says_its_words() -> None:
    sections = tuple(Section(text=f"Part {n}", buttons=(PAUSE,)) for n in range(60))
    view = to_notice(Message(text="Sixty things", sections=sections))
    assert problem_of_view(view) is None
    assert [block["text"]["text"] for block in view["blocks"]] == ["Sixty things"]
