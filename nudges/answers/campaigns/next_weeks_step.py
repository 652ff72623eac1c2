"""A programme lead chooses another action for next week of a campaign that runs; undone until it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nudges import access
from nudges.answers.campaigns.led_campaign import live, seen_in_chat
from nudges.answers.campaigns.week_preview import as_value
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.catalogue import Action, Week
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.placeholders import fill
from nudges.model.plain_words import day_words
from nudges.rules.campaigns.changed_week import changed, may_be_offered
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, words_for_anybody
from nudges.unit_of_work.read_roster import week_of_run
from nudges.unit_of_work.reply_context import ReplyContext

BEGAN = said("campaigns.next_week.began")


async def next_offer(reply: ReplyContext) -> Outcome:
    """The form with what next week may ask instead; where several campaigns run, which one is asked first."""
    outcome = await _run(reply)
    if isinstance(outcome, Outcome):
        return outcome
    reply, run = outcome
    monday = _next_monday(reply, run)
    week = _week(reply, run, monday)
    choices = _choices(reply, run, week) if week is not None else ()
    if week is None or not choices:
        return await reply.say("offer_none", _why_none(reply, run, week, monday))
    facts: Facts = {
        "campaign": reply.work.book.name_of(run),
        "week": week.number,
        "date": day_words(monday),
        "theme": week.theme,
        "now": _title(reply, reply.work.book.action(week.offer[0])),
        "minutes": reply.work.book.action(week.offer[0]).minutes,
        "action": week.offer[0],
        "actions": [_choice(reply, action) for action in choices],
    }
    subject = _subject(run, week)
    return Outcome(form=reply.renderer.form("next_offer", facts, subject=subject, locale=reply.leader.locale))


async def _run(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun] | Outcome:
    """The run that is meant: the one named, the only one, or a question which."""
    leading = access.leading(reply.leaders)
    if reply.subject and not any(each.id == reply.subject for each in leading):
        leader, run = await access.led_run(reply.work.tx, reply.leaders, reply.subject.partition(":")[0])
        return await reply.as_leader(leader), run
    result: list[tuple[ReplyContext, CampaignRun]] = []
    for leader in leading:
        here = await reply.as_leader(leader)
        result += [(here, run) for run in live(here)]
    if not result:
        none = message_facts.OfferNone(reason="nothing_runs", campaign="", date="")
        return await reply.say("offer_none", none)
    if len(result) == 1:
        return result[0]
    row: list[Facts] = [
        {"verb": "next_offer", "subject": run.id, "label": reply.work.book.name_of(run)} for _, run in result
    ]
    return await reply.say("which_one", message_facts.WhichOne(buttons=row))


def _next_monday(reply: ReplyContext, run: CampaignRun) -> date:
    """The Monday on which the run's next week begins; before its start, that of its first one."""
    return max(calendar.week_of(reply.work.at, reply.roster.partnership.zone) + calendar.WEEK, run.starts_on)


def _week(reply: ReplyContext, run: CampaignRun, monday: date) -> Week | None:
    """The run's week that begins then; None in a pause and after its last one."""
    result = week_of_run(run, monday, reply.work.book)
    return result[1] if result is not None else None


def _choices(reply: ReplyContext, run: CampaignRun, week: Week) -> tuple[Action, ...]:
    book = reply.work.book
    return may_be_offered(week, rung=run.highest_rung, catalogue=book.catalogue, rules=book.rules)


def _why_none(
    reply: ReplyContext, run: CampaignRun, week: Week | None, monday: date
) -> message_facts.OfferNone:
    reason = "over"
    if week is not None:
        reason = "round" if week.kind == "offer" else week.kind
    elif any(monday in days for days in run.pauses):
        reason = "paused"
    return {"reason": reason, "campaign": reply.work.book.name_of(run), "date": day_words(monday)}


def _title(reply: ReplyContext, action: Action) -> str:
    return fill(action.title, words_for_anybody(reply.work.book, reply.roster.partnership))


def _choice(reply: ReplyContext, action: Action) -> Facts:
    shelf = next(each.name for each in reply.work.book.catalogue.categories if each.id == action.category)
    words = said(
        "campaigns.next_week.choice",
        {"title": _title(reply, action), "minutes": action.minutes, "why": action.why},
    )
    return {"value": action.id, "label": reply.in_words(words), "group": shelf}


def _subject(run: CampaignRun, week: Week) -> str:
    return f"{run.id}:{week.number}"


async def _same_week(reply: ReplyContext) -> tuple[ReplyContext, CampaignRun, Week, date]:
    """The run and week that a form or a button is about, while that week is still to come.

    Raises:
        NotAllowed: the person leads no programme.
        NotFound: the run is over, or it is not theirs.
        IllegalTransition: the week has begun.
    """
    run_id, _, number = reply.subject.partition(":")
    leader, run = await access.led_run(reply.work.tx, reply.leaders, run_id)
    reply = await reply.as_leader(leader)
    monday = _next_monday(reply, run)
    week = _week(reply, run, monday)
    if week is None or str(week.number) != number:
        raise IllegalTransition(BEGAN)
    return reply, run, week, monday


async def next_offer_submit(reply: ReplyContext) -> Outcome:
    """Next week asks this; templates are reviewed, so only what the catalogue holds can be chosen."""
    try:
        reply, run, week, monday = await _same_week(reply)
    except IllegalTransition as error:
        return Outcome(errors={"action": reply.in_words(error)})
    chosen = next((each for each in _choices(reply, run, week) if each.id == reply.argument("action")), None)
    if chosen is None:
        return Outcome(errors={"action": reply.in_words(said("campaigns.next_week.choose_step"))})
    own = reply.work.book.campaign(run.campaign_id).week(week.number)
    if own is None or chosen.id == week.offer[0]:
        return Outcome(errors={"action": reply.in_words(said("campaigns.next_week.same_step"))})
    is_undone = chosen.id == own.offer[0]
    return await _changed(reply, run, own, monday, chosen, before=week.offer[0], is_undone=is_undone)


async def next_offer_undo(reply: ReplyContext) -> Outcome:
    """Next week asks again what the campaign says."""
    reply, run, week, monday = await _same_week(reply)
    own = reply.work.book.campaign(run.campaign_id).week(week.number)
    if own is None or not week.is_chosen:
        raise InvalidInput(said("campaigns.next_week.nothing_changed"))
    action = reply.work.book.action(own.offer[0])
    return await _changed(reply, run, own, monday, action, before=week.offer[0], is_undone=True)


async def _changed(
    reply: ReplyContext,
    run: CampaignRun,
    week: Week,
    monday: date,
    action: Action,
    *,
    before: str,
    is_undone: bool,
) -> Outcome:
    changes = changed(run.changes, week=week.number, action_id=None if is_undone else action.id)
    reply.work.keep(replace(run, changes=changes))
    reply.work.log(
        EventKind.OFFER_CHANGED,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        leader=reply.leader,
        data={"week": week.number, "action": action.id, "before": before, "is_undone": is_undone},
    )
    subject = _subject(run, week)
    undo: list[Facts] = [] if is_undone else [{"verb": "next_offer_undo"}]
    look: Facts = {
        "verb": "preview_week_submit",
        "value": as_value(run.id, week.number, reply.leader.id),
        "label": reply.in_words(said("campaigns.preview.open")),
    }
    facts: message_facts.OfferChanged = {
        "campaign": reply.work.book.name_of(run),
        "date": day_words(monday),
        "title": _title(reply, action),
        "minutes": action.minutes,
        "why": action.why,
        "before": _title(reply, reply.work.book.action(before)),
        "is_undone": is_undone,
        "buttons": [*undo, look],
    }
    shown = await access.shown_messages(reply.work.tx, reply.leader, subject)
    if shown and reply.command.via == "tap":
        await reply.redraw(subject, "offer_changed", facts)
        return Outcome()
    return seen_in_chat(reply, await reply.say("offer_changed", facts, subject=subject, lasts=True))
