"""Checks on the catalogue and on the rules' own texts; each problem says what to do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from nudges.model.catalogue import Action, Catalogue
from nudges.model.metric_cards import MetricCard
from nudges.model.placeholders import has_stray_braces, in_braces, longest_length, placeholders_in
from nudges.model.ruleset import ContentRules, Rules
from nudges.said import Said, said


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


def problems_of(*rows: tuple[bool, Problem]) -> Iterator[Problem]:
    """The problems of a table that are there: each row says whether, and what is then told."""
    return (problem for is_wrong, problem in rows if is_wrong)


def check_catalogue(catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """Everything wrong with the actions, in their order in the catalogue."""
    return [
        *(
            problem
            for index, action in enumerate(catalogue.actions.values())
            for problem in _check_action(action, f"actions[{index}]", catalogue, rules)
        ),
        *_check_quick(catalogue, rules.content),
    ]


def _check_quick(catalogue: Catalogue, content: ContentRules) -> Iterator[Problem]:
    quick = sum(action.minutes <= content.quick_minutes for action in catalogue.actions.values())
    if quick * content.quick_one_in < len(catalogue.actions):
        yield Problem(
            where="actions",
            what=said(
                "files.few_quick.what",
                {"quick": quick, "actions": len(catalogue.actions), "minutes": content.quick_minutes},
            ),
            why=said("files.few_quick.why", {"one_in": content.quick_one_in}),
            todo=said("files.few_quick.todo"),
        )


def check_rules(rules: Rules) -> list[Problem]:
    """Banned words and money in the rules' own texts, and lines that name nothing."""
    return [*_check_rollup_texts(rules), *_check_rule_texts(rules), *_check_quiet_week(rules)]


def _check_rollup_texts(rules: Rules) -> Iterator[Problem]:
    rollup = rules.rollup
    for where, text in (("rollup.thread", rollup.thread), ("rollup.board", rollup.board)):
        yield from check_words(text, where, (*rollup.banned_everywhere, *rollup.banned_in_rollup))
        if "£" in text or re.search(r"\bsavings?\b", text, re.IGNORECASE):
            yield Problem(
                where=where,
                what=said("files.money.what"),
                why=said("files.money.why"),
                todo=said("files.money.todo"),
            )


def _check_rule_texts(rules: Rules) -> Iterator[Problem]:
    for where, text in _rule_texts(rules):
        yield from check_words(text, where, rules.rollup.banned_everywhere)


def _check_quiet_week(rules: Rules) -> Iterator[Problem]:
    known = {line.id for line in rules.rollup.lines}
    for index, line_id in enumerate(rules.rollup.quiet_week.send):
        if line_id not in known:
            yield Problem(
                where=f"rollup.quiet_week.send[{index}]",
                what=said("files.rollup_line.what", {"line": line_id}),
                why=said("files.rollup_line.why"),
                todo=said("files.use_one_of", {"known": ", ".join(sorted(known))}),
            )


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


def check_words(text: str, where: str, banned: Iterable[str]) -> Iterator[Problem]:
    """Banned words and exclamation marks in a text of our own."""
    for word in banned_words_in(text, banned):
        yield Problem(
            where=where,
            what=said("files.banned_word.what", {"word": word}),
            why=said("files.banned_word.why"),
            todo=said("files.banned_word.todo"),
        )
    if "!" in text:
        yield Problem(
            where=where,
            what=said("files.exclamation.what"),
            why=said("files.exclamation.why"),
            todo=said("files.exclamation.todo"),
        )


def check_metrics(cards: Sequence[MetricCard], catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """What is wrong with the metric cards: words that blame, and actions that do not exist."""
    return [
        problem
        for index, card in enumerate(cards)
        for problem in _check_metric(card, f"metrics[{index}]", catalogue, rules)
    ]


def _check_metric(card: MetricCard, where: str, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    for index, action_id in enumerate(card.actions):
        if catalogue.find(action_id) is None:
            yield Problem(
                where=f"{where}.actions[{index}]",
                what=said("files.not_in_catalogue.what", {"action": action_id}),
                why=said("files.not_in_catalogue.why_counted"),
                todo=said("files.not_in_catalogue.todo_counted"),
            )
    for field in fields(card):
        text = getattr(card, field.name)
        if isinstance(text, str):
            yield from check_words(text, f"{where}.{field.name}", rules.rollup.banned_everywhere)


def check_placeholders(text: str, where: str, content: ContentRules) -> Iterator[Problem]:
    """Names in braces that are not on the list, and braces out of place."""
    known = content.longest()
    for name in dict.fromkeys(placeholders_in(text)):
        if name not in known:
            yield Problem(
                where=where,
                what=said("files.placeholder.what", {"name": in_braces(name)}),
                why=said("files.placeholder.why"),
                todo=said("files.use_one_of", {"known": ", ".join(sorted(known))}),
            )
    if has_stray_braces(text):
        yield Problem(
            where=where,
            what=said("files.stray_brace.what"),
            why=said("files.stray_brace.why", {"example": in_braces("peer")}),
            todo=said("files.stray_brace.todo"),
        )


def _check_action(action: Action, where: str, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    yield from _check_lengths(action, where, rules.content)
    yield from _check_values(action, where, catalogue, rules.content)
    yield from _check_meetings(action, where, rules.content)
    for field, text in _action_texts(action):
        yield from check_placeholders(text, f"{where}.{field}", rules.content)
        yield from check_words(text, f"{where}.{field}", rules.rollup.banned_everywhere)


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


def _check_lengths(action: Action, where: str, content: ContentRules) -> Iterator[Problem]:
    limits = content.longest()
    wanted = [
        ("title", action.title, content.title_max),
        ("nudge", action.nudge, content.nudge_max),
        ("smaller_step", action.smaller_step, content.smaller_step_max),
        ("done_means", action.done_means, content.done_means_max),
        *((f"questions[{i}]", text, limits["question"]) for i, text in enumerate(action.questions)),
    ]
    for field, text, most in wanted:
        length = longest_length(text, limits)
        if not text.strip() or length > most:
            yield Problem(
                where=f"{where}.{field}",
                what=said("files.text_length.what", {"action": action.id, "length": length, "most": most}),
                why=said("files.text_length.why"),
                todo=said("files.text_length.todo", {"most": most}),
            )


def _check_values(
    action: Action, where: str, catalogue: Catalogue, content: ContentRules
) -> Iterator[Problem]:
    names = set(placeholders_in(action.nudge + action.smaller_step + action.cue + action.title))
    categories = sorted(category.id for category in catalogue.categories)
    unknown_suits = ", ".join(sorted(set(action.suits) - set(catalogue.suits_values)))
    return problems_of(
        (
            not 1 <= action.minutes <= content.minutes_max,
            Problem(
                where=f"{where}.minutes",
                what=said(
                    "files.minutes.what",
                    {"action": action.id, "minutes": action.minutes, "most": content.minutes_max},
                ),
                why=said("files.minutes.why"),
                todo=said("files.minutes.todo"),
            ),
        ),
        (
            not 1 <= action.rung <= content.rung_max,
            Problem(
                where=f"{where}.rung",
                what=said("files.rung.what", {"action": action.id, "rung": action.rung}),
                why=said("files.rung.why"),
                todo=said("files.rung.todo", {"most": content.rung_max}),
            ),
        ),
        (
            action.category not in categories,
            Problem(
                where=f"{where}.category",
                what=said("files.category.what", {"action": action.id, "category": action.category}),
                why=said("files.category.why"),
                todo=said("files.use_one_of", {"known": ", ".join(categories)}),
            ),
        ),
        (
            bool(unknown_suits) or not action.suits,
            Problem(
                where=f"{where}.suits",
                what=(
                    said("files.suits.unknown", {"action": action.id, "suits": unknown_suits})
                    if unknown_suits
                    else said("files.suits.nobody", {"action": action.id})
                ),
                why=said("files.suits.why"),
                todo=said("files.suits.todo", {"known": ", ".join(catalogue.suits_values)}),
            ),
        ),
        (
            bool(names & {"peer", "peer_org", "month"}) and not action.needs_peer,
            Problem(
                where=f"{where}.nudge",
                what=said("files.speaks_to_peer.what", {"action": action.id}),
                why=said("files.speaks_to_peer.why"),
                todo=said(
                    "files.speaks_to_peer.todo",
                    {
                        "peer": in_braces("peer"),
                        "peer_org": in_braces("peer_org"),
                        "month": in_braces("month"),
                    },
                ),
            ),
        ),
        (
            ("question" in placeholders_in(action.nudge)) != bool(action.questions),
            Problem(
                where=f"{where}.questions",
                what=said(
                    "files.questions.what", {"action": action.id, "placeholder": in_braces("question")}
                ),
                why=said("files.questions.why"),
                todo=said("files.both_or_neither"),
            ),
        ),
        (
            action.repeat_weeks < 0,
            Problem(
                where=f"{where}.repeat_weeks",
                what=said("files.repeat_weeks.what", {"action": action.id, "weeks": action.repeat_weeks}),
                why=said("files.repeat_weeks.why"),
                todo=said("files.repeat_weeks.todo"),
            ),
        ),
    )


def _check_meetings(action: Action, where: str, content: ContentRules) -> Iterator[Problem]:
    for field, text in _action_texts(action):
        if field not in {"title", "nudge", "cue", "smaller_step", "done_means"}:
            continue
        for phrase in banned_words_in(text, content.recurring_phrases):
            yield Problem(
                where=f"{where}.{field}",
                what=said("files.standing_meeting.what", {"action": action.id, "phrase": phrase}),
                why=said("files.standing_meeting.why"),
                todo=said("files.standing_meeting.todo"),
            )
