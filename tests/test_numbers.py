"""Keeps every number that members feel in config/rules.yaml: what stays in the code says why it is there."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from bot.files.content import load_rules
from tests.source import ROOT, name, nodes, python_files, tree

MADE_BY = {"time", "timedelta"}
# Steps of the calendar itself: the next day, the next Monday, the beginning of a day.
OF_THE_CALENDAR = {"timedelta(days=1)", "timedelta(weeks=1)", "time(0)"}

# Why a number stays in the code -> where it is. A number that members feel belongs in config/rules.yaml.
STAYS: Mapping[str, tuple[str, ...]] = {
    "the calendar and arithmetic": (
        "nudges/model/calendar.py:WEEK",
        "nudges/model/calendar.py:DAY",
        "nudges/model/calendar.py:FRIDAY",
        "nudges/model/cadence.py:timedelta(days=31)",
        "nudges/use_cases/open_page/open_page.py:timedelta(days=31)",
        "nudges/use_cases/open_page/open_page.py:JUST_BEFORE",
        "nudges/rules/pulse/pulse_figures.py:Z95",
        "nudges/rules/rollup/recount.py:_Counting.adds",
    ),
    "how far a search looks before it gives up": (
        "nudges/model/calendar.py:HORIZON_DAYS",
        "nudges/model/cadence.py:WEEKS_AHEAD",
        "nudges/unit_of_work/planning_context.py:HISTORY",
        "nudges/use_cases/joining/leave_programme.py:LOOK_BACK",
    ),
    "the sizes of the solver": (
        "nudges/rules/pairing/affinity.py:FORBIDDEN",
        "nudges/rules/pairing/affinity.py:SAME_ORGANISATION",
        "nudges/rules/pairing/pairing.py:SPREAD_UP_TO",
        "nudges/rules/pairing/solver.py:WHOLE_UP_TO",
        "nudges/rules/pairing/solver.py:EXACT_UP_TO",
        "nudges/rules/pairing/solver.py:BEST_OF_EACH",
        "nudges/rules/pairing/solver.py:ROWS_AT_ONCE",
        "nudges/rules/pairing/solver.py:SWEEPS",
        "nudges/rules/pairing/trios.py:SEARCH",
        "nudges/rules/pairing/variety.py:SWEEPS",
    ),
    "how many rows are taken at once": (
        "nudges/run_timers.py:AT_ONCE",
        "nudges/use_cases/home/redraw_homes.py:AT_ONCE",
        "nudges/use_cases/joining/pass_on.py:AT_ONCE",
        "nudges/use_cases/pairing/tell_delegate.py:AT_ONCE",
        "nudges/use_cases/pairing/pair_news.py:REFUSED_MOST",
    ),
    "how a message is sent, and sent again": (
        "nudges/model/delivery.py:SendPolicy.lease",
        "nudges/model/delivery.py:SendPolicy.call_timeout",
        "nudges/model/delivery.py:SendPolicy.batch",
        "nudges/model/delivery.py:SendPolicy.in_flight",
        "nudges/model/delivery.py:SendPolicy.attempts_max",
        "nudges/model/delivery.py:SendPolicy.backoff_first",
        "nudges/model/delivery.py:SendPolicy.backoff_longest",
        "nudges/use_cases/delivery/attempt.py:timedelta(days=7)",
        "nudges/use_cases/delivery/attempt.py:timedelta(minutes=5)",
        "nudges/use_cases/delivery/send_due.py:_THROTTLED_IN_A_ROW",
        "nudges/use_cases/delivery/send_due.py:_WORTH_WRITING",
        "nudges/use_cases/delivery/send_due.py:_LINGER_SECONDS",
        "nudges/use_cases/delivery/send_due.py:_LOOK_AGAIN_SECONDS",
    ),
    "pauses of the clock, and the order of its looks": (
        "nudges/run_timers.py:TRY_AGAIN",
        "nudges/use_cases/home/redraw_homes.py:TRY_AGAIN",
        "nudges/use_cases/campaigns/unlock_gate.py:AFTER_THE_PULSE",
        "nudges/use_cases/joining/find_people.py:WAIT_LONGEST",
        "nudges/use_cases/joining/find_people.py:WAITS_MAX",
        "nudges/use_cases/nudging/plan_week.py:OUTAGE",
        "nudges/use_cases/own_data/delete_expired.py:AT_NIGHT",
    ),
    "what whoever runs Milepost is told": (
        "nudges/use_cases/delivery/audit.py:LATE",
        "nudges/use_cases/delivery/audit.py:RECENT",
        "nudges/use_cases/delivery/audit.py:UNCLEAR_AFTER_ATTEMPTS",
    ),
    "lengths of ids, keys and secrets, and what is refused before it is read": (
        "nudges/model/ids.py:LENGTH",
        "nudges/record_reply.py:KEY_MAX",
        "nudges/record_reply.py:ARGUMENT_MAX",
        "nudges/record_reply.py:SUBJECT_MAX",
        "nudges/model/campaign_draft.py:LONGEST",
        "nudges/use_cases/open_page/member_entry.py:ENTRY_BYTES",
        "nudges/use_cases/open_page/member_entry.py:KEPT_AFTER",
        "nudges/use_cases/own_data/erase.py:TOMBSTONE_BYTES",
        "nudges/use_cases/pulse/ask_pulse.py:SECRET_BYTES",
    ),
    "what a message, a form or a page has room for": (
        "nudges/answers/campaigns/start_campaign.py:LISTED_MAX",
        "nudges/answers/campaigns/week_preview.py:LISTED_MAX",
        "nudges/answers/listening/hear_and_reply.py:LISTED_MAX",
        "nudges/answers/listening/hear_and_reply.py:OWNERS_MAX",
        "nudges/answers/listening/ideas_and_votes.py:LISTED_MAX",
        "nudges/answers/listening/tree_leaves.py:PARENTS_MAX",
        "nudges/answers/listening/two_week_tests.py:LISTED_MAX",
        "nudges/answers/nudging/log_step.py:LABEL_MAX",
        "nudges/answers/nudging/log_step.py:OPEN_MAX",
        "nudges/answers/partner_steps/list_steps.py:WITH_BUTTONS",
        "nudges/answers/settings/exclusions.py:GROUP_MAX",
        "nudges/answers/support/ask_for_help.py:WITH_BUTTONS",
        "nudges/answers/typed/typed.py:QUOTED_MAX",
        "nudges/model/message.py:Field.max_length",
        "nudges/use_cases/home/draw_home.py:PARTS_ON_PAGE",
        "nudges/use_cases/home/draw_home.py:PARTS_IN_MESSAGE",
        "nudges/use_cases/home/draw_home.py:BUTTONS_IN_ROW",
        "nudges/use_cases/home/draw_home.py:SHOWN",
        "nudges/use_cases/home/home_leader.py:LEAVE_SHOWN",
        "nudges/use_cases/listening/group_tree.py:LABEL_MAX",
        "nudges/use_cases/support/support_person.py:LABEL_MAX",
        "nudges/use_cases/listening/group_tree.py:LISTED_MAX",
        "nudges/use_cases/nudging/follow_up.py:VARIANTS",
    ),
    "names of things: rungs, answers on the scale, states": (
        "nudges/rules/pulse/pulse_figures.py:AGREE",
        "nudges/rules/pulse/pulse_figures.py:STRONGLY",
        "nudges/rules/pulse/pulse_figures.py:DISAGREE",
        "nudges/rules/support/support_ladder.py:LadderStep.NEW_DAY",
        "nudges/rules/support/support_ladder.py:LadderStep.SMALLER",
        "nudges/rules/support/support_ladder.py:LadderStep.HELP",
        "nudges/rules/support/support_ladder.py:LadderStep.STOP",
        "nudges/use_cases/campaigns/preview_messages.py:Teller.rung",
        "nudges/use_cases/campaigns/unlock_gate.py:READS_THE_PULSE",
        "nudges/use_cases/nudging/this_weeks_offer.py:FIRST_RUNG",
    ),
    "how words are understood": (
        "nudges/model/screened_text.py:_DATE_FIRST",
        "nudges/rules/listening/blame.py:NEAR",
        "nudges/rules/typed/typed_days.py:_ROLLS_OVER",
        "nudges/rules/typed/typed_words.py:_LONGEST_GUESS",
    ),
}


def is_made(node: ast.AST) -> bool:
    """Whether this makes a time of day or a span of time out of numbers that are written there."""
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in MADE_BY
        and any(holds_number(part) for part in (*node.args, *(word.value for word in node.keywords)))
    )


def parts_of(call: ast.AST) -> Iterator[ast.AST]:
    """Everything inside the brackets of a call."""
    if isinstance(call, ast.Call):
        for part in (*call.args, *call.keywords):
            yield from ast.walk(part)


def holds_number(node: ast.expr) -> bool:
    """Whether a value is a number, a time or a span of time, or is made of some."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(holds_number(part) for part in node.elts)
    if isinstance(node, ast.Dict):
        return any(holds_number(part) for part in (*node.values, *filter(None, node.keys)))
    if isinstance(node, ast.BinOp):
        return holds_number(node.left) or holds_number(node.right)
    if isinstance(node, ast.UnaryOp):
        return holds_number(node.operand)
    return is_made(node)


def given_names(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Each name that is given a value in a module or in a class, with that value."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield ast.unparse(statement.target), statement.value
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                    pairs = zip(target.elts, statement.value.elts, strict=True)
                    yield from ((ast.unparse(named), value) for named, value in pairs)
                else:
                    yield ast.unparse(target), statement.value


def numbers_in(path: Path) -> set[str]:
    """The numbers that a file keeps: constants, what its classes begin with, and times inside functions."""
    kept = {named for named, value in given_names(tree(path).body) if holds_number(value)}
    for node in nodes(path):
        if isinstance(node, ast.ClassDef):
            kept |= {
                f"{node.name}.{named}"
                for named, value in given_names(node.body)
                if holds_number(value) and ast.unparse(value) != "0"  # a count begins there
            }
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kept |= {
                ast.unparse(inside)
                for inside in ast.walk(node)
                if is_made(inside)
                and not any(isinstance(part, ast.Name) for part in parts_of(inside))
                and ast.unparse(inside) not in OF_THE_CALENDAR
            }
    return kept


def test_every_number_that_members_feel_is_a_rule() -> None:
    result = {f"{name(path)}:{number}" for path in python_files("nudges") for number in numbers_in(path)}
    stays = {place for places in STAYS.values() for place in places}
    assert not result - stays, "put it in config/rules.yaml; where members never feel it, say why it stays"
    assert not stays - result, "these are gone: take them off the list"


def test_no_number_stays_for_two_reasons() -> None:
    places = [place for listed in STAYS.values() for place in listed]
    assert len(places) == len(set(places))


RULES = load_rules()
FORMS = ROOT / "config" / "messages" / "forms"


@pytest.mark.parametrize(
    ("form", "field", "most"),
    [
        ("plan", "place", RULES.plan_prompt.place_max),
        ("slots", "place", RULES.plan_prompt.place_max),
        ("join", "name", RULES.joining.name_max),
        ("pass_on", "name", RULES.joining.name_max),
        ("delegate", "name", RULES.joining.name_max),
        ("pause_everybody", "why", RULES.quiet.pause_reason_max),
        ("campaign_new", "name", RULES.before_launch.campaign_name_max),
        ("campaign_new", "goal", RULES.before_launch.goal_max),
        ("campaign_new", "better_off", RULES.before_launch.goal_max),
    ],
)
def test_a_form_takes_as_much_as_its_rule(form: str, field: str, most: int) -> None:
    fields = yaml.safe_load((FORMS / f"{form}.yaml").read_text(encoding="utf-8"))["fields"]
    (length,) = [each["max_length"] for each in fields if each["name"] == field]
    assert length == most


def test_the_numbers_that_sentences_say_in_words_are_those_of_the_rules() -> None:
    sentences = (ROOT / "config" / "messages" / "said.yaml").read_text(encoding="utf-8")
    assert RULES.quiet.own_hours_min_minutes == 60
    assert "at least an hour between" in sentences
    assert RULES.cadence.day_within_days == 366
    assert "a day within a year" in sentences


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("MOST = 5", {"MOST"}),
        ("MOST, LEAST = 5, timedelta(days=2)", {"MOST", "LEAST"}),
        ("TIMES: tuple[time, ...] = (time(9, 30),)", {"TIMES"}),
        ("class Limits:\n    most: int = 5\n    count: int = 0", {"Limits.most"}),
        ("def later(at):\n    return at + timedelta(days=2)", {"timedelta(days=2)"}),
        ("def later(at, days):\n    return at + timedelta(days=days - 7) + timedelta(days=1)", set()),
        ("IS_SURE = True\nNAMES = ('one', 'two')", set()),
    ],
)
def test_a_number_is_seen(source: str, numbers: set[str], tmp_path: Path) -> None:
    path = tmp_path / "rule.py"
    path.write_text(source, encoding="utf-8")
    assert numbers_in(path) == numbers
