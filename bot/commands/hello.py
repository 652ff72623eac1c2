"""`milepost hello`: a first real message, to the programme leads alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import OpenedLedger, in_partnership, opened, run
from bot.commands.terminal import CommandRefused, tell

if TYPE_CHECKING:
    from nudges.model.delivery import Delivery
    from nudges.use_cases.joining.say_hello import Hello

LOOK_SECONDS = 0.5


@click.command()
@click.argument("lead", metavar="[LEAD]", required=False)
@in_partnership
@click.option(
    "--wait",
    type=click.IntRange(0, 600),
    default=75,
    show_default=True,
    help="Seconds until it should be there.",
)
def hello(lead: str | None, partnership_id: str | None, wait: int) -> None:
    """Send the programme leads (or the one with this e-mail address) a hello, and say whether it arrived.

    Nobody else gets anything. `milepost serve` has to run: it sends everything.
    """
    if not run(_hello(lead, partnership_id, wait)):
        raise CommandRefused("Not everything has arrived. Look with: milepost doctor --online")


async def _hello(wanted: str | None, partnership_id: str | None, wait: int) -> bool:
    from nudges.use_cases.joining.say_hello import say_hello

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        leader = await ledger.leader(wanted, partnership.id) if wanted else None
        sent = await say_hello(
            ledger.store,
            ledger.book,
            partnership_id=partnership.id,
            leader_id=leader.id if leader else None,
            at=ledger.at,
        )
        arrived = [await _arrived(ledger, one, looks=round(wait / LOOK_SECONDS)) for one in sent]
    return all(arrived)


async def _arrived(ledger: OpenedLedger, hello: Hello, *, looks: int) -> bool:
    from nudges.model.delivery import DeliveryState
    from nudges.use_cases.joining.say_hello import became_of

    over = (DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.LAPSED, DeliveryState.CANCELLED)

    delivery = await became_of(ledger.store, hello)
    for _ in range(looks):
        if delivery is None or delivery.state in over:
            break
        await asyncio.sleep(LOOK_SECONDS)
        delivery = await became_of(ledger.store, hello)
    tell(f"{hello.leader.name}: {_told(delivery)}")
    return delivery is not None and delivery.state is DeliveryState.SENT


def _told(delivery: Delivery | None) -> str:
    from nudges.model.delivery import DeliveryState

    if delivery is None:
        return "it is not in the ledger any more"
    if delivery.state is DeliveryState.SENT:
        return f"it has arrived in {delivery.address.platform}, workspace {delivery.address.workspace}"
    why = f" ({delivery.reason})" if delivery.reason else ""
    if delivery.state is DeliveryState.REFUSED:
        return f"it was refused{why}"
    return f"it waits{why}; milepost serve has to run"
