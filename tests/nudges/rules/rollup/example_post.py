"""A Friday post with something to say on every line."""

from datetime import date

from nudges.rules.rollup.rollup import Heard, RollupFacts, StepInPost, Thanks

FRIDAY = date(2027, 1, 22)


def a_step(n: int = 1, *, due_on: date = date(2027, 1, 28), is_help_asked: bool = False) -> StepInPost:
    return StepInPost(
        organisation=f"Trust {n}",
        text=f"share list {n}.",
        owner=f"Owner {n}",
        due_on=due_on,
        helper="Ruth",
        is_help_asked=is_help_asked,
    )


def thanks(n: int = 1, *, last_named_on: date | None = None, leader_id: str = "") -> Thanks:
    return Thanks(
        text=f"thanks {n}!", by=f"Leader {n}", leader_id=leader_id or f"l{n}", last_named_on=last_named_on
    )


FULL = RollupFacts(
    partnership="Riverside Partnership",
    on=FRIDAY,
    week=3,
    weeks=26,
    shared_goal="people leaving hospital get home sooner.",
    kept=(a_step(1),),
    due=(a_step(2),),
    passed=(a_step(3, due_on=date(2027, 1, 20)),),
    done_this_week=38,
    done_in_total=402,
    promises_kept=2,
    new_links=9,
    kept_links=14,
    pairs_met=58,
    pairs_total=78,
    active=60,
    took_a_step=38,
    thanks=(thanks(1),),
    artefact="an interview question, from the council",
    next_theme="First coffees",
    next_minutes=20,
    help_asked=5,
    help_given=5,
    learned="how to cover the desk on Fridays",
    heard=Heard(concern="three forms", reply="one form", answered=11, open=4),
)

BARE = RollupFacts(
    partnership="Riverside Partnership", on=FRIDAY, week=1, weeks=4, shared_goal="home sooner", active=20
)
