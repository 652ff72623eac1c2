"""Tests of bot/files/partnership_file.py, example.py, check.py and schema.py."""

from pathlib import Path

import pytest

from bot.files.check import check_paths, kind_of
from bot.files.content import CONFIG, load_rules
from bot.files.first_files import EXAMPLE, copy_example, load_example, members_for, personas
from bot.files.partnership_checks import load_partnership, read_partnership
from bot.files.problems import FilesRefused, errors_in
from bot.files.schema import SCHEMAS, schema_texts, write_schemas
from nudges.model.people import Nation, Role

TEXT = (EXAMPLE / "partnership.yaml").read_text(encoding="utf-8")


def written(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = folder / "partnership.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_example_has_60_leaders_in_13_organisations_and_one_of_them_alone() -> None:
    partnership, people = load_example()
    sizes = sorted(
        sum(partnership.organisation(person.organisation) == organisation for person in people)
        for organisation in partnership.organisations
    )
    assert sizes == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 10]
    assert {organisation.nation for organisation in partnership.organisations} == {
        Nation.ENGLAND,
        Nation.WALES,
        Nation.SCOTLAND,
    }
    assert any(person.working_days for person in people)
    assert any(person.leave for person in people)


@pytest.mark.parametrize(
    ("campaign_id", "people", "organisations"),
    [
        ("starter", 16, 4),
        ("repair-a-relationship", 16, 3),
        ("papers-to-action", 30, 8),
        ("first-100-days", 60, 13),
        ("system-leadership-6-months", 60, 13),
    ],
)
def test_each_campaign_of_the_example_has_its_people(
    campaign_id: str, people: int, organisations: int
) -> None:
    members = members_for(campaign_id)
    assert (len(members), len({person.organisation for person in members})) == (people, organisations)


def test_the_six_personas_come_from_four_organisations_and_try_the_starter() -> None:
    assert len(personas()) == 6
    assert len({person.organisation for person in personas()}) == 4
    assert set(personas()) <= set(members_for("starter"))


def test_everything_that_ships_passes_its_own_check() -> None:
    ours = [EXAMPLE, CONFIG / "campaigns", CONFIG / "rules.yaml", CONFIG / "catalogue.yaml"]
    assert check_paths(ours) == []


def test_public_steps_of_the_example_fall_within_the_days_allowed() -> None:
    partnership, _ = load_example()
    rules = load_rules()
    assert len(partnership.partner_steps) == 13
    first = min(step.due_on for step in partnership.partner_steps)
    last = max(step.due_on for step in partnership.partner_steps)
    assert (last - first).days < rules.partner_step.due_within_days
    assert partnership.all_words(rules)["system_name"] == "the health and care system"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("zone: Europe/London", "zone: Europe/Atlantis", "time zone"),
        ("nation: england", "nation: albion", "`nation` has `albion`"),
        ("shared_goal: ", "shared_gaol: ", "write `shared_goal`"),
        ("right help waiting.", "right help. Waiting. Done.", "more than 2 sentences"),
        ('called: "Riverside Partnership"', 'called: "The Grand Riverside Partnership"', "24 fit"),
        ('system_name: "', 'system_name: "the very wide and long and deep and high ', "40 fit"),
        ("system_name: ", "system_nmae: ", "words"),
        ("id: brookvale-council", "id: riverside-hospitals", "stands twice"),
        ("organisation: brookvale-council", "organisation: brook", "`brook` is not an organisation"),
        ("due_on: 2027-01-29", "due_on: 2027-02-30", "no day 2027-02-30"),
        ("due_on: 2027-01-29", "due_on: 1", "a date such as"),
        ('text: "One phone line', 'text: "' + "x" * 140 + "One phone line", "140 fit"),
        ('"shirin.larkspur@brookvale-council.example"', '"shirin"', "e-mail address"),
        ('["shirin.larkspur@brookvale-council.example"]', "[]", "programme_leads"),
        ("id: riverside\n", "id: 12\n", "small letters"),
        ("posted_on: 2026-12-01", "posted_on: soon", "a date such as"),
        ("get home sooner", "such as 943 476 5919 get home", "NHS number"),
        ('text: "One phone', 'text: "9434765919 phone', "NHS number"),
        ('why: "Care homes', 'why: "9434765919 homes', "NHS number"),
        ('why: "Care homes', 'why: "' + "x" * 140 + "Care homes", "140 fit"),
        ('limit: "Two slots', 'limit: "' + "x" * 140 + "Two slots", "140 fit"),
        ("review_on: 2027-05-28", "review_on: spring", "a date such as"),
        ('  - "We say what', '  - "One more."\n  - "We say what', "6 principles, 5 fit"),
        ('  - "We say what', '  - "' + "x" * 101 + '"\n  - "We', "100 fit"),
        ('code: "river-2027"', 'code: "river"', "8 or more"),
        ('code: "river-2027"', 'code: "river 2027"', "join.code"),
        ("open_page: members", "open_page: everybody", "only some words fit"),
        ("advised: [views_asked]", "advised: [views]", "only some words fit"),
    ],
)
def test_one_fault_in_a_partnership_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(FilesRefused, match=says) as refused:
        load_partnership(path)
    assert all(problem.line > 0 for problem in refused.value.problems)


def test_an_organisation_that_is_not_ready_is_advice_only(tmp_path: Path) -> None:
    path = written(tmp_path, 'assessment: "DPIA-EX-01"\n', "\n")
    _, problems = read_partnership(path)
    assert [problem.severity for problem in problems] == ["advice"]
    assert load_partnership(path).organisations[0].assessment is None


def test_the_older_name_of_why_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path, '    why: "Care homes', '    because: "Care homes')
    assert load_partnership(path).partner_steps[0].why_together.startswith("Care homes ring us all")


def test_a_step_without_a_why_and_views_that_were_not_asked_are_advice(tmp_path: Path) -> None:
    text = TEXT.replace("advised: [views_asked]", "advised: []")
    why = next(line for line in text.splitlines() if line.startswith("    why: "))
    path = tmp_path / "partnership.yaml"
    path.write_text(text.replace(why + "\n", "", 1), encoding="utf-8")
    _, problems = read_partnership(path)
    assert [problem.severity for problem in problems] == ["advice", "advice"]
    assert "why no organisation would do it alone" in problems[0].what
    assert "staff side" in problems[1].todo


def test_every_organisation_of_the_example_has_an_enabler_and_a_sponsor_and_may_start() -> None:
    partnership, people = load_example()
    for organisation in partnership.organisations:
        mine = [one for one in people if partnership.organisation(one.organisation) == organisation]
        assert any(Role.ENABLER in one.roles for one in mine), organisation.name
        assert any(organisation.sponsor and one.email == organisation.sponsor.email for one in mine)
        assert organisation.permission
        assert organisation.assessment
    assert len(partnership.principles) == 5


def test_a_small_partnership_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "partnership.yaml"
    path.write_text(
        "id: small\nname: Small Place\nshared_goal: People get help sooner.\nbetter_off: Everybody\n"
        "helper: {name: Ama}\nprogramme_leads: [a@n.example]\norganisations:\n  - {id: north, name: North}\n"
    )
    partnership, problems = read_partnership(path)
    assert errors_in(problems) == []
    assert (partnership.spoken_name, partnership.nation) == ("Small Place", Nation.ENGLAND)
    assert partnership.organisation("NORTH") == partnership.organisations[0]
    assert partnership.organisation("south") is None


def test_people_of_an_unknown_organisation_are_found_when_both_files_are_checked(tmp_path: Path) -> None:
    (tmp_path / "partnership.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "people.csv").write_text("name,email,organisation\nAma,a@n.example,Nowhere\n")
    problems = check_paths([tmp_path])
    assert [(problem.path.name, problem.line) for problem in problems] == [("people.csv", 2)]


def test_checking_goes_on_past_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x: [\n")
    (tmp_path / "b.yaml").write_text("colour: blue\n")
    problems = check_paths([tmp_path, tmp_path / "absent.yaml"])
    assert [problem.path.name for problem in problems] == ["a.yaml", "b.yaml", "absent.yaml"]
    assert kind_of(tmp_path / "b.yaml") is None


def test_the_example_is_copied_once_and_never_over_other_files(tmp_path: Path) -> None:
    names = [path.name for path in copy_example(tmp_path / "new")]
    assert names == ["campaign.yaml", "partnership.yaml", "people.csv"]
    assert check_paths([tmp_path / "new"]) == []
    with pytest.raises(FileExistsError, match="nothing was written"):
        copy_example(tmp_path / "new")


def test_the_schemas_in_the_folder_are_current(tmp_path: Path) -> None:
    for name, text in schema_texts().items():
        assert (SCHEMAS / name).read_text(encoding="utf-8") == text, "run bot.files.schema.write_schemas()"
    assert len(write_schemas(tmp_path)) == 2
    assert write_schemas(tmp_path) == []
