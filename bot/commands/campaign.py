"""`milepost campaign …`: preview, ready, launch, pause, resume and gate."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import Day, in_partnership, opened, run
from bot.commands.terminal import CommandRefused, as_json, columns, heading, tell, tell_json

if TYPE_CHECKING:
    from nudges.model.people import CampaignRun
    from nudges.use_cases.campaigns.launch_campaign import Launched
    from nudges.use_cases.campaigns.organisation_readiness import OrganisationReadiness


@click.group()
def campaign() -> None:
    """Look at a campaign before it starts, and steer it while it runs."""


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--weeks", type=click.IntRange(1, 104), help="Only the first weeks.")
@click.option("--as", "who", metavar="NAME", help="As which person of the example; see --people.")
@click.option("--people", "shows_people", is_flag=True, help="List the people it can be previewed as.")
@click.option("--on", "starts_on", type=Day(), help="As if it started on this Monday.")
@as_json
def preview(
    campaign_id: str,
    weeks: int | None,
    who: str | None,
    shows_people: bool,
    starts_on: date | None,
    is_json: bool,
) -> None:
    """Print every message of every week, as one person would get it.

    ID is the id of a campaign, or a campaign file. Nothing is sent or stored.
    """
    from bot.content import campaign_preview as previews

    if shows_people:
        lines = previews.people_lines()
        tell_json(lines) if is_json else tell(*lines)
        return
    previewed = previews.make_preview(campaign_id, weeks=weeks, who=who, starts_on=starts_on)
    tell_json(previews.to_json(previewed)) if is_json else tell(*previews.to_lines(previewed))


@campaign.command()
@click.option("--organisation", metavar="ID", help="The organisation whose assessment is recorded.")
@click.option("--assessment", metavar="REF", help="The reference of its impact assessment.")
@in_partnership
@as_json
def ready(
    organisation: str | None, assessment: str | None, partnership_id: str | None, is_json: bool
) -> None:
    """Show which organisations may start, or record an assessment: --organisation ID --assessment REF.

    An organisation starts with its sponsor's permission and the reference of its impact assessment. The
    list names no people.
    """
    if (organisation is None) != (assessment is None):
        raise click.UsageError("--organisation and --assessment go together.")
    organisations = run(_ready(organisation, assessment, partnership_id))
    if is_json:
        tell_json([{**asdict(line), "note": line.note} for line in organisations])
        return
    rows = [("ORGANISATION", "ID", "PERMISSION", "ASSESSMENT", "READY")]
    rows += [
        (
            line.name,
            line.organisation_id,
            line.permission_on.isoformat() if line.permission_on else "-",
            line.assessment or "-",
            "yes" if line.is_ready else f"no, {line.note}",
        )
        for line in organisations
    ]
    first, *rest = columns(rows)
    tell(heading(first), *rest)


async def _ready(
    organisation: str | None, assessment: str | None, partnership_id: str | None
) -> list[OrganisationReadiness]:
    from nudges.use_cases.campaigns.organisation_readiness import read_readiness, record_assessment

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        if organisation is not None and assessment is not None:
            await record_assessment(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                organisation_id=organisation,
                reference=assessment,
                at=ledger.at,
            )
        return await read_readiness(ledger.store, ledger.book, partnership.id)


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--on", "starts_on", type=Day(), required=True, help="The Monday on which it starts.")
@click.option(
    "--people",
    "people_file",
    type=click.Path(path_type=Path),
    help="A people file: those whose `campaigns` column names this campaign take part. Else everybody does.",
)
@in_partnership
@as_json
def launch(
    campaign_id: str, starts_on: date, people_file: Path | None, partnership_id: str | None, is_json: bool
) -> None:
    """Launch a campaign on a Monday: everybody is invited once, at 10:00 that day."""
    launched, advice = run(_launch(campaign_id, starts_on, people_file, partnership_id))
    if is_json:
        tell_json(
            {
                "run": launched.run.id,
                "campaign": campaign_id,
                "starts_on": starts_on,
                "taking_part": len(launched.run.member_ids),
                "invited": launched.invited,
                "waiting": list(launched.waiting),
                "advice": advice,
            }
        )
        return
    tell(f"Launched {campaign_id} for Monday {starts_on}.")
    tell(f"{len(launched.run.member_ids)} are on the list; {launched.invited} will be invited.")
    tell(*(f"waiting: {line}" for line in launched.waiting))
    tell(*(f"advice: {line}" for line in advice))
    tell("Next: keep “milepost serve” running; “milepost doctor” shows what is due.")


async def _launch(
    campaign_id: str, starts_on: date, people_file: Path | None, partnership_id: str | None
) -> tuple[Launched, list[str]]:
    from dataclasses import replace

    from nudges.unit_of_work.read_roster import read_roster
    from nudges.use_cases.campaigns.launch_advice import reach
    from nudges.use_cases.campaigns.launch_campaign import launch_campaign
    from nudges.use_cases.campaigns.organisation_readiness import read_readiness

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        ledger.book.campaign(campaign_id)
        members = _members(people_file, campaign_id, partnership.id) if people_file else ()
        launched = await launch_campaign(
            ledger.store,
            ledger.book,
            partnership_id=partnership.id,
            campaign_id=campaign_id,
            starts_on=starts_on,
            at=ledger.at,
            member_ids=members,
        )
        async with ledger.store.reading() as tx:
            roster = await read_roster(tx, partnership.id)
        readiness = await read_readiness(ledger.store, ledger.book, partnership.id)
        waiting = [f"{one.name}, {one.note}" for one in readiness if not (one.is_ready or one.is_left)]
        advice = list(launched.advice)
        if partnership.join_code is not None:
            advice.append(
                f"Staff who are not on the list join by typing “join {partnership.join_code}” in chat."
            )
        unreached = reach(roster, launched.run.member_ids, launched.run.channel)
        advice += [ledger.book.in_words(one) for one in unreached]
        return replace(launched, waiting=tuple(waiting)), advice


def _members(path: Path, campaign_id: str, partnership_id: str) -> tuple[str, ...]:
    from bot.files.people_file import load_people
    from nudges.model.ids import leader_id

    chosen = [row for row in load_people(path) if campaign_id in row.campaigns]
    if not chosen:
        raise CommandRefused(f"No row of {path} names “{campaign_id}” in its `campaigns` column.")
    return tuple(leader_id(partnership_id, row.email) for row in chosen)


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--until", type=Day(), required=True, help="The first day that is not paused any more.")
@click.option("--reason", default="", help="One line that the channel can read.")
@in_partnership
def pause(campaign_id: str, until: date, reason: str, partnership_id: str | None) -> None:
    """Stop a campaign's messages from now until a day; its weeks go on after it."""

    async def work() -> CampaignRun:
        from nudges.use_cases.campaigns.pause_campaign import pause_campaign

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            return await pause_campaign(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                campaign_id=campaign_id,
                until=until,
                at=ledger.at,
                reason=reason,
            )

    run(work())
    tell(f"{campaign_id} is paused until {until}. To go on earlier: milepost campaign resume {campaign_id}")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@in_partnership
def resume(campaign_id: str, partnership_id: str | None) -> None:
    """Go on with a paused campaign from today."""

    async def work() -> CampaignRun:
        from nudges.use_cases.campaigns.pause_campaign import resume_campaign

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            return await resume_campaign(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                campaign_id=campaign_id,
                at=ledger.at,
            )

    run(work())
    tell(f"{campaign_id} goes on.")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.argument("rung", type=int)
@click.option("--because", required=True, help="Why the group is ready, in one line that all can read.")
@in_partnership
def gate(campaign_id: str, rung: int, because: str, partnership_id: str | None) -> None:
    """Open a rung by your word. Whoever runs this answers for the role that the campaign asks for."""

    async def work() -> None:
        from nudges.use_cases.campaigns.launch_campaign import unlock_gate_by_word

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            await unlock_gate_by_word(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                campaign_id=campaign_id,
                rung=rung,
                because=because,
                at=ledger.at,
            )

    run(work())
    tell(f"Rung {rung} of {campaign_id} is open.")
