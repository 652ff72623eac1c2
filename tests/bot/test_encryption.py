"""Tokens at rest open for their owner alone, under any of the keys, and show themselves nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.encryption import Encryption, NotDecrypted
from nudges.errors import SettingsError

OLD, NEW = "the-old-key-of-thirty-two-characters", "the-new-key-of-thirty-two-characters"
TOKEN = "xoxb-made-up-for-this-test"
OURS = "slack:T0NORTH"


def test_what_was_sealed_opens_for_its_owner() -> None:
    encryption = Encryption([NEW])
    assert encryption.open(encryption.seal(TOKEN, owner=OURS), owner=OURS) == TOKEN


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_words_come_back_as_they_were(value: str, owner: str) -> None:
    encryption = Encryption([NEW])
    assert encryption.open(encryption.seal(value, owner=owner), owner=owner) == value


def test_a_row_copied_to_another_workspace_does_not_open() -> None:
    encryption = Encryption([NEW])
    with pytest.raises(NotDecrypted):
        encryption.open(encryption.seal(TOKEN, owner=OURS), owner="slack:T0SOUTH")


def test_one_changed_character_opens_nothing() -> None:
    encryption = Encryption([NEW])
    sealed = encryption.seal(TOKEN, owner=OURS)
    for place in range(0, len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(NotDecrypted):
            encryption.open(changed, owner=OURS)


@pytest.mark.parametrize("odd", ["", "1.", "2.abcd", "1.not base 64", "1.AAAA", TOKEN, "1.é"])
def test_what_was_never_sealed_opens_nothing(odd: str) -> None:
    with pytest.raises(NotDecrypted):
        Encryption([NEW]).open(odd, owner=OURS)


def test_the_first_key_seals_and_every_key_opens() -> None:
    before, during, after = Encryption([OLD]), Encryption([NEW, OLD]), Encryption([NEW])
    old = before.seal(TOKEN, owner=OURS)
    assert during.open(old, owner=OURS) == TOKEN
    assert during.is_old(old, owner=OURS)
    anew = during.seal(TOKEN, owner=OURS)
    assert not during.is_old(anew, owner=OURS)
    assert after.open(anew, owner=OURS) == TOKEN
    with pytest.raises(NotDecrypted):
        after.open(old, owner=OURS)


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    encryption = Encryption([NEW])
    assert len({encryption.seal(TOKEN, owner=OURS) for _ in range(50)}) == 50


def test_neither_the_value_nor_a_key_shows_in_what_is_said() -> None:
    encryption = Encryption([NEW])
    sealed = encryption.seal(TOKEN, owner=OURS)
    with pytest.raises(NotDecrypted) as caught:
        Encryption([OLD]).open(sealed, owner=OURS)
    said = " ".join([sealed, repr(encryption), str(caught.value), repr(caught.value)])
    assert TOKEN not in said
    assert NEW not in said
    assert "MILEPOST_SECRET_KEYS" in str(caught.value)


def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(SettingsError, match="MILEPOST_SECRET_KEYS"):
        Encryption([])
