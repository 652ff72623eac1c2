"""Checks on the catalogue and on the rules' own texts; each problem says what to do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from nudges.model.catalogue import Action, Catalogue
from nudges.model.metric_cards import MetricCard
from nudges.model.placeholders import has_stray_braces, longest_length, placeholders_in
from nudges.model.ruleset import ContentRules, Rules
from nudges.said import Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing found. `where` is a path such as `weeks[3].offer[0]`, empty for the whole file.

    An `error` refuses the file; `advice` is one sentence for the lead and never blocks.
    """

    where: str
    what: str | Said
    why: str | Said
    todo: str | Said
    severity: Literal["error", "advice"] = "error"


def check_catalogue(catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """Everything wrong with the actions, in their order in the catalogue."""
    problems: list[Problem] = []
    for index, action in enumerate(catalogue.actions.values()):
        problems += _check_action(action, f"actions[{index}]", catalogue, rules)
    content = rules.content
    quick = sum(action.minutes <= content.quick_minutes for action in catalogue.actions.values())
    if quick * content.quick_one_in < len(catalogue.actions):
        problems.append(
            Problem(
                where="actions",
                what=f"only {quick} of {len(catalogue.actions)} take {content.quick_minutes} minutes or less",
                why=f"people with no time need a choice, so one in {content.quick_one_in} must be quick",
                todo="shorten some actions or add quick ones",
            )
        )
    return problems


def check_rules(rules: Rules) -> list[Problem]:
    """Banned words and stray braces in the rules' own texts, and lines that name nothing."""
    problems: list[Problem] = []
    roll = rules.rollup
    texts = [("rollup.thread", roll.thread), ("rollup.board", roll.board)]
    for where, text in texts:
        problems += check_words(text, where, (*roll.banned_everywhere, *roll.banned_in_rollup))
        if "£" in text or re.search(r"\bsavings?\b", text, re.IGNORECASE):
            problems.append(
                Problem(
                    where=where,
                    what="the text speaks of money saved",
                    why="the rollup is about what people did, never about savings",
                    todo="say what was done instead",
                )
            )
    for where, text in _rule_texts(rules):
        problems += check_words(text, where, roll.banned_everywhere)
    known = {line.id for line in roll.lines}
    for index, line_id in enumerate(roll.quiet_week.send):
        if line_id not in known:
            problems.append(
                Problem(
                    where=f"rollup.quiet_week.send[{index}]",
                    what=f"`{line_id}` is not a line of the rollup",
                    why="a quiet week is made of the same lines",
                    todo=f"use one of: {', '.join(sorted(known))}",
                )
            )
    return problems


def banned_words_in(text: str, banned: Iterable[str]) -> tuple[str, ...]:
    """The banned words that the text holds, as whole words.

    Capitals do not matter, except that a word in capitals only (RAG) is not the cloth.
    """
    return tuple(word for word in banned if _word_pattern(word).search(text))


def _word_pattern(word: str) -> re.Pattern[str]:
    flags = re.NOFLAG if word.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", flags)


def _rule_texts(rules: Rules) -> Iterator[tuple[str, str]]:
    for index, step in enumerate(rules.support_person.steps):
        yield f"support_person.steps[{index}].do", step.do
    for index, step in enumerate(rules.support_partner_step.steps):
        yield f"support_partner_step.steps[{index}].do", step.do
    for index, reason in enumerate(rules.reasons):
        yield f"reasons[{index}].label", reason.label
        yield f"reasons[{index}].offer", reason.offer
    for index, item in enumerate(rules.pulse.items):
        yield f"pulse.items[{index}].text", item.text


def check_words(text: str, where: str, banned: Iterable[str]) -> list[Problem]:
    """Banned words and exclamation marks in a text of our own."""
    problems = [
        Problem(
            where=where,
            what=f"the text holds the word `{word}`",
            why="our own words never blame or compare",
            todo="say what happened or what helps instead",
        )
        for word in banned_words_in(text, banned)
    ]
    if "!" in text:
        problems.append(
            Problem(
                where=where,
                what="the text holds an exclamation mark",
                why="the bot does not raise its voice",
                todo="end the sentence with a full stop",
            )
        )
    return problems


def check_metrics(cards: Sequence[MetricCard], catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """What is wrong with the metric cards: words that blame, and actions that do not exist."""
    problems: list[Problem] = []
    for index, card in enumerate(cards):
        where = f"metrics[{index}]"
        for place, action_id in enumerate(card.actions):
            if catalogue.find(action_id) is None:
                problems.append(
                    Problem(
                        where=f"{where}.actions[{place}]",
                        what=f"`{action_id}` is not in the catalogue",
                        why="the card counts what people did of it",
                        todo="correct the id",
                    )
                )
        for field in fields(card):
            text = getattr(card, field.name)
            if isinstance(text, str):
                problems += check_words(text, f"{where}.{field.name}", rules.rollup.banned_everywhere)
    return problems


def check_placeholders(text: str, where: str, content: ContentRules) -> list[Problem]:
    """Names in braces that are not on the list, and braces out of place."""
    known = content.longest()
    problems = [
        Problem(
            where=where,
            what=f"`{{{name}}}` is not a placeholder",
            why="only words on the list are filled in",
            todo=f"use one of: {', '.join(sorted(known))}",
        )
        for name in dict.fromkeys(placeholders_in(text))
        if name not in known
    ]
    if has_stray_braces(text):
        problems.append(
            Problem(
                where=where,
                what="a brace is out of place",
                why="only a plain name in one pair of braces is filled in, such as {peer}",
                todo="write the name alone in its braces, or leave the braces out",
            )
        )
    return problems


def _check_action(action: Action, where: str, catalogue: Catalogue, rules: Rules) -> list[Problem]:
    problems = [
        *_check_lengths(action, where, rules.content),
        *_check_values(action, where, catalogue, rules.content),
        *_check_meetings(action, where, rules.content),
    ]
    for field, text in _action_texts(action):
        problems += check_placeholders(text, f"{where}.{field}", rules.content)
        problems += check_words(text, f"{where}.{field}", rules.rollup.banned_everywhere)
    return problems


def _action_texts(action: Action) -> Iterator[tuple[str, str]]:
    yield "title", action.title
    yield "nudge", action.nudge
    for index, question in enumerate(action.questions):
        yield f"questions[{index}]", question
    yield "cue", action.cue
    yield "smaller_step", action.smaller_step
    yield "others_see", action.others_see
    yield "why", action.why
    yield "done_means", action.done_means


def _check_lengths(action: Action, where: str, content: ContentRules) -> list[Problem]:
    limits = content.longest()
    wanted = [
        ("title", action.title, content.title_max),
        ("nudge", action.nudge, content.nudge_max),
        ("smaller_step", action.smaller_step, content.smaller_step_max),
        ("done_means", action.done_means, content.done_means_max),
        *((f"questions[{i}]", text, limits["question"]) for i, text in enumerate(action.questions)),
    ]
    problems = []
    for field, text, most in wanted:
        length = longest_length(text, limits)
        if not text.strip() or length > most:
            problems.append(
                Problem(
                    where=f"{where}.{field}",
                    what=f"{action.id}: the text has {length} characters once filled, not 1 to {most}",
                    why="short and plain texts are the ones that are read",
                    todo=f"write 1 to {most} characters",
                )
            )
    return problems


def _check_values(action: Action, where: str, catalogue: Catalogue, content: ContentRules) -> list[Problem]:
    problems = []
    names = set(placeholders_in(action.nudge + action.smaller_step + action.cue + action.title))
    categories = {category.id for category in catalogue.categories}
    wrong_suits = sorted(set(action.suits) - set(catalogue.suits_values))
    cases: list[tuple[bool, str, str, str, str]] = [
        (
            not 1 <= action.minutes <= content.minutes_max,
            "minutes",
            f"{action.minutes} minutes is outside 1 to {content.minutes_max}",
            "a small step fits between two meetings",
            "make the step smaller",
        ),
        (
            not 1 <= action.rung <= content.rung_max,
            "rung",
            f"rung {action.rung} does not exist",
            "rungs open one after the other",
            f"use 1 to {content.rung_max}",
        ),
        (
            action.category not in categories,
            "category",
            f"`{action.category}` is not a category",
            "each action stands on one shelf",
            f"use one of: {', '.join(sorted(categories))}",
        ),
        (
            bool(wrong_suits) or not action.suits,
            "suits",
            f"not a kind of leader: {', '.join(wrong_suits)}" if wrong_suits else "nobody is named",
            "offers are ordered by whom they suit",
            f"use some of: {', '.join(catalogue.suits_values)}",
        ),
        (
            bool(names & {"peer", "peer_org", "month"}) and not action.needs_peer,
            "nudge",
            "the text speaks to a peer, but the action does not take one",
            "without a pair there is no name to fill in",
            "set `with: cross_org_pair`, or leave {peer}, {peer_org} and {month} out",
        ),
        (
            ("question" in placeholders_in(action.nudge)) != bool(action.questions),
            "questions",
            "{question} and the list of questions do not go together",
            "the text takes its question from the list",
            "give both or neither",
        ),
        (
            action.repeat_weeks < 0,
            "repeat_weeks",
            f"{action.repeat_weeks} weeks cannot be",
            "it is a number of weeks, 0 for once",
            "use 0 or more",
        ),
    ]
    for is_wrong, field, what, why, todo in cases:
        if is_wrong:
            problems.append(
                Problem(where=f"{where}.{field}", what=f"{action.id}: {what}", why=why, todo=todo)
            )
    return problems


def _check_meetings(action: Action, where: str, content: ContentRules) -> list[Problem]:
    return [
        Problem(
            where=f"{where}.{field}",
            what=f"{action.id}: `{phrase}` makes a standing meeting",
            why="no action may add a meeting that comes back",
            todo="ask for one step that ends when it is done",
        )
        for field, text in _action_texts(action)
        if field in {"title", "nudge", "cue", "smaller_step", "done_means"}
        for phrase in banned_words_in(text, content.recurring_phrases)
    ]
