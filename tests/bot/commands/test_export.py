"""What is exported for a request by law: all that is public, and no name of any person."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from bot.commands.export import export, facts_of, rows, safe
from nudges.use_cases.open_page.open_page import read_without_names
from tests.bot.open_page.world import NAMES, NOW, make_place


async def test_the_export_holds_the_record_and_no_personal_data() -> None:
    place = await make_place()
    record = await read_without_names(
        place.world.store, place.world.milepost.book, partnership_id="riverside", at=NOW
    )
    facts = facts_of(record)
    text = json.dumps(facts, default=str)
    assert [name for name in (*NAMES, "Hetty Hope", "@example.org") if name in text] == []
    assert "Share list 0" in text
    assert "secret repair" not in text
    assert {"steps", "totals", "shares", "changes", "rules", "fields", "said_and_done"} <= facts.keys()
    out = io.StringIO()
    csv.writer(out).writerows(rows(facts))
    assert [name for name in (*NAMES, "Hetty Hope", "@example.org") if name in out.getvalue()] == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe("plain words") == "plain words"


@pytest.mark.parametrize("asked", [["--for", "board"], ["--for", "foi", "--format", "xlsx"]])
def test_what_is_not_there_yet_is_said_so(asked: list[str]) -> None:
    done = CliRunner().invoke(export, ["riverside", *asked])
    assert done.exit_code == 1
    assert "not there yet" in done.output
