"""A programme lead starts a campaign in chat: a form, a summary to look at, and one more tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, in_partnership, seen_in_chat
from nudges.answers.campaigns.week_preview import as_value
from nudges.errors import NotFound
from nudges.model import calendar
from nudges.model.campaign_draft import Draft, read_draft
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.people import Organisation
from nudges.model.plain_words import and_words, day_words
from nudges.model.privacy import screen
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.draft_campaign import (
    campaign_choice,
    campaign_of,
    campaigns_of,
    channels_of,
    launch_of,
    length_words,
    partnership_of,
    wrong_with,
)
from nudges.use_cases.campaigns.launch_advice import advise, reach
from nudges.use_cases.campaigns.launch_campaign import Launch, everybody_in, launch_in, usual_channel
from nudges.use_cases.joining.ask_permission import has_left, sponsors_of
from nudges.use_cases.pulse.shared_goal import with_history

LISTED_MAX = 100
OPENS_AGAIN = "Choose a Monday, please."


async def campaign_new(reply: ReplyContext) -> Outcome:
    """The form: which campaign, what for, from which Monday, where its posts go, and who takes part."""
    draft = read_draft(reply.argument("value")) if reply.argument("value").startswith("[") else None
    if draft is not None:
        return await _form(await _own(reply, draft), draft)
    outcome = await in_partnership(reply)
    return outcome if isinstance(outcome, Outcome) else await _form(outcome, None)


async def _own(reply: ReplyContext, draft: Draft) -> ReplyContext:
    """As the lead whose draft it is.

    Raises:
        NotAllowed: the person leads no programme.
        NotFound: it is somebody else's.
    """
    mine = next((each for each in access.leading(reply.leaders) if each.id == draft.lead_id), None)
    if mine is None:
        raise NotFound(access.GONE)
    return await reply.as_leader(mine)


async def _form(reply: ReplyContext, draft: Draft | None) -> Outcome:
    partnership, book = reply.roster.partnership, reply.work.book
    today = calendar.local(reply.work.at, partnership.zone).date()
    first = today + timedelta(days=-today.weekday() % 7)
    mondays = [first + number * calendar.WEEK for number in range(book.rules.before_launch.mondays_offered)]
    campaigns = [
        campaign_choice(each, book.catalogue) for each in await campaigns_of(reply.work, partnership.id)
    ]
    facts: Facts = {
        "campaigns": campaigns,
        "campaign": draft.campaign_id if draft else campaigns[0]["value"],
        "name": draft.name if draft else "",
        "goal": (draft.goal if draft else "") or partnership.shared_goal,
        "better_off": (draft.better_off if draft else "") or partnership.better_off,
        "mondays": [{"value": day.isoformat(), "label": day_words(day)} for day in mondays],
        "starts_on": (draft.starts_on if draft else first).isoformat(),
        "channels": [{"value": name, "label": name} for name in channels_of(reply.roster)],
        "channel": draft.channel if draft else "",
        "organisations": [_organisation(reply, each) for each in _staying(reply)],
        "chosen": ",".join(draft.organisation_ids) if draft else "",
    }
    return Outcome(
        form=reply.renderer.form("campaign_new", facts, subject=reply.leader.id, locale=reply.leader.locale)
    )


def _staying(reply: ReplyContext) -> list[Organisation]:
    """The organisations that have not left, by name; as many as a form can hold."""
    staying = [each for each in reply.roster.organisations.values() if not has_left(each)]
    return sorted(staying, key=lambda each: each.name.casefold())[:LISTED_MAX]


def _organisation(reply: ReplyContext, organisation: Organisation) -> Facts:
    waits = f". Waits for {_lacks(reply, organisation)}" if not organisation.is_ready else ""
    return {"value": organisation.id, "label": f"{organisation.name}{waits}"}


def _lacks(reply: ReplyContext, organisation: Organisation) -> str:
    """What an organisation waits for before its people hear anything."""
    lacks = []
    if organisation.permission_at is None:
        has_sponsor = bool(sponsors_of(reply.roster, organisation))
        lacks.append("its sponsor's permission" if has_sponsor else "a sponsor who gives permission")
    if organisation.assessment is None:
        lacks.append("the assessment's reference")
    return and_words(lacks)


async def campaign_new_submit(reply: ReplyContext) -> Outcome:
    """What was filled in, to be looked at once more; each thing that is missing stands at its field."""
    reply = await as_lead(reply)
    try:
        draft = _filled_in(reply)
    except ValueError:
        return Outcome(errors={"starts_on": OPENS_AGAIN})
    wrong = await wrong_with(reply.work, reply.roster, draft) | _emptied(reply)
    if wrong:
        return Outcome(errors=wrong)
    reply.work.log(
        EventKind.CAMPAIGN_DRAFTED,
        partnership_id=reply.roster.partnership.id,
        subject=draft.campaign_id,
        leader=reply.leader,
    )
    facts = await _summary(reply, draft)
    draft_id = make_id("draft", reply.command.key)
    return seen_in_chat(reply, await reply.say("campaign_summary", facts, subject=draft_id, lasts=True))


def _filled_in(reply: ReplyContext) -> Draft:
    """What the form says; words that were left as they are stand for nothing new.

    Raises:
        ValueError: the day is none.
    """
    partnership = reply.roster.partnership
    goal, better_off, name = (_words(reply, field) for field in ("goal", "better_off", "name"))
    return Draft(
        lead_id=reply.leader.id,
        campaign_id=reply.argument("campaign"),
        starts_on=date.fromisoformat(reply.argument("starts_on")),
        name=name,
        goal=goal if goal != partnership.shared_goal else "",
        better_off=better_off if better_off != partnership.better_off else "",
        channel=reply.argument("channel"),
        organisation_ids=tuple(each for each in reply.argument("organisations").split(",") if each),
    )


def _words(reply: ReplyContext, field: str) -> str:
    """The words of a field, screened; what is too long is told at its field, and goes no further."""
    said = reply.argument(field)
    rules = reply.work.book.rules
    return said if len(said) > rules.before_launch.goal_max else screen(said, rules).text


def _emptied(reply: ReplyContext) -> dict[str, str]:
    """A campaign without a goal, or without anybody who is better off, is none."""
    asked = {
        "goal": "Say what you want to reach together.",
        "better_off": "Say who will be better off.",
    }
    return {field: text for field, text in asked.items() if not reply.argument(field)}


async def _summary(reply: ReplyContext, draft: Draft) -> Facts:
    campaign = await campaign_of(reply.work, reply.roster.partnership.id, draft.campaign_id)
    launch, roster = launch_of(reply.roster, campaign, draft), reply.roster
    members = launch.member_ids or everybody_in(roster)
    channel = launch.channel or usual_channel(campaign)
    wished = partnership_of(roster.partnership, draft)
    facts = _people(reply, launch)
    preview = as_value(campaign.id, 1, reply.leader.id)
    return facts | {
        "campaign": campaign.name,
        "name": draft.name,
        "length": length_words(campaign, reply.work.book.catalogue),
        "goal": wished.shared_goal,
        "is_new_goal": wished != roster.partnership,
        "date": day_words(draft.starts_on),
        "channel": channel,
        "advice": [*await advise(reply.work, roster, campaign, members), *reach(roster, members, channel)],
        "buttons": [
            {"verb": "campaign_launch", "value": draft.to_text()},
            {"verb": "preview_week_submit", "value": preview, "label": "Preview week 1"},
            {"verb": "campaign_new", "value": draft.to_text(), "label": "Change it"},
        ],
    }


def _people(reply: ReplyContext, launch: Launch) -> Facts:
    """How many take part and of which organisations, and what those wait for that are not ready."""
    roster = reply.roster
    members = launch.member_ids or everybody_in(roster)
    ids = {roster.leaders[each].organisation_id for each in members}
    organisations = sorted(
        (roster.organisations[each] for each in ids), key=lambda each: each.name.casefold()
    )
    return {
        "people": len(members),
        "organisations": and_words(each.name for each in organisations),
        "is_everybody": not launch.member_ids,
        "waiting": [
            {"name": each.name, "lacks": _lacks(reply, each)} for each in organisations if not each.is_ready
        ],
    }


async def campaign_launch(reply: ReplyContext) -> Outcome:
    """Launch what the summary says, with the same checks again: much may have changed since."""
    draft = read_draft(reply.argument("value"))
    reply = await _own(reply, draft)
    wrong = await wrong_with(reply.work, reply.roster, draft)
    if wrong:
        again: Facts = {"verb": "campaign_new", "value": draft.to_text(), "label": "Change it"}
        facts: Facts = {"reasons": list(dict.fromkeys(wrong.values())), "buttons": [again]}
        return await reply.say("campaign_not_launched", facts, subject=reply.subject)
    campaign = await campaign_of(reply.work, reply.roster.partnership.id, draft.campaign_id)
    reply = _with_goal(reply, draft)
    launched = await launch_in(
        reply.work, reply.roster, launch_of(reply.roster, campaign, draft), by=reply.leader
    )
    facts = _people(reply, launch_of(reply.roster, campaign, draft)) | {
        "name": reply.work.book.name_of(launched.run),
        "date": day_words(launched.run.starts_on),
        "invited": launched.invited,
        "buttons": [],
    }
    return await _shown(reply, facts)


def _with_goal(reply: ReplyContext, draft: Draft) -> ReplyContext:
    """With the draft's shared goal; the goal before it is kept with its day."""
    known = reply.roster.partnership
    changed = with_history(reply.work, known, partnership_of(known, draft), by=reply.leader)
    if changed == known:
        return reply
    reply.work.keep(changed)
    return replace(reply, roster=replace(reply.roster, partnership=changed))


async def _shown(reply: ReplyContext, facts: Facts) -> Outcome:
    """The summary becomes what came of it; where it was only shown for a moment, it is said anew."""
    shown = await access.shown_messages(reply.work.tx, reply.leader, reply.subject)
    if not shown or reply.command.via != "tap":
        return await reply.say("campaign_launched", facts, subject=reply.subject, lasts=True)
    await reply.redraw(reply.subject, "campaign_launched", facts)
    return Outcome()
