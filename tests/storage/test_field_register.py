"""Every stored field says why it is there."""

from collections import Counter

from storage.field_register import REGISTER
from storage.tables import METADATA


def test_every_column_is_in_the_field_register_once_and_nothing_else_is() -> None:
    columns = {(table.name, column.name) for table in METADATA.sorted_tables for column in table.columns}
    registered = Counter((field.table, field.column) for field in REGISTER)
    assert columns - set(registered) == set(), (
        "add these to storage/field_register.py: what for, read by whom, kept how long"
    )
    assert set(registered) - columns == set()
    assert [field for field, times in registered.items() if times > 1] == []


def test_every_entry_names_a_purpose_and_a_reader() -> None:
    assert [field for field in REGISTER if not field.purpose.strip() or not field.read_by] == []
