"""A week of a run that a programme lead changed: which actions may be chosen, and the week they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nudges.model.catalogue import Action, Catalogue, Week
from nudges.model.people import OfferChange
from nudges.model.ruleset import Rules


def own_week(week: Week, changes: Sequence[OfferChange]) -> Week:
    """The week as this run asks it: the chosen action first, what stood there before stays as a swap."""
    chosen = next((change.action_id for change in changes if change.week == week.number), None)
    if chosen is None or week.kind != "offer":
        return week
    others = tuple(offered for offered in week.offer if offered != chosen)
    return replace(week, offer=(chosen, *others), is_chosen=True)


def changed(changes: Sequence[OfferChange], *, week: int, action_id: str | None) -> tuple[OfferChange, ...]:
    """The changes with this one in them; None as the action takes the change of that week back."""
    others = [change for change in changes if change.week != week]
    mine = [OfferChange(week=week, action_id=action_id)] if action_id is not None else []
    return tuple(sorted([*others, *mine], key=lambda change: change.week))


def may_be_offered(week: Week, *, rung: int, catalogue: Catalogue, rules: Rules) -> tuple[Action, ...]:
    """The actions that a lead may choose for this week, in the catalogue's order.

    None above the open rung. A week with a coffee round has formed its pairs by then, so that its action
    takes two people of different organisations; in a week of rest and in a pulse nothing is offered.
    """
    if week.kind != "offer":
        return ()
    again = rules.pairing.second_cup_action
    return tuple(
        action
        for action in catalogue.actions.values()
        if action.rung <= rung and (week.coffee_round is None or (action.needs_peer and action.id != again))
    )
