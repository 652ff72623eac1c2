"""The commands as a programme lead and an operator meet them, on a database of their own."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli, main

Milepost = Callable[..., Result]
LEADER = "tom.fernley@riverside-hospitals.example"


def next_monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def milepost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Milepost:
    """Runs a command in a folder of its own; whatever happens, there is no traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")

    def run(*arguments: str, code: int | None = 0, said: str | None = None) -> Result:
        result = CliRunner().invoke(cli, list(arguments), input=said)
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert code is None or result.exit_code == code, result.output
        return result

    return run


def printed(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that these tests only read."""
    folder = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")
        Path("file.txt").write_text("hello")
        for arguments in (["init", "--dir", "mine"], ["apply", "mine"]):
            assert CliRunner().invoke(cli, arguments).exit_code == 0
    return folder


@pytest.fixture
def applied(milepost: Milepost, loaded: Path, tmp_path: Path) -> Milepost:
    """With the example loaded."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return milepost


@pytest.fixture
def launched(applied: Milepost) -> Milepost:
    """With a campaign that starts next Monday."""
    applied("campaign", "launch", "starter", "--on", str(next_monday()), "--people", "mine/people.csv")
    return applied


def test_the_first_files_are_in_order_and_load(milepost: Milepost) -> None:
    assert "mine/partnership.yaml" in milepost("init", "--dir", "mine").stdout
    assert "All is in order." in milepost("check", "mine").stdout
    dry = milepost("apply", "mine", "--dry-run")
    assert "new leader: Tom Fernley" in dry.stdout
    assert "nothing was changed" in dry.stdout
    assert (
        printed(milepost("apply", "mine", "--json"))["changes"][0] == "new partnership: Riverside Partnership"
    )
    assert milepost("apply", "mine").stdout == "Nothing changed.\n"


def test_an_example_is_never_written_over_files_that_are_there(milepost: Milepost) -> None:
    milepost("init", "--dir", "mine")
    Path("mine/partnership.yaml").write_text("mine")
    assert "nothing was written" in milepost("init", "--dir", "mine", code=1).stderr
    assert Path("mine/partnership.yaml").read_text() == "mine"


def test_a_half_wrong_folder_changes_nothing_and_names_every_line(applied: Milepost) -> None:
    partnership, people = Path("mine/partnership.yaml"), Path("mine/people.csv")
    partnership.write_text(
        partnership.read_text().replace('called: "Riverside Partnership"', 'called: "Other"')
    )
    people.write_text(
        people.read_text() + "Nobody,not-an-address,Riverside Hospitals\n,a@b.example,Elsewhere\n"
    )
    refused = applied("apply", "mine", code=1)
    lines = refused.stderr.splitlines()
    assert len([line for line in lines if line.startswith("mine/people.csv:6")]) >= 2
    assert lines[-1].endswith("Nothing was changed.")
    assert applied("apply", "mine/partnership.yaml", "--dry-run").stdout.startswith(
        "partnership: name changed"
    )


def test_a_step_whose_date_cannot_be_is_named_with_its_line(milepost: Milepost) -> None:
    milepost("init", "--dir", "mine")
    path = Path("mine/partnership.yaml")
    lines = path.read_text().splitlines()
    [number] = [at for at, line in enumerate(lines, 1) if "due_on" in line][:1]
    lines[number - 1] = "    due_on: 2020-01-01"
    path.write_text("\n".join(lines) + "\n")
    assert f"partnership.yaml:{number}: advice" in milepost("check", "mine").stdout
    assert f"partnership.yaml:{number}" in milepost("apply", "mine", code=1).stderr


def test_findings_are_printed_as_json(milepost: Milepost) -> None:
    Path("people.csv").write_text("name,e-mail,organisation\nAnna,nothing,Here\n")
    result = printed(milepost("check", "people.csv", "--json", code=1))
    assert result["settings"] == []
    assert {"file", "line", "severity", "what", "why", "todo"} == set(result["findings"][0])


def test_a_launch_says_who_is_invited_who_waits_and_what_would_help(milepost: Milepost) -> None:
    milepost("init", "--dir", "mine")
    path = Path("mine/partnership.yaml")
    path.write_text(path.read_text().replace('    assessment: "DPIA-EX-02"\n', ""))
    milepost("apply", "mine")
    told = milepost("campaign", "launch", "starter", "--on", str(next_monday())).stdout
    assert "60 are on the list" in told
    assert "waiting: Brookvale Council, until it has the reference of its impact assessment" in told
    assert "no chat address" in told
    assert "no channel" in told


def test_a_launch_takes_the_people_that_a_file_names(applied: Milepost) -> None:
    launched = applied(
        *("campaign", "launch", "starter", "--on", str(next_monday())),
        *("--people", "mine/people.csv", "--json"),
    )
    assert printed(launched)["taking_part"] == 16


def test_a_campaign_of_ones_own_can_be_previewed_applied_and_launched(applied: Milepost) -> None:
    assert "Four weeks by the river" in applied("campaign", "preview", "mine/campaign.yaml").stdout
    applied("campaign", "launch", "riverside-starter", "--on", str(next_monday()))
    text = Path("mine/campaign.yaml").read_text()
    Path("mine/campaign.yaml").write_text(text.replace("Second coffees", "Other coffees"))
    assert "changed campaign" in applied("apply", "mine/campaign.yaml").stdout
    Path("mine/campaign.yaml").write_text(text.replace("id: riverside-starter", "id: starter"))
    assert "taken" in applied("apply", "mine/campaign.yaml", code=1).stderr


def test_a_running_campaign_is_paused_resumed_and_opened(launched: Milepost) -> None:
    until = next_monday() + timedelta(weeks=2)
    assert str(until) in launched("campaign", "pause", "starter", "--until", str(until)).stdout
    assert "goes on" in launched("campaign", "resume", "starter").stdout
    assert "not paused" in launched("campaign", "resume", "starter", code=1).stderr
    gate = ("campaign", "gate", "starter", "2", "--because", "The group asked for more.")
    assert "open" in launched(*gate).stdout
    assert "open already" in launched(*gate, code=1).stderr


def test_partner_steps_are_added_listed_changed_and_done(applied: Milepost) -> None:
    before = printed(applied("step", "list", "--json"))
    by = datetime.now(UTC).date() + timedelta(days=20)
    added = printed(
        applied(
            *("step", "add", "Willow Carers", "Ring each new carer once", "--owner", "the carers' desk"),
            *("--done-means", "Ten carers were rung", "--by", str(by), "--why", "Wards name the carers"),
            *("--given-limit", "Two hours a week", "--review-on", str(by), "--json"),
        )
    )
    assert (added["organisation"], added["status"]) == ("willow-carers", "planned")
    assert (added["why_together"], added["given"]["limit"]) == ("Wards name the carers", "Two hours a week")
    assert len(printed(applied("step", "list", "--json"))) == len(before) + 1
    assert "Ring each new carer once" in applied("step", "list").stdout
    start = added["id"][:8]
    later = by + timedelta(days=7)
    changed = applied(
        "step", "change", start, "--to", str(later), "--because", "The desk was closed", "--json"
    )
    assert printed(changed)["history"][-1]["reason"] == "The desk was closed"
    handed = printed(applied("step", "change", start, "--owner", "the night team", "--json"))
    assert [each["owner"] for each in handed["history"] if each["owner"]] == [
        "the carers' desk",
        "the night team",
    ]
    said = printed(applied("step", "words", start, "A second telephone", "--json"))
    assert said["own_words"] == "A second telephone"
    assert printed(applied("step", "done", start, "--json"))["status"] == "done"
    assert "Ring each new carer once" not in applied("step", "list").stdout
    assert "Ring each new carer once" in applied("step", "list", "--all").stdout


def test_everything_about_a_person_is_shown_and_erased(launched: Milepost) -> None:
    lines = printed(launched("my-data", LEADER.upper(), "--json"))
    assert "Name: Tom Fernley" in lines
    assert "Nothing was erased" in launched("erase", LEADER, code=1, said="n\n").stderr
    assert "Nothing was erased" in launched("erase", LEADER, code=1, said="").stderr
    assert "Tom Fernley is erased" in launched("erase", LEADER, "--yes").stdout
    assert "no leader" in launched("my-data", LEADER, code=1).stderr


def test_the_list_of_readiness_names_organisations_and_takes_an_assessment(milepost: Milepost) -> None:
    milepost("init", "--dir", "mine")
    path = Path("mine/partnership.yaml")
    path.write_text(path.read_text().replace('    assessment: "DPIA-EX-02"\n', "", 1))
    milepost("apply", "mine")
    listed = milepost("campaign", "ready").stdout
    assert re.search(r"Brookvale Council .* no, until it has the reference of its impact assessment", listed)
    assert "Shirin" not in listed, "no person is named"
    milepost("campaign", "ready", "--organisation", "brookvale-council", code=2)
    milepost("campaign", "ready", "--organisation", "nowhere", "--assessment", "DPIA-7", code=1)
    told = printed(
        milepost(
            "campaign", "ready", "--organisation", "brookvale-council", "--assessment", "DPIA-7", "--json"
        )
    )
    (line,) = [one for one in told if one["organisation_id"] == "brookvale-council"]
    assert (line["is_ready"], line["assessment"], line["note"]) == (True, "DPIA-7", "")


def test_a_person_and_an_organisation_leave_by_command(launched: Milepost) -> None:
    assert "Nothing was changed" in launched("leave", LEADER, code=1, said="n\n").output
    assert "Tom Fernley has left." in launched("leave", LEADER, "--yes").stdout
    launched("organisation", "leave", "strathotter-care", code=1, said="n\n")
    told = launched("organisation", "leave", "strathotter-care", "--yes").stdout
    assert "Strathotter Care has left, with 2 of its people; 1 of its steps closed by agreement." in told
    assert "new leader" not in launched("apply", "mine").stdout
    assert "no, it has left" in launched("campaign", "ready").stdout
    launched("organisation", "leave", "nowhere", "--yes", code=1)


def test_the_doctor_names_the_next_command(milepost: Milepost) -> None:
    assert "milepost apply" in milepost("doctor", code=1).stdout
    milepost("init", "--dir", "mine")
    milepost("apply", "mine")
    assert "milepost campaign launch" in milepost("doctor").stdout
    milepost("campaign", "launch", "starter", "--on", str(next_monday()))
    result = printed(milepost("doctor", "--json", code=1))
    assert {"about", "ok", "what", "todo"} == set(result[0])
    assert any("no chat address" in one["what"] for one in result if not one["ok"])
    run = next(one["what"] for one in result if one["about"] == "campaign starter")
    assert re.search(r": [1-9][0-9]* invited, 0 have said yes", run)


def test_a_database_is_brought_up_to_date_once(milepost: Milepost) -> None:
    assert "is now at" in milepost("release").stdout
    assert "Nothing to do" in milepost("release").stdout


def test_production_does_not_change_the_tables_by_itself(
    milepost: Milepost, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("milepost.db").touch()
    monkeypatch.setenv("MILEPOST_ENV", "production")
    monkeypatch.setenv("MILEPOST_SECRET_KEYS", "k" * 32)
    assert "milepost release" in milepost("step", "list", code=1).stderr


def test_each_message_of_each_week_can_be_looked_at(milepost: Milepost) -> None:
    told = printed(milepost("campaign", "preview", "system-leadership-6-months", "--json"))
    assert [week["week"] for week in told["weeks"]] == list(range(1, 27))
    assert told["weeks"][0]["messages"][0]["kind"] == "welcome"
    pulses = [week for week in told["weeks"] if week["kind"] == "pulse"]
    assert pulses
    for week in pulses:
        (asked,) = [one for one in week["messages"] if one["kind"] == "pulse"]
        assert "How is it going in" in asked["text"]
        assert "- I have a strong network across" in asked["text"]
        assert "Prefer not to say]" in asked["text"]
    as_other = milepost("campaign", "preview", "starter", "--weeks", "1", "--as", "Tom Fernley").stdout
    assert "Tom Fernley" in as_other
    assert "Week 2" not in as_other


def test_a_version_of_the_post_is_refused_before_there_is_anything_to_tell(launched: Milepost) -> None:
    assert "nothing to tell before" in launched("rollup", "starter", code=1).stderr


BAD: dict[str, tuple[int, tuple[str, ...]]] = {
    "an unknown command": (2, ("dance",)),
    "an unknown option": (2, ("doctor", "--loud")),
    "no path": (2, ("apply",)),
    "a path that is not there": (1, ("apply", "nowhere")),
    "a file that is not there": (1, ("check", "nowhere.yaml")),
    "a folder that cannot be": (1, ("init", "--dir", "file.txt/inside")),
    "no date": (2, ("campaign", "launch", "starter", "--on", "monday")),
    "an impossible date": (2, ("campaign", "launch", "starter", "--on", "2027-02-30")),
    "a Tuesday": (1, ("campaign", "launch", "starter", "--on", "2099-01-06")),
    "a day that has passed": (1, ("campaign", "launch", "starter", "--on", "2020-01-06")),
    "an unknown campaign": (1, ("campaign", "launch", "nothing", "--on", "2099-01-05")),
    "an unknown campaign to preview": (1, ("campaign", "preview", "nothing")),
    "a campaign file that is not there": (1, ("campaign", "preview", "nothing.yaml")),
    "an unknown person to preview as": (1, ("campaign", "preview", "starter", "--as", "Nobody")),
    "a preview of no weeks": (2, ("campaign", "preview", "starter", "--weeks", "0")),
    "people that are not there": (
        1,
        ("campaign", "launch", "starter", "--on", "2099-01-05", "--people", "no.csv"),
    ),
    "a pause of what does not run": (1, ("campaign", "pause", "starter", "--until", "2099-01-05")),
    "a rung that is no number": (2, ("campaign", "gate", "starter", "two", "--because", "x")),
    "a gate of what does not run": (1, ("campaign", "gate", "starter", "2", "--because", "x")),
    "a step with nothing to change": (2, ("step", "change", "0123456789")),
    "a new date without its reason": (2, ("step", "change", "0123456789", "--to", "2099-01-01")),
    "an unknown step": (1, ("step", "done", "0123456789")),
    "the start of every step": (1, ("step", "done", "")),
    "an unknown organisation": (
        1,
        (
            *("step", "add", "Nobody", "x", "--owner", "x", "--done-means", "x"),
            *("--by", "2099-01-01", "--why", "x"),
        ),
    ),
    "an unknown partnership": (1, ("step", "list", "--partnership", "other")),
    "an unknown leader": (1, ("my-data", "nobody@example.org")),
    "a rollup of what does not run": (1, ("rollup", "starter")),
    "an old week to post": (2, ("rollup", "starter", "--post", "--week", "1")),
    "a headless run without a campaign": (2, ("sandbox", "--headless")),
    "json without headless": (2, ("sandbox", "--json")),
    "a headless run of an unknown campaign": (
        1,
        ("sandbox", "--headless", "--campaign", "nothing", "--weeks", "1"),
    ),
    "a text as a people file": (1, ("apply", "file.txt")),
    "hidden characters": (1, ("my-data", "\x00")),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_words_and_an_exit_code(
    loaded: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(loaded)
    monkeypatch.setenv("MILEPOST_DATABASE_URL", "sqlite:///milepost.db")
    code, arguments = BAD[what]
    result = CliRunner().invoke(cli, list(arguments))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert result.output.strip()
    assert "Traceback" not in result.output
    assert "unforeseen" not in result.output
    assert "nobody has foreseen" not in result.output


SETTINGS = {
    "a port that is a word": ("MILEPOST_PORT", "many", "MILEPOST_PORT"),
    "another kind of database": ("MILEPOST_DATABASE_URL", "mysql://x", "MILEPOST_DATABASE_URL"),
    "a database in memory": ("MILEPOST_DATABASE_URL", "sqlite://", "MILEPOST_DATABASE_URL"),
    "a folder that is not there": ("MILEPOST_DATABASE_URL", "sqlite:///no/where.db", "MILEPOST_DATABASE_URL"),
    "a server that is not there": (
        "MILEPOST_DATABASE_URL",
        "postgresql://milepost:secret@127.0.0.1:1/x",
        "MILEPOST_DATABASE_URL",
    ),
    "half of Slack": ("SLACK_BOT_TOKEN", "xoxb-1", "SLACK_SIGNING_SECRET"),
    "production without secrets": ("MILEPOST_ENV", "production", "MILEPOST_SECRET_KEYS"),
    "an address without https": ("MILEPOST_BASE_URL", "milepost.example", "MILEPOST_BASE_URL"),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_a_wrong_setting_is_named_and_no_secret_is_shown(
    milepost: Milepost, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, value, named = SETTINGS[what]
    monkeypatch.setenv(name, value)
    for arguments in (("step", "list"), ("serve",)):
        result = milepost(*arguments, code=1)
        assert named in result.stderr
        assert "secret" not in result.output.lower().replace("slack_signing_secret", "").replace(
            "milepost_secret_keys", ""
        ).replace("import secrets; print(secrets.token_urlsafe", "")
    assert named in milepost("doctor", code=1).output or what == "a folder that is not there"


def test_a_file_that_is_no_database_is_said_to_be_none(milepost: Milepost) -> None:
    Path("milepost.db").write_text("this is a letter, not a database" * 50)
    assert "MILEPOST_DATABASE_URL" in milepost("step", "list", code=1).stderr
    assert "milepost.db" in milepost("doctor", code=1).stdout


def test_every_command_explains_itself(milepost: Milepost) -> None:
    names: list[tuple[str, ...]] = [()]
    for name, command in cli.commands.items():
        names.append((name,))
        names += [(name, inner) for inner in getattr(command, "commands", {})]
    for each in names:
        assert "Usage: " in milepost(*each, "--help").stdout


def test_the_exit_code_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["dance"]) == 2
    assert "dance" in capsys.readouterr().err
