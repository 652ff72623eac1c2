"""What Slack refuses in blocks and views, written from its documentation and not from our layout."""

import json
import re
from typing import Any

# https://docs.slack.dev/reference/block-kit/blocks
# https://docs.slack.dev/reference/block-kit/composition-objects and .../block-elements
VIEW_BYTES = 250_000
CELLS = 10_000
PLAIN = ("plain_text",)


def problem_of_blocks(blocks: Any, *, most: int = 50, is_view: bool = False) -> str | None:
    """What is wrong with the blocks, or None."""
    if not isinstance(blocks, list) or len(blocks) > most:
        return f"more than {most} blocks"
    seen: set[str] = set()
    for block in blocks:
        wrong = _problem_of_block(block, is_view=is_view) or _repeated(block, seen)
        if wrong:
            return f"{block.get('type')}: {wrong}"
    cells = sum(len(cell["text"]) for block in blocks for row in block.get("rows", []) for cell in row)
    return f"{cells} characters in the tables of one message" if cells > CELLS else None


def problem_of_view(view: Any) -> str | None:
    """What is wrong with a modal or a home page, or None."""
    kind = view.get("type")
    if kind not in ("modal", "home") or not isinstance(view.get("blocks"), list):
        return "neither a modal nor a home page with blocks"
    if kind == "home" and ({"title", "submit", "close"} & set(view)):
        return "a home page has neither a title nor buttons of its own"
    if kind == "modal" and ("title" not in view or not view["blocks"]):
        return "a modal needs a title and blocks"
    if any(block.get("type") == "input" for block in view["blocks"]) and "submit" not in view:
        return "questions need a submit"
    for part in ("title", "submit", "close"):
        if part in view and (wrong := _problem_of_text(view[part], 24, kinds=PLAIN)):
            return f"{part}: {wrong}"
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        return "metadata too long"
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        return "view_too_large"
    return problem_of_blocks(view["blocks"], most=100, is_view=True)


def _problem_of_block(block: dict[str, Any], *, is_view: bool) -> str | None:
    if not 1 <= len(block.get("block_id", "x")) <= 255:
        return "block_id"
    match block.get("type"):
        case "section":
            return _problem_of_text(block.get("text"), 3000)
        case "header":
            return _problem_of_text(block.get("text"), 150, kinds=PLAIN)
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
        case "data_table" if not is_view:
            return _problem_of_table(block)
        case "divider":
            return None
        case _:
            return "unknown type"


def _problem_of_button(element: dict[str, Any]) -> str | None:
    if element.get("type") != "button" or element.get("style", "primary") not in ("primary", "danger"):
        return "not a button"
    if len(element.get("value", "")) > 2000 or not 1 <= len(element.get("action_id", "x")) <= 255:
        return "value or action_id too long"
    return _problem_of_text(element.get("text"), 75, kinds=PLAIN)


def _problem_of_table(block: dict[str, Any]) -> str | None:
    """https://docs.slack.dev/reference/block-kit/blocks/data-table-block"""
    rows = block.get("rows", [])
    if not block.get("caption"):
        return "a caption"
    if not 2 <= len(rows) <= 101 or not 1 <= len(rows[0]) <= 20:
        return "2 to 101 rows of 1 to 20 cells"
    if any(len(row) != len(rows[0]) for row in rows):
        return "rows of different lengths"
    if not 1 <= block.get("page_size", 5) <= 100:
        return "page_size"
    if any(cell.get("type") != "raw_text" or not cell.get("text") for row in rows for cell in row):
        return "cells of raw_text that is not empty"
    if sum(len(cell["text"]) for row in rows for cell in row) > CELLS:
        return f"more than {CELLS} characters"
    return None


def _problem_of_input(block: dict[str, Any]) -> str | None:
    if wrong := _problem_of_text(block.get("label"), 2000, kinds=PLAIN):
        return wrong
    if "hint" in block and (wrong := _problem_of_text(block["hint"], 2000, kinds=PLAIN)):
        return wrong
    element = block.get("element", {})
    if not 1 <= len(element.get("action_id", "x")) <= 255:
        return "action_id"
    placeholder = element.get("placeholder")
    if placeholder is not None and (wrong := _problem_of_text(placeholder, 150, kinds=PLAIN)):
        return f"placeholder: {wrong}"
    return _problem_of_element(element)


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
        case "radio_buttons" | "checkboxes":
            return _problem_of_options(element, most=10)
        case "static_select" | "multi_static_select":
            return _problem_of_options(element, most=100)
        case _:
            return "unknown element"
    return None


def _problem_of_options(element: dict[str, Any], *, most: int) -> str | None:
    if ("options" in element) == ("option_groups" in element):
        return "either options or groups of them"
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    if not 1 <= len(groups) <= 100 or (most == 10 and "option_groups" in element):
        return "1 to 100 groups, in menus only"
    if any(not 1 <= len(group["options"]) <= most for group in groups):
        return f"1 to {most} options"
    options = [option for group in groups for option in group["options"]]
    if len({option["value"] for option in options}) != len(options):
        return "an option is there twice"
    if any(not 1 <= len(option["value"]) <= 150 for option in options):
        return "option value"
    initial = element.get("initial_options", [element.get("initial_option", options[0])])
    if not initial or any(option not in options for option in initial):
        return "what is chosen first is none of the options"
    said = [option[part] for option in options for part in ("text", "description") if part in option]
    said += [group["label"] for group in groups if "label" in group]
    return next(filter(None, (_problem_of_text(each, 75, kinds=PLAIN) for each in said)), None)


def _problem_of_text(
    result: Any, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
) -> str | None:
    if not isinstance(result, dict) or result.get("type") not in kinds:
        return f"a text object of {' or '.join(kinds)} is expected"
    if not 1 <= len(result.get("text", "")) <= longest:
        return f"text of 1 to {longest} characters is expected, not {len(result.get('text', ''))}"
    return None


def _repeated(block: dict[str, Any], seen: set[str]) -> str | None:
    ids = [f"block {block['block_id']}"] if "block_id" in block else []
    ids += [f"action {each['action_id']}" for each in block.get("elements", []) if "action_id" in each]
    for each in ids:
        if each in seen:
            return f"{each} is there twice"
        seen.add(each)
    return None
