"""What each section of the open page shows: the record of a partnership beside what the product says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.content import product_reference
from bot.rendering.message_renderer import TemplateRenderer
from nudges.errors import NotFound
from nudges.model.catalogue import Action, Campaign
from nudges.model.metric_cards import MetricCard, blank_lines
from nudges.model.placeholders import fill, placeholders_in
from nudges.model.playbook import Playbook
from nudges.rules.open_page.page_record import OpenRecord, OpenStep
from nudges.rules.pulse.goal_sums import goal_text

WORDS = Path(__file__).parents[2] / "config" / "open_page" / "rules.yaml"
NEXT = 5
LADDERS = ("support_person", "support_partner_step")
# The word of an action for whoever reads it here, where nobody is asked.
ANYBODY = {"peer": "a partner", "peer_org": "another organisation", "month": "this month"}
SECTIONS: Mapping[str, str] = {
    "": "Overview",
    "steps": "Our steps",
    "numbers": "Numbers",
    "library": "Library",
    "campaigns": "Campaigns",
    "rules": "Rules",
    "messages": "Messages",
    "fields": "What is kept",
    "changes": "Changes",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule in words; a rule of several parts has `items`."""

    words: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSection:
    """The rules on one thing."""

    id: str
    title: str
    about: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionShown:
    """An action with its placeholders filled for reading."""

    action: Action
    title: str
    text: str
    smaller_step: str
    done_means: str
    cue: str
    others_see: str
    why: str
    questions: tuple[str, ...]


def overview(record: OpenRecord, book: Playbook) -> dict[str, Any]:
    """The first page: the goal, where we stand, what is due next."""
    until = record.on + timedelta(days=book.rules.open_page.soon_days)
    helped = [one for one in record.open_steps if one.status in ("support_offered", "support_asked_for")]
    rest = [one for one in record.open_steps if one not in helped]
    soon = [one for one in rest if one.due_on <= until]
    return {
        "soon": soon or rest[:NEXT],
        "is_soon": bool(soon),
        "soon_days": book.rules.open_page.soon_days,
        "helped": helped,
        "kept": record.kept_steps[:4],
        "more_kept": max(0, len(record.kept_steps) - 4),
        "loops": record.said_and_done[:3],
    }


def steps(record: OpenRecord) -> dict[str, Any]:
    """Every step by organisation, the open ones first; then what people promised."""
    return {"open_by": _by_organisation(record.open_steps), "kept_by": _by_organisation(record.kept_steps)}


def _by_organisation(shown_steps: Sequence[OpenStep]) -> list[tuple[str, list[OpenStep]]]:
    groups: dict[str, list[OpenStep]] = {}
    for step in shown_steps:
        groups.setdefault(step.organisation, []).append(step)
    return sorted(groups.items(), key=lambda group: group[0].casefold())


def campaigns(record: OpenRecord, book: Playbook) -> dict[str, Any]:
    """Every campaign that ships, and those that were written here; what runs or ran stands first."""
    runs = {run.campaign_id: run for run in record.runs}
    shown = [book.campaigns[campaign_id] for campaign_id in record.campaigns]
    shown.sort(key=lambda each: (each.id not in runs, each.length_weeks, each.name))
    return {"campaigns": shown, "runs": runs}


def campaign(
    record: OpenRecord, book: Playbook, campaign_id: str, words: Mapping[str, str]
) -> dict[str, Any]:
    """One campaign, week by week, with every action that can be asked in it.

    Raises:
        NotFound: there is none that this partnership may see.
    """
    if campaign_id not in record.campaigns:
        raise NotFound(f"There is no campaign “{campaign_id}”.")
    chosen = book.campaigns[campaign_id]
    runs = [one for one in record.runs if one.campaign_id == campaign_id]
    return {
        "campaign": chosen,
        "run": runs[-1] if runs else None,
        "goals": [goal_text(one) for one in chosen.goals],
        "actions": actions_of(chosen, book, {**words, "partnership": record.name}),
        "rungs": book.catalogue.rungs,
        "items": [item for one in chosen.pulse_items if (item := book.rules.pulse.item(one))],
        "system_name": {**book.rules.content.default_words(), **words}["system_name"],
        "categories": {one.id: one.name for one in book.catalogue.categories},
    }


def actions_of(campaign: Campaign, book: Playbook, words: Mapping[str, str]) -> dict[str, ActionShown]:
    """Every action that a campaign can ask, by id."""
    ids = dict.fromkeys(one for week in campaign.weeks for one in week.offer)
    values = {**book.rules.content.default_words(), **words, **ANYBODY}
    return {one: _shown(book.action(one), values) for one in ids}


def _shown(action: Action, values: Mapping[str, str]) -> ActionShown:
    def filled(text: str, known: Mapping[str, str]) -> str:
        return fill(text, known) if set(placeholders_in(text)) <= set(known) else text

    first = action.questions[0] if action.questions else "what is on your mind?"
    # A question may hold words of its own, and filling goes over a text once.
    asked = {**values, "question": filled(first, values)}

    def said(text: str) -> str:
        return filled(text, asked)

    return ActionShown(
        action=action,
        title=said(action.title),
        text=said(action.nudge),
        smaller_step=said(action.smaller_step),
        done_means=said(action.done_means),
        cue=said(action.cue),
        others_see=said(action.others_see),
        why=said(action.why),
        questions=tuple(said(one) for one in action.questions),
    )


@cache
def rules() -> tuple[RuleSection, ...]:
    """Every rule with its number in words; the ladders of support stand first."""
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    rule_sections = [
        _section(name, inside, words.get(name, {})) for name, inside in product_reference.rules().items()
    ]
    return tuple(sorted(rule_sections, key=lambda one: one.id not in LADDERS))


def _section(name: str, inside: Any, words: Mapping[str, str]) -> RuleSection:
    section_rules: list[Rule] = []
    if isinstance(inside, list):
        section_rules = [Rule(words=_item(part)) for part in inside]
    else:
        for key, value in _flat(inside):
            if isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
                items = tuple(_item(part) for part in value)
                section_rules.append(Rule(words=words.get(key, _plain(key)), items=items))
            else:
                text = ", ".join(_value(part) for part in value) if isinstance(value, list) else _value(value)
                sentence = words.get(key, f"{_plain(key)}: {{}}")
                section_rules.append(Rule(words=sentence.replace("{}", text)))
    return RuleSection(
        id=name,
        title=words.get("title", _plain(name)),
        about=words.get("about", ""),
        rules=tuple(section_rules),
    )


def _flat(inside: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    result: list[tuple[str, Any]] = []
    for key, value in inside.items():
        name = f"{before}{key}"
        result += _flat(value, f"{name}.") if isinstance(value, Mapping) else [(name, value)]
    return result


def _item(part: Any) -> str:
    """One of several parts, as words: its first value, then the others."""
    if not isinstance(part, Mapping):
        return _value(part)
    if set(part) == {"when", "do"}:
        return f"{part['when']}: {part['do']}"
    if "every_weeks" in part:
        return f"A step every {part['every_weeks']} weeks, for {part['for_weeks']} weeks"
    if "text" in part:
        return str(part["text"])
    if "label" in part:
        return ": ".join(str(part[key]) for key in ("label", "offer") if key in part)
    return ", ".join(f"{_plain(key).lower()} {_value(value)}" for key, value in part.items())


def _plain(name: str) -> str:
    words = name.replace("_", " ").replace(".", ", ")
    return f"{words[:1].upper()}{words[1:]}"


def _value(value: Any) -> str:
    text = str(value)
    if text.islower() and "_" in text:
        return text.replace("_", " ")
    if text in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"):
        return text.capitalize()
    return text


@cache
def _samples() -> TemplateRenderer:
    """Fills samples only: no link that it makes opens anything."""
    return TemplateRenderer(product_reference.MESSAGES)


@cache
def messages() -> tuple[tuple[str, product_reference.MessageShown], ...]:
    """Every message with its name in words."""
    return tuple((_plain(one.event), one) for one in product_reference.messages(_samples()))


@cache
def buttons() -> tuple[str, ...]:
    """What buttons say, each once."""
    data = yaml.safe_load((product_reference.MESSAGES / "buttons.yaml").read_text(encoding="utf-8"))
    return tuple(sorted(dict.fromkeys(str(one) for one in data["verbs"].values())))


def fields() -> dict[str, Any]:
    """The field register, and the notice that every leader is shown."""
    result = {}
    for table, lines in product_reference.fields().items():
        groups: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
        for stored_field in lines:
            key = (stored_field.purpose, stored_field.read_by, product_reference.KEPT[stored_field.keep])
            groups.setdefault(key, []).append(stored_field.column.replace("_", " "))
        result[_plain(table)] = [(", ".join(names), *key) for key, names in groups.items()]
    return {"tables": result}


def found_lines(record: OpenRecord, wanted: str) -> dict[str, Any]:
    """The lines of the library that hold all the words that are looked for."""
    words = wanted.casefold().split()[:8]
    matching = [
        line
        for line in record.library
        if all(word in f"{line.text} {line.organisation} {line.action}".casefold() for word in words)
    ]
    return {"lines": matching, "wanted": wanted, "all": len(record.library)}


def notice() -> str:
    """The notice as every leader is shown it, with nobody's name."""
    facts = {"name": "as in your chat", "organisation": "where you work", "lead": "Your programme lead"}
    return _samples().text("data_notice", facts)


def metrics(book: Playbook) -> list[MetricCard]:
    """Why each thing is counted, how, what it decides, and what it cannot tell; none with a gap."""
    return [one for one in book.metrics.values() if not blank_lines(one)]
