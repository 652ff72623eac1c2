"""`milepost init`, `check` and `apply`: a partnership's files, from the first example to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import OpenedLedger, opened, run
from bot.commands.terminal import CommandRefused, as_json, progress, tell, tell_json, warn

if TYPE_CHECKING:
    from bot.content.own_campaigns import Written
    from bot.files.partnership_file import PartnershipFile
    from bot.files.people_file import PersonRow
    from bot.files.problems import FileProblem
    from nudges.use_cases.joining.find_people import Found

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command()
@click.option("--dir", "directory", required=True, type=click.Path(path_type=Path), help="An empty folder.")
@click.option(
    "--people", "people_file", type=click.Path(path_type=Path), help="Start from your own list of people."
)
@click.option("--lead", metavar="EMAIL", help="The programme lead; else the first person of that list.")
def init(directory: Path, people_file: Path | None, lead: str | None) -> None:
    """Write an example to start from: partnership.yaml, people.csv and one campaign.

    With --people the partnership file is made from a list of three columns: name, e-mail, organisation.
    """
    from bot.clock import SystemClock
    from bot.files.first_files import copy_example, start_from

    today = SystemClock().now().date()
    starts_on = today + timedelta(days=7 - today.weekday())
    try:
        written = (
            copy_example(directory, starts_on=starts_on)
            if people_file is None
            else start_from(people_file, directory, lead=lead)
        )
    except FileExistsError as error:
        raise CommandRefused(str(error)) from error
    tell(*(f"written: {path}" for path in written))
    tell("", "Change them, then run:", f"  milepost check {directory}", f"  milepost apply {directory}")
    tell(f"  milepost campaign launch starter --on {starts_on}")


@click.command()
@PATHS
@as_json
def check(paths: tuple[Path, ...], is_json: bool) -> None:
    """Look at the settings and at files or folders; nothing is changed.

    Each finding is one line: file:line: what, why, what to do. Advice does not fail.
    """
    from bot.files.check import check_paths
    from bot.files.problems import errors_in
    from config.settings import SettingsRefused, load_settings

    settings: list[str] = []
    try:
        load_settings()
    except SettingsRefused as error:
        settings = str(error).splitlines()
    problems = [*check_paths(paths), *dates_out_of_range(paths)]
    errors = errors_in(problems)
    if is_json:
        tell_json({"settings": settings, "findings": [_finding(one) for one in problems]})
    else:
        tell(*settings, *(str(one) for one in problems))
        wrong = len(errors) + len(settings)
        tell(f"{wrong} to put right." if wrong else "All is in order.")
    if errors or settings:
        raise click.exceptions.Exit(1)


def dates_out_of_range(paths: Sequence[Path]) -> list[FileProblem]:
    """Advice on partner steps whose date cannot be that of a new step; one that is known may keep it."""
    from bot.clock import SystemClock
    from bot.files.check import files_in, kind_of
    from bot.files.content import load_rules
    from bot.files.partnership_checks import read_partnership
    from bot.files.problems import FileProblem, FilesRefused
    from bot.files.yaml_file import load_yaml
    from nudges.model import calendar

    problems, most = [], load_rules().partner_step.due_within_days
    for path in files_in(paths):
        try:
            if path.suffix.lower() == ".csv" or kind_of(path) != "partnership":
                continue
            partnership, file = read_partnership(path)[0], load_yaml(path)
        except FilesRefused:
            continue  # what is wrong with it has been said
        today = calendar.local(SystemClock().now(), partnership.zone).date()
        for index, step in enumerate(partnership.partner_steps):
            if not 0 <= (step.due_on - today).days <= most:
                line = file.line_of(("partner_steps", index, "due_on"))
                problems.append(
                    FileProblem(
                        path=path,
                        line=line,
                        what=f"{step.due_on} cannot be the date of a new step",
                        why=f"a step is promised for a day within {most} days from today, {today}",
                        todo="change the date, unless the step is known already",
                        severity="advice",
                    )
                )
    return problems


def _finding(problem: FileProblem) -> dict[str, object]:
    return {
        "file": str(problem.path),
        "line": problem.line,
        "severity": problem.severity,
        "what": problem.what,
        "why": problem.why,
        "todo": problem.todo,
    }


@dataclass(kw_only=True, slots=True)
class FilesGiven:
    """What the files hold, after all of them were found in order."""

    partnership: PartnershipFile | None = None
    people: list[PersonRow] = field(default_factory=list)
    campaigns: list[Written] = field(default_factory=list)


@click.command()
@PATHS
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--partnership", "partnership_id", metavar="ID", help="Whose campaign files these are.")
@as_json
def apply(paths: tuple[Path, ...], dry_run: bool, partnership_id: str | None, is_json: bool) -> None:
    """Load partnership, people and campaign files; again changes nothing.

    One finding in one file, and nothing of any file is loaded. What people chose themselves is kept,
    and a “stop” stays.
    """
    given = read_all(paths)
    changes, people_found = run(_apply(paths, given, dry_run=dry_run, partnership_id=partnership_id))
    if is_json:
        tell_json({"dry_run": dry_run, "changes": changes, **_found_as_json(people_found)})
        return
    tell(*(changes or ["Nothing changed."]))
    if people_found is not None:
        _tell_found(people_found)
    if dry_run:
        tell("This was a dry run: nothing was changed.")


def read_all(paths: Sequence[Path]) -> FilesGiven:
    """Everything that the files hold.

    Raises:
        CommandRefused: something in them is wrong; one line for each finding, and nothing is to be loaded.
    """
    from bot.files.check import check_paths, files_in, kind_of
    from bot.files.partnership_checks import load_partnership
    from bot.files.people_file import load_people
    from bot.files.problems import errors_in

    errors = errors_in(check_paths(paths))
    if errors:
        lines = [str(one) for one in errors]
        raise CommandRefused("\n".join([*lines, f"{len(errors)} to put right. Nothing was changed."]))
    given = FilesGiven()
    for path in files_in(paths):
        if path.suffix.lower() == ".csv":
            given.people += load_people(path)
        elif kind_of(path) == "partnership":
            if given.partnership is not None:
                raise CommandRefused(f"{path}: a second partnership. Apply one partnership at a time.")
            given.partnership = load_partnership(path)
        elif kind_of(path) == "campaign":
            given.campaigns.append(_campaign(path))
        else:
            raise CommandRefused(
                f"{path}: this is a part of Milepost. Apply partnership, people and campaigns."
            )
    if given.people and given.partnership is None:
        raise CommandRefused(
            "There are people and no partnership. Give partnership.yaml, too, or the whole folder."
        )
    _refuse_doubles(given)
    return given


def _campaign(path: Path) -> Written:
    from bot.content.own_campaigns import Written
    from bot.files.content import load_campaign_file

    return Written(campaign=load_campaign_file(path), text=path.read_text(encoding="utf-8-sig"))


def _refuse_doubles(given: FilesGiven) -> None:
    """A person, or a campaign, that stands in two of the files."""
    emails = [one.email for one in given.people]
    campaigns = [one.campaign.id for one in given.campaigns]
    twice = sorted({one for one in emails if emails.count(one) > 1}) if len(set(emails)) < len(emails) else []
    twice += sorted({one for one in campaigns if campaigns.count(one) > 1})
    if twice:
        raise CommandRefused(
            f"In two of the files: {', '.join(twice[:10])}. Keep each in one. Nothing was changed."
        )


async def _apply(
    paths: Sequence[Path], given: FilesGiven, *, dry_run: bool, partnership_id: str | None
) -> tuple[list[str], Found | None]:
    from bot.content.own_campaigns import apply_campaigns
    from bot.content.publish_changes import note_release
    from bot.files.phrases import in_words
    from nudges.errors import InvalidInput

    async with opened(makes=True) as ledger:
        changes: list[str] = []
        if given.partnership is not None:
            try:
                changes += await _roster(ledger, given.partnership, given.people, dry_run=dry_run)
            except InvalidInput as error:
                lines = [str(one) for one in dates_out_of_range(paths)]
                lines.append(f"{in_words(error)} Nothing was changed.")
                raise CommandRefused("\n".join(lines)) from error
            partnership_id = given.partnership.id
        elif given.campaigns:
            partnership_id = (await ledger.partnership(partnership_id)).id
        if given.campaigns and partnership_id is not None:
            changes += await apply_campaigns(
                ledger.store, given.campaigns, partnership_id=partnership_id, at=ledger.at, dry_run=dry_run
            )
        if not dry_run:
            await note_release(ledger.store, ledger.book, at=ledger.at)
        people_found = None
        if given.partnership is not None and not dry_run:
            people_found = await _find(ledger, given.partnership)
        return changes, people_found


async def _roster(
    ledger: OpenedLedger, partnership: PartnershipFile, people: Sequence[PersonRow], *, dry_run: bool
) -> list[str]:
    from bot.files.roster_from_files import wanted
    from nudges.use_cases.joining.apply_roster import apply_roster

    with progress("loading") as move:
        move(0.1)
        asked = wanted(partnership, people, ledger.book.rules, at=ledger.at)
        move(0.5)
        return await apply_roster(ledger.store, ledger.book, asked, at=ledger.at, dry_run=dry_run)


async def _find(ledger: OpenedLedger, partnership: PartnershipFile) -> Found | None:
    """Look people up in Slack, if it is configured; files were applied before, so a failure only warns."""
    if not ledger.settings.has_slack:
        return None
    from bot.clock import SystemClock
    from bot.slack.install.connect import open_workspaces
    from nudges.errors import DeliveryError
    from nudges.use_cases.joining.find_people import find_people

    async with open_workspaces(
        ledger.settings, store=ledger.store, clock=SystemClock(), book=lambda: ledger.book
    ) as workspaces:
        try:
            await workspaces.meet()
        except DeliveryError as error:
            warn(f"The files are loaded, but people were not looked up: {error.reason} Apply again later.")
            return None
        asked = {one: await workspaces.platform(one) for one in await workspaces.connected()}
        if not asked:
            link = f"{ledger.settings.base_url.rstrip('/')}/slack/install"
            warn(f"The files are loaded. No workspace has added the app yet: open {link}, then apply again.")
            return None
        return await find_people(
            ledger.store,
            {name: platform for name, platform in asked.items() if platform is not None},
            partnership_id=partnership.id,
            belongs={
                organisation.id: await workspaces.reached_through(organisation.workspace)
                for organisation in partnership.organisations
                if organisation.workspace
            },
            wait=_pause,
        )


def _found_as_json(people_found: Found | None) -> dict[str, object]:
    return {
        "found_in_slack": dict(people_found.places) if people_found else {},
        "in_several_workspaces": {name: list(places) for name, places in people_found.twice.items()}
        if people_found
        else {},
        "not_found_in_slack": list(people_found.missing) if people_found else [],
    }


async def _pause(wait: timedelta) -> None:
    warn(f"Slack asks to wait for {max(1, int(wait.total_seconds()))} seconds.")
    await asyncio.sleep(wait.total_seconds())


def _tell_found(people_found: Found) -> None:
    """Who was found where, and who was not."""
    from bot.files.phrases import in_words

    if people_found.found:
        tell(f"found in Slack: {people_found.found}")
    if len(people_found.places) > 1:
        tell(*(f"  in {workspace}: {number}" for workspace, number in people_found.places.items()))
    for name, places in people_found.twice.items():
        others = ", ".join(places[1:])
        tell(f"{name} is in several workspaces: messages go to {places[0]}, not to {others}")
    for workspace, why in people_found.unasked.items():
        warn(f"not everybody was looked for in {workspace}: {in_words(why)} Apply again later.")
    for name in people_found.missing:
        warn(f"not found in Slack: {name}")
    if people_found.missing:
        warn("Check that their e-mail address is the one they use in Slack, then apply again.")
