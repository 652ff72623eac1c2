"""The problem tree as a picture: an SVG that can be read aloud as well."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

MEDIA_TYPE = "image/svg+xml"
WIDTH = 900
MARGIN, STEP_IN, DEPTH_MAX = 24, 44, 8
LINE, GAP, PAD = 22, 14, 12
LETTER = 8.6  # about how wide a letter of 16 pixels is
TEXT, EDGE, FILL, TRUNK = "#212b32", "#005eb8", "#f0f4f5", "#4c6272"


def with_picture(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts, with the tree's picture attached where they hold a `tree` with leaves."""
    if not facts.get("tree"):
        return facts
    picture = tree_picture(facts["tree"], title=str(facts.get("group", "")))
    attached = [
        *facts.get("attachments", ()),
        {"name": "problem-tree.svg", "media_type": MEDIA_TYPE, "content": picture},
    ]
    return {**facts, "attachments": attached}


def tree_picture(lines: Sequence[Mapping[str, Any]], *, title: str) -> str:
    """An SVG of the outline `lines` ({"text", "depth"} from the trunk outwards).

    Its title and description say the same in words. What people wrote is escaped.
    """
    boxes, top = [], MARGIN + LINE + GAP
    for line in lines:
        box = _Box(text=str(line["text"]), depth=min(int(line["depth"]), DEPTH_MAX), top=top)
        boxes.append(box)
        top = box.bottom + GAP
    height = top + MARGIN
    named = f"Problem tree. {title}".strip()
    described = " ".join(f"Level {int(line['depth']) + 1}: {line['text']}." for line in lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        f'<title id="t">{_safe(named)}</title>',
        f'<desc id="d">{_safe(described)}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="{MARGIN + 14}" font-family="Arial, sans-serif" font-size="18" '
        f'font-weight="bold" fill="{TEXT}">{_safe(named)}</text>',
        *(_branch(boxes, index) for index in range(len(boxes))),
        *(box.drawn() for box in boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Box:
    """One leaf: where it stands, and its words in lines that fit."""

    def __init__(self, *, text: str, depth: int, top: int) -> None:
        self.depth, self.top = depth, top
        self.left = MARGIN + STEP_IN // 2 + depth * STEP_IN
        self.width = WIDTH - MARGIN - self.left
        fits = int((self.width - 2 * PAD) / LETTER)
        self.lines = textwrap.wrap(text, width=fits, break_long_words=True) or [""]
        self.bottom = top + 2 * PAD + LINE * len(self.lines)

    def drawn(self) -> str:
        """The box with its words."""
        words = "".join(
            f'<tspan x="{self.left + PAD}" y="{self.top + PAD + 16 + LINE * number}">{_safe(line)}</tspan>'
            for number, line in enumerate(self.lines)
        )
        return (
            f'<rect x="{self.left}" y="{self.top}" width="{self.width}" height="{self.bottom - self.top}" '
            f'rx="6" fill="{FILL}" stroke="{EDGE}"/>'
            f'<text font-family="Arial, sans-serif" font-size="16" fill="{TEXT}">{words}</text>'
        )


def _branch(boxes: Sequence[_Box], index: int) -> str:
    """The line from a leaf to the one that it hangs on, or to the trunk at the left edge."""
    box = boxes[index]
    middle = (box.top + box.bottom) // 2
    above = next((one for one in reversed(boxes[:index]) if one.depth < box.depth), None)
    x = box.left - STEP_IN // 2
    start = above.bottom if above is not None and box.depth else MARGIN + LINE
    return f'<path d="M{x} {start} V{middle} H{box.left}" fill="none" stroke="{TRUNK}" stroke-width="2"/>'


def _safe(text: str) -> str:
    return escape(text, {'"': "&quot;"})
