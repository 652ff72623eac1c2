"""Two or three who are to meet: times, and whether they met."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from nudges.model import pair as pairs
from nudges.model.pair import Pair, PairKind
from nudges.model.people import Address, Leader
from tests.nudges.example_leader import a_leader, utc

AT = utc("2027-01-11", "07:00")
DAY = timedelta(days=1)


def a_pair(*ids: str) -> Pair:
    """Ama and Ben, or whoever is named."""
    who = ids or ("ama", "ben")
    return Pair(
        id="p",
        partnership_id="riverside",
        run_id="r",
        kind=PairKind.COFFEE,
        leader_ids=who,
        organisation_ids=tuple(f"of-{one}" for one in who),
        formed_at=AT,
    )


def test_up_to_three_times_are_offered_and_a_new_offer_opens_the_question_again() -> None:
    offered = pairs.propose(a_pair(), by="ama", slots=tuple(AT + n * DAY for n in range(5)))
    assert len(offered.proposed) == 3
    agreed = pairs.agree(offered, at=AT + DAY, place="the café")
    assert (agreed.agreed_at, agreed.place) == (AT + DAY, "the café")
    assert pairs.propose(agreed, by="ben", slots=(AT + 2 * DAY,)).agreed_at is None
    assert pairs.agree(agreed, at=AT).place == "the café"


def test_one_voice_counts_after_a_second_one_or_when_nobody_says_no() -> None:
    said = pairs.say_met(a_pair(), by="ama", at=AT)
    assert not pairs.is_link(said)
    assert pairs.say_met(said, by="ama", at=AT + DAY) is said
    assert pairs.is_link(pairs.say_met(said, by="ben", at=AT + DAY))
    assert pairs.is_link(pairs.lapse(said, at=AT + 7 * DAY))


def test_a_no_keeps_it_from_counting_until_the_same_person_says_yes() -> None:
    said = pairs.say_met(a_pair(), by="ama", at=AT)
    denied = pairs.deny_met(said, by="ben", at=AT + DAY)
    assert not pairs.is_link(pairs.lapse(denied, at=AT + 7 * DAY))
    assert pairs.is_link(pairs.say_met(denied, by="ben", at=AT + 2 * DAY))


def test_nobody_denies_their_own_word_or_what_two_have_said() -> None:
    said = pairs.say_met(a_pair(), by="ama", at=AT)
    assert pairs.deny_met(said, by="ama", at=AT) is said
    assert pairs.deny_met(a_pair(), by="ama", at=AT) == a_pair()
    both = pairs.say_met(said, by="ben", at=AT)
    assert pairs.deny_met(both, by="ben", at=AT) is both
    assert pairs.say_met(both, by="cleo", at=AT) is both


def test_a_word_can_be_taken_back_until_another_has_confirmed_it() -> None:
    said = pairs.say_met(a_pair(), by="ama", at=AT)
    assert pairs.unsay_met(said, by="ben") is said
    assert pairs.unsay_met(said, by="ama").met_at is None
    both = pairs.say_met(said, by="ben", at=AT)
    assert pairs.unsay_met(both, by="ama") is both


def test_nothing_lapses_that_nobody_said() -> None:
    for pair in (a_pair(), pairs.say_met(pairs.say_met(a_pair(), by="ama", at=AT), by="ben", at=AT)):
        assert pairs.lapse(pair, at=AT + DAY) is pair


def test_a_link_always_has_two_voices_or_a_silence_and_never_a_no() -> None:
    steps = {
        "a": lambda one: pairs.say_met(one, by="ama", at=AT),
        "b": lambda one: pairs.say_met(one, by="ben", at=AT),
        "n": lambda one: pairs.deny_met(one, by="ben", at=AT),
        "u": lambda one: pairs.unsay_met(one, by="ama"),
        "l": lambda one: pairs.lapse(one, at=AT + 7 * DAY),
    }
    for story in product(steps, repeat=5):
        pair = a_pair()
        for name in story:
            pair = steps[name](pair)
        if pairs.is_link(pair):
            assert pair.met_by is not None
            assert pair.denied_at is None


def test_the_others_are_everybody_but_oneself() -> None:
    assert a_pair("ama", "ben", "cleo").others("ben") == ("ama", "cleo")


def _person(name: str, *, to: str = "", workspace: str = "T1", zone: str = "Europe/London") -> Leader:
    address = Address(platform="slack", workspace=workspace, to=to) if to else None
    return replace(a_leader(zone=zone), id=name, address=address)


def test_two_in_one_workspace_share_a_conversation_that_does_not_depend_on_their_order() -> None:
    ama, ben = _person("ama", to="U2"), _person("ben", to="U1")
    shared = pairs.group_address([ama, ben], on=("slack",))
    assert shared == Address(platform="slack", workspace="T1", to="U1,U2")
    assert shared == pairs.group_address([ben, ama], on=("slack",))
    assert shared.is_group
    assert shared.members == ("U1", "U2")


def test_each_is_told_apart_where_one_message_would_not_do_for_both() -> None:
    ama, ben = _person("ama", to="U2"), _person("ben", to="U1")
    apart = [
        [ama, _person("ben", to="U1", workspace="T2")],
        [ama, _person("ben")],
        [ama, _person("ben", to="U2")],
        [ama, _person("ben", to="U1", zone="Europe/Lisbon")],
        [ama, replace(ben, locale="cy")],
        [ama, ben, _person("cleo", to="U3")],
        [ama],
    ]
    for people in apart:
        assert pairs.group_address(people, on=("slack",)) is None, people
    assert pairs.group_address([ama, ben], on=("teams",)) is None


def test_two_are_together_where_one_installation_reaches_both() -> None:
    ama = _person("ama", to="U2")
    assert pairs.is_together([ama, _person("ben", to="U1", zone="Europe/Lisbon")])
    assert not pairs.is_together([ama, _person("ben", to="U1", workspace="T2")])
    assert not pairs.is_together([ama, _person("ben")])


def test_cards_are_exchanged_when_all_said_yes_and_a_yes_can_be_taken_back_before() -> None:
    pair = pairs.share(a_pair(), by="ama")
    assert not pairs.has_exchanged(pair)
    assert pairs.unshare(pair, by="ama").shared_by == frozenset()
    assert pairs.share(pair, by="ama") == pair
    both = pairs.share(pair, by="ben")
    assert pairs.has_exchanged(both)
    assert pairs.unshare(both, by="ama") is both
    assert not pairs.has_exchanged(replace(both, leader_ids=("ama", "ben", "cleo")))


def test_a_later_version_of_the_calendar_entry_has_a_higher_number() -> None:
    first = pairs.calendar_sequence(a_pair(), at=AT + DAY)
    assert 0 < first < pairs.calendar_sequence(a_pair(), at=AT + DAY + timedelta(seconds=1)) < 2**31
    assert pairs.calendar_sequence(a_pair(), at=AT - DAY) == 0
