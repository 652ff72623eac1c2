"""Keeps the walls of the house: who may import whom, who may read a clock, what loading a module may do."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOMS, ROOT, definitions, imports, module_name, name, nodes, python_files

HEAVY = {"rustworkx", "numpy", "holidays"}
# What reaches outside the process, or starts another one.
OUTSIDE = {"socket", "ssl", "http", "urllib.request", "smtplib", "ftplib", "sqlite3", "subprocess"}
OUTSIDE |= {"multiprocessing", "shutil", "tempfile", "os", "pathlib", "threading"}
CLOCKS = re.compile(
    r"^(?:datetime\.)?(?:datetime|date)\.(?:now|utcnow|today)$"
    r"|^time\.(?:time|time_ns|localtime|gmtime|ctime)$"
    r"|^(?:sqlalchemy\.|sa\.)?func\.(?:now|current_timestamp|current_date)$"
)
PLACES_OF_THE_CLOCK = {"bot/clock.py"}


def top(dotted: str) -> str:
    return dotted.partition(".")[0]


def is_within(dotted: str, package: str) -> bool:
    return dotted == package or dotted.startswith(package + ".")


def wrong_imports(paths: tuple[Path, ...], refused: tuple[str, ...]) -> list[str]:
    return [
        f"{name(path)}:{line} imports {dotted}"
        for path in paths
        for dotted, line in imports(path)
        if any(is_within(dotted, package) for package in refused)
    ]


def under(folder: str) -> tuple[Path, ...]:
    return tuple(path for path in python_files() if name(path).startswith(folder + "/"))


def test_the_core_imports_only_the_standard_library_and_pure_computation() -> None:
    allowed = sys.stdlib_module_names | HEAVY | {"nudges"}
    wrong = [
        f"{name(path)}:{line} imports {dotted}"
        for path in python_files("nudges")
        for dotted, line in imports(path)
        if top(dotted) not in allowed
    ]
    assert not wrong


def test_the_core_reaches_nothing_outside_itself() -> None:
    wrong = wrong_imports(python_files("nudges"), tuple(OUTSIDE))
    for path in python_files("nudges"):
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "print", "input"):
                wrong.append(f"{name(path)}:{node.lineno} calls {ast.unparse(node.func)}")
    assert not wrong


def test_heavy_libraries_are_loaded_late() -> None:
    wrong = [
        f"{name(path)}:{line} loads {dotted} at import"
        for path in python_files(*ROOMS)
        for dotted, line in imports(path, at_import_only=True)
        if top(dotted) in HEAVY
    ]
    assert not wrong, "import these inside the function that needs them"


def test_bolt_is_loaded_only_where_workspaces_add_the_app() -> None:
    homes = ("bot.slack.install.oauth", "bot.slack.install.install_stores")
    wrong = [
        f"{name(path)}:{line} loads {dotted} at import"
        for path in python_files(*ROOMS)
        if module_name(path) not in homes
        for dotted, line in imports(path, at_import_only=True)
        if any(is_within(dotted, one) for one in (*homes, "slack_bolt"))
    ]
    assert not wrong, "one workspace by its token does not need it, and it takes a third of a second"


def test_rules_know_neither_ports_nor_use_cases() -> None:
    assert not wrong_imports(
        under("nudges/model") + under("nudges/rules"),
        ("nudges.ports", "nudges.repositories", "nudges.use_cases", "nudges.access", "asyncio"),
    )


def test_rules_are_plain_functions() -> None:
    wrong = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in under("nudges/model") + under("nudges/rules")
        for node in definitions(path)
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert not wrong


# What the ledger needs of the core: values, errors, and the Protocols that it fills.
STORAGE_MAY_IMPORT = ("nudges.errors", "nudges.model", "nudges.ports", "nudges.repositories")


def test_storage_knows_the_ground_of_the_core_and_nothing_else_of_ours() -> None:
    assert not wrong_imports(python_files("storage"), ("bot", "config", "tests", "benchmarks"))
    wrong = [
        f"{name(path)}:{line} imports {dotted}"
        for path in python_files("storage")
        for dotted, line in imports(path)
        if dotted.startswith("nudges.") and not any(is_within(dotted, each) for each in STORAGE_MAY_IMPORT)
    ]
    assert not wrong


def test_only_the_bot_reads_the_configuration() -> None:
    assert not wrong_imports(python_files("nudges", "storage"), ("config",))


def test_configuration_imports_none_of_our_code() -> None:
    assert not wrong_imports(python_files("config"), (*ROOMS, "tests", "benchmarks"))


def test_nothing_that_ships_imports_tests_or_benchmarks() -> None:
    assert not wrong_imports(python_files(*ROOMS, "config"), ("tests", "benchmarks"))


def test_only_one_file_reads_the_clock() -> None:
    wrong = []
    for path in python_files(*ROOMS, "config"):
        if name(path) in PLACES_OF_THE_CLOCK:
            continue
        # A bare mention counts too: `default_factory=datetime.now` is a clock that is read later.
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and CLOCKS.match(ast.unparse(node)):
                wrong.append(f"{name(path)}:{node.lineno} reads {ast.unparse(node)}")
        wrong += [
            f"{name(path)}:{line} imports {dotted}" for dotted, line in imports(path) if CLOCKS.match(dotted)
        ]
    assert not wrong, "take the instant as an argument (at=, after=)"


def test_the_database_never_fills_in_the_time() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in python_files("storage")
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\bcurrent_timestamp\b|\bnow\(\)", node.value, re.IGNORECASE)
    ]
    assert not wrong


# Runs in a process of its own, so that what other tests have loaded plays no part.
WATCH_IMPORTS = """
import importlib, os, sys
from pathlib import Path
root, modules, late = Path(sys.argv[1]), sys.argv[2].split(), sys.argv[3].split()
seen = []

def watch(event, args):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.system"):
        seen.append(f"{event} {args[0]!r}" if event.startswith(("sub", "os", "sqlite")) else event)
    elif event == "open" and isinstance(args[0], str):
        writes = isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        path = Path(args[0])
        ours = path.is_relative_to(root) and not path.is_relative_to(root / ".venv")
        if "__pycache__" in path.parts or args[0] == os.devnull:
            return
        if writes:
            seen.append(f"writes {path}")
        elif ours and path.suffix != ".py":
            seen.append(f"reads {path.relative_to(root)}")

sys.addaudithook(watch)
for each in modules:
    importlib.import_module(each)
    for one in seen:
        print(f"loading {each}: {one}")
    seen.clear()
for each in late:
    if each in sys.modules:
        print(f"{each} is loaded with the rest")
"""


def test_loading_our_modules_opens_nothing_and_stays_light() -> None:
    modules = [
        module_name(path)
        for path in python_files(*ROOMS)
        if "migrations" not in path.parts  # Alembic runs these, nobody imports them
        and path.name != "__main__.py"
    ]
    done = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORTS, str(ROOT), " ".join(modules), " ".join(sorted(HEAVY))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


# What takes longer to load than a person should wait for `milepost --help`.
SLOW_TO_LOAD = (
    "yaml",
    "pydantic",
    "sqlalchemy",
    "jinja2",
    "aiohttp",
    "starlette",
    "apscheduler",
    "nudges.model",
)


def test_the_door_to_the_commands_opens_at_once() -> None:
    asked = f"import sys, bot.cli; print([each for each in {SLOW_TO_LOAD!r} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", "load it inside the command that needs it"


@pytest.mark.parametrize("platform", ["slack", "teams", "email", "sandbox"])
def test_every_platform_has_the_same_three_files(platform: str) -> None:
    folder = ROOT / "bot" / platform
    if not (folder.exists() and (ROOT / "bot" / "wiring.py").exists()):
        pytest.skip(f"bot/{platform} is not built yet")
    assert {"inbound.py", "outbound.py", "layout.py"} <= {path.name for path in folder.iterdir()}
