"""Which action is offered, and what it may be swapped for."""

from dataclasses import replace
from datetime import date, timedelta

from bot.files.content import load_catalogue
from nudges.model.catalogue import Action, Week
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.rules.nudging import action_choice
from tests.nudges.example_leader import RULES, a_leader
from tests.nudges.model.test_nudge import a_nudge

CATALOGUE = load_catalogue()
MONDAY = date(2027, 3, 1)
PAIRED = next(one for one in CATALOGUE.actions.values() if one.needs_peer and one.rung == 1)
TEAM = next(one for one in CATALOGUE.actions.values() if one.needs_team and one.rung == 1)
HIGH = next(one for one in CATALOGUE.actions.values() if one.rung == 3)
SOLO = next(
    one for one in CATALOGUE.actions.values() if one.rung == 1 and one.with_ == "solo" and one.minutes <= 5
)


def _offers(
    *actions: Action,
    leader: Leader | None = None,
    history: tuple[Nudge, ...] = (),
    rung: int = 3,
    has_peer: bool = True,
) -> list[str]:
    week = Week(number=1, theme="", offer=tuple(one.id for one in actions))
    found = action_choice.offers(
        week,
        leader or a_leader(),
        history,
        week_on=MONDAY,
        rung=rung,
        catalogue=CATALOGUE,
        has_peer=lambda _: has_peer,
    )
    return [one.id for one in found]


def _did(action: Action, *, weeks_ago: int, state: NudgeState = NudgeState.DONE) -> Nudge:
    return replace(a_nudge(state), action_id=action.id, week_on=MONDAY - timedelta(weeks=weeks_ago))


def test_the_campaigns_order_holds_among_what_suits() -> None:
    assert _offers(SOLO, PAIRED) == [SOLO.id, PAIRED.id]


def test_what_suits_the_leader_comes_first_and_what_does_not_is_kept() -> None:
    narrow = next(
        action
        for action in CATALOGUE.actions.values()
        if action_choice.ANYBODY not in action.suits and action.rung == 1 and not action.needs_team
    )
    assert _offers(narrow, SOLO) == [SOLO.id, narrow.id]
    suited = replace(a_leader(), suits=frozenset(narrow.suits))
    assert _offers(narrow, SOLO, leader=suited)[0] == narrow.id


def test_a_step_for_two_needs_somebody_and_a_step_for_a_team_a_team() -> None:
    assert PAIRED.id not in _offers(PAIRED, SOLO, has_peer=False)
    assert TEAM.id not in _offers(TEAM, SOLO, leader=replace(a_leader(), has_team=False))
    assert TEAM.id in _offers(TEAM, SOLO)


def test_an_action_above_the_open_rung_gives_way_to_one_of_the_first() -> None:
    result = _offers(HIGH, rung=1)
    assert len(result) == 1
    assert CATALOGUE.actions[result[0]].rung == 1
    assert _offers(HIGH, rung=3) == [HIGH.id]


def test_where_nothing_of_the_week_fits_something_else_does_and_an_empty_week_stays_empty() -> None:
    result = _offers(PAIRED, has_peer=False)
    assert len(result) == 1
    assert not CATALOGUE.actions[result[0]].needs_peer
    assert _offers() == []


def test_what_was_done_lately_or_is_still_open_is_not_asked_again() -> None:
    often = next(one for one in CATALOGUE.actions.values() if one.repeat_weeks > 0)
    once = next(one for one in CATALOGUE.actions.values() if one.repeat_weeks == 0)
    assert action_choice.is_too_soon(often, [_did(often, weeks_ago=often.repeat_weeks - 1)], week_on=MONDAY)
    assert not action_choice.is_too_soon(often, [_did(often, weeks_ago=often.repeat_weeks)], week_on=MONDAY)
    assert action_choice.is_too_soon(once, [_did(once, weeks_ago=50)], week_on=MONDAY)
    assert action_choice.is_too_soon(
        often, [_did(often, weeks_ago=9, state=NudgeState.OFFERED)], week_on=MONDAY
    )
    assert not action_choice.is_too_soon(
        often, [_did(often, weeks_ago=1, state=NudgeState.SWAPPED)], week_on=MONDAY
    )
    assert not action_choice.is_too_soon(often, [_did(once, weeks_ago=1)], week_on=MONDAY)


def test_the_first_step_takes_five_minutes_and_needs_nobody() -> None:
    def first(week: Week | None, history: tuple[Nudge, ...] = ()) -> Action | None:
        return action_choice.first_step(
            week, a_leader(), history, week_on=MONDAY, catalogue=CATALOGUE, rules=RULES
        )

    week = Week(number=1, theme="", offer=(PAIRED.id, SOLO.id, "NO-SUCH"))
    assert first(week) == SOLO
    assert first(None) is not None
    other = first(week, (_did(SOLO, weeks_ago=0, state=NudgeState.OFFERED),))
    assert other is not None
    assert other != SOLO
    everything = tuple(_did(one, weeks_ago=0, state=NudgeState.OFFERED) for one in CATALOGUE.actions.values())
    assert first(week, everything) is None


def test_questions_go_round() -> None:
    asked = next(one for one in CATALOGUE.actions.values() if len(one.questions) > 1)
    silent = next(one for one in CATALOGUE.actions.values() if not one.questions)
    history = [_did(asked, weeks_ago=2)]
    assert action_choice.next_question(asked, []) == asked.questions[0]
    assert action_choice.next_question(asked, history) == asked.questions[1]
    assert action_choice.next_question(asked, history * len(asked.questions)) == asked.questions[0]
    assert action_choice.next_question(silent, history) == ""


def test_the_most_voted_swaps_come_first_and_equals_stay_in_order() -> None:
    actions = [load_catalogue().actions[name] for name in ("REL-01", "REL-02", "REL-03")]
    found = action_choice.most_voted_first(actions, {"REL-03": 2, "REL-01": 1})
    assert [one.id for one in found] == ["REL-03", "REL-01", "REL-02"]
    assert action_choice.most_voted_first(actions, {}) == actions


def test_an_action_is_asked_for_from_five_votes() -> None:
    assert action_choice.asked_for({"REL-01": 5, "REL-02": 4}, RULES) == {"REL-01"}
