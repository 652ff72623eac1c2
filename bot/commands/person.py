"""`milepost my-data`, `leave` and `erase`: what is held about one person, and its end."""

from __future__ import annotations

import click

from bot.commands.command_setup import in_partnership, opened, run
from bot.commands.terminal import CommandRefused, as_json, tell, tell_json

LEADER = click.argument("leader", metavar="LEADER")


@click.command("my-data")
@LEADER
@in_partnership
@as_json
def my_data(leader: str, partnership_id: str | None, is_json: bool) -> None:
    """Print everything that is held about a LEADER (id or e-mail address)."""

    async def work() -> list[str]:
        from bot.files.phrases import in_words
        from nudges.use_cases.own_data.my_data import my_data as held

        async with opened() as ledger:
            person = await ledger.leader(leader, partnership_id)
            return [in_words(line, locale=person.locale) for line in await held(ledger.store, person.id)]

    lines = run(work())
    tell_json(lines) if is_json else tell(*lines)


@click.command()
@LEADER
@click.option("--yes", is_flag=True, help="Do not ask first.")
@in_partnership
def erase(leader: str, yes: bool, partnership_id: str | None) -> None:
    """Erase a LEADER (id or e-mail address) and their words. It cannot be undone.

    Counts stay, without a name. Take the person out of people.csv, too, or the next apply adds them anew.
    """

    async def work() -> str:
        from nudges.use_cases.own_data.erase import erase as erase_now

        async with opened() as ledger:
            person = await ledger.leader(leader, partnership_id)
            question = f"Erase {person.name} from {person.partnership_id}? This cannot be undone."
            if not yes and not _said_yes(question):
                raise CommandRefused("Nothing was erased. Say yes when asked, or add --yes.")
            await erase_now(ledger.store, ledger.book, person.id, at=ledger.at)
            return person.name

    name = run(work())
    tell(f"{name} is erased here. Take them out of people.csv, too, or the next apply adds them anew.")


@click.command()
@LEADER
@click.option("--yes", is_flag=True, help="Do not ask first.")
@in_partnership
def leave(leader: str, yes: bool, partnership_id: str | None) -> None:
    """Take a LEADER (id or e-mail address) out of a partnership; nothing more is sent to them.

    Their partner steps go to a colleague. Loading the files again does not bring them back; what is held
    is deleted after a while.
    """

    async def work() -> tuple[str, int]:
        from nudges.use_cases.joining.leave_programme import leave_now

        async with opened() as ledger:
            person = await ledger.leader(leader, partnership_id)
            question = f"Take {person.name} out of {person.partnership_id}?"
            if not yes and not _said_yes(question):
                raise CommandRefused("Nothing was changed. Say yes when asked, or add --yes.")
            await leave_now(ledger.store, ledger.book, leader_id=person.id, at=ledger.at)
            return person.name, ledger.book.rules.privacy.keep_after_leaving_days

    name, days = run(work())
    tell(f"{name} has left. In {days} days what is held about them is deleted.")
    tell("Take them out of people.csv before then, or the next apply adds them anew.")


@click.group()
def organisation() -> None:
    """An organisation of a partnership."""


@organisation.command("leave")
@click.argument("organisation_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@in_partnership
def organisation_leave(organisation_id: str, yes: bool, partnership_id: str | None) -> None:
    """Take an organisation out of a partnership: its people leave, and its open steps close in public."""

    async def work() -> tuple[str, int, int, int]:
        from nudges.use_cases.joining.leave_programme import organisation_leaves

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            if not yes and not _said_yes(f"Take {organisation_id} and its people out of {partnership.id}?"):
                raise CommandRefused("Nothing was changed. Say yes when asked, or add --yes.")
            left, people, steps = await organisation_leaves(
                ledger.store,
                ledger.book,
                partnership_id=partnership.id,
                organisation_id=organisation_id,
                at=ledger.at,
            )
            return left.name, people, steps, ledger.book.rules.privacy.keep_after_leaving_days

    name, people, steps, days = run(work())
    tell(f"{name} has left, with {people} of its people; {steps} of its steps closed by agreement.")
    tell(f"In {days} days what is held about its people is deleted.")
    tell("Take it and them out of the files before then, or the next apply adds them anew.")


def _said_yes(question: str) -> bool:
    try:
        return click.confirm(question, default=False)
    except click.Abort:
        return False
