"""What a headless run leaves behind, as one JSON object that anybody can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.checker import violations
from nudges.model import calendar
from nudges.model.catalogue import Campaign, Catalogue
from nudges.model.delivery import Delivery
from nudges.model.events import Event, EventKind
from nudges.model.message import MessageKind
from nudges.model.pair import Pair, is_link
from nudges.model.partner_step import PartnerStep
from nudges.model.people import CampaignRun, Leader, Organisation, Partnership, Role
from nudges.ports import Renderer

# What a person did, by the event that it left.
REPLIES: Mapping[EventKind, str] = {
    EventKind.OPTED_IN: "yes",
    EventKind.NOT_YET_IN: "later",
    EventKind.STOPPED: "stop",
    EventKind.PAUSED: "pause",
    EventKind.PLANNED: "plan",
    EventKind.DONE: "done",
    EventKind.PARTLY: "partly",
    EventKind.NOT_YET: "not_yet",
    EventKind.SWAPPED: "swap",
    EventKind.NOT_NOW: "not_now",
    EventKind.SNOOZED: "snooze",
    EventKind.UNDONE: "undo",
    EventKind.DONE_UNDONE: "undo",
    EventKind.HELP_ASKED: "help",
    EventKind.PACE: "pace",
    EventKind.VISIBILITY: "visibility",
    EventKind.SHARED: "share",
    EventKind.PROMISED: "promise",
    EventKind.PROMISE_KEPT: "promise_kept",
    EventKind.PROMISE_PARTLY: "promise_partly",
    EventKind.PROMISE_CARRIED: "promise_carry",
    EventKind.PROMISE_LET_GO: "promise_let_go",
    EventKind.PAIR_NOT_MET: "not_met",
    EventKind.REASON_GIVEN: "reason",
    EventKind.CHECKED_BACK: "check_back",
    EventKind.VOTED: "vote",
    EventKind.TRIAL_STARTED: "test",
    EventKind.TRIAL_LEARNED: "learned",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One thing that the platform took. `key` is the delivery's; empty for a word to one person only."""

    at: datetime
    to: str
    key: str
    what: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """Everything that a run left: what was sent, and the ledger, log and things as they stand at its end."""

    campaign: Campaign
    catalogue: Catalogue
    partnership: Partnership
    run: CampaignRun
    weeks: int
    seed: int
    organisations: Sequence[Organisation]
    leaders: Sequence[Leader]
    sent: Sequence[Sent]
    deliveries: Mapping[str, Delivery]
    events: Sequence[Event]
    pairs: Sequence[Pair]
    steps: Sequence[PartnerStep]
    promises: int
    renderer: Renderer
    board: str
    # Those who said no to a step that was passed on: the core forgets that there was anybody.
    gone: frozenset[str] = frozenset()


def to_json(record: RunRecord) -> dict[str, Any]:
    """The object that the interface describes; times carry the partnership's offset."""
    run: dict[str, Any] = {
        "campaign": record.campaign.id,
        "weeks": record.weeks,
        "seed": record.seed,
        "start_on": record.run.starts_on.isoformat(),
        "calendar": list(_calendar(record)),
        "organisations": [_organisation(record, each) for each in record.organisations],
        "leaders": [_leader(record, each) for each in record.leaders],
        "messages": list(_messages(record)),
        "replies": sorted(
            [*_replies(record), *_taps_of_others(record)], key=lambda each: _instant(each["at"])
        ),
        "pairs": [_pair(record, each) for each in record.pairs],
        "partner_steps": [_step(record, each) for each in record.steps],
        "rollups": list(_rollups(record)),
        "board": record.board,
        "gates": [
            {"rung": one.rung, "at": _at(record, one.at), "because": one.because} for one in record.run.gates
        ],
        "rungs": {action.id: action.rung for action in record.catalogue.actions.values()},
        "totals": _totals(record),
    }
    run["violations"] = violations(run)
    return run


def _at(record: RunRecord, at: datetime | None) -> str | None:
    return at.astimezone(ZoneInfo(record.partnership.zone)).isoformat() if at else None


def _calendar(record: RunRecord) -> Iterable[dict[str, Any]]:
    for number in range(1, record.weeks + 1):
        week = record.campaign.week(number)
        if week is not None:
            yield {
                "week": number,
                "from": (record.run.starts_on + timedelta(weeks=number - 1)).isoformat(),
                "kind": week.kind,
                "gate": f"rung_{week.gate}" if week.gate else None,
                "theme": week.theme,
                "coffee_round": week.coffee_round,
            }


def _organisation(record: RunRecord, organisation: Organisation) -> dict[str, Any]:
    return {
        "id": organisation.id,
        "name": organisation.name,
        "nation": str(organisation.nation),
        "permission_at": _at(record, organisation.permission_at),
    }


def _leader(record: RunRecord, leader: Leader) -> dict[str, Any]:
    return {
        "id": leader.id,
        "name": leader.name,
        "organisation": leader.organisation_id,
        "zone": leader.zone,
        "nation": str(leader.nation),
        "working_days": sorted(leader.working_days),
        "leave": [[days.from_on.isoformat(), days.to_on.isoformat()] for days in leader.leave],
        "opted_in_at": _at(record, leader.opted_in_at),
        "stopped_at": _at(record, leader.stopped_at),
        "exclusions": sorted(leader.exclusions),
        "roles": sorted(leader.roles),
        "takes_part": leader.id in record.run.member_ids,
    }


def _messages(record: RunRecord) -> Iterable[dict[str, Any]]:
    """In order of sending. Changes in place are no messages, but for those that answer a person's own tap."""
    for sent in record.sent:
        delivery = record.deliveries.get(sent.key)
        kind = _kind(sent, delivery)
        if kind is not None:
            yield {
                "at": _at(record, sent.at),
                "to": sent.to,
                "kind": kind,
                "action": delivery.action_id if delivery else None,
                "text": sent.text,
            }


def _kind(sent: Sent, delivery: Delivery | None) -> str | None:
    if sent.what == "whisper" or delivery is None:
        return str(MessageKind.ANSWER)
    if sent.what == "edit":
        return str(MessageKind.ANSWER) if delivery.purpose is MessageKind.ANSWER else None
    if delivery.thread_of is not None:
        return None  # a part of its post: see `rollups`
    return str(MessageKind.CHANNEL_POST if delivery.purpose is MessageKind.BOARD else delivery.purpose)


def _replies(record: RunRecord) -> Iterable[dict[str, Any]]:
    for event in record.events:
        kind = "start" if event.data.get("again") else REPLIES.get(event.kind)
        if kind is not None and event.leader_id is not None:
            yield {
                "at": _at(record, event.at),
                "leader": event.leader_id,
                "kind": kind,
                "action": event.data.get("action"),
            }


def _taps_of_others(record: RunRecord) -> Iterable[dict[str, Any]]:
    """What was told at once to somebody who never joined answers their tap: a no, or a helper's word."""
    helping = {
        one.id for one in record.leaders if one.opted_in_at is None and one.roles == {Role.FACILITATOR}
    }
    for sent in record.sent:
        if sent.what == "whisper" and sent.to in record.gone | helping:
            kind = "no" if sent.to in record.gone else "noted"
            yield {"at": _at(record, sent.at), "leader": sent.to, "kind": kind, "action": None}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _pair(record: RunRecord, pair: Pair) -> dict[str, Any]:
    return {
        "kind": str(pair.kind),
        "round": pair.round,
        "at": _at(record, pair.formed_at),
        "leaders": list(pair.leader_ids),
        "met": is_link(pair),
        "met_at": _at(record, pair.met_at),
    }


def _step(record: RunRecord, step: PartnerStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "organisation": step.organisation_id,
        "text": step.text,
        "owner": step.owner,
        "done_means": step.done_means,
        "due_on": step.due_on.isoformat(),
        "history": [
            {
                "at": _at(record, change.at),
                "status": str(change.status),
                "due_on": change.due_on.isoformat(),
                "reason": change.reason,
            }
            for change in step.history
        ],
    }


def _rollups(record: RunRecord) -> Iterable[dict[str, Any]]:
    threads = {one.thread_of: one for one in record.deliveries.values() if one.thread_of}
    for sent in record.sent:
        delivery = record.deliveries.get(sent.key)
        is_post = sent.what == "post" and delivery is not None and delivery.purpose is MessageKind.ROLLUP
        if not is_post or delivery is None or delivery.thread_of is not None:
            continue
        thread = threads.get(delivery.id)
        yield {
            "week": _week_number(record, sent.at),
            "at": _at(record, sent.at),
            "lines": [
                {"id": line["id"], "text": record.renderer.text("rollup", {"lines": [line]})}
                for line in delivery.facts["lines"]
            ],
            "thread": record.renderer.text(thread.event, thread.facts) if thread else "",
        }


def _week_number(record: RunRecord, at: datetime) -> int:
    monday: date = calendar.week_of(at, record.partnership.zone)
    return (monday - record.run.starts_on).days // 7 + 1


def _totals(record: RunRecord) -> dict[str, int]:
    """A recount of the log, and of what was sent."""
    count = dict.fromkeys(sorted(str(kind) for kind in EventKind), 0)
    for event in record.events:
        count[str(event.kind)] += 1
    active = {event.leader_id for event in record.events if event.kind is EventKind.OFFERED}
    totals = {name: number for name, number in count.items() if number}
    totals["messages"] = sum(1 for _ in _messages(record))
    totals["people_offered_something"] = len(active)
    totals["pairs"] = len(record.pairs)
    totals["pairs_met"] = sum(1 for one in record.pairs if is_link(one))
    totals["partner_steps"] = len(record.steps)
    totals["promises"] = record.promises
    return totals


def to_text(run: Mapping[str, Any]) -> str:
    """Every rollup with its thread, and the board as it stands at the end."""
    parts = []
    for rollup in run["rollups"]:
        lines = "\n".join(line["text"] for line in rollup["lines"])
        parts.append(f"== Week {rollup['week']}, {rollup['at'][:16].replace('T', ' ')}\n\n{lines}")
        if rollup["thread"]:
            thread = "\n".join(f"    {line}".rstrip() for line in rollup["thread"].splitlines())
            parts.append(f"  In the thread:\n{thread}")
    parts.append(f"== The board at the end\n\n{run['board'].strip()}")
    broken = [f"{each['at']} {each['rule']} {each['to']}: {each['detail']}" for each in run["violations"]]
    parts.append("== Checks\n\n" + ("\n".join(broken) if broken else "No rule was broken."))
    return "\n\n".join(parts) + "\n"
