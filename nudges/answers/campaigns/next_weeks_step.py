"""A programme lead chooses another action for next week of a campaign that runs; undone until it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nudges import access
from nudges.answers.campaigns.led_campaign import live, seen_in_chat
from nudges.answers.campaigns.week_preview import as_value
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar
from nudges.model.catalogue import Action, Week
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.rules.campaigns.changed_week import changed, may_be_offered
from nudges.unit_of_work.nudge_cards import Facts, words_for_anybody
from nudges.unit_of_work.read_roster import week_of_run
from nudges.unit_of_work.reply_context import Answering

BEGAN = "That week has begun, so its step stays. Say “next week” to change the one after it."


async def next_offer(one: Answering) -> Outcome:
    """The form with what next week may ask instead; where several campaigns run, which one is asked first."""
    found = await _run(one)
    if isinstance(found, Outcome):
        return found
    one, run = found
    monday = _next_monday(one, run)
    week = _week(one, run, monday)
    choices = _choices(one, run, week) if week is not None else ()
    if week is None or not choices:
        return await one.say("offer_none", _why_none(one, run, week, monday))
    facts: Facts = {
        "campaign": one.turn.book.name_of(run),
        "week": week.number,
        "date": day_words(monday),
        "theme": week.theme,
        "now": _title(one, one.turn.book.action(week.offer[0])),
        "minutes": one.turn.book.action(week.offer[0]).minutes,
        "action": week.offer[0],
        "actions": [_choice(one, action) for action in choices],
    }
    subject = _subject(run, week)
    return Outcome(form=one.renderer.form("next_offer", facts, subject=subject, locale=one.leader.locale))


async def _run(one: Answering) -> tuple[Answering, CampaignRun] | Outcome:
    """The run that is meant: the one named, the only one, or a question which."""
    leading = access.leading(one.leaders)
    if one.subject and not any(each.id == one.subject for each in leading):
        leader, run = await access.led_run(one.turn.tx, one.leaders, one.subject.partition(":")[0])
        return await one.as_leader(leader), run
    found: list[tuple[Answering, CampaignRun]] = []
    for leader in leading:
        near = await one.as_leader(leader)
        found += [(near, run) for run in live(near)]
    if not found:
        return await one.say("offer_none", {"reason": "nothing_runs", "campaign": "", "date": ""})
    if len(found) == 1:
        return found[0]
    row: list[Facts] = [
        {"verb": "next_offer", "subject": run.id, "label": one.turn.book.name_of(run)} for _, run in found
    ]
    return await one.say("which_one", {"buttons": row})


def _next_monday(one: Answering, run: CampaignRun) -> date:
    """The Monday on which the run's next week begins; before its start, that of its first one."""
    return max(calendar.week_of(one.turn.at, one.roster.partnership.zone) + calendar.WEEK, run.starts_on)


def _week(one: Answering, run: CampaignRun, monday: date) -> Week | None:
    """The run's week that begins then; None in a pause and after its last one."""
    found = week_of_run(run, monday, one.turn.book)
    return found[1] if found is not None else None


def _choices(one: Answering, run: CampaignRun, week: Week) -> tuple[Action, ...]:
    book = one.turn.book
    return may_be_offered(week, rung=run.highest_rung, catalogue=book.catalogue, rules=book.rules)


def _why_none(one: Answering, run: CampaignRun, week: Week | None, monday: date) -> Facts:
    reason = "over"
    if week is not None:
        reason = "round" if week.kind == "offer" else week.kind
    elif any(monday in days for days in run.pauses):
        reason = "paused"
    return {"reason": reason, "campaign": one.turn.book.name_of(run), "date": day_words(monday)}


def _title(one: Answering, action: Action) -> str:
    return fill(action.title, words_for_anybody(one.turn.book, one.roster.partnership))


def _choice(one: Answering, action: Action) -> Facts:
    shelf = next(each.name for each in one.turn.book.catalogue.categories if each.id == action.category)
    label = f"{_title(one, action)} ({action.minutes} minutes). {action.why}"
    return {"value": action.id, "label": label, "group": shelf}


def _subject(run: CampaignRun, week: Week) -> str:
    return f"{run.id}:{week.number}"


async def _same_week(one: Answering) -> tuple[Answering, CampaignRun, Week, date]:
    """The run and week that a form or a button is about, while that week is still to come.

    Raises:
        NotAllowed: the person leads no programme.
        NotFound: the run is over, or it is not theirs.
        IllegalTransition: the week has begun.
    """
    run_id, _, number = one.subject.partition(":")
    leader, run = await access.led_run(one.turn.tx, one.leaders, run_id)
    one = await one.as_leader(leader)
    monday = _next_monday(one, run)
    week = _week(one, run, monday)
    if week is None or str(week.number) != number:
        raise IllegalTransition(BEGAN)
    return one, run, week, monday


async def next_offer_submit(one: Answering) -> Outcome:
    """Next week asks this; templates are reviewed, so only what the catalogue holds can be chosen."""
    try:
        one, run, week, monday = await _same_week(one)
    except IllegalTransition as error:
        return Outcome(errors={"action": str(error)})
    chosen = next((each for each in _choices(one, run, week) if each.id == one.argument("action")), None)
    if chosen is None:
        return Outcome(errors={"action": "Choose one of the steps in the list, please."})
    own = one.turn.book.campaign(run.campaign_id).week(week.number)
    if own is None or chosen.id == week.offer[0]:
        return Outcome(errors={"action": "That is the step of next week already. Choose another one."})
    is_undone = chosen.id == own.offer[0]
    return await _changed(one, run, own, monday, chosen, before=week.offer[0], is_undone=is_undone)


async def next_offer_undo(one: Answering) -> Outcome:
    """Next week asks again what the campaign says."""
    one, run, week, monday = await _same_week(one)
    own = one.turn.book.campaign(run.campaign_id).week(week.number)
    if own is None or not week.is_chosen:
        raise InvalidInput("Next week asks what the campaign says. There is nothing to take back.")
    action = one.turn.book.action(own.offer[0])
    return await _changed(one, run, own, monday, action, before=week.offer[0], is_undone=True)


async def _changed(
    one: Answering,
    run: CampaignRun,
    week: Week,
    monday: date,
    action: Action,
    *,
    before: str,
    is_undone: bool,
) -> Outcome:
    changes = changed(run.changes, week=week.number, action_id=None if is_undone else action.id)
    one.turn.keep(replace(run, changes=changes))
    one.turn.log(
        EventKind.OFFER_CHANGED,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        leader=one.leader,
        data={"week": week.number, "action": action.id, "before": before, "is_undone": is_undone},
    )
    subject = _subject(run, week)
    undo: list[Facts] = [] if is_undone else [{"verb": "next_offer_undo"}]
    look: Facts = {
        "verb": "preview_week_submit",
        "value": as_value(run.id, week.number, one.leader.id),
        "label": "Preview it",
    }
    facts: Facts = {
        "campaign": one.turn.book.name_of(run),
        "date": day_words(monday),
        "title": _title(one, action),
        "minutes": action.minutes,
        "why": action.why,
        "before": _title(one, one.turn.book.action(before)),
        "is_undone": is_undone,
        "buttons": [*undo, look],
    }
    shown = await one.turn.tx.deliveries.unchecked_shown_about(subject, one.leader.id)
    if shown and one.command.via == "tap":
        await one.redraw(subject, "offer_changed", facts)
        return Outcome()
    return seen_in_chat(one, await one.say("offer_changed", facts, subject=subject, lasts=True))
