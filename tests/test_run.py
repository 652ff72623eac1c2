"""The bootstrap, without installing anything."""

import subprocess
import sys
from pathlib import Path

import pytest

import run
from tests.source import ROOT

AS_OLD = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('run.py', run_name='__main__')"


def test_an_older_python_is_told_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_OLD], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "this is Python 3.9 and it needs 3.11" in done.stderr
    assert "What to do:" in done.stderr
    assert "Traceback" not in done.stderr


def pip_that_lists(*lines: str) -> list[str]:
    return [sys.executable, "-c", f"print({chr(10).join(lines)!r})"]


def test_the_environment_wins_over_pip_files_whatever_their_order() -> None:
    pip = pip_that_lists(
        ":env:.cert='/env.pem'",
        "global.cert='/file.pem'",
        "install.timeout='9'",
        "global.timeout='5'",
        "download.timeout='1'",
        r"global.extra-index-url='\nhere\nthere'",
    )
    assert run.pip_config(pip) == {"cert": "/env.pem", "timeout": "9", "extra-index-url": "here there"}


def test_uv_is_told_what_pip_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for each in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_INSECURE_HOST", "SSL_CERT_FILE"):
        monkeypatch.delenv(each, raising=False)
    config = {
        "index-url": "ours",
        "extra-index-url": "more least",
        "find-links": f"{tmp_path} /nowhere/at/all",
        "trusted-host": "ours.example",
        "cert": "/ours.pem",
    }
    told = run.uv_environment(config)
    assert told["UV_DEFAULT_INDEX"] == "ours"
    assert told["UV_INDEX"] == "more least"
    assert told["UV_FIND_LINKS"] == str(tmp_path)  # uv stops at a folder that is not there, pip does not
    assert told["UV_INSECURE_HOST"] == "ours.example"
    assert told["SSL_CERT_FILE"] == "/ours.pem"


def test_what_is_set_for_uv_itself_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "chosen")
    assert run.uv_environment({"index-url": "ours"})["UV_DEFAULT_INDEX"] == "chosen"


def test_nothing_is_invented_where_pip_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_INDEX", raising=False)
    told = run.uv_environment({})
    assert "UV_DEFAULT_INDEX" not in told
    assert "UV_INDEX" not in told


@pytest.fixture
def small_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with two locks and an environment that looks installed with the run lock."""
    for lock in ("requirements.txt", "requirements-test.txt"):
        (tmp_path / lock).write_text(f"what {lock} pins\n")
    python, stamp = tmp_path / ".venv" / "python", tmp_path / ".venv" / "stamp"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "RUN_LOCK", tmp_path / "requirements.txt")
    monkeypatch.setattr(run, "TEST_LOCK", tmp_path / "requirements-test.txt")
    monkeypatch.setattr(run, "PYTHON", python)
    monkeypatch.setattr(run, "STAMP", stamp)
    stamp.write_text("\n".join(run.marks(run.RUN_LOCK)))
    return tmp_path


@pytest.mark.usefixtures("small_checkout")
def test_a_second_start_skips_installing() -> None:
    assert run.is_ready(run.RUN_LOCK)


def test_a_changed_lock_is_installed_anew(small_checkout: Path) -> None:
    (small_checkout / "requirements.txt").write_text("other pins\n")
    assert not run.is_ready(run.RUN_LOCK)


def test_a_moved_checkout_is_set_up_anew(small_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROOT", small_checkout / "elsewhere")
    assert not run.is_ready(run.RUN_LOCK)


@pytest.mark.usefixtures("small_checkout")
def test_the_run_lock_does_not_stand_for_the_test_lock_but_the_other_way_round() -> None:
    assert not run.is_ready(run.TEST_LOCK)
    run.STAMP.write_text("\n".join(run.marks(run.TEST_LOCK)))
    assert run.is_ready(run.TEST_LOCK)
    assert run.is_ready(run.RUN_LOCK)


def test_the_launcher_starts_from_a_path_with_a_space(tmp_path: Path) -> None:
    odd = tmp_path / "two words"
    odd.mkdir()
    (odd / "python").symlink_to(sys.executable)
    launcher = odd / "milepost"
    launcher.write_text(run.LAUNCHER_TEXT.format(python=odd / "python").replace("bot.cli", "nowhere.cli"))
    launcher.chmod(0o755)
    done = subprocess.run([launcher], capture_output=True, text=True, check=False)
    assert "No module named 'nowhere'" in done.stderr


@pytest.mark.parametrize("chosen", [[], ["-q", "--durations=60"], ["--emulator"]])
def test_all_tests_run_on_every_core(chosen: list[str]) -> None:
    assert run.workers_for(chosen) == run.WHOLE_SUITE


@pytest.mark.parametrize("chosen", [["tests/bot"], ["-m", "chaos"], ["-n2"], ["-q", "--pdb"]])
def test_whoever_names_tests_or_says_how_runs_them_so(chosen: list[str]) -> None:
    assert run.workers_for(chosen) == []
