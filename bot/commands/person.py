"""`milepost my-data` and `erase`: what is held about one person, and its end."""

from __future__ import annotations

import click

from bot.commands.opening import in_partnership, opened, run
from bot.commands.telling import Refused, as_json, tell, tell_json

LEADER = click.argument("leader", metavar="LEADER")


@click.command("my-data")
@LEADER
@in_partnership
@as_json
def my_data(leader: str, partnership_id: str | None, is_json: bool) -> None:
    """Print everything that is held about a LEADER (id or e-mail address)."""

    async def work() -> list[str]:
        from nudges.use_cases.my_data import my_data as held

        async with opened() as place:
            return await held(place.store, (await place.leader(leader, partnership_id)).id)

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
        from nudges.use_cases.erase import erase as erase_now

        async with opened() as place:
            found = await place.leader(leader, partnership_id)
            if not yes and not _agreed(found.name, found.partnership_id):
                raise Refused("Nothing was erased. Say yes when asked, or add --yes.")
            await erase_now(place.store, found.id, at=place.at)
            return found.name

    name = run(work())
    tell(f"{name} is erased here. Take them out of people.csv, too, or the next apply adds them anew.")


def _agreed(name: str, partnership: str) -> bool:
    try:
        return click.confirm(f"Erase {name} from {partnership}? This cannot be undone.", default=False)
    except click.Abort:
        return False
