"""The open page's change log: what was changed in the product, and what was decided here, by date."""

from __future__ import annotations

from nudges.model import calendar
from nudges.model.events import Event, EventKind
from nudges.model.open_page import ADDED, CHANGED, FIRST, TAKEN_OUT, Change
from nudges.model.placeholders import fill
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.ports import Transaction
from nudges.rules.open_page.chosen_names import OpenNames
from nudges.rules.open_page.page_record import ChangeLine
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import words_for_anybody

_CHANGED = {
    ADDED: said("open_page.part.added"),
    CHANGED: said("open_page.part.was_changed"),
    TAKEN_OUT: said("open_page.part.taken_out"),
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
    changes = await tx.records.unchecked_changes(partnership_id)
    lines = [(change.at, _published(change, book)) for change in changes]
    events = await tx.records.events(partnership_id, kinds=DECIDED)
    lines += [
        (event.at, words)
        for event in events
        if event.run_id not in hidden_runs and event.subject not in hidden_runs
        for words in [_decided(event, book, roster)]
        if words is not None
    ]
    lines += [
        (
            campaign.applied_at,
            said("open_page.campaign.written_here", {"campaign": book.campaigns[campaign.id].name}),
        )
        for campaign in await tx.people.unchecked_own_campaigns()
        if campaign.partnership_id == partnership_id and campaign.id in book.campaigns
    ]
    ordered = sorted(lines, key=lambda line: line[0], reverse=True)
    return tuple(
        ChangeLine(on=calendar.local(at, zone).date(), what=names.out_of(book.in_words(words)))
        for at, words in ordered
    )


def _published(change: Change, book: Playbook) -> Said:
    """A part of the product that was added, changed or taken out."""
    if change.what == FIRST:
        return said("open_page.first_published")
    changed, name = _CHANGED.get(change.what, change.what), change.name.replace("_", " ")
    match change.kind:
        case "rule":
            return said("open_page.part.rules", {"name": name, "changed": changed})
        case "campaign":
            campaign = book.campaigns.get(change.name)
            title = campaign.name if campaign is not None else name
            return said("open_page.part.campaign", {"name": title, "changed": changed})
        case "action":
            action = book.catalogue.find(change.name)
            title = action.title if action is not None else name
            return said("open_page.part.action", {"name": title, "changed": changed})
        case "message":
            return said("open_page.part.message", {"name": name, "changed": changed})
        case "button":
            return said("open_page.part.buttons", {"changed": changed})
        case "sentence":
            return said("open_page.part.short_answers", {"changed": changed})
        case "field":
            return said("open_page.part.stored", {"name": name, "changed": changed})
    # A kind that an older release published.
    return said("open_page.part.unknown", {"name": f"{name[:1].upper()}{name[1:]}", "changed": changed})


def _decided(event: Event, book: Playbook, roster: Roster) -> Said | None:
    """What people here decided; None where it is nothing for the page."""
    if event.kind is EventKind.FILE_APPLIED:
        return said("open_page.file_loaded")
    if event.kind is EventKind.GOAL_CHANGED:
        return said("open_page.goal_changed")
    run = next((one for one in roster.runs if one.id in (event.run_id, event.subject)), None)
    if run is None or run.campaign_id not in book.campaigns:
        return None
    name = book.name_of(run)
    match event.kind:
        case EventKind.RUN_LAUNCHED:
            return said("open_page.campaign.was_launched", {"campaign": name})
        case EventKind.RUN_PAUSED:
            return said("open_page.campaign.was_paused", {"campaign": name})
        case EventKind.RUN_RESUMED:
            return said("open_page.campaign.went_on", {"campaign": name})
        case EventKind.RUN_ENDED:
            return said("open_page.campaign.came_to_its_end", {"campaign": name})
        case EventKind.GATE_OPENED:
            is_by_rule = event.data.get("by") == "rule"
            return said(
                "open_page.rung_opened.by_numbers" if is_by_rule else "open_page.rung_opened.by_person",
                {"campaign": name, "rung": str(event.data.get("rung"))},
            )
        case EventKind.OFFER_CHANGED:
            return _offer(event, book, roster, name)
    return None


def _offer(event: Event, book: Playbook, roster: Roster, name: str) -> Said | None:
    """A programme lead chose another step for one week, or took that back."""
    action = book.catalogue.find(str(event.data.get("action")))
    if action is None:
        return None
    title = fill(action.title, words_for_anybody(book, roster.partnership))
    is_undone = bool(event.data.get("is_undone"))
    return said(
        "open_page.campaign.is_again_step" if is_undone else "open_page.campaign.changed_step",
        {"campaign": name, "week": str(event.data.get("week")), "step": title},
    )
