"""Tests of bot/files/content.py, shapes.py and validation.py: what ships, and files with one fault."""

from datetime import time
from pathlib import Path

import pytest

from bot.files.content import (
    CONFIG,
    load_campaign_file,
    load_campaigns,
    load_catalogue,
    load_rules,
    read_campaign,
)
from bot.files.problems import FilesRefused
from bot.files.validation import place_of
from nudges.model.catalogue import Catalogue
from nudges.model.ruleset import Rules

STARTER = (CONFIG / "campaigns" / "starter.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="module")
def catalogue(rules: Rules) -> Catalogue:
    return load_catalogue(rules=rules)


def test_the_numbers_of_the_rules_arrive_as_they_are_written(rules: Rules) -> None:
    assert (rules.quiet.starts, rules.quiet.ends, rules.quiet.weekends) == (time(17), time(8, 30), True)
    assert (rules.cadence.send_day_new, rules.cadence.send_day_new_last, rules.cadence.rollup_day) == (
        2,
        5,
        5,
    )
    assert rules.cadence.reminder_after_working_days == 2
    assert rules.cadence.default_working_days == (1, 2, 3, 4, 5)
    assert [(step.every_weeks, step.for_weeks) for step in rules.taper] == [(2, 4), (4, 12)]
    assert rules.pairing.no_repeat_weeks == 12
    assert rules.privacy.min_people_for_percent == 10
    assert len(rules.reasons) == 6
    assert len(rules.pulse.items) == 16
    assert rules.pulse.item("NET") is not None
    assert rules.pulse.item("NOPE") is None
    assert [line.id for line in rules.rollup.lines][:3] == ["title", "goal", "kept"]


def test_every_action_says_what_done_means(catalogue: Catalogue) -> None:
    said = [action.done_means for action in catalogue.actions.values()]
    assert len(said) == len(set(said)) == 59
    assert all(text.endswith(".") and len(text) <= 80 for text in said)


def test_the_calendar_of_a_campaign_arrives_with_its_gates() -> None:
    repair = load_campaigns()["repair-a-relationship"]
    assert [(week.number, week.gate) for week in repair.weeks if week.gate] == [(4, 2), (9, 3)]
    assert [week.kind for week in repair.weeks[:5]] == ["pulse", "rest", "rest", "rest", "offer"]


def test_the_second_cup_and_the_coffee_are_in_the_catalogue(rules: Rules, catalogue: Catalogue) -> None:
    assert catalogue.actions[rules.pairing.second_cup_action].needs_peer
    assert catalogue.actions[rules.coffee.action].needs_peer


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("REL-03", "REL-99", 12, "`REL-99` is not in the catalogue"),
        ("SHARE-07, REL-03", "SHARE-07, UNB-02", 12, "rung 3"),
        ("week: 3", "week: 5", 11, "numbered 1, 2, 5, 4"),
        ("length_weeks: 4", "length_weeks: 40", 11, "numbered"),
        ("length_weeks: 4", "length_weeks: four", 6, "`length_weeks` has `four`"),
        ("length_weeks: 4", 'length_weeks: "4"', 6, "`length_weeks` has `4`"),
        ("length_weeks: 4", "length_weeks: yes", 6, "`length_weeks` has `yes`"),
        ("length_weeks: 4", "length_weeks: true", 6, "`length_weeks`"),
        ("length_weeks: 4\n", "", 2, "`length_weeks` is missing"),
        ("length_weeks: 4", "lenght_weeks: 4", 6, "`lenght_weeks` is not a field"),
        ("length_weeks: 4", "length_weeks:", 6, "`length_weeks` is empty"),
        ("id: starter", "id: Starter Pack", 2, "`id` has `Starter Pack`"),
        ("pulse_items: []", "pulse_items: NET", 8, "`pulse_items` is not a list"),
        ("type: all_partners", "type: everybody", 10, "`goals[0].type` has `everybody`"),
        ("coffee_round: 1", "coffee_round: one", 13, "`weeks[1].coffee_round` has `one`"),
        ("coffee_round: 1", "gate: rung_3", 13, "rung 3 opens before rung 2"),
        ("coffee_round: 1", "gate: high", 13, "`weeks[1].gate` has `high`"),
        ("coffee_round: 1", "is_chosen: yes", 13, "`weeks[1].is_chosen` is not a field"),
        ("coffee_round: 1", "rest: perhaps", 13, "`weeks[1].rest` has `perhaps`"),
        ("coffee_round: 1", "theme: again", 13, "`theme` stands twice"),
    ],
)
def test_one_fault_in_a_campaign_is_told_with_its_line(
    tmp_path: Path, rules: Rules, catalogue: Catalogue, old: str, new: str, line: int, says: str
) -> None:
    path = tmp_path / "campaign.yaml"
    assert old in STARTER
    path.write_text(STARTER.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FilesRefused) as refused:
        load_campaign_file(path, catalogue=catalogue, rules=rules)
    told = [(problem.line, problem.what) for problem in refused.value.problems]
    assert any(number == line and says in what for number, what in told), told


def test_a_misspelt_field_gets_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text(STARTER.replace("length_weeks", "lenght_weeks"))
    with pytest.raises(FilesRefused, match="write `length_weeks`"):
        load_campaign_file(path)


@pytest.mark.parametrize(("written", "meant"), [("no", False), ("yes", True), ("on", True), ("false", False)])
def test_yes_and_no_are_answers_where_an_answer_is_wanted(tmp_path: Path, written: str, meant: bool) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text(STARTER.replace("coffee_rounds: 2", f"coffee_rounds: 2\nneeds_facilitator: {written}"))
    assert load_campaign_file(path).needs_facilitator is meant


@pytest.mark.parametrize("written", ["no", "17:00", "2027", "1.10", "true"])
def test_a_text_stays_as_it_is_written(tmp_path: Path, written: str) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text(STARTER.replace('"Four weeks to try it"', written))
    assert load_campaign_file(path).name == written


def test_advice_does_not_refuse_a_campaign(tmp_path: Path) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text(STARTER.replace("[REL-01, REL-06, LIS-05]", "[REL-01, REL-06]"))
    campaign, problems = read_campaign(path)
    assert campaign.id == "starter"
    assert [problem.severity for problem in problems] == ["advice"]
    assert "advice: " in str(problems[0])
    assert load_campaign_file(path) == campaign


@pytest.mark.parametrize("text", ["", "- a\n", "just text\n"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_text(text)
    with pytest.raises(FilesRefused, match="milepost init"):
        load_campaign_file(path)


def test_two_campaigns_with_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(STARTER, encoding="utf-8")
    with pytest.raises(FilesRefused, match="stands in another file"):
        load_campaigns(tmp_path)


def test_two_actions_with_one_id_are_refused_at_the_second(tmp_path: Path, rules: Rules) -> None:
    text = (CONFIG / "catalogue.yaml").read_text(encoding="utf-8").replace("id: REL-02", "id: REL-01")
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FilesRefused) as refused:
        load_catalogue(path, rules=rules)
    assert refused.value.problems[0].line == text[: text.rindex("id: REL-01\n")].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('starts: "17:00"', 'starts: "25:00"', "time of day"),
        ('starts: "17:00"', "starts: 1020", "time of day"),
        ("send_day_new: tuesday", "send_day_new: 2", "day of the week"),
        ("share_under: 0.25", "share_under: few", "a number belongs here"),
        ("share_under: 0.25", "share_under: true", "a number such as"),
        ("max_lines: 12", "max_lines: 12.5", "a whole number belongs here"),
        ("odd_one_out: trio", "odd_one_out: alone", "odd_one_out"),
        ("own_hours_step_minutes: 30", "own_hours_step_minutes: 0", "own_hours_step_minutes"),
        ('suggested_times: ["09:30"', 'suggested_times: ["9:30"', "time of day"),
        ("rank, RAG]", "rank, RAG, goal]", None),
    ],
)
def test_a_wrong_number_in_the_rules_is_refused(tmp_path: Path, old: str, new: str, says: str | None) -> None:
    text = (CONFIG / "rules.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if says is None:
        assert "goal" in load_rules(path).rollup.banned_everywhere
        return
    with pytest.raises(FilesRefused, match=says):
        load_rules(path)


def test_a_place_in_words_becomes_steps_into_the_file() -> None:
    assert place_of("weeks[3].offer[0]") == ("weeks", 3, "offer", 0)
    assert place_of("") == ()
