"""Names in what people wrote: chosen ones stay, all others become a colleague."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.model.people import Visibility
from nudges.rules.open_page.chosen_names import no_names, open_names
from tests.nudges.example_leader import a_leader

COLLEAGUE = "a colleague"
WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9).map(str.title)
PEOPLE = st.lists(st.tuples(WORDS, WORDS).map(" ".join), min_size=1, max_size=6, unique=True)


@settings(max_examples=80, deadline=None)
@given(PEOPLE, st.data())
def test_no_hidden_name_or_address_survives_in_any_text(names: list[str], data: st.DataObject) -> None:
    leaders = [replace(a_leader(), id=name, name=name) for name in names]
    spellings = [each for one in names for each in (one, one.upper(), one.lower(), one.replace(" ", "   "))]
    parts = data.draw(st.lists(st.sampled_from(spellings), min_size=4, max_size=4))
    text = f"{parts[0]} rang {parts[1]}, and ({parts[2]}) wrote to a.b+c@some-place.nhs.uk: {parts[3]}."
    plain = no_names(leaders, colleague=COLLEAGUE).out_of(text)
    words = f" {''.join(each if each.isalnum() else ' ' for each in plain.casefold())} "
    assert not [name for name in names if f" {name.casefold()} " in " ".join(words.split())]
    assert "@" not in plain


def test_who_chose_it_and_who_owns_a_step_stay() -> None:
    ama = replace(a_leader(), id="1", name="Ama Boateng", visibility=Visibility.NAMED)
    ben = replace(a_leader(), id="2", name="Ben Carter")
    text = "Ama Boateng met Ben Carter and Hetty Hope."
    assert (
        open_names([ama, ben], colleague=COLLEAGUE).out_of(text)
        == f"Ama Boateng met {COLLEAGUE} and Hetty Hope."
    )
    assert open_names([ama, ben], helper="ben carter", colleague=COLLEAGUE).out_of(text) == text
    assert no_names([ama, ben], "Hetty Hope", colleague=COLLEAGUE).out_of(text).count(COLLEAGUE) == 3


def test_a_name_inside_another_word_is_left_alone() -> None:
    ann = replace(a_leader(), name="Ann Lee")
    assert no_names([ann], colleague=COLLEAGUE).out_of("Joann Leeds") == "Joann Leeds"
