"""The pulse's questions, pseudonyms and rounds."""

import hashlib
import hmac
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.files.content import load_campaigns, load_rules
from nudges.model import calendar
from nudges.model.people import CampaignRun, Days
from nudges.model.pulse import (
    NOT_SAID,
    PulseMoment,
    Question,
    person_key,
    questions,
    read_values,
    rounds_of,
    scale_choices,
)

RULES = load_rules()
CAMPAIGNS = load_campaigns()
WORDS = {**RULES.content.default_words(), "partnership": "Riverside"}
SYSTEM = CAMPAIGNS["system-leadership-6-months"]
LONDON = "Europe/London"


def a_run(*pauses: Days, campaign: str = "system-leadership-6-months") -> CampaignRun:
    return CampaignRun(
        id="run-1",
        partnership_id="riverside",
        campaign_id=campaign,
        starts_on=date(2027, 1, 4),
        member_ids=("a", "b"),
        pauses=pauses,
    )


def test_a_pseudonym_is_the_hmac_of_person_and_run_under_the_runs_key() -> None:
    secret = "0f" * 32
    expected = hmac.new(bytes.fromhex(secret), b"ama\x1frun-1", hashlib.sha256).hexdigest()
    assert person_key(secret, "ama", "run-1") == expected
    assert len({person_key(secret, "ama", "run-1"), person_key(secret, "ama", "run-2")}) == 2
    assert person_key("00" * 32, "ama", "run-1") != expected


@pytest.mark.parametrize("moment", list(PulseMoment))
def test_the_same_five_statements_are_read_at_start_mid_and_end(moment: PulseMoment) -> None:
    asked = questions(SYSTEM, moment, WORDS, RULES)
    assert [one.id for one in asked if not one.id.endswith("+")] == ["NET", "SEE", "INF", "LIS", "COA"]
    first = {one.id: one.text for one in questions(SYSTEM, PulseMoment.START, WORDS, RULES)}
    assert first.items() <= {one.id: one.text for one in asked}.items()
    assert all("{" not in one.text for one in asked)


def test_the_added_tap_is_asked_at_the_end_only() -> None:
    assert [one.id for one in questions(SYSTEM, PulseMoment.END, WORDS, RULES)][1:3] == ["SEE", "SEE+"]
    for moment in (PulseMoment.START, PulseMoment.MID):
        assert len(questions(SYSTEM, moment, WORDS, RULES)) == 5


def test_the_first_hundred_days_ask_whether_managers_leave_people_free_to_help() -> None:
    asked = questions(CAMPAIGNS["first-100-days"], PulseMoment.START, WORDS, RULES)
    texts = {one.id: one.text for one in asked}
    assert texts["PER"] == "Managers in my organisation are free to help partners, within clear limits."


def test_six_answers_are_offered_and_prefer_not_to_say_stands_last() -> None:
    choices = scale_choices(RULES)
    assert [one["value"] for one in choices] == ["1", "2", "3", "4", "5", NOT_SAID]
    assert choices[-1]["label"] == "Prefer not to say"


def test_a_form_is_read_as_numbers_and_what_is_missing_is_named() -> None:
    asked = (Question(id="NET", text="x"), Question(id="SEE", text="y"), Question(id="INF", text="z"))
    values, missing = read_values(asked, {"NET": "5", "SEE": NOT_SAID, "INF": "6"}, RULES)
    assert values == {"NET": 5, "SEE": None}
    assert missing == ["INF"]


def test_a_round_is_open_from_its_monday_to_the_thursday_of_the_next_week() -> None:
    first, mid, last = rounds_of(a_run(), SYSTEM, zone=LONDON, rules=RULES)
    assert (first.moment, mid.moment, last.moment) == tuple(PulseMoment)
    assert (first.week_on, mid.week_on, last.week_on) == (
        date(2027, 1, 4),
        date(2027, 3, 29),
        date(2027, 6, 28),
    )
    closes = calendar.local(first.closes_at, LONDON)
    assert (closes.date(), closes.hour) == (date(2027, 1, 14), 12)
    assert first.is_open(first.opens_at)
    assert not first.is_open(first.closes_at)


def test_a_round_closes_before_the_gate_that_reads_it() -> None:
    for campaign in CAMPAIGNS.values():
        run = replace(a_run(), campaign_id=campaign.id)
        rounds = {one.moment: one for one in rounds_of(run, campaign, zone=LONDON, rules=RULES)}
        gate = next((week for week in campaign.weeks if week.gate == 3), None)
        if gate is None or campaign.hard_gates or campaign.id == "papers-to-action":
            continue  # hard gates read no numbers, and the last one is looked at again when the round closes
        monday = date(2027, 1, 4).toordinal() + 7 * (gate.number - 1)
        assert rounds[PulseMoment.MID].closes_at.date().toordinal() < monday


def test_a_pause_moves_the_rounds_after_it() -> None:
    paused = a_run(Days(from_on=date(2027, 2, 1), to_on=date(2027, 2, 15)))
    first, mid, _ = rounds_of(paused, SYSTEM, zone=LONDON, rules=RULES)
    assert first.week_on == date(2027, 1, 4)
    assert mid.week_on == date(2027, 4, 12)


def test_a_campaign_without_a_pulse_has_no_rounds() -> None:
    assert rounds_of(a_run(campaign="starter"), CAMPAIGNS["starter"], zone=LONDON, rules=RULES) == ()
    assert isinstance(rounds_of(a_run(), SYSTEM, zone=LONDON, rules=RULES)[0].opens_at, datetime)
