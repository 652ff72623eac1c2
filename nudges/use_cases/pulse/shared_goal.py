"""The shared goal: when it changes, the one before is kept with the day until which it held."""

from __future__ import annotations

from dataclasses import replace

from nudges.model.events import EventKind
from nudges.model.people import Leader, Partnership, SharedGoal
from nudges.unit_of_work.unit_of_work import UnitOfWork


def with_history(
    work: UnitOfWork, known: Partnership, changed: Partnership, *, by: Leader | None = None
) -> Partnership:
    """`changed` with the goal of `known` among its earlier ones, where it is another; nothing is saved."""
    if (known.shared_goal, known.better_off) == (changed.shared_goal, changed.better_off):
        return changed
    work.log(
        EventKind.GOAL_CHANGED,
        partnership_id=known.id,
        subject=str(len(known.earlier_goals) + 1),
        leader=by,
    )
    earlier = SharedGoal(text=known.shared_goal, better_off=known.better_off, until_at=work.at)
    return replace(changed, earlier_goals=(*known.earlier_goals, earlier))
