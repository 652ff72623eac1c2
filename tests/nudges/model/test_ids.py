"""Tests of nudges/model/ids.py."""

from nudges.model.ids import LENGTH, leader_id, make_id


def test_equal_parts_give_an_equal_id_and_others_another() -> None:
    assert make_id("a", 1) == make_id("a", 1)
    assert make_id("a", 1) != make_id("a1")
    assert len(make_id("\ud800")) == LENGTH


def test_a_person_has_one_id_in_a_partnership_however_the_address_is_written() -> None:
    assert leader_id("riverside", "Ama@Example.org") == leader_id("riverside", "ama@example.org")
    assert leader_id("riverside", "ama@example.org") != leader_id("hillside", "ama@example.org")
