"""What somebody does, as a command."""

from bot.sandbox.inbound import answered, tapped, typed
from bot.sandbox.outbound import sandbox_address
from nudges.model.message import Button, Field, FieldKind, Form

AMINA = sandbox_address("amina@example.org")


def test_a_tap_brings_what_the_button_is_about() -> None:
    command = tapped(AMINA, Button(label="Tuesday", verb="pick", subject="p1", value="x"), key="k")
    assert (command.verb, command.subject, dict(command.args), command.via) == (
        "pick",
        "p1",
        {"value": "x"},
        "tap",
    )


def test_the_same_physical_tap_has_the_same_key() -> None:
    button = Button(label="Done", verb="done", subject="n1")
    assert tapped(AMINA, button, key="k") == tapped(AMINA, button, key="k")


def test_a_form_brings_only_what_it_asks_for() -> None:
    form = Form(
        title="When?",
        verb="plan_submit",
        subject="n1",
        submit="Save",
        fields=(Field(name="place", label="Place", kind=FieldKind.TEXT),),
    )
    command = answered(AMINA, form, {"place": " here ", "actor": "somebody else"}, key="k")
    assert dict(command.args) == {"place": "here"}
    assert command.via == "form"


def test_typed_words_are_said() -> None:
    assert typed(AMINA, "help", key="k").args == {"text": "help"}
