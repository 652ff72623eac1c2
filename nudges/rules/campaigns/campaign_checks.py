"""Checks on one campaign: its calendar, its gates, its pulse and its words."""

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import reduce

from nudges.model.catalogue import Action, Campaign, Catalogue, Goal, ProgrammeTheme, Week
from nudges.model.placeholders import has_stray_braces, in_braces, placeholders_in
from nudges.model.ruleset import Rules
from nudges.rules.campaigns.content_checks import Problem, check_placeholders, check_words, problems_of
from nudges.rules.pulse.goal_sums import PLACEHOLDERS
from nudges.said import Said, said


def check_campaign(campaign: Campaign, catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """Everything wrong with one campaign, then the advice on it."""
    return [
        *_check_calendar(campaign),
        *_check_coffee(campaign, catalogue),
        *_check_offers(campaign, catalogue, rules),
        *_check_gates(campaign, rules),
        *_check_rungs(campaign, catalogue),
        *_check_pulse(campaign, rules),
        *_check_goals(campaign),
        *_check_facilitator(campaign),
        *_check_texts(campaign, rules),
        *_advise(campaign, catalogue, rules),
    ]


def _weeks(campaign: Campaign) -> Iterator[tuple[str, Week]]:
    """Each week with its place in the file."""
    for index, week in enumerate(campaign.weeks):
        yield f"weeks[{index}]", week


def _check_calendar(campaign: Campaign) -> Iterator[Problem]:
    numbers = [week.number for week in campaign.weeks]
    yield from problems_of(
        (
            numbers != list(range(1, campaign.length_weeks + 1)),
            Problem(
                where="weeks",
                what=said(
                    "files.weeks_numbered.what",
                    {"numbers": ", ".join(map(str, numbers)) or said("files.weeks_numbered.none")},
                ),
                why=said("files.weeks_numbered.why", {"most": campaign.length_weeks}),
                todo=said("files.weeks_numbered.todo"),
            ),
        ),
        (
            not any(week.offer for week in campaign.weeks),
            Problem(
                where="weeks",
                what=said("files.no_offer.what"),
                why=said("files.no_offer.why"),
                todo=said("files.no_offer.todo"),
            ),
        ),
    )
    for index, theme in enumerate(campaign.programme_themes):
        yield from _check_theme(theme, f"programme_themes[{index}].weeks", numbers)


def _check_theme(theme: ProgrammeTheme, where: str, numbers: Iterable[int]) -> Iterator[Problem]:
    absent = ", ".join(map(str, sorted(set(theme.weeks) - set(numbers))))
    if absent or not theme.weeks:
        yield Problem(
            where=where,
            what=(
                said("files.theme_week.absent", {"weeks": absent})
                if absent
                else said("files.theme_week.none")
            ),
            why=said("files.theme_week.why"),
            todo=said("files.theme_week.todo"),
        )


def _check_coffee(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    rounds = [week.coffee_round for week in campaign.weeks if week.coffee_round is not None]
    if rounds != list(range(1, campaign.coffee_rounds + 1)):
        yield Problem(
            where="coffee_rounds",
            what=said(
                "files.coffee_rounds.what",
                {
                    "told": campaign.coffee_rounds,
                    "held": str(rounds) if rounds else said("files.coffee_rounds.none"),
                },
            ),
            why=said("files.coffee_rounds.why"),
            todo=said("files.coffee_rounds.todo"),
        )
    for where, week in _weeks(campaign):
        if week.coffee_round is not None:
            yield from _check_coffee_week(week, where, [catalogue.find(offered) for offered in week.offer])


def _check_coffee_week(week: Week, where: str, actions: Sequence[Action | None]) -> Iterator[Problem]:
    """`None` among the actions is one that the catalogue does not have, which another check tells."""
    starts_alone = not actions or (actions[0] is not None and not actions[0].needs_peer)
    return problems_of(
        (
            starts_alone,
            Problem(
                where=f"{where}.coffee_round",
                what=said("files.pair_comes_first.what", {"week": week.number}),
                why=said("files.pair_comes_first.why"),
                todo=said("files.pair_comes_first.todo"),
            ),
        ),
        (
            not starts_alone and all(action is None or action.needs_peer for action in actions),
            Problem(
                where=f"{where}.offer",
                what=said("files.only_pairs.what", {"week": week.number}),
                why=said("files.only_pairs.why"),
                todo=said("files.only_pairs.todo"),
                severity="advice",
            ),
        ),
    )


def _check_offers(campaign: Campaign, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    for where, week in _weeks(campaign):
        for index in range(len(week.offer)):
            yield from _check_offered(week, index, f"{where}.offer[{index}]", catalogue)
        yield from _check_offer(week, f"{where}.offer", rules.choice.swaps_max)


def _check_offered(week: Week, index: int, where: str, catalogue: Catalogue) -> Iterator[Problem]:
    action_id = week.offer[index]
    return problems_of(
        (
            catalogue.find(action_id) is None,
            Problem(
                where=where,
                what=said("files.not_in_catalogue.what", {"action": action_id}),
                why=said("files.not_in_catalogue.why_offered"),
                todo=said("files.not_in_catalogue.todo_offered"),
            ),
        ),
        (
            action_id in week.offer[:index],
            Problem(
                where=where,
                what=said("files.offered_twice.what", {"action": action_id, "week": week.number}),
                why=said("files.offered_twice.why"),
                todo=said("files.offered_twice.todo"),
            ),
        ),
    )


def _check_offer(week: Week, where: str, swaps_max: int) -> Iterator[Problem]:
    return problems_of(
        (
            len(week.offer) > 1 + swaps_max,
            Problem(
                where=where,
                what=said("files.many_offers.what", {"week": week.number, "actions": len(week.offer)}),
                why=said("files.many_offers.why", {"swaps": swaps_max}),
                todo=said("files.many_offers.todo", {"most": 1 + swaps_max}),
            ),
        ),
        (
            bool(week.offer) and (week.rest or week.pulse is not None),
            Problem(
                where=where,
                what=said(
                    "files.no_step_then.rest" if week.rest else "files.no_step_then.pulse",
                    {"week": week.number},
                ),
                why=said("files.no_step_then.why"),
                todo=said("files.no_step_then.todo"),
            ),
        ),
    )


def _check_gates(campaign: Campaign, rules: Rules) -> Iterator[Problem]:
    opened: set[int] = set()
    for where, week in _weeks(campaign):
        if week.gate is not None:
            yield from _check_gate(week.gate, f"{where}.gate", opened, rules.content.rung_max)
            if campaign.hard_gates and week.gate_override != "facilitator_confirms":
                yield Problem(
                    where=f"{where}.gate",
                    what=said("files.gate_opener.what", {"week": week.number}),
                    why=said("files.gate_opener.why"),
                    todo=said("files.gate_opener.todo"),
                )
            opened.add(week.gate)
        elif week.gate_override is not None:
            yield Problem(
                where=f"{where}.gate_override",
                what=said("files.opens_no_gate.what", {"week": week.number}),
                why=said("files.opens_no_gate.why"),
                todo=said("files.opens_no_gate.todo"),
            )


def _check_gate(rung: int, where: str, opened: Set[int], rung_max: int) -> Iterator[Problem]:
    may_stand = 2 <= rung <= rung_max and rung not in opened
    return problems_of(
        (
            not may_stand,
            Problem(
                where=where,
                what=said("files.gate_place.what", {"rung": rung}),
                why=said("files.gate_place.why", {"most": rung_max}),
                todo=said("files.gate_place.todo"),
            ),
        ),
        (
            may_stand and rung > 2 and rung - 1 not in opened,
            Problem(
                where=where,
                what=said("files.gate_early.what", {"rung": rung, "before": rung - 1}),
                why=said("files.gate_early.why"),
                todo=said("files.gate_early.todo", {"before": rung - 1}),
            ),
        ),
    )


def _check_rungs(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    opened = {1}
    for where, week in _weeks(campaign):
        opened |= {week.gate} if week.gate is not None else set()
        for index, action_id in enumerate(week.offer):
            action = catalogue.find(action_id)
            if action is not None and action.rung not in opened:
                yield Problem(
                    where=f"{where}.offer[{index}]",
                    what=said(
                        "files.rung_closed.what",
                        {"action": action_id, "rung": action.rung, "week": week.number},
                    ),
                    why=said("files.rung_closed.why"),
                    todo=said("files.rung_closed.todo", {"rung": action.rung, "open": max(opened)}),
                )


def _check_pulse(campaign: Campaign, rules: Rules) -> Iterator[Problem]:
    items = campaign.pulse_items
    for index, item_id in enumerate(items):
        if rules.pulse.item(item_id) is None or item_id in items[:index]:
            yield Problem(
                where=f"pulse_items[{index}]",
                what=said("files.pulse_item.what", {"item": item_id}),
                why=said("files.pulse_item.why"),
                todo=said(
                    "files.pulse_item.todo", {"known": ", ".join(item.id for item in rules.pulse.items)}
                ),
            )
    yield from _check_pulse_weeks(campaign)
    for index, goal in enumerate(campaign.goals):
        fits = goal.item in items if goal.type == "pulse_change" else goal.item is None
        if not fits:
            yield Problem(
                where=f"goals[{index}].item",
                what=said("files.goal_item.what"),
                why=said("files.goal_item.why"),
                todo=said("files.goal_item.todo"),
            )


def _check_pulse_weeks(campaign: Campaign) -> Iterator[Problem]:
    pulses = [week.pulse for week in campaign.weeks if week.pulse is not None]
    return problems_of(
        (
            pulses != [moment for moment in ("start", "mid", "end") if moment in pulses],
            Problem(
                where="weeks",
                what=said("files.pulse_order.what", {"pulses": ", ".join(pulses)}),
                why=said("files.pulse_order.why"),
                todo=said("files.pulse_order.todo"),
            ),
        ),
        (
            bool(pulses) != bool(campaign.pulse_items),
            Problem(
                where="pulse_items",
                what=said("files.pulse_weeks.what"),
                why=said("files.pulse_weeks.why"),
                todo=said("files.both_or_neither"),
            ),
        ),
    )


def _check_goals(campaign: Campaign) -> Iterator[Problem]:
    for index, goal in enumerate(campaign.goals):
        yield from _check_goal_text(goal, f"goals[{index}].text")
        yield from _check_goal_numbers(goal, f"goals[{index}]", campaign.length_weeks)


def _check_goal_text(goal: Goal, where: str) -> Iterator[Problem]:
    missing = [
        f"`{in_braces(name)}`"
        for name in dict.fromkeys(placeholders_in(goal.text))
        if name not in PLACEHOLDERS or getattr(goal, name) is None
    ]
    if missing or has_stray_braces(goal.text):
        yield Problem(
            where=where,
            what=said(
                "files.goal_text.what", {"what": ", ".join(missing) or said("files.goal_text.a_brace")}
            ),
            why=said("files.goal_text.why"),
            todo=said("files.goal_text.todo", {"known": ", ".join(PLACEHOLDERS)}),
        )


def _check_goal_numbers(goal: Goal, where: str, length_weeks: int) -> Iterator[Problem]:
    if goal.at_least is not None and goal.of is not None and not 0 < goal.at_least <= goal.of:
        yield Problem(
            where=f"{where}.at_least",
            what=said("files.goal_share.what", {"at_least": goal.at_least, "of": goal.of}),
            why=said("files.goal_share.why"),
            todo=said("files.goal_share.todo"),
        )
    if goal.by_week is not None and not 1 <= goal.by_week <= length_weeks:
        yield Problem(
            where=f"{where}.by_week",
            what=said("files.goal_week.what", {"week": goal.by_week}),
            why=said("files.goal_week.why"),
            todo=said("files.goal_week.todo", {"most": length_weeks}),
        )


def _check_facilitator(campaign: Campaign) -> Iterator[Problem]:
    if campaign.needs_facilitator:
        return
    reasons: list[tuple[bool, str | Said]] = [
        (campaign.private_rollup, "`private_rollup`"),
        (campaign.hard_gates, "`hard_gates`"),
        (campaign.first_moves is not None, "`first_moves`"),
        (any(week.facilitator for week in campaign.weeks), said("files.facilitator.a_week")),
        (any(week.gate_override for week in campaign.weeks), "`gate_override`"),
    ]
    named = [reason for holds, reason in reasons if holds]
    if named:
        yield Problem(
            where="needs_facilitator",
            what=said("files.facilitator.what", {"reasons": reduce(_listed, named)}),
            why=said("files.facilitator.why"),
            todo=said("files.facilitator.todo"),
        )


def _listed(before: str | Said, reason: str | Said) -> Said:
    return said("files.facilitator.listed", {"before": before, "reason": reason})


def _check_texts(campaign: Campaign, rules: Rules) -> Iterator[Problem]:
    for where, text in _texts(campaign):
        yield from check_words(text, where, rules.rollup.banned_everywhere)
        if not where.startswith("goals["):
            yield from check_placeholders(text, where, rules.content)


def _texts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    yield from (("name", campaign.name), ("purpose", campaign.purpose), ("who", campaign.who))
    yield from (
        ("first_moves", campaign.first_moves or ""),
        ("pulse_in_words", campaign.pulse_in_words or ""),
    )
    for index, goal in enumerate(campaign.goals):
        yield f"goals[{index}].text", goal.text
    for where, week in _weeks(campaign):
        yield f"{where}.theme", week.theme
        yield f"{where}.partner_step", week.partner_step or ""
        yield f"{where}.facilitator", week.facilitator or ""


def _advise(campaign: Campaign, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    offered = {action_id for week in campaign.weeks for action_id in week.offer}
    permits = any(
        action.category == "permission" for action in catalogue.actions.values() if action.id in offered
    )
    if campaign.length_weeks > rules.content.permission_needed_over_weeks and not permits:
        yield Problem(
            where="weeks",
            what=said("files.no_permission_step.what", {"weeks": campaign.length_weeks}),
            why=said("files.no_permission_step.why"),
            todo=said("files.no_permission_step.todo"),
            severity="advice",
        )
    telling = 0
    for where, week in _weeks(campaign):
        telling = 0 if _asks(week, catalogue) else telling + bool(week.offer)
        if telling == rules.content.asking_gap_weeks:
            yield Problem(
                where=f"{where}.offer",
                what=said("files.only_telling.what", {"weeks": telling}),
                why=said("files.only_telling.why"),
                todo=said("files.only_telling.todo"),
                severity="advice",
            )
            telling = 0


def _asks(week: Week, catalogue: Catalogue) -> bool:
    actions = (catalogue.find(action_id) for action_id in week.offer)
    return week.pulse is not None or any(action is not None and action.asks for action in actions)
