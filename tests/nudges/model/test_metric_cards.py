"""Metric cards: complete, plain, and a condition of showing anything."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.files.content import load_catalogue, load_metrics
from bot.files.problems import FilesRefused
from nudges.errors import NotFound
from nudges.model.metric_cards import MetricCard, blank_lines, card_of
from nudges.said import said

CARDS = load_metrics()
TEXTS = [each.name for each in fields(MetricCard) if each.name not in ("id", "actions")]
SHIPPED = Path(__file__).parents[3] / "config" / "metrics.yaml"


@pytest.mark.parametrize("metric_id", list(CARDS))
def test_every_card_says_what_it_means_how_it_is_measured_and_what_it_decides(metric_id: str) -> None:
    card = card_of(CARDS, metric_id)
    assert blank_lines(card) == []
    assert card.because.startswith("We count this because we believe that ")
    assert len({card.if_up, card.if_same, card.if_down}) == 3
    assert all(
        text.strip() for text in (card.measure, card.source, card.cost, card.decision, card.cannot_tell)
    )


def test_the_headline_set_and_its_proxies_have_cards() -> None:
    assert list(CARDS) == [
        "steps_done",
        "steps_kept",
        "links",
        "loops_closed",
        "help",
        "hard_talks",
        "permission",
        "pulse",
        "burden",
    ]


def test_a_metric_without_a_card_is_not_shown() -> None:
    with pytest.raises(NotFound) as caught:
        card_of(CARDS, "money")
    assert caught.value.said == said("campaigns.no_metric_card", {"metric": "money"})


@pytest.mark.parametrize("line", TEXTS)
def test_a_card_with_a_blank_line_is_not_shown(line: str) -> None:
    card = replace(CARDS["links"], **{line: "  "})  # type: ignore[arg-type]
    with pytest.raises(NotFound) as caught:
        card_of({"links": card}, "links")
    assert caught.value.said == said("campaigns.blank_metric_card", {"metric": "links", "lines": line})


@pytest.mark.parametrize("line", TEXTS)
def test_a_file_with_a_missing_or_blank_line_is_refused_with_its_place(line: str, tmp_path: Path) -> None:
    source = SHIPPED.read_text(encoding="utf-8").splitlines()
    at = next(
        number
        for number, text in enumerate(source)
        if text.strip().startswith(f"{line}:") or text.strip().startswith(f"- {line}:")
    )
    blank = [*source[:at], source[at].split(":")[0] + ': ""', *source[at + 1 :]]
    missing = [*source[:at], *source[at + 1 :]]
    for number, text in enumerate((blank, missing)):
        path = tmp_path / f"metrics-{number}.yaml"
        path.write_text("\n".join(text), encoding="utf-8")
        with pytest.raises(FilesRefused, match=line):
            load_metrics(path)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("id: links", "id: help", "stands twice"),
        ("[UNB-02]", "[UNB-99]", "not in the catalogue"),
        ("A habit is growing.", "A league of its own.", "league"),
    ],
)
def test_a_file_with_a_fault_is_refused(old: str, new: str, match: str, tmp_path: Path) -> None:
    path = tmp_path / "metrics.yaml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FilesRefused, match=match):
        load_metrics(path)


def test_permission_counts_every_permission_action() -> None:
    of_category = {
        action.id for action in load_catalogue().actions.values() if action.category == "permission"
    }
    assert of_category <= set(CARDS["permission"].actions)


def test_no_card_speaks_of_money_or_of_an_organisation_alone() -> None:
    for card in CARDS.values():
        words = " ".join(getattr(card, name) for name in TEXTS)
        assert "£" not in words
        assert "!" not in words
