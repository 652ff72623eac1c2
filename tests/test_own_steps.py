"""What a plain run leaves to `.ci/run` is said at its end, and runs when it is asked for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.own_steps import OWN_STEPS
from tests.source import ROOT

MARKERS = "\n".join(f"    {name}: one" for name in (*OWN_STEPS, "slow"))
TESTS = "import pytest\n\ndef test_plain():\n    pass\n\n" + "\n\n".join(
    f"@pytest.mark.{name}\ndef test_{name}():\n    pass\n" for name in (*OWN_STEPS, "slow")
)


def told(folder: Path, *arguments: str) -> str:
    """What pytest says of a small suite with one plain test, a slow one, and one of every step."""
    (folder / "pytest.ini").write_text(f"[pytest]\ntestpaths = .\nmarkers =\n{MARKERS}\n", encoding="utf-8")
    (folder / "test_all.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.own_steps", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_plain_run_says_what_it_left_and_how_to_run_it(tmp_path: Path, workers: str) -> None:
    said = told(tmp_path, "-q", f"--numprocesses={workers}")
    assert "2 passed" in said
    for what, how in OWN_STEPS.values():
        assert f"  1 {what}: python3 run.py test {how}\n" in said


@pytest.mark.parametrize("chosen", [["test_all.py"], ["-m", "plain or not plain"], ["-k", "test"]])
def test_whoever_names_tests_gets_them_all(tmp_path: Path, chosen: list[str]) -> None:
    said = told(tmp_path, *chosen)
    assert "5 passed" in said
    assert "left to" not in said


def test_the_ci_runs_every_step_that_a_plain_run_leaves_out() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    steps = re.findall(r"^step .* run\.py test (.*)$", ci, re.MULTILINE)
    assert [how for _, how in OWN_STEPS.values() if not any(step.endswith(how) for step in steps)] == []


def test_every_drill_and_every_test_of_the_emulator_is_marked() -> None:
    for folder in ("chaos", "emulator"):
        for path in (ROOT / "tests" / folder).glob("test_*.py"):
            text = path.read_text(encoding="utf-8")
            assert re.search(rf"^pytestmark = .*mark\.{folder}\b", text, re.MULTILINE), path
