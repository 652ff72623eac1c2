"""Every post in a channel asks for room in one place."""

from __future__ import annotations

import ast

from tests.source import ROOT, nodes, python_files

COUNTED = {"ROLLUP", "CHANNEL_POST"}


def test_no_other_module_posts_in_a_channel_what_counts() -> None:
    """Edits and answers in a thread are no posts of their own, and the board is not counted."""
    wrong = []
    for path in python_files("nudges"):
        if path.name == "channel_posts.py":
            continue
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            purposes = {each.attr for each in node.args if isinstance(each, ast.Attribute)}
            is_part = {"edits", "thread_of"} & {each.arg for each in node.keywords}
            if node.func.attr == "post" and purposes & COUNTED and not is_part:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "use post_in_channel of nudges/unit_of_work/channel_posts.py"
