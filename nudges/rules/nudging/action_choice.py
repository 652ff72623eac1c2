"""Which action a leader is offered this week, and what they may swap it for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from nudges.model.catalogue import Action, Catalogue, Week
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.people import Leader
from nudges.model.ruleset import Rules

ANYBODY = "any_leader"


def suits(action: Action, leader: Leader) -> bool:
    """Whether the action is meant for people like this leader; it orders offers, it excludes nobody."""
    return ANYBODY in action.suits or bool(leader.suits & set(action.suits))


def is_too_soon(action: Action, history: Iterable[Nudge], *, week_on: date) -> bool:
    """Whether the leader did this action too recently; `repeat_weeks` 0 means once is enough.

    An open nudge for the same action counts too: nobody is asked for one thing twice at once.
    """
    for nudge in history:
        if nudge.action_id != action.id:
            continue
        if nudge.is_open or (nudge.state is NudgeState.DONE and action.repeat_weeks == 0):
            return True
        if nudge.state is NudgeState.DONE and week_on - nudge.week_on < timedelta(weeks=action.repeat_weeks):
            return True
    return False


def can_do(action: Action, leader: Leader, *, has_peer: Callable[[Action], bool]) -> bool:
    """Whether it is possible at all: a team of one's own, somebody to do it with."""
    if action.needs_team and not leader.has_team:
        return False
    return not action.needs_peer or has_peer(action)


def offers(
    week: Week,
    leader: Leader,
    history: Sequence[Nudge],
    *,
    week_on: date,
    rung: int,
    catalogue: Catalogue,
    has_peer: Callable[[Action], bool],
) -> tuple[Action, ...]:
    """The week's actions for this leader, the default first; empty when nothing fits.

    An action above the open rung is replaced by one of rung 1, of the same category where there is
    one. What a programme lead chose stands first, then what suits the leader; the campaign's order holds
    among equals.
    """
    chosen: list[Action] = []

    def fits(action: Action) -> bool:
        return (
            action not in chosen
            and action.rung <= rung
            and not is_too_soon(action, history, week_on=week_on)
            and can_do(action, leader, has_peer=has_peer)
        )

    wanted = [action for action_id in week.offer if (action := catalogue.find(action_id))]
    chosen_id = week.offer[0] if week.is_chosen and week.offer else None
    for action in sorted(wanted, key=lambda one: (one.id != chosen_id, not suits(one, leader))):
        if fits(action):
            chosen.append(action)
        elif action.rung > rung:
            chosen.extend(stand_in for stand_in in _stand_ins(action, leader, catalogue, fits)[:1])
    if not chosen and wanted:
        chosen.extend(_stand_ins(wanted[0], leader, catalogue, fits)[:1])
    return tuple(chosen)


def _stand_ins(
    action: Action, leader: Leader, catalogue: Catalogue, fits: Callable[[Action], bool]
) -> list[Action]:
    """Rung-1 actions that could take its place: the same category first, suiting ones first."""
    actions = [one for one in catalogue.actions.values() if one.rung == 1 and fits(one)]
    return sorted(actions, key=lambda one: (one.category != action.category, not suits(one, leader)))


def first_step(
    week: Week | None,
    leader: Leader,
    history: Sequence[Nudge],
    *,
    week_on: date,
    catalogue: Catalogue,
    rules: Rules,
) -> Action | None:
    """A five-minute step of rung 1 that needs nobody else, from this week's offer where it has one."""

    def is_light(action: Action) -> bool:
        return (
            action.rung == 1
            and action.with_ == "solo"
            and action.minutes <= rules.cadence.first_step_minutes_max
            and not is_too_soon(action, history, week_on=week_on)
        )

    of_week = [action for action_id in (week.offer if week else ()) if (action := catalogue.find(action_id))]
    return next((action for action in [*of_week, *catalogue.actions.values()] if is_light(action)), None)


def next_question(action: Action, history: Iterable[Nudge]) -> str:
    """The opening question that comes after those this leader has had; empty where there is none."""
    if not action.questions:
        return ""
    used = sum(1 for nudge in history if nudge.action_id == action.id)
    return action.questions[used % len(action.questions)]


def most_voted_first(actions: Sequence[Action], votes: Mapping[str, int]) -> list[Action]:
    """A week's swaps in the order in which leaders ask for them; the campaign's order among equals."""
    return sorted(actions, key=lambda one: -votes.get(one.id, 0))


def asked_for(votes: Mapping[str, int], rules: Rules) -> frozenset[str]:
    """The actions that enough leaders voted for to be called asked for."""
    return frozenset(action for action, count in votes.items() if count >= rules.listening.asked_for_at)
