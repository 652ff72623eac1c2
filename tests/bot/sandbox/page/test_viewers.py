"""Who looks at which conversation in the sandbox."""

import pytest

from bot.sandbox.page.viewers import viewer_of


@pytest.mark.parametrize(
    ("room", "who", "place"),
    [
        ("ama@x.example", "ama@x.example", "ama@x.example"),
        ("#partnership", "#partnership", "#partnership"),
        ("ama@x.example>ama@x.example,ben@x.example", "ama@x.example", "ama@x.example,ben@x.example"),
        # A group that somebody is not in is not shown to them.
        ("cleo@x.example>ama@x.example,ben@x.example", "cleo@x.example", "cleo@x.example"),
    ],
)
def test_a_room_says_who_looks_and_at_what(room: str, who: str, place: str) -> None:
    viewer = viewer_of(room)
    assert (viewer.who, viewer.place) == (who, place)
