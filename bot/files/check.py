"""Checks any of our files, and the people against their partnership."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.files.content import load_catalogue, load_rules, read_campaign
from bot.files.partnership_checks import check_people, read_partnership
from bot.files.partnership_file import PartnershipFile
from bot.files.people_file import PersonRow, read_people
from bot.files.phrases import check_phrases
from bot.files.problems import FileProblem, FilesRefused
from bot.files.yaml_file import load_yaml
from nudges.model.catalogue import Catalogue, Rules


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
            return []
        case "rules":
            load_rules(path)
            return []
        case "said":
            check_phrases(path)
            return []
        case _:
            return [
                FileProblem(
                    path=path,
                    line=1,
                    what="this is none of our files",
                    why="a partnership has `organisations`, a campaign `weeks`, and people stand in a .csv",
                    todo="start from the example that `milepost init` writes",
                )
            ]


def kind_of(path: Path) -> str | None:
    """`partnership`, `campaign`, `catalogue`, `rules`, `said`, or None, by the fields at a file's top.

    Raises:
        FilesRefused: it is not YAML that we read.
    """
    data = load_yaml(path).data
    signs = {"organisations": "partnership", "shared_goal": "partnership", "weeks": "campaign"}
    signs |= {"length_weeks": "campaign", "actions": "catalogue", "cadence": "rules", "access": "said"}
    return next((kind for sign, kind in signs.items() if isinstance(data, dict) and sign in data), None)
