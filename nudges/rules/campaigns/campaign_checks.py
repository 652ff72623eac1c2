"""Checks on one campaign: its calendar, its gates, its pulse and its words."""

from collections.abc import Iterator

from nudges.model.catalogue import Campaign, Catalogue, Week
from nudges.model.placeholders import has_stray_braces, placeholders_in
from nudges.model.ruleset import Rules
from nudges.rules.campaigns.content_checks import Problem, check_placeholders, check_words
from nudges.rules.pulse.goal_sums import PLACEHOLDERS
from nudges.said import said


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


def _check_calendar(campaign: Campaign) -> Iterator[Problem]:
    numbers = [week.number for week in campaign.weeks]
    if numbers != list(range(1, campaign.length_weeks + 1)):
        yield Problem(
            where="weeks",
            what=said(
                "files.weeks_numbered.what",
                {"numbers": ", ".join(map(str, numbers)) or said("files.weeks_numbered.none")},
            ),
            why=said("files.weeks_numbered.why", {"most": campaign.length_weeks}),
            todo=said("files.weeks_numbered.todo"),
        )
    if not any(week.offer for week in campaign.weeks):
        yield Problem(
            where="weeks",
            what="no week offers a step",
            why="a campaign is a list of steps",
            todo="add an `offer` to at least one week",
        )
    for index, theme in enumerate(campaign.programme_themes):
        gone = sorted(set(theme.weeks) - set(numbers))
        if gone or not theme.weeks:
            yield Problem(
                where=f"programme_themes[{index}].weeks",
                what=f"there is no week {', '.join(map(str, gone))}" if gone else "the theme has no week",
                why="each theme of the programme is carried by a week",
                todo="name weeks of this campaign",
            )


def _check_coffee(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    rounds = [week.coffee_round for week in campaign.weeks if week.coffee_round is not None]
    if rounds != list(range(1, campaign.coffee_rounds + 1)):
        yield Problem(
            where="coffee_rounds",
            what=f"`coffee_rounds` says {campaign.coffee_rounds}, the weeks hold {rounds or 'none'}",
            why="rounds are numbered 1, 2, 3 as they come",
            todo="number the rounds in order and count them",
        )
    for index, week in enumerate(campaign.weeks):
        if week.coffee_round is None:
            continue
        actions = [catalogue.find(action_id) for action_id in week.offer]
        if not actions or (actions[0] is not None and not actions[0].needs_peer):
            yield Problem(
                where=f"weeks[{index}].coffee_round",
                what=f"week {week.number} forms pairs, but its first offer is not for a pair",
                why="a coffee round brings two people together",
                todo="put an action with `with: cross_org_pair` first, or take the round out",
            )
        elif all(action is None or action.needs_peer for action in actions):
            yield Problem(
                where=f"weeks[{index}].offer",
                what=f"every offer of week {week.number} needs a pair",
                why="a person with no possible partner has nothing to swap to",
                todo="add an action that one person can do",
                severity="advice",
            )


def _check_offers(campaign: Campaign, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    most = 1 + rules.choice.swaps_max
    for index, week in enumerate(campaign.weeks):
        for place, action_id in enumerate(week.offer):
            where = f"weeks[{index}].offer[{place}]"
            if catalogue.find(action_id) is None:
                yield Problem(
                    where=where,
                    what=f"`{action_id}` is not in the catalogue",
                    why="a week offers actions by their id",
                    todo="correct the id; `milepost campaign preview` shows the whole list",
                )
            if action_id in week.offer[:place]:
                yield Problem(
                    where=where,
                    what=f"`{action_id}` stands twice in week {week.number}",
                    why="a swap to the same step is no choice",
                    todo="take one out",
                )
        if len(week.offer) > most:
            yield Problem(
                where=f"weeks[{index}].offer",
                what=f"week {week.number} offers {len(week.offer)} actions",
                why=f"one step and {rules.choice.swaps_max} swaps are enough to choose from",
                todo=f"keep {most}",
            )
        if week.offer and (week.rest or week.pulse):
            yield Problem(
                where=f"weeks[{index}].offer",
                what=f"week {week.number} offers a step in a {'rest' if week.rest else 'pulse'} week",
                why="a rest week sends nothing new, and a pulse takes the place of the step",
                todo="empty the offer, or take `rest` or `pulse` out",
            )


def _check_gates(campaign: Campaign, rules: Rules) -> Iterator[Problem]:
    opened: set[int] = set()
    for index, week in enumerate(campaign.weeks):
        where = f"weeks[{index}].gate"
        if week.gate_override is not None and week.gate is None:
            yield Problem(
                where=f"weeks[{index}].gate_override",
                what=f"week {week.number} says who opens a gate, but has no gate",
                why="the two belong together",
                todo="add `gate`, or take `gate_override` out",
            )
        if week.gate is None:
            continue
        if not 2 <= week.gate <= rules.content.rung_max or week.gate in opened:
            yield Problem(
                where=where,
                what=f"a gate to rung {week.gate} cannot stand here",
                why=f"rungs 2 to {rules.content.rung_max} open once each",
                todo="correct the number or take the gate out",
            )
        elif week.gate > 2 and week.gate - 1 not in opened:
            yield Problem(
                where=where,
                what=f"rung {week.gate} opens before rung {week.gate - 1}",
                why="trust grows one rung at a time",
                todo=f"put the gate to rung {week.gate - 1} in an earlier week",
            )
        if campaign.hard_gates and week.gate_override != "facilitator_confirms":
            yield Problem(
                where=where,
                what=f"nobody opens the gate of week {week.number}",
                why="with `hard_gates` only the facilitator opens a rung",
                todo="add `gate_override: facilitator_confirms`",
            )
        opened.add(week.gate)


def _check_rungs(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    opened = {1}
    for index, week in enumerate(campaign.weeks):
        opened |= {week.gate} if week.gate is not None else set()
        for place, action_id in enumerate(week.offer):
            action = catalogue.find(action_id)
            if action is not None and action.rung not in opened:
                yield Problem(
                    where=f"weeks[{index}].offer[{place}]",
                    what=f"`{action_id}` is on rung {action.rung}, which is not open in week {week.number}",
                    why="open and brave steps wait until the group is ready",
                    todo=f"offer it after a `gate: {action.rung}`, or choose a step on rung {max(opened)}",
                )


def _check_pulse(campaign: Campaign, rules: Rules) -> Iterator[Problem]:
    for index, item_id in enumerate(campaign.pulse_items):
        if rules.pulse.item(item_id) is None or item_id in campaign.pulse_items[:index]:
            known = ", ".join(item.id for item in rules.pulse.items)
            yield Problem(
                where=f"pulse_items[{index}]",
                what=f"`{item_id}` is not an item of the pulse, or stands twice",
                why="the wording of each item is fixed",
                todo=f"use each once, out of: {known}",
            )
    pulses = [week.pulse for week in campaign.weeks if week.pulse is not None]
    if pulses != [moment for moment in ("start", "mid", "end") if moment in pulses]:
        yield Problem(
            where="weeks",
            what=f"the pulses come as {', '.join(pulses)}",
            why="a change is read from start to mid to end, once each",
            todo="put them in that order",
        )
    if bool(pulses) != bool(campaign.pulse_items):
        yield Problem(
            where="pulse_items",
            what="the pulse weeks and the pulse items do not go together",
            why="a pulse asks its items, and items need a week to be asked in",
            todo="give both or neither",
        )
    for index, goal in enumerate(campaign.goals):
        if (goal.type == "pulse_change") != (goal.item is not None) or (
            goal.item is not None and goal.item not in campaign.pulse_items
        ):
            yield Problem(
                where=f"goals[{index}].item",
                what="the goal and the pulse item do not go together",
                why="a goal of the type `pulse_change` follows one item of this campaign",
                todo="name one of `pulse_items`, or take `item` out",
            )


def _check_goals(campaign: Campaign) -> Iterator[Problem]:
    for index, goal in enumerate(campaign.goals):
        where = f"goals[{index}]"
        missing = [
            name
            for name in dict.fromkeys(placeholders_in(goal.text))
            if name not in PLACEHOLDERS or getattr(goal, name) is None
        ]
        if missing or has_stray_braces(goal.text):
            yield Problem(
                where=f"{where}.text",
                what=f"{', '.join(f'`{{{name}}}`' for name in missing) or 'a brace'} cannot be filled",
                why="the numbers of a goal stand in its own fields, once",
                todo=f"give the number, or use only: {', '.join(PLACEHOLDERS)}",
            )
        if goal.at_least is not None and goal.of is not None and not 0 < goal.at_least <= goal.of:
            yield Problem(
                where=f"{where}.at_least",
                what=f"{goal.at_least} of {goal.of} cannot be reached, or is reached by nobody",
                why="a goal is a part of the whole",
                todo="give a number from 1 to `of`",
            )
        if goal.by_week is not None and not 1 <= goal.by_week <= campaign.length_weeks:
            yield Problem(
                where=f"{where}.by_week",
                what=f"the campaign has no week {goal.by_week}",
                why="a goal is looked at last in its week",
                todo=f"give a week from 1 to {campaign.length_weeks}",
            )


def _check_facilitator(campaign: Campaign) -> Iterator[Problem]:
    if campaign.needs_facilitator:
        return
    reasons = {
        "`private_rollup`": campaign.private_rollup,
        "`hard_gates`": campaign.hard_gates,
        "`first_moves`": campaign.first_moves is not None,
        "a week with `facilitator`": any(week.facilitator for week in campaign.weeks),
        "`gate_override`": any(week.gate_override for week in campaign.weeks),
    }
    result = [name for name, holds in reasons.items() if holds]
    if result:
        yield Problem(
            where="needs_facilitator",
            what=f"the campaign has {', '.join(result)} but no facilitator",
            why="repairing a relationship without a skilled person in the middle can do harm",
            todo="set `needs_facilitator: true`",
        )


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
    for index, week in enumerate(campaign.weeks):
        yield f"weeks[{index}].theme", week.theme
        yield f"weeks[{index}].partner_step", week.partner_step or ""
        yield f"weeks[{index}].facilitator", week.facilitator or ""


def _advise(campaign: Campaign, catalogue: Catalogue, rules: Rules) -> Iterator[Problem]:
    content = rules.content
    offered = {action_id for week in campaign.weeks for action_id in week.offer}
    permits = any(
        action.category == "permission" for action in catalogue.actions.values() if action.id in offered
    )
    if campaign.length_weeks > content.permission_needed_over_weeks and not permits:
        yield Problem(
            where="weeks",
            what=f"{campaign.length_weeks} weeks pass without an action about permission",
            why="promises at the top count for little until people lower down may act",
            todo="offer one of the permission actions",
            severity="advice",
        )
    telling = 0
    for index, week in enumerate(campaign.weeks):
        telling = 0 if _asks(week, catalogue) else telling + bool(week.offer)
        if telling == content.asking_gap_weeks:
            yield Problem(
                where=f"weeks[{index}].offer",
                what=f"{telling} weeks in a row offer nothing that asks or listens",
                why="people are heard before they are told",
                todo="offer an action that asks or listens",
                severity="advice",
            )
            telling = 0


def _asks(week: Week, catalogue: Catalogue) -> bool:
    generator = (catalogue.find(action_id) for action_id in week.offer)
    return week.pulse is not None or any(action is not None and action.asks for action in generator)
