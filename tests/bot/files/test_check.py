"""`milepost check` knows each kind of file in config/, and finds a fault in any of them at its line."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.files.check import check_paths, kind_of
from bot.files.content import CONFIG
from bot.files.problems import FilesRefused, errors_in

# What is in order, and what a slip of the pen makes of it; the fault is found on the line of the slip.
SLIPS = {
    "a catalogue": ("catalogue.yaml", "rung: 1", "rung: 9"),
    "a campaign": ("campaigns/starter.yaml", "length_weeks:", "lenght_weeks:"),
    "rules": ("rules.yaml", "open_actions_max:", "open_actions_most:"),
    "metrics": ("metrics.yaml", 'if_up: "A habit is growing."', "if_up:"),
    "sentences": ("messages/said.yaml", 'monday: "Monday"', 'monday: "{Monday"'),
    "buttons": ("messages/buttons.yaml", 'primary: ["yes",', 'primary: ["yess",'),
    "a partnership": ("example/partnership.yaml", "shared_goal:", "shared_gaol:"),
    "a campaign of one's own": ("example/campaign.yaml", "theme:", "them:"),
    "people": ("example/people.csv", "tom.fernley@", "tom.fernley"),
    "rules in words": ("open_page/rules.yaml", "open_actions_max:", "open_actions_most:"),
    "a form": ("messages/forms/hear.yaml", "kind: choice,", "kind: chioce,"),
    "a table": ("messages/rollup_thread/table.yaml", "caption:", "capton:"),
}


def check(*paths: Path) -> tuple[int, list[str]]:
    """What the command says of these paths, and with which code it ends."""
    result = CliRunner().invoke(cli, ["check", *map(str, paths)])
    return result.exit_code, result.stdout.splitlines()


def copied(name: str, folder: Path) -> Path:
    """A file of config/ with what stands beside it, in a folder of its own."""
    target = folder / Path(name).parent.name / Path(name).name
    if Path(name).parent != Path("messages"):
        shutil.copytree((CONFIG / name).parent, target.parent, dirs_exist_ok=True)
        return target
    target.parent.mkdir()
    return Path(shutil.copy(CONFIG / name, target))


def test_everything_in_config_is_checked_as_what_it_is_and_is_in_order() -> None:
    code, lines = check(CONFIG)
    assert (code, lines[-1]) == (0, "All is in order.")
    assert not [line for line in lines[:-1] if ": advice: " not in line and ": skipped: " not in line]


def test_only_what_is_slacks_is_skipped_and_that_is_said() -> None:
    skipped = [one for one in check_paths([CONFIG]) if one.severity == "skipped"]
    assert [one.path.name for one in skipped] == ["manifest.yaml", "scopes.yaml"]
    assert "skipped: this is not checked here" in str(skipped[0])


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_is_found_at_its_line_in_every_kind_of_file(kind: str, tmp_path: Path) -> None:
    name, right, wrong = SLIPS[kind]
    path = copied(name, tmp_path)
    assert errors_in(check_paths([path])) == []
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    number = text[: text.index(right)].count("\n") + 1
    code, lines = check(path)
    assert code == 1
    assert [line for line in lines if line.startswith(f"{path}:{number}: ") and "advice: " not in line]


def test_a_fact_that_a_sample_does_not_show_is_named(tmp_path: Path) -> None:
    path = copied("messages/today/sample.yaml", tmp_path)
    assert check(path)[0] == 0
    path.write_text("item: []\n")
    code, lines = check(path)
    assert code == 1
    assert lines[0].startswith(f"{path}:1: ")
    assert "'items'" in lines[0]
    path.write_text("items: [\n")
    assert check(path)[0] == 1


def test_a_form_that_its_own_sample_does_not_fill_is_named(tmp_path: Path) -> None:
    path = copied("messages/forms/hear.yaml", tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("choices_from: themes", "choices_from: topics"), encoding="utf-8")
    code, lines = check(path)
    assert (code, "'topics'" in lines[0]) == (1, True)


def test_facts_and_sentences_may_be_called_like_the_fields_of_other_files(tmp_path: Path) -> None:
    assert kind_of(CONFIG / "messages" / "home_lead" / "sample.yaml") == "sample"
    assert kind_of(CONFIG / "open_page" / "rules.yaml") == "rule words"
    assert kind_of(CONFIG / "rules.yaml") == "rules"
    lonely = tmp_path / "sample.yaml"
    lonely.write_text("weeks: []\n")
    assert kind_of(lonely) == "campaign", "a sample stands beside the templates that it fills"


def test_what_is_no_mapping_at_all_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    path = copied("open_page/rules.yaml", tmp_path)
    path.write_text("- one\n- two\n")
    assert check(path)[0] == 1
    path.write_text("a: [\n")
    with pytest.raises(FilesRefused):
        kind_of(path.rename(tmp_path / "other.yaml"))
