"""The open page's change log: what was changed in the product, and what was decided here, by date."""

from __future__ import annotations

from nudges.model import calendar
from nudges.model.events import Event, EventKind
from nudges.model.open_page import FIRST, Change
from nudges.model.placeholders import fill
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.ports import Transaction
from nudges.rules.open_page.chosen_names import OpenNames
from nudges.rules.open_page.page_record import ChangeLine
from nudges.unit_of_work.nudge_cards import words_for_anybody

KINDS = {
    "rule": "the rules on {name}",
    "campaign": "the campaign {name}",
    "action": "the action {name}",
    "message": "the message “{name}”",
    "button": "the buttons",
    "sentence": "the short answers",
    "field": "what is stored about {name}",
}
DECIDED = (
    EventKind.RUN_LAUNCHED,
    EventKind.RUN_PAUSED,
    EventKind.RUN_RESUMED,
    EventKind.RUN_ENDED,
    EventKind.GATE_OPENED,
    EventKind.GOAL_CHANGED,
    EventKind.FILE_APPLIED,
    EventKind.OFFER_CHANGED,
)


async def change_log(
    tx: Transaction,
    book: Playbook,
    roster: Roster,
    *,
    zone: str,
    hidden_runs: frozenset[str],
    names: OpenNames,
) -> tuple[ChangeLine, ...]:
    """Every change, the newest first; nothing of a private group."""
    partnership_id = roster.partnership.id
    result = [(one.at, _published(one, book)) for one in await tx.records.unchecked_changes(partnership_id)]
    events = await tx.records.events(partnership_id, kinds=DECIDED)
    result += [
        (event.at, words)
        for event in events
        if event.run_id not in hidden_runs and event.subject not in hidden_runs
        for words in [_decided(event, book, roster)]
        if words
    ]
    result += [
        (
            campaign.applied_at,
            f"The campaign “{book.campaigns[campaign.id].name}” was written or changed here.",
        )
        for campaign in await tx.people.unchecked_own_campaigns()
        if campaign.partnership_id == partnership_id and campaign.id in book.campaigns
    ]
    ordered = sorted(result, key=lambda one: one[0], reverse=True)
    return tuple(
        ChangeLine(on=calendar.local(at, zone).date(), what=names.out_of(words)) for at, words in ordered
    )


def _published(change: Change, book: Playbook) -> str:
    if change.what == FIRST:
        return "Everything on this page was published for the first time."
    campaign, action = book.campaigns.get(change.name), book.catalogue.find(change.name)
    spoken = campaign.name if campaign and change.kind == "campaign" else change.name.replace("_", " ")
    if action is not None and change.kind == "action":
        spoken = action.title
    quoted = f"“{spoken}”" if change.kind in ("campaign", "action") else spoken
    words = KINDS.get(change.kind, "{name}").format(name=quoted)
    verb = "were" if change.kind in ("rule", "button", "sentence") else "was"
    return f"{words[0].upper()}{words[1:]} {verb} {change.what}."


def _decided(event: Event, book: Playbook, roster: Roster) -> str:
    run = next((one for one in roster.runs if one.id in (event.run_id, event.subject)), None)
    name = f"“{book.name_of(run)}”" if run is not None and run.campaign_id in book.campaigns else ""
    if event.kind is EventKind.FILE_APPLIED:
        return "The partnership's file was loaded with changes."
    if event.kind is EventKind.GOAL_CHANGED:
        return "The shared goal was changed. The goal before it is kept below the new one."
    if event.kind is EventKind.GATE_OPENED and name:
        by = "the agreed numbers" if event.data.get("by") == "rule" else "a person's word"
        return f"{name}: steps of rung {event.data.get('rung')} were opened by {by}."
    if event.kind is EventKind.OFFER_CHANGED and name:
        return _offer(event, book, roster, name)
    words = {
        EventKind.RUN_LAUNCHED: "was launched",
        EventKind.RUN_PAUSED: "was paused",
        EventKind.RUN_RESUMED: "went on after a pause",
        EventKind.RUN_ENDED: "came to its end",
    }.get(event.kind)
    return f"The campaign {name} {words}." if words and name else ""


def _offer(event: Event, book: Playbook, roster: Roster, name: str) -> str:
    """A programme lead chose another step for one week, or took that back."""
    action = book.catalogue.find(str(event.data.get("action")))
    if action is None:
        return ""
    title = fill(action.title, words_for_anybody(book, roster.partnership))
    done = "is again" if event.data.get("is_undone") else "was changed to"
    return f"{name}: the step of week {event.data.get('week')} {done} “{title}”, by a programme lead."
