"""Checks each message to a person: its hour, its day, its week, and whether it may be sent at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher

from bot.sandbox.checker.run_reader import (
    WEEK,
    LeaderReply,
    MessageSent,
    Person,
    RecordedRun,
    Violation,
    instant,
    week_of,
)

QUIET_ENDS, QUIET_STARTS = time(8, 30), time(17, 0)
MESSAGES_A_WEEK, MESSAGES_IN_A_PULSE_WEEK = 2, 3
NOT_COUNTED = {"answer", "lead"}
FOLLOW_UPS = {"reminder", "did_it_happen"}
SAME_WORDING_WEEKS = 8
TAKEN_UP_AGAIN_WITHIN = timedelta(weeks=4)
WELCOME_AGAIN_WEEKS = 2
# Offers with no reply so far -> weeks from the last one to the next, at least.
BACK_OFF = {2: 2, 3: 3}
SILENT_MOST = 4
CHANGING_WORDS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b|\b\d[\d:.]*(?:am|pm)?\b",
    re.IGNORECASE,
)


def check_messages(world: RecordedRun) -> Iterator[Violation]:
    """Everything wrong with what was sent to people."""
    yield from _check_order(world)
    for person, message in world.to_people():
        if message.kind != "answer":
            yield from _check_hour(world, person, message)
        yield from _check_consent(world, person, message)
    for person in world.people.values():
        sent, replies = world.sent_to(person.id), world.replies_of(person.id)
        yield from _check_weeks(world, person, sent, replies)
        yield from _check_follow_ups(sent, replies)
        yield from _check_wording(sent)
        yield from _check_back_off(person, sent, replies)
        yield from _check_greetings(sent)
        yield from _check_gates(world, sent)


def _wrong(rule: str, message: MessageSent, detail: str) -> Violation:
    return Violation(rule=rule, at=message.at, to=message.to, detail=detail)


def _check_order(world: RecordedRun) -> Iterator[Violation]:
    last: dict[tuple[str, str, str], datetime] = {}
    before = None
    for message in world.messages:
        if before is not None and message.at < before.at:
            yield _wrong("order", message, f"stands after a message of {before.at.isoformat()}")
        before = message
        if not message.is_to_channel and message.to not in world.people and message.kind != "lead":
            yield _wrong("unknown_person", message, f"a {message.kind} to somebody who is not in the run")
        key = (message.to, message.kind, message.text)
        if message.kind != "answer" and key in last and message.at - last[key] < timedelta(days=1):
            yield _wrong(
                "sent_twice", message, f"the same {message.kind} went out at {last[key].isoformat()}"
            )
        last[key] = message.at


def _check_hour(world: RecordedRun, person: Person, message: MessageSent) -> Iterator[Violation]:
    there = person.local(message.at)
    day = there.date()
    if not QUIET_ENDS <= there.time() < QUIET_STARTS:
        yield _wrong("quiet_hours", message, f"a {message.kind} at {there:%H:%M} local time")
    if there.isoweekday() > 5:
        yield _wrong("weekend", message, f"a {message.kind} on a {there:%A}")
    elif there.isoweekday() not in person.working_days:
        yield _wrong("day_off", message, f"a {message.kind} on a {there:%A}, which is not an own working day")
    if day in world.holidays[person.nation]:
        yield _wrong("bank_holiday", message, f"a {message.kind} on {day}, a bank holiday in {person.nation}")
    if any(start <= day < end for start, end in person.leave):
        yield _wrong("leave", message, f"a {message.kind} on {day}, a day of leave")


def _check_consent(world: RecordedRun, person: Person, message: MessageSent) -> Iterator[Violation]:
    replies = world.replies_of(person.id)
    answers_a_tap = message.kind == "answer" and any(each.at <= message.at for each in replies)
    is_in = person.opted_in_at is not None and person.opted_in_at <= message.at
    if message.kind not in ("welcome", "lead") and not answers_a_tap and not is_in:
        yield _wrong("before_yes", message, f"a {message.kind} before the yes to the welcome")
    if message.kind not in ("answer", "lead"):
        permission = world.organisations[person.organisation]["permission_at"]
        if permission is None or message.at < instant(permission):
            yield _wrong(
                "no_permission", message, f"a {message.kind} before {person.organisation} gave permission"
            )
    stopped_at = _stopped_at(person, replies, message.at)
    if stopped_at is not None:
        tapped = any(stopped_at <= each.at <= message.at for each in replies)
        if not (message.kind == "answer" and (tapped or stopped_at == message.at)):
            yield _wrong(
                "after_stop", message, f"a {message.kind} after the stop of {stopped_at.isoformat()}"
            )


def _stopped_at(person: Person, replies: list[LeaderReply], at: datetime) -> datetime | None:
    """Since when this person wanted nothing more; None where they did not say so, or came back."""
    stopped_at = None
    for reply in replies:
        if reply.at > at:
            break
        if reply.kind == "stop":
            stopped_at = reply.at
        elif reply.kind in ("start", "yes"):
            stopped_at = None
    if person.stopped_at is not None and person.stopped_at <= at:
        return person.stopped_at
    return stopped_at if stopped_at is None or stopped_at < at else None


def first_steps(sent: list[MessageSent], replies: list[LeaderReply]) -> set[int]:
    """The places of those answers that bring the first step, straight after a yes."""
    places = set()
    for reply in replies:
        if reply.kind == "yes":
            place = next((n for n, message in enumerate(sent) if message.at >= reply.at), None)
            if place is not None and sent[place].kind == "answer":
                places.add(place)
    return places


def _check_weeks(
    world: RecordedRun, person: Person, sent: list[MessageSent], replies: list[LeaderReply]
) -> Iterator[Violation]:
    first = first_steps(sent, replies)
    actions: dict[date, int] = defaultdict(int)
    counted: dict[date, int] = defaultdict(int)
    for place, message in enumerate(sent):
        week = week_of(person.local(message.at))
        kind = world.kinds.get(week)
        if message.kind == "nudge" or place in first:
            actions[week] += 1
            if actions[week] > 1:
                yield _wrong(
                    "new_actions", message, f"new action number {actions[week]} of the week of {week}"
                )
        if message.kind == "nudge" and kind in ("rest", "pulse"):
            yield _wrong("rest_week", message, f"a new action in the {kind} week of {week}")
        if message.kind not in NOT_COUNTED:
            counted[week] += 1
            most = MESSAGES_IN_A_PULSE_WEEK if kind == "pulse" else MESSAGES_A_WEEK
            if counted[week] > most:
                yield _wrong(
                    "weekly_messages", message, f"message number {counted[week]} of the week of {week}"
                )


def _check_follow_ups(sent: list[MessageSent], replies: list[LeaderReply]) -> Iterator[Violation]:
    """One for each offer of an action; a day that the leader chose anew with "not now" allows another.

    What was swapped in is an offer, too: it is the answer that comes with the swap. Who takes up an earlier
    offer of the same action again, after the newer one came, has two of them.
    """
    swaps = {each.at for each in replies if each.kind == "swap"}
    for place, message in enumerate(sent):
        if message.kind not in FOLLOW_UPS or message.action is None:
            continue
        earlier = [each for each in sent[:place] if each.action == message.action]
        offers = [
            each for each in earlier if each.kind == "nudge" or (each.kind == "answer" and each.at in swaps)
        ]
        from_at = max((each.at for each in offers), default=None)
        moved = [each.at for each in replies if each.kind == "snooze" and each.action == message.action]
        from_at = max((at for at in (from_at, *moved) if at is not None and at <= message.at), default=None)
        before = [
            each for each in earlier if each.kind in FOLLOW_UPS and (from_at is None or each.at >= from_at)
        ]
        two_are_open = len(offers) > 1 and offers[-1].at - offers[-2].at <= TAKEN_UP_AGAIN_WITHIN
        took_up = two_are_open and any(offers[-1].at <= at <= message.at for at in moved)
        if len(before) > took_up:
            yield _wrong(
                "one_follow_up", message, f"{message.action} was followed up at {before[-1].at.isoformat()}"
            )


def _check_wording(sent: list[MessageSent]) -> Iterator[Violation]:
    used: list[tuple[str, MessageSent]] = []
    titles: dict[str, str] = {}
    for message in sent:
        if message.action is not None and message.kind in ("nudge", "answer"):
            titles[message.action] = message.text
        if message.kind not in FOLLOW_UPS or message.action is None:
            continue
        wording = _wording(message.text, titles.get(message.action, ""))
        for other, before in used:
            if (
                other == wording
                and before.kind == message.kind
                and message.at - before.at < SAME_WORDING_WEEKS * WEEK
            ):
                yield _wrong("same_wording", message, f"the same words went out at {before.at.isoformat()}")
                break
        used.append((wording, message))


def _wording(text: str, offer: str) -> str:
    """A follow-up's words without what changes by itself: days, times, and the title of the action."""
    words, offered = text.lower().split(), offer.lower().split()
    bare, shown = ([word.strip(".,:;?\"'“”") for word in each] for each in (words, offered))
    title = SequenceMatcher(a=bare, b=shown, autojunk=False).find_longest_match()
    rest = bare[: title.a] + bare[title.a + title.size :]
    return CHANGING_WORDS.sub("", " ".join(rest)).strip()


def _check_back_off(
    person: Person, sent: list[MessageSent], replies: list[LeaderReply]
) -> Iterator[Violation]:
    silent, before = 0, None
    for message in (each for each in sent if each.kind == "nudge"):
        if before is not None:
            answered = any(before.at <= each.at <= message.at for each in replies)
            silent = 0 if answered else silent + 1
            weeks = (week_of(person.local(message.at)) - week_of(person.local(before.at))).days // 7
            if silent >= SILENT_MOST or weeks < BACK_OFF.get(silent, 0):
                yield _wrong(
                    "back_off", message, f"after {silent} with no reply, {weeks} weeks after the last"
                )
        before = message


def _check_greetings(sent: list[MessageSent]) -> Iterator[Violation]:
    welcomes = [message for message in sent if message.kind == "welcome"]
    for number, message in enumerate(welcomes[1:], start=2):
        if number > 2 or message.at - welcomes[0].at < WELCOME_AGAIN_WEEKS * WEEK - timedelta(days=1):
            yield _wrong("welcome_again", message, f"welcome number {number}")
    for message in [message for message in sent if message.kind == "restart"][1:]:
        yield _wrong("restart_again", message, "asked to start again for the second time")


def _check_gates(world: RecordedRun, sent: list[MessageSent]) -> Iterator[Violation]:
    for message in sent:
        rung = world.rungs.get(message.action or "", 1)
        if message.kind != "nudge" or rung < 2:
            continue
        opened_at = _opened_at(world, rung)
        if opened_at is None or message.at < opened_at:
            yield _wrong("gate", message, f"{message.action} is on rung {rung}, which was not open")


def _opened_at(world: RecordedRun, rung: int) -> datetime | None:
    if world.gates is not None:
        return min((instant(each["at"]) for each in world.gates if each["rung"] == rung), default=None)
    weeks = [each["from"] for each in world.calendar if str(each["gate"]).removeprefix("rung_") == str(rung)]
    return min((instant(f"{each}T00:00+00:00") for each in weeks), default=None)
