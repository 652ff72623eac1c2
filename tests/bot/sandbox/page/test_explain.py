"""What the panel beside the chat says has words for everything that can happen."""

import yaml

from bot.sandbox.page.explain import WORDS
from nudges.model.events import EventKind
from nudges.model.partner_step import StepStatus
from nudges.model.timers import TimerKind

SAID = yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def test_every_kind_of_event_has_words_and_a_rule() -> None:
    assert set(SAID["events"]) == {str(kind) for kind in EventKind}
    assert all(one["words"].endswith(".") for one in SAID["events"].values())


def test_every_kind_of_timer_and_every_status_has_words() -> None:
    assert set(SAID["timers"]) == {str(kind) for kind in TimerKind}
    assert set(SAID["statuses"]) == {str(status) for status in StepStatus}
