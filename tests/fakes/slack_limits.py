"""What Slack refuses in blocks and views, written from its documentation and not from our layout."""

import re
from typing import Any

# https://docs.slack.dev/reference/block-kit/blocks
TEXTS = {"section": 3000, "header": 150, "context": 3000}


def problem_of_blocks(blocks: Any, *, most: int = 50) -> str | None:
    """What is wrong with the blocks, or None."""
    if not isinstance(blocks, list) or len(blocks) > most:
        return f"more than {most} blocks"
    seen: set[str] = set()
    for block in blocks:
        wrong = _problem_of_block(block) or _repeated(block, seen)
        if wrong:
            return f"{block.get('type')}: {wrong}"
    return None


def problem_of_view(view: Any) -> str | None:
    """What is wrong with a modal, or None."""
    if view.get("type") != "modal" or not view.get("blocks"):
        return "not a modal with blocks"
    for part in ("title", "submit"):
        if wrong := _problem_of_text(view[part], 24, kinds=("plain_text",)):
            return f"{part}: {wrong}"
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        return "metadata too long"
    return problem_of_blocks(view["blocks"], most=100)


def _problem_of_block(block: dict[str, Any]) -> str | None:
    match block.get("type"):
        case "section":
            return _problem_of_text(block.get("text"), 3000)
        case "header":
            return _problem_of_text(block.get("text"), 150, kinds=("plain_text",))
        case "context":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= 10:
                return "1 to 10 elements"
            return next(filter(None, (_problem_of_text(each, 3000) for each in elements)), None)
        case "actions":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= 25:
                return "1 to 25 elements"
            return next(filter(None, map(_problem_of_button, elements)), None)
        case "input":
            return _problem_of_input(block)
        case "divider":
            return None
        case _:
            return "unknown type"


def _problem_of_button(element: dict[str, Any]) -> str | None:
    if element.get("type") != "button" or element.get("style", "primary") not in ("primary", "danger"):
        return "not a button"
    if len(element.get("value", "")) > 2000 or not 1 <= len(element.get("action_id", "x")) <= 255:
        return "value or action_id too long"
    return _problem_of_text(element.get("text"), 75, kinds=("plain_text",))


def _problem_of_input(block: dict[str, Any]) -> str | None:
    if wrong := _problem_of_text(block.get("label"), 2000, kinds=("plain_text",)):
        return wrong
    if "hint" in block and (wrong := _problem_of_text(block["hint"], 2000, kinds=("plain_text",))):
        return wrong
    return _problem_of_element(block.get("element", {}))


def _problem_of_element(element: dict[str, Any]) -> str | None:
    match element.get("type"):
        case "plain_text_input":
            longest = element.get("max_length", 3000)
            if not 1 <= longest <= 3000 or len(element.get("initial_value", "")) > longest:
                return "max_length"
        case "datepicker":
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2027-01-01")):
                return "initial_date"
        case "timepicker":
            if not re.fullmatch(r"\d\d:\d\d", element.get("initial_time", "09:00")):
                return "initial_time"
        case "radio_buttons" | "static_select" as kind:
            return _problem_of_options(element, most=10 if kind == "radio_buttons" else 100)
        case _:
            return "unknown element"
    return None


def _problem_of_options(element: dict[str, Any], *, most: int) -> str | None:
    options = element.get("options", [])
    values = [option["value"] for option in options]
    if not 1 <= len(options) <= most or len(set(values)) != len(values):
        return f"1 to {most} different options"
    if any(not 1 <= len(value) <= 150 for value in values):
        return "option value"
    if element.get("initial_option", options[0]) not in options:
        return "initial_option is none of the options"
    said = [option[part] for option in options for part in ("text", "description") if part in option]
    wrong = (_problem_of_text(each, 75, kinds=("plain_text",)) for each in said)
    return next(filter(None, wrong), None)


def _problem_of_text(
    found: Any, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
) -> str | None:
    if not isinstance(found, dict) or found.get("type") not in kinds:
        return f"a text object of {' or '.join(kinds)} is expected"
    if not 1 <= len(found.get("text", "")) <= longest:
        return f"text of 1 to {longest} characters is expected, not {len(found.get('text', ''))}"
    return None


def _repeated(block: dict[str, Any], seen: set[str]) -> str | None:
    ids = [f"block {block['block_id']}"] if "block_id" in block else []
    ids += [f"action {each['action_id']}" for each in block.get("elements", []) if "action_id" in each]
    for each in ids:
        if each in seen:
            return f"{each} is there twice"
        seen.add(each)
    return None
