"""`milepost export`: what is held, for somebody outside; for now only for a request by law."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from bot.commands.command_setup import opened, run
from bot.commands.terminal import CommandRefused, tell, tell_json

if TYPE_CHECKING:
    from nudges.rules.open_page.page_record import OpenRecord

AUDIENCES, FORMATS = ("lead", "board", "evaluator", "foi"), ("csv", "xlsx", "json")
NOT_YET = (
    "This export is not there yet: {what}. There is: milepost export ID --for foi --format json (or csv)."
)
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@click.command()
@click.argument("partnership_id", metavar="ID")
@click.option("--for", "audience", type=click.Choice(AUDIENCES), required=True, help="Who will read it.")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="json", show_default=True)
def export(partnership_id: str, audience: str, shape: str) -> None:
    """Print what is held about a partnership (its ID) for somebody outside.

    `--for foi` answers a request under freedom of information: promises, totals, rules and changes, and
    no name of any person. The other readers, and xlsx, are still to come.
    """
    if audience != "foi" or shape == "xlsx":
        raise CommandRefused(NOT_YET.format(what=f"--for {audience} --format {shape}"))
    facts = run(_facts(partnership_id))
    if shape == "json":
        tell_json(facts)
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("part", "item", "what", "value"))
    writer.writerows(tuple(map(safe, row)) for row in rows(facts))
    tell(out.getvalue().rstrip("\n"))


async def _facts(partnership_id: str) -> dict[str, Any]:
    from nudges.use_cases.open_page.open_page import read_without_names

    async with opened() as ledger:
        partnership = await ledger.partnership(partnership_id)
        record = await read_without_names(
            ledger.store, ledger.book, partnership_id=partnership.id, at=ledger.at
        )
    return facts_of(record)


def facts_of(record: OpenRecord) -> dict[str, Any]:
    """The record as plain values, with the rules and the field register beside it."""
    from dataclasses import asdict

    from bot.content import product_reference

    result = asdict(record)
    for name in ("promises", "helper", "months", "campaigns", "is_public"):
        del result[name]
    for step in result["steps"]:
        for name in ("owner", "helper", "words"):
            del step[name]
    result["rules"] = {
        name: dict(product_reference.leaves(inside)) for name, inside in product_reference.rules().items()
    }
    result["fields"] = [
        {
            "table": stored_field.table,
            "field": stored_field.column,
            "for": stored_field.purpose,
            "read_by": ", ".join(stored_field.read_by),
            "kept": product_reference.KEPT[stored_field.keep],
        }
        for lines in product_reference.fields().values()
        for stored_field in lines
    ]
    return result


def rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The same in rows of part, item, what and value."""
    for part, inside in facts.items():
        if isinstance(inside, Mapping):
            for item, value in inside.items():
                yield from _cells(part, str(item), value)
        elif isinstance(inside, list | tuple):
            for number, value in enumerate(inside, start=1):
                yield from _cells(part, str(number), value)
        else:
            yield part, "", "", _text(inside)


def _cells(part: str, item: str, value: Any) -> Iterator[tuple[str, str, str, str]]:
    if isinstance(value, Mapping):
        yield from ((part, item, str(what), _text(one)) for what, one in value.items())
    else:
        yield part, item, "", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(_text, value))
    return "" if value is None else str(value)


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
