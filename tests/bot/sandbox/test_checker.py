"""The second opinion on a headless run: a clean run passes, and each planted fault is seen."""

import ast
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.sandbox.checker import violations
from tests.source import ROOT, nodes

Run = dict[str, Any]

TITLES = {"SHARE-07": "Say one thing you could lend", "REL-01": "Have a coffee", "ROLE-01": "Add a line"}
NATIONS = {"trust": "england", "council": "england", "hospice": "wales", "board": "scotland"}
LEADERS = [f"{organisation}-{n}" for organisation in NATIONS for n in (1, 2, 3)]


def sent(at: str, to: str, kind: str, action: str | None = None, text: str = "") -> dict[str, Any]:
    words = text or f"{kind} {action or ''} {TITLES.get(action or '', '')}. From {at}."
    return {"at": f"{at}+00:00", "to": to, "kind": kind, "action": action, "text": words}


def replied(at: str, leader: str, kind: str, action: str | None = None) -> dict[str, Any]:
    return {"at": f"{at}+00:00", "leader": leader, "kind": kind, "action": action}


def rollup(week: int, at: str, *lines: str) -> dict[str, Any]:
    texts = lines or ("Riverside Partnership: small steps", "9 personal steps done this week.")
    ids = ["title", *(["done"] * (len(texts) - 1))]
    return {
        "week": week,
        "at": f"{at}+00:00",
        "lines": [{"id": line, "text": text} for line, text in zip(ids, texts, strict=True)],
    }


def leader(name: str) -> dict[str, Any]:
    organisation = name.rpartition("-")[0]
    first_day = "05" if NATIONS[organisation] == "scotland" else "04"
    return {
        "id": name,
        "organisation": organisation,
        "zone": "Europe/London",
        "nation": NATIONS[organisation],
        "working_days": [1, 2, 3, 4, 5],
        "leave": [],
        "opted_in_at": f"2027-01-{first_day}T10:05:00+00:00",
        "stopped_at": None,
        "exclusions": [],
    }


def story(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A welcome, a first step, a reminder, a coffee, and what this leader did."""
    day = "05" if name.startswith("board") else "04"  # 4 January is a holiday in Scotland
    messages = [
        sent(f"2027-01-{day}T10:00:00", name, "welcome"),
        sent(f"2027-01-{day}T10:05:00", name, "answer", "SHARE-07"),
        sent("2027-01-12T08:45:00", name, "nudge", "REL-01"),
        sent("2027-01-14T10:00:00", name, "reminder", "REL-01", "Still want this one: Have a coffee?"),
        sent("2027-01-26T08:45:00", name, "nudge", "ROLE-01"),
        sent("2027-01-27T14:01:00", name, "did_it_happen", "ROLE-01"),
    ]
    replies = [
        replied(f"2027-01-{day}T10:05:00", name, "yes"),
        replied("2027-01-15T09:00:00", name, "done", "REL-01"),
        replied("2027-01-26T09:00:00", name, "plan", "ROLE-01"),
    ]
    return messages, replies


def clean_run() -> Run:
    """Four weeks of twelve leaders in four organisations, with a rest week and a partner step."""
    stories = [story(name) for name in LEADERS]
    posts = [sent(f"2027-01-{day}T11:00:00", "channel:partnership", "rollup") for day in ("08", "15", "22")]
    messages = [each for messages, _ in stories for each in messages] + posts
    return {
        "campaign": "starter",
        "weeks": 4,
        "seed": 1,
        "start_on": "2027-01-04",
        "calendar": [
            {"week": 1, "from": "2027-01-04", "kind": "offer", "gate": None},
            {"week": 2, "from": "2027-01-11", "kind": "offer", "gate": None},
            {"week": 3, "from": "2027-01-18", "kind": "rest", "gate": None},
            {"week": 4, "from": "2027-01-25", "kind": "offer", "gate": 2},
        ],
        "organisations": [
            {"id": name, "name": name.title(), "nation": nation, "permission_at": "2027-01-03T12:00:00+00:00"}
            for name, nation in NATIONS.items()
        ],
        "leaders": [leader(name) for name in LEADERS],
        "messages": sorted(messages, key=lambda each: str(each["at"])),
        "replies": sorted((each for _, replies in stories for each in replies), key=lambda r: str(r["at"])),
        "pairs": [
            pair("2027-01-12T08:45:00", "trust-1", "council-1"),
            pair("2027-01-12T08:45:00", "trust-2", "hospice-1", "board-1"),
        ],
        "partner_steps": [
            {
                "id": "step",
                "organisation": "council",
                "text": "Cut late visits by 20%",
                "owner": "Home care team",
                "due_on": "2027-01-15",
                "history": [
                    {"at": "2027-01-05T09:00:00+00:00", "status": "planned"},
                    {"at": "2027-01-18T08:30:00+00:00", "status": "support_offered"},
                ],
            }
        ],
        "rollups": [
            rollup(1, "2027-01-08T11:00:00"),
            rollup(2, "2027-01-15T11:00:00", "Riverside", "Most of us (75%) took a step this week."),
            rollup(3, "2027-01-22T11:00:00", "Riverside", "Date passed: Council, Cut late visits by 20%."),
        ],
        "totals": {},
        "violations": [],
    }


def pair(at: str, *leaders: str, kind: str = "coffee", met: bool = True) -> dict[str, Any]:
    return {"kind": kind, "round": 1, "at": f"{at}+00:00", "leaders": list(leaders), "met": met}


def rules_of(run: Run) -> set[str]:
    run["messages"].sort(key=lambda each: str(each["at"]))
    run["replies"].sort(key=lambda each: str(each["at"]))
    return {each["rule"] for each in violations(run)}


def adds(*messages: dict[str, Any]) -> Callable[[Run], None]:
    return lambda run: run["messages"].extend(messages)


def sets(name: str, key: str, value: Any) -> Callable[[Run], None]:
    """Change one field of one leader or organisation."""

    def change(run: Run) -> None:
        for entry in (*run["leaders"], *run["organisations"]):
            if entry["id"] == name:
                entry[key] = value

    return change


def rolls_up(*lines: str, at: str = "2027-01-29T11:00:00") -> Callable[[Run], None]:
    return lambda run: run["rollups"].append(rollup(4, at, *lines))


def pairs_up(*pairs: dict[str, Any]) -> Callable[[Run], None]:
    return lambda run: run["pairs"].extend(pairs)


def step_becomes(due_on: str, *history: tuple[str, str]) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        run["partner_steps"][0] |= {
            "due_on": due_on,
            "history": [{"at": f"{at}+00:00", "status": status} for at, status in history],
        }

    return change


def both(*changes: Callable[[Run], None]) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        for change_one in changes:
            change_one(run)

    return change


def silent_nudges(*days: str) -> Callable[[Run], None]:
    """One leader says yes and then nothing, and is asked on these days."""

    def change(run: Run) -> None:
        for kind in ("messages", "replies"):
            run[kind] = [
                entry
                for entry in run[kind]
                if "trust-3" not in (entry.get("to"), entry.get("leader")) or entry["at"] < "2027-01-05"
            ]
        run["calendar"] = []
        run["messages"] += [sent(f"{day}T08:45:00", "trust-3", "nudge", f"A-{day}") for day in days]

    return change


def a_second_reminder(at: str, text: str) -> Callable[[Run], None]:
    """Another action later on, with a reminder in these words."""
    return adds(
        sent(f"{at}T08:45:00", "trust-1", "nudge", "SYS-01", "Draw the whole journey. About 20 minutes."),
        sent(f"{at}T10:00:00", "trust-1", "reminder", "SYS-01", text),
    )


FAULTS: dict[str, tuple[Callable[[Run], None], str]] = {
    "two nudges in a week": (
        adds(sent("2027-01-11T09:00:00", "trust-1", "nudge", "X")),
        "new_actions weekly_messages",
    ),
    "a nudge in the week of the first step": (
        adds(sent("2027-01-07T08:45:00", "trust-1", "nudge", "X")),
        "new_actions",
    ),
    "a third message in a week": (
        adds(sent("2027-01-13T09:00:00", "trust-1", "support")),
        "weekly_messages",
    ),
    "a message before half past eight": (
        adds(sent("2027-01-20T08:29:59", "trust-1", "support")),
        "quiet_hours",
    ),
    "a message at five": (adds(sent("2027-01-20T17:00:00", "trust-1", "support")), "quiet_hours"),
    "a message at 16:30 in London is 17:30 in Paris": (
        both(
            sets("hospice-3", "zone", "Europe/Paris"),
            adds(sent("2027-01-20T16:30:00", "hospice-3", "support")),
        ),
        "quiet_hours",
    ),
    "a message on a Saturday": (adds(sent("2027-01-23T10:00:00", "trust-1", "support")), "weekend"),
    "a message on a day off": (sets("trust-1", "working_days", [1, 2, 4, 5]), "day_off"),
    "a message on a holiday in Scotland": (
        both(
            sets("board-1", "opted_in_at", "2027-01-01T00:00:00+00:00"),
            adds(sent("2027-01-04T10:00:00", "board-1", "support")),
        ),
        "bank_holiday",
    ),
    "a message during leave": (sets("trust-1", "leave", [["2027-01-26", "2027-01-27"]]), "leave"),
    "a nudge before the yes": (
        sets("trust-1", "opted_in_at", "2027-01-13T10:00:00+00:00"),
        "before_yes pair_not_in",
    ),
    "a nudge to somebody who never said yes": (
        both(
            sets("trust-3", "opted_in_at", None),
            lambda run: run.update(replies=[r for r in run["replies"] if r["leader"] != "trust-3"]),
        ),
        "before_yes",
    ),
    "a nudge after stop": (sets("trust-3", "stopped_at", "2027-01-20T10:00:00+00:00"), "after_stop"),
    "a nudge after the reply stop": (
        lambda run: run["replies"].append(replied("2027-01-20T10:00:00", "trust-3", "stop")),
        "after_stop",
    ),
    "a message before permission": (
        sets("hospice", "permission_at", "2027-01-06T10:00:00+00:00"),
        "no_permission",
    ),
    "a message with no permission at all": (sets("hospice", "permission_at", None), "no_permission"),
    "a second follow-up": (
        adds(sent("2027-01-19T10:00:00", "trust-1", "reminder", "REL-01", "Shall we find another day?")),
        "one_follow_up",
    ),
    "the same wording within eight weeks": (
        both(
            a_second_reminder("2027-02-02", "Still want this one: Draw the whole journey?"),
        ),
        "same_wording",
    ),
    "a nudge in a rest week": (adds(sent("2027-01-19T08:45:00", "trust-1", "nudge", "X")), "rest_week"),
    "three offers a week apart with no reply": (
        silent_nudges("2027-01-12", "2027-01-19", "2027-01-26"),
        "back_off",
    ),
    "no pause after three offers with no reply": (
        silent_nudges("2027-01-12", "2027-01-19", "2027-02-02", "2027-02-16"),
        "back_off",
    ),
    "a fifth offer after four with no reply": (
        silent_nudges("2027-01-12", "2027-01-19", "2027-02-02", "2027-02-23", "2027-04-20"),
        "back_off",
    ),
    "the same message twice": (
        adds(
            *[
                sent(f"2027-01-20T{at}", "trust-1", "support", None, "Hello")
                for at in ("09:00:00", "09:01:00")
            ]
        ),
        "sent_twice",
    ),
    "a third welcome": (
        adds(*[sent(f"2027-01-{day}T10:00:00", "trust-1", "welcome") for day in ("18", "21")]),
        "welcome_again",
    ),
    "a second welcome within two weeks": (
        adds(sent("2027-01-08T10:00:00", "trust-1", "welcome")),
        "welcome_again",
    ),
    "a second restart": (
        adds(*[sent(f"2027-{day}T10:00:00", "trust-1", "restart") for day in ("02-01", "03-01")]),
        "restart_again",
    ),
    "a message to a stranger": (adds(sent("2027-01-20T10:00:00", "nobody", "support")), "unknown_person"),
    "a rung before its gate": (lambda run: run.update(rungs={"REL-01": 2, "ROLE-01": 2}), "gate"),
    "a rung that no gate opens": (lambda run: run.update(rungs={"ROLE-01": 3}), "gate"),
    "a rung before its gate was opened": (
        lambda run: run.update(rungs={"ROLE-01": 2}, gates=[{"rung": 2, "at": "2027-01-26T12:00:00+00:00"}]),
        "gate",
    ),
    "a pair within one organisation": (
        pairs_up(pair("2027-01-26T08:45:00", "trust-2", "trust-3")),
        "pair_within_organisation",
    ),
    "the same two again within twelve weeks": (
        pairs_up(pair("2027-03-30T08:45:00", "council-1", "trust-1")),
        "pair_repeated",
    ),
    "two of a trio again within twelve weeks": (
        pairs_up(pair("2027-03-30T08:45:00", "board-1", "hospice-1")),
        "pair_repeated",
    ),
    "a second cup too soon": (
        pairs_up(pair("2027-02-15T08:45:00", "council-1", "trust-1", kind="second_cup")),
        "second_cup",
    ),
    "a second cup of two who never met": (
        pairs_up(pair("2027-03-30T08:45:00", "council-2", "trust-1", kind="second_cup")),
        "second_cup",
    ),
    "a pair that one of them excluded": (sets("council-1", "exclusions", ["trust-1"]), "exclusion"),
    "a pair with somebody who stopped": (
        both(
            sets("trust-1", "stopped_at", "2027-02-01T10:00:00+00:00"),
            pairs_up(pair("2027-02-09T08:45:00", "trust-1", "hospice-2")),
        ),
        "pair_not_in",
    ),
    "a step past its date with no support": (
        step_becomes("2027-01-15", ("2027-01-05T09:00:00", "planned")),
        "step_support",
    ),
    "support that came a day too late": (
        step_becomes(
            "2027-01-14", ("2027-01-05T09:00:00", "planned"), ("2027-01-18T08:30:00", "support_offered")
        ),
        "step_support",
    ),
    "support before the date has passed": (
        step_becomes(
            "2027-01-19", ("2027-01-05T09:00:00", "planned"), ("2027-01-19T08:30:00", "support_offered")
        ),
        "support_early",
    ),
    "a third post in a week": (
        adds(*[sent(f"2027-01-06T{at}:00:00", "channel:partnership", "channel_post") for at in ("10", "12")]),
        "channel_posts",
    ),
    "a person's message in the channel": (
        adds(sent("2027-01-06T10:00:00", "channel:partnership", "support")),
        "personal_in_channel",
    ),
    "a rollup of thirteen lines": (rolls_up("Riverside", *["A line."] * 12), "rollup_lines"),
    "a rollup on Thursday": (rolls_up(at="2027-01-28T11:00:00"), "rollup_time"),
    "a rollup at noon": (rolls_up(at="2027-01-29T12:00:00"), "rollup_time"),
    "a rollup on Good Friday": (rolls_up(at="2027-03-26T11:00:00"), "rollup_time"),
    "two rollups in a week": (rolls_up(at="2027-01-22T11:00:00"), "rollup_twice"),
    "a share under sixty": (rolls_up("Riverside", "Most of us (59%) took a step."), "percent_low"),
    "a share that rounds up to sixty": (
        rolls_up("Riverside", "Most of us (59.6%) took a step."),
        "percent_low",
    ),
    "a share of nobody": (
        rolls_up("Riverside", "Most of us (80%) took a step.", at="2027-02-05T11:00:00"),
        "percent_of_few",
    ),
    "a banned word": (rolls_up("Riverside", "2 steps are overdue."), "banned_words"),
    "a banned word in capitals": (rolls_up("Riverside", "Our RAG rating"), "banned_words"),
    "an exclamation mark": (rolls_up("Riverside", "Well done!"), "banned_words"),
    "money": (rolls_up("Riverside", "We saved £5."), "banned_words"),
}


def test_a_clean_run_has_no_violations() -> None:
    run = clean_run()
    before = deepcopy(run)
    assert violations(run) == []
    assert run == before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen_and_nothing_else(fault: str) -> None:
    plant, expected = FAULTS[fault]
    run = clean_run()
    plant(run)
    assert rules_of(run) == set(expected.split())


ALLOWED: dict[str, Callable[[Run], None]] = {
    "an answer to a tap in the evening": both(
        lambda run: run["replies"].append(replied("2027-01-12T20:00:00", "trust-1", "help")),
        adds(sent("2027-01-12T20:00:00", "trust-1", "answer")),
    ),
    "a third message in a pulse week": both(
        lambda run: run["calendar"][1].update(kind="pulse"),
        lambda run: run["rollups"].clear(),
        lambda run: run.update(messages=[m for m in run["messages"] if m["kind"] != "nudge"]),
        adds(sent("2027-01-12T08:45:00", "trust-1", "pulse"), sent("2027-01-13T09:00:00", "trust-1", "pair")),
    ),
    "a word to somebody as helper": adds(sent("2027-01-14T11:00:00", "trust-1", "lead")),
    "a word to a helper who is no leader": adds(sent("2027-01-14T11:00:00", "helper", "lead")),
    "the answer to stop itself": both(
        sets("trust-3", "stopped_at", "2027-01-28T10:00:00+00:00"),
        lambda run: run["replies"].append(replied("2027-01-28T10:00:00", "trust-3", "stop")),
        adds(sent("2027-01-28T10:00:00", "trust-3", "answer")),
    ),
    "a nudge to somebody who came back": lambda run: run["replies"].extend(
        [
            replied("2027-01-19T10:00:00", "trust-3", "stop"),
            replied("2027-01-20T10:00:00", "trust-3", "start"),
        ]
    ),
    "a second welcome after two weeks": adds(sent("2027-01-18T10:00:00", "trust-1", "welcome")),
    "other words for the next reminder": a_second_reminder(
        "2027-02-02", "Is there a gap of 20 minutes? It is for this: Draw the whole journey."
    ),
    "the same words after eight weeks": a_second_reminder(
        "2027-03-16", "Still want this one: Draw the whole journey?"
    ),
    "another follow-up on a day that the leader chose": both(
        lambda run: run["replies"].append(replied("2027-01-15T10:00:00", "trust-1", "snooze", "REL-01")),
        adds(sent("2027-01-19T10:00:00", "trust-1", "reminder", "REL-01", "Shall we look at it again?")),
    ),
    "an open rung": lambda run: run.update(rungs={"REL-01": 1, "ROLE-01": 2}),
    "a rung that was opened in time": lambda run: run.update(
        rungs={"ROLE-01": 2}, gates=[{"rung": 2, "at": "2027-01-25T12:00:00+00:00"}]
    ),
    "offers with no reply that back off": silent_nudges(
        "2027-01-12", "2027-01-19", "2027-02-02", "2027-02-23"
    ),
    "the same two after twelve weeks": pairs_up(pair("2027-04-06T08:45:00", "council-1", "trust-1")),
    "a second cup in time": pairs_up(pair("2027-02-16T08:45:00", "council-1", "trust-1", kind="second_cup")),
    "an action with the present pair": pairs_up(
        pair("2027-01-26T08:45:00", "council-1", "trust-1", kind="action")
    ),
    "a pair of which one was erased since": pairs_up(
        pair("2027-01-26T08:45:00", "council-1", "left-and-erased", kind="action")
    ),
    "a rollup the day before Good Friday": rolls_up(at="2027-03-25T11:00:00"),
    "a rollup in summer": rolls_up(at="2027-07-09T10:00:00"),
    "a step that was done in time": step_becomes(
        "2027-01-15", ("2027-01-05T09:00:00", "planned"), ("2027-01-14T10:00:00", "done")
    ),
    "a step that is not due yet": step_becomes("2027-02-15", ("2027-01-05T09:00:00", "planned")),
    "a step with a new date after its support": step_becomes(
        "2027-02-15",
        ("2027-01-05T09:00:00", "planned"),
        ("2027-01-18T08:30:00", "support_offered"),
        ("2027-01-19T10:00:00", "changed_by_agreement"),
    ),
    "a banned word in people's own words": lambda run: run["rollups"][0]["lines"].append(
        {"id": "thanks", "text": "Thanks this week: Ama, who stayed late!"}
    ),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_allowed_is_not_flagged(case: str) -> None:
    run = clean_run()
    ALLOWED[case](run)
    assert rules_of(run) == set()


@pytest.mark.parametrize(("people", "share", "expected"), [(10, 60, set()), (9, 60, {"percent_of_few"})])
def test_a_share_is_shown_of_ten_people_or_more(people: int, share: int, expected: set[str]) -> None:
    run = clean_run()
    spared = LEADERS[people:]
    run["messages"] = [each for each in run["messages"] if each["to"] not in spared]
    run["rollups"][1] = rollup(2, "2027-01-15T11:00:00", "Riverside", f"Most of us ({share}%) took a step.")
    assert rules_of(run) == expected


def test_messages_that_are_not_in_order_are_seen() -> None:
    run = clean_run()
    run["messages"].append(sent("2027-01-20T10:00:00", "trust-1", "support"))
    assert [each["rule"] for each in violations(run)] == ["order"]


def test_a_violation_says_what_when_and_to_whom() -> None:
    run = clean_run()
    run["messages"].append(sent("2027-02-06T10:00:00", "trust-1", "support"))
    assert violations(run) == [
        {
            "rule": "weekend",
            "at": "2027-02-06T10:00:00+00:00",
            "to": "trust-1",
            "detail": "a support on a Saturday",
        }
    ]


def test_violations_come_in_the_order_of_time() -> None:
    run = clean_run()
    run["messages"] += [
        sent("2027-02-06T10:00:00", "trust-1", "support"),
        sent("2027-02-07T10:00:00", "trust-2", "support"),
    ]
    run["pairs"].append(pair("2027-01-26T08:45:00", "trust-2", "trust-3"))
    result = [each["at"] for each in violations(run)]
    assert len(result) == 3
    assert result == sorted(result)


def test_the_checker_shares_no_code_with_what_it_checks() -> None:
    for path in (ROOT / "bot" / "sandbox" / "checker").glob("*.py"):
        for node in nodes(path):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = name.split(".")[0] in ("nudges", "storage", "bot", "config")
                assert name.startswith("bot.sandbox.checker") or not ours
