"""Checks what everybody sees: pairs, partner steps, the channel, and the Friday rollups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any

from bot.sandbox.checker.message_checks import first_steps
from bot.sandbox.checker.run_reader import DAY, WEEK, RecordedRun, Violation, instant, week_of

NO_REPEAT_WEEKS = 12
SECOND_CUP_WEEKS = 5
ROLLUP_LINES = 12
POSTS_A_WEEK = 2
FRIDAY, ROLLUP_AT = 5, time(11, 0)
CHANNEL_KINDS = {"rollup", "channel_post", "pause"}
PERCENT_LEAST, PEOPLE_LEAST = 60, 10
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per ?cent)")
BANNED = re.compile(
    r"\b(?:failed|failing|overdue|worst|bottom|laggards?|non-compliant|league|score|rank|late|behind|missed"
    r"|red|best organisation|streak|with support in place)\b|(?-i:\bRAG\b)|£|!",
    re.IGNORECASE,
)
# Lines of people's own words: these are theirs.
OWN_WORDS = {"goal", "heard", "thanks", "useful", "learned"}


def check_programme(world: RecordedRun) -> Iterator[Violation]:
    """Everything wrong with pairs, steps, posts and rollups."""
    yield from _check_pairs(world)
    yield from _check_steps(world)
    yield from _check_channel(world)
    yield from _check_rollups(world)


def _check_pairs(world: RecordedRun) -> Iterator[Violation]:
    seen: list[tuple[frozenset[str], Mapping[str, Any], datetime]] = []
    for pair in sorted(world.pairs, key=lambda each: instant(each["at"])):
        at, leaders = instant(pair["at"]), list(pair["leaders"])
        to = ", ".join(leaders)
        # Who left was erased a month later: nothing is known of them any more, and nothing can be checked.
        known = [world.people[each] for each in leaders if each in world.people]
        organisations = {person.organisation for person in known}
        if len(organisations) < 2 and len(known) == len(leaders):
            yield Violation(
                rule="pair_within_organisation", at=at, to=to, detail=f"all of them are at {organisations}"
            )
        for person in known:
            gone = person.stopped_at is not None and person.stopped_at <= at
            if person.opted_in_at is None or at < person.opted_in_at or gone:
                yield Violation(
                    rule="pair_not_in", at=at, to=person.id, detail="does not take part at the time"
                )
            for other in sorted(person.exclusions & set(leaders)):
                yield Violation(
                    rule="exclusion", at=at, to=person.id, detail=f"is not to be paired with {other}"
                )
        for two in map(frozenset, combinations(leaders, 2)):
            yield from _check_repeat(pair, two, [each for each in seen if each[0] == two], at)
        seen += [(frozenset(two), pair, at) for two in combinations(leaders, 2)]


def _check_repeat(
    pair: Mapping[str, Any],
    two: frozenset[str],
    before: list[tuple[frozenset[str], Mapping[str, Any], datetime]],
    at: datetime,
) -> Iterator[Violation]:
    """A round brings new people; a second cup those who met some time ago; an action may stay with a pair."""
    to = ", ".join(sorted(two))
    if pair["kind"] == "coffee":
        for _, _, earlier_at in before:
            if at - earlier_at < NO_REPEAT_WEEKS * WEEK:
                detail = f"were brought together at {earlier_at.isoformat()}"
                yield Violation(rule="pair_repeated", at=at, to=to, detail=detail)
    if pair["kind"] == "second_cup":
        met = [each for _, earlier, each in before if earlier["met"]]
        if not met or at - max(met) < SECOND_CUP_WEEKS * WEEK:
            detail = f"a second cup needs a meeting {SECOND_CUP_WEEKS} weeks ago"
            yield Violation(rule="second_cup", at=at, to=to, detail=detail)


def _check_steps(world: RecordedRun) -> Iterator[Violation]:
    """A step past its date shows that support is offered, on the next working day, by itself."""
    for step in world.steps:
        nation = str(world.organisations[step["organisation"]]["nation"])
        due_on = date.fromisoformat(step["due_on"])
        days = {world.next_weekday(due_on, each) for each in (nation, world.nation)}
        history = [(instant(each["at"]), str(each["status"])) for each in step["history"]]
        offered_on = [world.here(at).date() for at, status in history if status == "support_offered"]
        closed_on = [world.here(at).date() for at, status in history if status == "done"]
        to, at = str(step["organisation"]), _morning(world, min(days))
        was_changed = any(status == "changed_by_agreement" for _, status in history)
        early = [day for day in offered_on if day <= due_on]
        if early and not was_changed:
            detail = f"{step['id']}: support was offered on {early[0]}, before its date had passed"
            yield Violation(rule="support_early", at=at, to=to, detail=detail)
        if max(days) >= world.ends_on or any(day <= max(days) for day in closed_on):
            continue
        if not days & set(offered_on) and not _stands(history, "support_offered", at):
            detail = f"{step['id']} passed its date {due_on} and shows no support on {min(days)}"
            yield Violation(rule="step_support", at=at, to=to, detail=detail)


def _stands(history: list[tuple[datetime, str]], status: str, at: datetime) -> bool:
    before = [each for each in history if each[0] <= at]
    return bool(before) and max(before)[1] == status


def _morning(world: RecordedRun, day: date) -> datetime:
    noon = instant(f"{day}T12:00+00:00")
    return noon.replace(hour=9) - (world.here(noon).utcoffset() or timedelta(0))


def _check_channel(world: RecordedRun) -> Iterator[Violation]:
    posts: Counter[tuple[str, date]] = Counter()
    for message in (each for each in world.messages if each.is_to_channel):
        week = week_of(world.here(message.at))
        posts[message.to, week] += 1
        if posts[message.to, week] > POSTS_A_WEEK:
            detail = f"post number {posts[message.to, week]} of the week of {week}"
            yield Violation(rule="channel_posts", at=message.at, to=message.to, detail=detail)
        if message.kind not in CHANNEL_KINDS:
            detail = f"a {message.kind} belongs to one person"
            yield Violation(rule="personal_in_channel", at=message.at, to=message.to, detail=detail)


def _check_rollups(world: RecordedRun) -> Iterator[Violation]:
    weeks: Counter[date] = Counter()
    for rollup in world.rollups:
        at = instant(rollup["at"])
        yield from _check_time(world, at)
        week = week_of(world.here(at))
        weeks[week] += 1
        if weeks[week] > 1:
            yield _rollup(world, "rollup_twice", at, f"rollup number {weeks[week]} of the week of {week}")
        if len(rollup["lines"]) > ROLLUP_LINES:
            yield _rollup(world, "rollup_lines", at, f"{len(rollup['lines'])} lines")
        for line in rollup["lines"]:
            yield from _check_line(world, at, str(line["id"]), str(line["text"]))


def _check_time(world: RecordedRun, at: datetime) -> Iterator[Violation]:
    there = world.here(at)
    due = week_of(there) + (FRIDAY - 1) * DAY
    while not world.is_weekday(due, world.nation):
        due -= DAY
    if there.date() != due or there.time().replace(second=0, microsecond=0) != ROLLUP_AT:
        yield _rollup(
            world, "rollup_time", at, f"came on {there:%A %d %B %H:%M} instead of {due:%A %d %B} 11:00"
        )


def _check_line(world: RecordedRun, at: datetime, line: str, text: str) -> Iterator[Violation]:
    if line in OWN_WORDS:
        return
    ours = text
    for own in _own_words(world):
        ours = ours.replace(own, "")
    for percent in PERCENT.findall(ours):
        if float(percent) < PERCENT_LEAST:
            yield _rollup(world, "percent_low", at, f"{percent}% in “{text}”")
        if (people := _active(world, at)) < PEOPLE_LEAST:
            yield _rollup(world, "percent_of_few", at, f"{percent}% of {people} people in “{text}”")
    for word in BANNED.findall(ours):
        yield _rollup(world, "banned_words", at, f"“{word}” in “{text}”")


def _own_words(world: RecordedRun) -> list[str]:
    """What organisations wrote and are called, the longest first: not ours to judge."""
    words = {str(each[key]) for each in world.steps for key in ("text", "owner")}
    words |= {str(each["name"]) for each in world.organisations.values()}
    return sorted(words - {""}, key=len, reverse=True)


def _active(world: RecordedRun, at: datetime) -> int:
    """How many people were offered something in the week up to `at`, and had not stopped."""
    week, active = week_of(world.here(at)), 0
    for person in world.people.values():
        sent = world.sent_to(person.id)
        offers = {n for n, message in enumerate(sent) if message.kind in ("nudge", "pulse")}
        offers |= first_steps(sent, world.replies_of(person.id))
        was_offered = any(sent[n].at <= at and week_of(person.local(sent[n].at)) == week for n in offers)
        active += was_offered and (person.stopped_at is None or at < person.stopped_at)
    return active


def _rollup(world: RecordedRun, rule: str, at: datetime, detail: str) -> Violation:
    return Violation(rule=rule, at=at, to=world.channel, detail=detail)
