"""The pulse: five statements at the start, the middle and the end, and what may be said of the answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from nudges.model import calendar
from nudges.model.catalogue import Campaign
from nudges.model.people import CampaignRun
from nudges.model.placeholders import fill
from nudges.model.ruleset import Rules

NOT_SAID = "not_said"
END_MARK = "+"


class PulseMoment(StrEnum):
    """When a pulse is asked."""

    START = "start"
    MID = "mid"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseAnswer:
    """One person's answer to one item: 1 to 5 on the scale, or None for "prefer not to say".

    `person_key` is the HMAC of person and run under the run's key, so that answers can be matched and
    `my data` can find them while the key lives. `item_id` ends in "+" for the tap that is asked at the
    end only.
    """

    run_id: str
    moment: PulseMoment
    person_key: str
    item_id: str
    value: int | None
    answered_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseKey:
    """The key of one run's pseudonyms, in hexadecimal; destroyed at the end of retention."""

    run_id: str
    secret: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One statement of a pulse as it is read, with its id; the words are the same at every moment."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PulseRound:
    """One asking of the pulse: it opens on the Monday of its week and takes answers until it closes."""

    moment: PulseMoment
    week_on: date
    opens_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether answers count now."""
        return self.opens_at <= at < self.closes_at


def person_key(secret: str, person: str, run_id: str) -> str:
    """The pseudonym of a person in a run: an HMAC-SHA256 in hexadecimal, under the run's own key."""
    plain = f"{person}\x1f{run_id}".encode()
    return hmac.new(bytes.fromhex(secret), plain, hashlib.sha256).hexdigest()


def questions(
    campaign: Campaign, moment: PulseMoment, words: Mapping[str, str], rules: Rules
) -> tuple[Question, ...]:
    """The campaign's statements in their order, filled in; at the end, also the taps asked only then.

    `words` holds a word for each placeholder. An added tap has the id of its item and a "+".
    """
    asked: list[Question] = []
    for item_id in campaign.pulse_items:
        item = rules.pulse.item(item_id)
        if item is None:
            continue
        asked.append(Question(id=item.id, text=fill(item.text, words)))
        if item.end_extra is not None and moment is PulseMoment.END:
            asked.append(Question(id=f"{item.id}{END_MARK}", text=fill(item.end_extra, words)))
    return tuple(asked)


def read_values(
    asked: tuple[Question, ...], answers: Mapping[str, str], rules: Rules
) -> tuple[dict[str, int | None], list[str]]:
    """What a form holds: id -> 1 to 5, or None for "prefer not to say"; and the ids without an answer."""
    known = {str(number): number for number in range(1, len(rules.pulse.scale) + 1)}
    values: dict[str, int | None] = {}
    missing: list[str] = []
    for question in asked:
        value = answers.get(question.id, "").strip()
        if value in known or value == NOT_SAID:
            values[question.id] = known.get(value)
        else:
            missing.append(question.id)
    return values, missing


def scale_choices(rules: Rules) -> list[dict[str, str]]:
    """The answers of every question, as a form offers them; "prefer not to say" stands last."""
    named = [
        {"value": str(number), "label": label} for number, label in enumerate(rules.pulse.scale, start=1)
    ]
    return [*named, {"value": NOT_SAID, "label": rules.pulse.extra_answer}]


def round_in(monday: date, moment: PulseMoment, *, zone: str, rules: Rules) -> PulseRound:
    """The round that is asked in the week of this Monday."""
    closes_on = monday + timedelta(days=rules.pulse.open_days)
    return PulseRound(
        moment=moment,
        week_on=monday,
        opens_at=calendar.instant_of(monday, time.min, zone),
        closes_at=calendar.instant_of(closes_on, rules.pulse.closes_at, zone),
    )


def rounds_of(run: CampaignRun, campaign: Campaign, *, zone: str, rules: Rules) -> tuple[PulseRound, ...]:
    """When this run asks its pulses; a pause of the campaign moves those after it."""
    wanted = {week.number: PulseMoment(week.pulse) for week in campaign.weeks if week.pulse}
    pulse_rounds: list[PulseRound] = []
    monday = run.starts_on
    ends_on = calendar.run_ends_on(run, length=campaign.length_weeks, rules=rules) if wanted else monday
    while monday < ends_on:
        number = calendar.run_week(run, monday, length=campaign.length_weeks, rules=rules)
        moment = wanted.get(number) if number is not None else None
        if moment is not None:
            pulse_rounds.append(round_in(monday, moment, zone=zone, rules=rules))
        monday += timedelta(weeks=1)
    return tuple(pulse_rounds)
