"""Keeps the house by subject: floors, circles, full folders, small modules, names that occur once."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nudges import record_reply, run_timers
from nudges.model.timers import TimerKind
from tests.source import ROOMS, ROOT, imports, module_name, name, nodes, python_files, tree

SUBJECTS = {
    "nudging", "pairing", "partner_steps", "rollup", "campaigns", "joining", "listening", "pulse", "support",
    "home", "open_page", "delivery", "own_data", "settings", "typed",
}  # fmt: skip
# From the ground up: each may import what stands before it, and itself.
FLOORS = (
    "said", "errors", "model", "rules", "repositories", "ports", "access", "unit_of_work", "use_cases",
    "answers", "doors",
)  # fmt: skip
DOORS = {"record_reply", "run_timers"}
BY_SUBJECT = ("rules", "use_cases", "answers")
FULL_AT = 15
# One noun to a file, and one folder to a message: these are as long as they are.
MAY_BE_FULL = {"nudges/model"}
SMALL_UNDER = 40
# What is small and belongs to nobody else, and why it stands alone.
MAY_BE_SMALL = {
    "bot/slack/api/response_url.py": "Slack's own name for what it holds",
    "bot/files/schema.py": "run by hand",
}
# The same files in each platform; a table, its rows' repository and what the core calls them.
MAY_REPEAT = {"inbound", "outbound", "layout"}
# Journeys through the whole product; the others stand in the folder of their subject.
WHOLE_JOURNEYS = {
    "test_bad_words.py", "test_half_year.py", "test_sandbox_moves.py", "test_scenarios.py",
    "test_slack_odd_times.py", "test_strangers.py",
}  # fmt: skip


def floor_of(dotted: str) -> str | None:
    """The floor of a module of the core; None for the package itself."""
    parts = dotted.split(".")
    if len(parts) < 2:
        return None
    return "doors" if parts[1] in DOORS else parts[1]


def modules(*rooms: str) -> dict[str, Path]:
    """Every module of these rooms by its dotted name, packages too."""
    return {module_name(path): path for path in python_files(*rooms)}


@cache
def arrows(*rooms: str) -> dict[str, set[str]]:
    """Which of our modules each module imports; of `from a import b` the module b, where it is one."""
    known = modules(*rooms)
    result: dict[str, set[str]] = {}
    for module, path in known.items():
        targets = {dotted for dotted, _ in imports(path) if dotted in known and dotted != module}
        # `from a.b import c` names a.b and a.b.c: where c is a module, the package was only the way to it.
        ways = {dotted.rpartition(".")[0] for dotted in targets}
        result[module] = {
            dotted for dotted in targets if not (dotted in ways and known[dotted].name == "__init__.py")
        }
    return result


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that lead back to each other (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return groups


def test_imports_of_the_core_point_down() -> None:
    wrong = []
    for path in python_files("nudges"):
        here = floor_of(module_name(path))
        for dotted, line in imports(path):
            there = floor_of(dotted) if dotted.startswith("nudges.") else None
            if here in FLOORS and there in FLOORS and FLOORS.index(there) > FLOORS.index(here):
                wrong.append(f"{name(path)}:{line} imports {dotted}")
    assert not wrong, " < ".join(FLOORS)


def test_every_module_of_the_core_stands_on_a_floor() -> None:
    floors = {floor_of(module) for module in modules("nudges")} - {None}
    assert floors == set(FLOORS)


def test_the_floors_have_the_same_subjects() -> None:
    wrong = [
        name(path)
        for path in python_files("nudges")
        for parts in [path.relative_to(ROOT).parts]
        if parts[1] in BY_SUBJECT
        and path.name != "__init__.py"
        and (len(parts) != 4 or parts[2] not in SUBJECTS)
    ]
    assert not wrong, "nudges/<floor>/<subject>/<module>.py"
    folders = {path.parent for path in python_files("nudges")}
    known = {folder.name for folder in folders if folder.parent.name in BY_SUBJECT}
    assert known == SUBJECTS


def test_journeys_stand_in_the_folder_of_their_subject() -> None:
    journeys = ROOT / "tests" / "journeys"
    paths = [path.relative_to(journeys) for path in python_files("tests") if journeys in path.parents]
    inside = [path.parts for path in paths if path.name.startswith("test_")]
    assert not [parts for parts in inside if len(parts) == 2 and parts[0] not in SUBJECTS]
    assert {parts[0] for parts in inside if len(parts) == 1} == WHOLE_JOURNEYS
    assert all(len(parts) < 3 for parts in inside)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(arrows(*ROOMS)) == []


def test_no_subjects_of_one_floor_lead_back_to_each_other() -> None:
    for floor in BY_SUBJECT:
        graph: dict[str, set[str]] = defaultdict(set)
        for module, targets in arrows("nudges").items():
            for target in targets:
                here, there = module.split("."), target.split(".")
                if here[1:2] == there[1:2] == [floor] and len(here) > 2 < len(there) and here[2] != there[2]:
                    graph[here[2]].add(there[2])
        assert circles(graph) == [], floor


def test_no_folder_is_full() -> None:
    counts = Counter(
        name(path.parent)
        for path in python_files(*ROOMS)
        if path.name != "__init__.py" and "versions" not in path.parts
    )
    assert not {folder: count for folder, count in counts.items() if count > FULL_AT}.keys() - MAY_BE_FULL


def test_a_small_module_belongs_to_its_only_importer() -> None:
    importers: dict[str, set[str]] = defaultdict(set)
    for module, targets in arrows(*ROOMS).items():
        for target in targets:
            importers[target].add(module)
    wrong = []
    for module, path in modules(*ROOMS).items():
        is_small = len(path.read_text(encoding="utf-8").splitlines()) < SMALL_UNDER
        if not is_small or path.name == "__init__.py" or "migrations" in path.parts:
            continue
        used_by = importers[module]
        # A list of verbs or commands and the thing it lists stay apart, and so do two rooms.
        is_listed = bool(used_by) and used_by <= {module.rpartition(".")[0], "bot.cli"}
        is_of_another_room = any(each.split(".")[0] != module.split(".")[0] for each in used_by)
        if len(used_by) < 2 and not is_listed and not is_of_another_room and name(path) not in MAY_BE_SMALL:
            wrong.append(f"{name(path)} <- {', '.join(used_by) or 'nobody'}")
    assert not wrong
    assert all((ROOT / path).is_file() for path in MAY_BE_SMALL)


def is_of_a_table(path: Path) -> bool:
    """Whether this is a table, or the repository of one: they share the table's name."""
    return path.relative_to(ROOT).parts[:2] in (("storage", "tables"), ("storage", "repositories"))


def test_a_module_s_name_occurs_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in python_files(*ROOMS):
        if path.name == "__init__.py" or "migrations" in path.parts or is_of_a_table(path):
            continue
        if path.stem not in MAY_REPEAT | SUBJECTS:
            places[path.stem].append(name(path))
    assert not {stem: paths for stem, paths in places.items() if len(paths) > 1}


def classes() -> Iterator[tuple[str, str]]:
    """Each class that we define, and where; the facts of messages are named after their messages."""
    for path in python_files(*ROOMS):
        if path.stem == "message_facts":
            continue
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                yield node.name, name(path)


def test_a_class_s_name_occurs_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for class_name, path in classes():
        places[class_name].append(path)
    assert not {each: paths for each, paths in places.items() if len(paths) > 1}


def test_no_module_is_named_by_a_gerund_but_a_subject() -> None:
    allowed = SUBJECTS | {"wiring"}
    wrong = [
        name(path)
        for path in python_files(*ROOMS)
        if path.stem.endswith("ing") and path.stem not in allowed and "versions" not in path.parts
    ]
    assert not wrong, "a thing has a noun, a verb its own form"


def test_a_verb_and_a_timer_belong_to_one_subject() -> None:
    verbs = Counter(verb for subject in record_reply.SUBJECTS for verb in subject.VERBS)
    assert [verb for verb, count in verbs.items() if count > 1] == []
    kinds = Counter(kind for subject in run_timers.SUBJECTS for kind in subject.ON_TIMER)
    kinds.update(list(run_timers.ON_TIMERS))
    assert set(kinds.values()) == {1}


def test_every_kind_of_timer_is_handled_by_somebody() -> None:
    assert {*run_timers.ON_TIMER, *run_timers.ON_TIMERS} == set(TimerKind)


def test_the_doors_know_every_subject_that_brings_something() -> None:
    brought = {
        names[-2]: {target.id for node in tree(path).body for target in assigned_in(node)}
        for path in python_files("nudges")
        for names in [path.relative_to(ROOT / "nudges").parts]
        if path.name == "__init__.py" and names[0] == "use_cases" and len(names) == 3
    }
    with_timers = {subject for subject, names in brought.items() if names & {"ON_TIMER", "ON_TIMERS"}}
    assert {subject.__name__.rpartition(".")[2] for subject in run_timers.SUBJECTS} == with_timers
    with_verbs = {
        path.parent.name
        for path in python_files("nudges")
        if "VERBS" in path.read_text("utf-8")
        and path.parent.parent.name == "answers"
        and path.name == "__init__.py"
    }
    assert {subject.__name__.rpartition(".")[2] for subject in record_reply.SUBJECTS} == with_verbs


def assigned_in(node: ast.stmt) -> list[ast.Name]:
    """The names that a statement of a module gives a value."""
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [target for target in targets if isinstance(target, ast.Name)]
