"""Every message of a campaign, week by week, as one person of the example would get it; nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.files.content import load_campaign_file
from bot.files.first_files import load_example
from bot.files.roster_from_files import wanted
from bot.rendering.message_renderer import TemplateRenderer
from bot.wiring import MESSAGES, load_playbook
from nudges.errors import InvalidInput, NotFound
from nudges.model import calendar
from nudges.model.catalogue import Campaign
from nudges.model.people import Leader
from nudges.unit_of_work.read_roster import Roster
from nudges.use_cases.campaigns.preview_messages import PreviewWeek
from nudges.use_cases.campaigns.preview_week import PreviewOf, preview_weeks

START_ON = date(2027, 1, 4)
KINDS = {"offer": "one step is offered", "rest": "a week of rest", "pulse": "questions instead of a step"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """A campaign as one person would get it who says yes and does every step."""

    campaign: Campaign
    leader: Leader
    organisation: str
    weeks: tuple[PreviewWeek, ...]


def people_lines() -> list[str]:
    """The people of the example, and what they do."""
    return [f"{row.name} <{row.email}>, {row.organisation}" for row in load_example()[1]]


def make_preview(
    campaign_id: str, *, weeks: int | None = None, who: str | None = None, starts_on: date | None = None
) -> Preview:
    """The preview of a campaign (its id, or the path of its file), for one person of the example.

    Raises:
        NotFound: no such campaign or person.
        InvalidInput: the start is no Monday.
        FilesRefused: the campaign file does not hold together.
    """
    start_on = starts_on or START_ON
    if start_on.weekday() != 0:
        raise InvalidInput(f"A campaign starts on a Monday; {start_on} is none.")
    book = load_playbook()
    is_file = campaign_id.endswith((".yaml", ".yml"))
    campaign = load_campaign_file(Path(campaign_id)) if is_file else book.campaign(campaign_id)
    fields, rows = load_example()
    at = calendar.instant_of(start_on, datetime.min.time(), fields.zone)
    files = wanted(fields, rows, book.rules, at=at)
    leader = _person(files.leaders, who or next(row.email for row in rows if row.persona))
    roster = Roster(
        partnership=files.partnership,
        organisations={one.id: one for one in files.organisations},
        leaders={one.id: one for one in files.leaders},
        runs=(),
    )
    of = PreviewOf(campaign=campaign, starts_on=start_on, leader=leader)
    previewed = preview_weeks(book, TemplateRenderer(MESSAGES), roster, files.holidays, of, weeks=weeks)
    organisation = next(one.name for one in files.organisations if one.id == leader.organisation_id)
    return Preview(campaign=campaign, leader=leader, organisation=organisation, weeks=previewed)


def _person(leaders: Sequence[Leader], who: str) -> Leader:
    wanted_name = who.strip().casefold()
    for leader in leaders:
        if wanted_name in (leader.email.casefold(), leader.name.casefold(), leader.id):
            return leader
    raise NotFound(
        f"There is nobody called “{who}” in the example. “campaign preview ID --people” lists them."
    )


def to_json(preview: Preview) -> dict[str, Any]:
    """The preview as plain values."""
    return {
        "campaign": preview.campaign.id,
        "name": preview.campaign.name,
        "as": {"name": preview.leader.name, "organisation": preview.organisation},
        "weeks": [
            {
                "week": preview_week.week.number,
                "from": preview_week.starts_on,
                "theme": preview_week.week.theme,
                "kind": preview_week.week.kind,
                "gate": preview_week.week.gate,
                "notes": preview_week.notes,
                "swaps": preview_week.swaps,
                "messages": [
                    {"when": message.when, "kind": message.kind, "text": message.text}
                    for message in preview_week.messages
                ],
            }
            for preview_week in preview.weeks
        ],
    }


def to_lines(preview: Preview) -> list[str]:
    """The preview as text."""
    campaign = preview.campaign
    lines = [
        f"{campaign.name} ({campaign.id}): {campaign.length_weeks} weeks, for {campaign.who}",
        campaign.purpose,
        "",
        f"As {preview.leader.name} of {preview.organisation} would get it, who says yes and does each step.",
        "People, goal and days off are those of the example. "
        "At most two messages a week reach one person, or three in a week with a pulse.",
    ]
    for preview_week in preview.weeks:
        week = preview_week.week
        lines += ["", f"Week {week.number}, from {preview_week.starts_on}: {week.theme} ({KINDS[week.kind]})"]
        lines += [f"  * {note}" for note in preview_week.notes]
        for message in preview_week.messages:
            lines += ["", f"  {message.when} [{message.kind}]"]
            lines += [f"    | {line}".rstrip() for line in message.text.splitlines()]
        if preview_week.swaps:
            lines += ["", "  May be swapped for:", *(f"    - {swap}" for swap in preview_week.swaps)]
    return lines
