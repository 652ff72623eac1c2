"""What the open page shows: everything that is public, and nobody's name who did not choose it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.content import product_reference
from bot.files.content import load_rules
from bot.open_page import sections
from bot.wiring import load_playbook
from nudges.model.partner_step import StepStatus
from nudges.rules.campaigns.content_checks import banned_words_in
from nudges.rules.rollup.rollup_lint import lint_words
from storage.field_register import REGISTER
from tests.bot.open_page.world import NAMES, PATHS, Place, a_step, make_place

RULES = load_rules()
HERE = "riverside"
# Ama chose to be named; Ben owns his organisation's step; Hetty is the helper of all.
HIDDEN = ("Cleo Dunn", "Dev Evans", "Effie Frost", "Gus Hale")


@pytest.fixture
async def place() -> Place:
    return await make_place(public=(HERE,))


async def words_of(place: Place, path: str) -> str:
    """What somebody reads at an address, on one line."""
    _, _, page = await place.browser().get(f"/open/{HERE}{path}")
    plain = unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2] or page))
    return " ".join(plain.split())


async def test_no_page_holds_a_name_that_was_not_chosen(place: Place) -> None:
    for path in PATHS:
        _, _, page = await place.browser().get(f"/open/{HERE}{path}")
        result = [name for name in HIDDEN if name.casefold() in unescape(page).casefold()]
        assert result == [], path
        # The messages are shown with made-up facts, whose addresses end in ".example".
        addresses = re.findall(r"[\w.]+@[\w.-]+\w", page)
        assert [one for one in addresses if not one.endswith(".example")] == [], path


async def test_the_monthly_page_names_no_person_at_all(place: Place) -> None:
    for month in ("2027-01", "2027-02"):
        _, _, page = await place.browser().get(f"/open/{HERE}/month/{month}")
        assert [name for name in (*NAMES, "Hetty Hope") if name in page] == []
    words = await words_of(place, "/month/2027-02")
    assert "Trust" in words
    assert "a colleague" in words
    assert "calls are short" in words


async def test_the_monthly_pages_own_words_pass_the_checks_of_the_friday_post() -> None:
    source = (sections.WORDS.parents[2] / "bot/open_page/pages/month.html").read_text(encoding="utf-8")
    own = " ".join(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", source, flags=re.DOTALL).split())
    assert lint_words(own, RULES) == []
    assert not banned_words_in(own, RULES.rollup.banned_in_rollup)
    assert "£" not in own
    assert "?" not in own


async def test_nothing_of_a_private_group_is_on_any_page(place: Place) -> None:
    for path in PATHS:
        assert "secret repair" not in (await words_of(place, path)), path
    changes = await words_of(place, "/changes")
    assert changes.count("was launched") == 1
    assert "repair" not in changes.casefold()
    numbers = await words_of(place, "/numbers")
    assert "11 of 12" not in numbers
    assert "2 Small steps taken" in numbers or "Small steps taken 2" in numbers


async def test_the_true_share_is_shown_from_ten_people_on_and_never_below(place: Place) -> None:
    numbers = await words_of(place, "/numbers")
    assert "4 of 10" in numbers
    assert "40%" in numbers
    assert "4 of 9" not in numbers


async def test_every_number_says_what_it_cannot_tell(place: Place) -> None:
    numbers = await words_of(place, "/numbers")
    assert numbers.count("What this cannot tell you") >= 3


async def test_a_step_shows_owner_date_status_why_and_what_it_costs(place: Place) -> None:
    words = await words_of(place, "/steps")
    for part in (
        "Ben Carter",
        "Saturday 20 February 2027",
        "Support offered",
        "Help asked for",
        "Done means",
    ):
        assert part in words
    assert "Why together" in words
    assert "Two beds, says a colleague" in words
    assert "Looked at again on Saturday 1 May 2027" in words
    assert "Another organisation has yet to confirm" in words
    assert "“a colleague would need two hours”" in words


async def test_only_promises_of_people_who_chose_it_are_shown(place: Place) -> None:
    words = await words_of(place, "/steps")
    assert "Ama Boateng, Trust" in words
    assert words.count("says ama") == 1
    assert "says cleo" not in words
    assert "says dev" not in words


async def test_what_is_held_or_waits_is_counted_and_not_shown(place: Place) -> None:
    words = await words_of(place, "/numbers")
    assert "(answered)" in words
    assert "(held)" not in words
    assert "(open)" not in words
    assert "(left_out)" not in words


async def test_wishes_are_shown_only_where_enough_people_voted_and_without_a_count(place: Place) -> None:
    words = await words_of(place, "/numbers")
    book = load_playbook()
    assert book.action("REL-01").title in words
    assert book.action("LIS-05").title not in words


async def test_the_library_is_searched_by_words(place: Place) -> None:
    assert "You work with partners" in await words_of(place, "/library?q=PARTNERS+work")
    missed = await words_of(place, "/library?q=nothing-like-it")
    assert "You work with partners" not in missed
    assert "0 of 1" in missed
    _, _, page = await place.browser().get(f"/open/{HERE}/library?q=%22%3E%3Cscript%3E")
    assert "<script" not in page


async def test_a_new_step_is_there_for_all_members_at_once(place: Place) -> None:
    assert "Open the lunch room" not in await words_of(place, "/steps")
    step = a_step(HERE, 9, StepStatus.PLANNED, text="Open the lunch room")
    async with place.world.store.transaction() as tx:
        await tx.commitments.save_steps([step])
    assert "Open the lunch room" in await words_of(place, "/steps")


async def test_every_action_of_every_campaign_can_be_read_in_full(place: Place) -> None:
    book = load_playbook()
    for campaign in book.campaigns.values():
        status, _, page = await place.browser().get(f"/open/{HERE}/campaigns/{campaign.id}")
        assert status == 200
        for week in campaign.weeks:
            assert f'id="week-{week.number}"' in page
        assert re.findall(r".{60}\{[a-z_]+\}", page) == [], campaign.id
        words = await words_of(place, f"/campaigns/{campaign.id}")
        for shown in sections.actions_of(campaign, book, {"partnership": "Riverside"}).values():
            assert " ".join(shown.text.split()) in words
            assert " ".join(shown.done_means.split()) in words


async def test_every_message_field_and_rule_is_on_its_page(place: Place) -> None:
    messages = await place.browser().get(f"/open/{HERE}/messages")
    for _, shown in sections.messages():
        assert f'id="{shown.event}"' in messages[2]
    fields = (await words_of(place, "/fields")).casefold()
    for stored_field in REGISTER:
        assert stored_field.column.replace("_", " ") in fields
        assert stored_field.purpose.casefold() in fields
    rules = await place.browser().get(f"/open/{HERE}/rules")
    for section in product_reference.rules():
        assert f'id="{section}"' in rules[2]


def test_every_sentence_on_a_rule_belongs_to_a_rule() -> None:
    import yaml

    words = yaml.safe_load(sections.WORDS.read_text(encoding="utf-8"))
    for section, sentences in words.items():
        inside = product_reference.rules()[section]
        known = {name for name, _ in sections._flat(inside)} if isinstance(inside, dict) else set()
        assert set(sentences) - {"title", "about"} <= known, section


def test_every_rule_is_shown_with_its_value() -> None:
    shown = {
        rule_section.id: " ".join([each.words + " ".join(each.items) for each in rule_section.rules])
        for rule_section in sections.rules()
    }
    for section, inside in product_reference.rules().items():
        for name, value in product_reference.leaves(inside):
            if value.isdigit() and not name[-1].isdigit():
                assert value in shown[section], f"{section}.{name}"


def test_no_sentence_of_the_page_blames_or_shouts() -> None:
    folder = sections.WORDS.parents[2] / "bot/open_page/pages"
    for path in folder.glob("*.html"):
        own = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert lint_words(own, RULES) == [], path.name
    assert lint_words(sections.WORDS.read_text(encoding="utf-8"), RULES) == []
