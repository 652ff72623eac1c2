"""Tests of nudges/unit_of_work/nudge_cards.py: which buttons stand on the card of a step."""

from dataclasses import replace
from typing import Any

import pytest

from nudges.model.catalogue import Action
from nudges.model.nudge import Nudge, NudgeState, Plan
from nudges.model.roster import Roster
from nudges.unit_of_work.nudge_cards import Scene, card_facts
from tests.journeys.world import a_partnership, at, playbook
from tests.nudges.example_leader import a_leader
from tests.nudges.model.test_nudge import a_nudge
from tests.nudges.model.test_pair import a_pair

NOW = at("2027-01-05")
LISTENING = playbook().rules.listening
# Two of the week's swaps are left, and the step is done alone, and counted and no more.
NUDGE = replace(a_nudge(), offers=("REL-01", "REL-02"))
ALONE = replace(playbook().action("REL-03"), with_="solo", visibility="count_only", category="relationships")
LINE, ARTEFACT = {"visibility": "channel_line"}, {"visibility": "artefact"}
PAIRED = {"with_": "cross_org_pair"}
LISTEN: dict[str, Any] = {"with_": "cross_org_pair", "category": "listening"}
POINT, TEST = {"id": LISTENING.point_actions[0]}, {"id": LISTENING.trial_action}
ANSWERED = {"replied_at": NOW}
SNOOZED = {"replied_at": NOW, "snoozed_until": NOW}
CHANGED = {"before": NudgeState.OFFERED}


def scene_of(action: Action, *, has_pair: bool = False) -> Scene:
    """Ama's step, with or without a pair."""
    book = playbook()
    return Scene(
        book=replace(book, catalogue=replace(book.catalogue, actions={action.id: action})),
        roster=Roster(partnership=a_partnership(), organisations={}, leaders={}, runs=()),
        leader=a_leader(),
        pair=a_pair() if has_pair else None,
    )


def on_card(nudge: Nudge, action: Action, *, has_pair: bool = False) -> str:
    """The buttons of the card, in order."""
    card = card_facts(scene_of(action, has_pair=has_pair), replace(nudge, action_id=action.id))
    return " ".join(str(button["verb"]) for button in card["buttons"])


@pytest.mark.parametrize(
    ("state", "nudge", "action", "verbs"),
    [
        ("offered", {}, {}, "plan swap not_now"),
        ("offered", {"offers": ()}, {}, "plan not_now"),
        ("offered", ANSWERED, {}, "done plan swap not_now"),
        ("offered", {"is_first_step": True}, {}, "done plan swap not_now"),
        ("offered", SNOOZED, {}, "plan done undo"),
        ("offered", {**SNOOZED, "offers": ()}, LISTEN, "plan done undo"),
        ("planned", {}, {}, "done move swap"),
        ("planned", CHANGED, {}, "done move swap undo"),
        ("planned", {**CHANGED, "offers": ()}, {}, "done move undo"),
        ("planned", {**CHANGED, **SNOOZED}, {}, "done move swap undo"),
        ("planned", CHANGED, PAIRED, "done move swap undo"),
        ("planned", CHANGED, LISTEN, "listen_start done move swap undo"),
        ("planned", {}, LISTEN, "listen_start done move swap"),
        ("done", {}, {}, "tell_team pass_on visibility undo"),
        ("done", {}, LINE, "share tell_team pass_on visibility undo"),
        ("done", {}, ARTEFACT, "share tell_team pass_on visibility undo"),
        ("done", {}, PAIRED, "tell_team visibility undo"),
        ("done", {}, {**PAIRED, **LINE}, "share tell_team visibility undo"),
        ("done", {}, {**POINT, **LINE}, "hear tell_team pass_on visibility undo"),
        ("done", {}, {**POINT, **LISTEN}, "hear tell_team visibility undo"),
        ("done", {}, TEST, "trial tell_team pass_on visibility undo"),
        ("done", {}, {**TEST, **LINE}, "trial share tell_team pass_on visibility undo"),
        ("planned", CHANGED, POINT, "done move swap undo"),
        ("planned", CHANGED, TEST, "done move swap undo"),
        ("partly", {}, {}, "done move undo"),
        ("not_yet", {}, {}, "done move let_go help undo"),
        ("not_now", {}, {}, "undo"),
        ("not_now", SNOOZED, {}, "undo"),
        ("swapped", {}, {}, "undo"),
        ("expired", {}, {}, "done"),
        ("withdrawn", {}, {}, ""),
    ],
)
def test_the_buttons_of_a_card_follow_from_its_step(
    state: str, nudge: dict[str, Any], action: dict[str, Any], verbs: str
) -> None:
    step = replace(NUDGE, state=NudgeState(state), **nudge)
    kind = replace(ALONE, **action)
    assert on_card(step, kind, has_pair=kind.needs_peer) == verbs


def test_nobody_listens_where_no_pair_was_found() -> None:
    planned = replace(NUDGE, state=NudgeState.PLANNED, plan=Plan(at=NOW))
    assert on_card(planned, replace(ALONE, **LISTEN)) == "done move swap"
    assert on_card(planned, replace(ALONE, **LISTEN), has_pair=True) == "listen_start done move swap"


def test_a_step_that_comes_back_another_day_says_so_while_it_is_open() -> None:
    snoozed = replace(NUDGE, replied_at=NOW, snoozed_until=NOW)
    assert card_facts(scene_of(ALONE), snoozed)["state"] == "snoozed"
    done = replace(snoozed, state=NudgeState.DONE)
    assert card_facts(scene_of(ALONE), done)["state"] == "done"
