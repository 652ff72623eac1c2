"""A small catalogue and campaign that break no rule, for planting one fault at a time."""

from dataclasses import replace
from functools import cache
from typing import Any

from bot.files.content import load_catalogue, load_rules
from nudges.model.catalogue import Action, Campaign, Catalogue, Goal, Week
from nudges.model.ruleset import Rules

SOUND = Action(
    id="TEST-01",
    title="Ring a partner",
    category="listening",
    nudge="Ring one partner and ask how they are.",
    minutes=10,
    rung=1,
    with_="solo",
    suits=("any_leader",),
    cue="When I sit down, I ring",
    smaller_step="Send one line.",
    repeat_weeks=4,
    others_see="The count only",
    visibility="count_only",
    confirmed_by="self",
    why="A call is kinder than an email.",
    source_title="A source",
    source_quote="its words",
    done_means="You rang one partner.",
)


@cache
def rules() -> Rules:
    """The rules that ship."""
    return load_rules()


@cache
def shipped() -> Catalogue:
    """The catalogue that ships."""
    return load_catalogue(rules=rules())


def an_action(**changes: Any) -> Action:
    """A sound action with some fields changed."""
    return replace(SOUND, **changes)


def catalogue_of(*actions: Action) -> Catalogue:
    """The shelves that ship, with these actions only."""
    return replace(shipped(), actions={action.id: action for action in actions})


def small_campaign() -> Campaign:
    """Four weeks that break no rule: a coffee, a gate, a rest and a step on rung 2."""
    return Campaign(
        id="small",
        name="Small",
        purpose="To try",
        who="A few",
        length_weeks=4,
        coffee_rounds=1,
        pulse_items=(),
        goals=(Goal(type="list", text="Each step is done"),),
        weeks=(
            Week(number=1, theme="First", offer=("REL-01", "SHARE-07"), coffee_round=1),
            Week(number=2, theme="Second", offer=("LIS-05",)),
            Week(number=3, theme="Rest", rest=True, gate=2),
            Week(number=4, theme="Open", offer=("COA-02", "LIS-03")),
        ),
    )


def with_week(at: int, /, **changes: Any) -> Campaign:
    """The small campaign with one week changed."""
    campaign = small_campaign()
    weeks = tuple(replace(week, **changes) if week.number == at else week for week in campaign.weeks)
    return replace(campaign, weeks=weeks)
