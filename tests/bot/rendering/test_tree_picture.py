"""The problem tree's picture: complete, safe, and readable without eyes."""

import xml.etree.ElementTree as ET
from itertools import pairwise

from bot.rendering.tree_picture import tree_picture, with_picture

SVG = "{http://www.w3.org/2000/svg}"
LINES = [
    {"text": "We hear of changes too late", "depth": 0},
    {"text": 'Nobody <b>tells</b> "us" & them', "depth": 1},
    {"text": "word " * 60, "depth": 2},
    {"text": "x" * 280, "depth": 30},
]


def drawn() -> ET.Element:
    return ET.fromstring(tree_picture(LINES, title="Repairing"))


def test_the_picture_says_in_words_what_it_shows() -> None:
    root = drawn()
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "t d"
    assert root.findtext(f"{SVG}title") == "Problem tree. Repairing"
    told = root.findtext(f"{SVG}desc") or ""
    assert all(str(line["text"]).strip() in told for line in LINES)


def test_what_people_wrote_is_words_and_never_markup() -> None:
    assert {one.tag for one in drawn().iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text", "tspan", "path")
    }


def test_every_leaf_is_inside_the_picture_and_below_the_last() -> None:
    root = drawn()
    boxes = root.findall(f"{SVG}rect")[1:]
    places = [tuple(float(box.get(name, "0")) for name in ("x", "y", "width", "height")) for box in boxes]
    assert len(places) == len(LINES)
    for x, y, width, height in places:
        assert x >= 0
        assert x + width <= float(root.get("width", "0"))
        assert y + height <= float(root.get("height", "0"))
    assert all(one[1] + one[3] < other[1] for one, other in pairwise(places))


def test_the_picture_is_attached_only_where_there_is_a_tree() -> None:
    assert with_picture({"lines": []}) == {"lines": []}
    assert with_picture({"tree": []}) == {"tree": []}
    (attached,) = with_picture({"tree": LINES, "group": "Repairing"})["attachments"]
    assert (attached["name"], attached["media_type"]) == ("problem-tree.svg", "image/svg+xml")
