"""The types of what messages say: current, and as the samples and templates have it."""

import pytest

from bot.rendering.fact_types import COMMAND, EXTRAS, MESSAGES, MODULE, events, module, type_name
from nudges.model import message_facts


def test_the_types_are_those_of_the_messages_as_they_are_now() -> None:
    assert MODULE.read_text(encoding="utf-8") == module(), f"run `{COMMAND}` and commit what it wrote"


def test_every_message_has_a_type_of_its_own() -> None:
    names = [type_name(event) for event in events()]
    assert len(set(names)) == len(names)
    assert all(hasattr(message_facts, name) for name in names)
    assert {path.name for path in MESSAGES.iterdir() if path.is_dir()} == {*events(), "forms"}


@pytest.mark.parametrize(
    ("event", "required", "optional"),
    [
        ("pair_solo", {"peer", "title"}, set()),
        ("board", {"steps", "promises"}, {"paused_until"}),  # its template asks whether it is defined
        ("started", set(), {"has_step"}),  # its template has a default
        ("apart_saved", set(), set()),
    ],
)
def test_only_what_a_template_says_may_be_left_out(
    event: str, required: set[str], optional: set[str]
) -> None:
    kind = getattr(message_facts, type_name(event))
    assert kind.__required_keys__ == required
    assert kind.__optional_keys__ == optional | set(EXTRAS)
