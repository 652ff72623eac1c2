"""Themes: different known people, and only what enough of them named."""

from datetime import UTC, date, datetime

from bot.wiring import load_playbook
from nudges.model.events import Event, EventKind
from nudges.model.thing_heard import HeardKind, ThingHeard
from nudges.rules.listening.themes import for_board, next_published, themes

RULES = load_playbook().rules


def reason(leader: str | None, theme: str, kind: EventKind = EventKind.REASON_GIVEN) -> Event:
    at = datetime(2027, 1, 4, tzinfo=UTC)
    return Event(partnership_id="p", at=at, kind=kind, leader_id=leader, data={"reason": theme})


def thing(author: str | None, theme: str | None) -> ThingHeard:
    day = date(2027, 1, 4)
    return ThingHeard(
        id=f"{author}{theme}",
        partnership_id="p",
        kind=HeardKind.CONCERN,
        text="x",
        said_on=day,
        reply_by=day,
        author_id=author,
        theme=theme,
    )


def test_one_person_counts_once_for_a_theme_however_often_they_name_it() -> None:
    result = themes(
        [reason("a", "time"), reason("a", "time")], [thing("a", "time"), thing("b", "time")], RULES
    )
    assert result["time"] == 2
    assert result["people"] == 0


def test_who_is_not_known_is_not_counted() -> None:
    events = [reason(None, "time"), reason("a", "weather"), reason("a", "time", EventKind.DONE)]
    assert set(themes(events, [thing(None, "time"), thing("b", None)], RULES).values()) == {0}


def test_the_board_hears_a_theme_when_five_people_named_it() -> None:
    assert for_board({"time": 4, "people": 5, "permission": 9}, RULES) == ["permission", "people"]
    assert for_board({}, RULES) == []


def test_what_is_published_moves_by_five_people_or_not_at_all() -> None:
    earlier: list[dict[str, int]] = []
    told = []
    for n in (1, 4, 5, 4, 6, 9, 10, 7, 0, 3):
        earlier.append(next_published({"time": n, "people": 2}, earlier, RULES))
        told.append(earlier[-1].get("time", 0))
    assert told == [0, 0, 5, 5, 5, 5, 10, 10, 0, 0]
    assert all("people" not in one for one in earlier)


def test_what_nobody_names_any_more_is_not_forgotten_at_once() -> None:
    assert next_published({}, [{"time": 6}], RULES) == {}
    assert next_published({"people": 5}, [{"time": 6}, {"time": 6}], RULES) == {"people": 5}
    assert next_published({"time": 2}, [{"time": 6}], RULES) == {"time": 6}
