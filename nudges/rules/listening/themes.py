"""What gets in the way, counted in different people, and what is named often enough for the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nudges.model.events import Event, EventKind
from nudges.model.ruleset import Rules
from nudges.model.small_counts import published_breakdown
from nudges.model.thing_heard import ThingHeard


def themes(reasons: Sequence[Event], things: Sequence[ThingHeard], rules: Rules) -> dict[str, int]:
    """Theme -> how many different known people named it, by a reason given or a thing heard.

    Unnamed things are not counted: nobody can tell whether they are of different people. Themes that
    the rules do not know are left out; every theme that they know is there, if only with 0.
    """
    people: dict[str, set[str]] = {reason.id: set() for reason in rules.reasons}
    for event in reasons:
        theme = str(event.data.get("reason", ""))
        if event.kind is EventKind.REASON_GIVEN and event.leader_id and theme in people:
            people[theme].add(event.leader_id)
    for thing in things:
        if thing.author_id and thing.theme in people:
            people[thing.theme].add(thing.author_id)
    return {theme: len(named_by) for theme, named_by in people.items()}


def for_board(counts: Mapping[str, int], rules: Rules) -> list[str]:
    """The themes that enough people named for the board to hear of them, in the order of the rules."""
    return [
        reason.id for reason in rules.reasons if counts.get(reason.id, 0) >= rules.listening.theme_to_board_at
    ]


def next_published(
    counts: Mapping[str, int], earlier: Sequence[Mapping[str, int]], rules: Rules
) -> dict[str, int]:
    """The counts of people to publish after those in `earlier`, oldest first; what has none is left out.

    Nothing was published before the first, and a cell moves by as many people as a breakdown needs or
    not at all. So what comes, goes or grows never tells of one person, not even of one who has left.
    """
    none = dict.fromkeys((*counts, *(name for one in earlier for name in one)), 0)
    shown = [none, *({**none, **one} for one in earlier)]
    cells = published_breakdown({**none, **counts}, rules, earlier=shown)
    return {name: n for name, n in cells.items() if n}
