"""Checks any of our files, and the people against their partnership."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.content import product_reference
from bot.files.content import load_catalogue, load_metrics, load_rules, read_campaign
from bot.files.partnership_checks import check_people, read_partnership
from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import PersonRow, read_people
from bot.files.phrases import check_phrases
from bot.files.problems import FileProblem, FilesRefused
from bot.files.yaml_file import load_yaml
from bot.rendering.wording_checks import (
    check_buttons,
    check_form,
    check_rule_words,
    check_sample,
    check_table,
)
from nudges.model.catalogue import Catalogue
from nudges.model.ruleset import Rules

# A field that stands at the top of one kind of file alone.
SIGNS = {
    "organisations": "partnership",
    "shared_goal": "partnership",
    "weeks": "campaign",
    "length_weeks": "campaign",
    "actions": "catalogue",
    "cadence": "rules",
    "metrics": "metrics",
    "access": "said",
    "verbs": "buttons",
    "submit": "form",
    "display_information": "slack",
    "chat:write": "slack",
}
# Files of a message, which stand beside its templates.
BESIDE_TEMPLATES = ("sample", "table")
RULE_WORDS = ("open_page", "rules.yaml")


def check_paths(paths: Iterable[Path]) -> list[FileProblem]:
    """Every finding in the files, and in the files of the folders, in their order.

    Nothing is changed. Advice is among the findings; `errors_in` leaves it out.
    """
    problems: list[FileProblem] = []
    partnerships: list[PartnershipFile] = []
    people: list[tuple[Path, list[PersonRow]]] = []
    rules = load_rules()
    catalogue = load_catalogue(rules=rules)
    for path in files_in(paths):
        try:
            problems += _check_file(path, partnerships, people, rules, catalogue)
        except FilesRefused as refused:
            problems += refused.problems
    if len(partnerships) == 1:
        for path, rows in people:
            problems += check_people(partnerships[0], rows, path)
    return problems


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: those named, and those of our kinds in the folders named."""
    for path in paths:
        if path.is_dir():
            inside = (child for child in path.rglob("*") if child.suffix in {".yaml", ".yml", ".csv"})
            yield from sorted(child for child in inside if child.is_file())
        else:
            yield path


def _check_file(
    path: Path,
    partnerships: list[PartnershipFile],
    people: list[tuple[Path, list[PersonRow]]],
    rules: Rules,
    catalogue: Catalogue,
) -> list[FileProblem]:
    if path.suffix.lower() == ".csv":
        rows, problems = read_people(path)
        people.append((path, rows))
        return problems
    match kind_of(path):
        case "partnership":
            partnership, problems = read_partnership(path, rules=rules)
            partnerships.append(partnership)
            return problems
        case "campaign":
            _, problems = read_campaign(path, catalogue=catalogue, rules=rules)
            return problems
        case "catalogue":
            load_catalogue(path, rules=rules)
        case "rules":
            load_rules(path)
        case "metrics":
            load_metrics(path, catalogue=catalogue, rules=rules)
        case "said":
            return check_phrases(path)
        case "buttons":
            return check_buttons(path)
        case "sample":
            return check_sample(path)
        case "table":
            check_table(path)
        case "form":
            return check_form(path)
        case "rule words":
            return check_rule_words(path, product_reference.rules())
        case "slack":
            return [_left_to_pack(path)]
        case _:
            return [_unknown(path)]
    return []


def kind_of(path: Path) -> str | None:
    """What a file is, by where it stands and then by the fields at its top; None for none of ours.

    Facts of a message, and rules in words, may be called like fields of a campaign or of the rules: so those
    are known by what stands around them.

    Raises:
        FilesRefused: it is not YAML that we read.
    """
    folder = path.resolve().parent
    if path.stem in BESIDE_TEMPLATES and any(folder.rglob("*.j2")):
        return path.stem
    if (folder.name, path.name) == RULE_WORDS:
        return "rule words"
    if path.name == "said.yaml" or path.match("said.*.yaml"):
        return "said"
    data = load_yaml(path).data
    return next((kind for sign, kind in SIGNS.items() if isinstance(data, dict) and sign in data), None)


def _left_to_pack(path: Path) -> FileProblem:
    return FileProblem(
        path=path,
        line=0,
        what="this is not checked here",
        why="it is written for Slack",
        todo="`milepost pack slack` makes the app's manifest of it",
        severity="skipped",
    )


def _unknown(path: Path) -> FileProblem:
    return FileProblem(
        path=path,
        line=1,
        what="this is none of our files",
        why="a partnership has `organisations`, a campaign `weeks`, and people stand in a .csv",
        todo="start from the example that `milepost init` writes",
    )
