"""A programme lead starts a campaign in chat: a form, a summary to look at, and one more tap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, in_partnership, seen_in_chat
from nudges.answers.campaigns.week_preview import as_value
from nudges.errors import NotFound
from nudges.model import calendar, message_facts
from nudges.model.campaign_draft import Draft, read_draft
from nudges.model.catalogue import Campaign
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.ids import make_id
from nudges.model.people import Organisation
from nudges.model.plain_words import and_words, day_words
from nudges.model.screened_text import screen
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.draft_campaign import (
    campaign_of,
    campaigns_of,
    channels_of,
    launch_of,
    length,
    name_and_length,
    partnership_of,
    wrong_with,
)
from nudges.use_cases.campaigns.launch_advice import advise, reach
from nudges.use_cases.campaigns.launch_campaign import Launch, everybody_in, launch_in, usual_channel
from nudges.use_cases.joining.ask_permission import has_left, sponsors_of
from nudges.use_cases.pulse.shared_goal import with_history

LISTED_MAX = 100
CHOOSE_MONDAY = said("campaigns.choose_monday")
CHANGE_IT = said("campaigns.change_it")


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
    partnership = reply.roster.partnership
    today = calendar.local(reply.work.at, partnership.zone).date()
    first = today + timedelta(days=-today.weekday() % 7)
    offered = reply.work.book.rules.before_launch.mondays_offered
    mondays = [first + number * calendar.WEEK for number in range(offered)]
    campaigns = [_campaign(reply, each) for each in await campaigns_of(reply.work, partnership.id)]
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


def _campaign(reply: ReplyContext, campaign: Campaign) -> Facts:
    return {
        "value": campaign.id,
        "label": reply.in_words(name_and_length(campaign, reply.work.book.catalogue)),
        "name": campaign.name,
        "purpose": _first_sentence(campaign.purpose),
    }


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _staying(reply: ReplyContext) -> list[Organisation]:
    """The organisations that have not left, by name; as many as a form can hold."""
    staying = [each for each in reply.roster.organisations.values() if not has_left(each)]
    return sorted(staying, key=lambda each: each.name.casefold())[:LISTED_MAX]


def _organisation(reply: ReplyContext, organisation: Organisation) -> Facts:
    label = organisation.name
    if not organisation.is_ready:
        lacks = _lacks(reply, organisation)
        label = reply.in_words(
            said("campaigns.ready.name_and_waits", {"organisation": label, "lacks": lacks})
        )
    return {"value": organisation.id, "label": label}


def _lacks(reply: ReplyContext, organisation: Organisation) -> str:
    """What an organisation waits for before its people hear anything."""
    lacks = []
    if organisation.permission_at is None:
        has_sponsor = bool(sponsors_of(reply.roster, organisation))
        lacks.append(said("campaigns.ready.permission" if has_sponsor else "campaigns.ready.sponsor"))
    if organisation.assessment is None:
        lacks.append(said("campaigns.ready.assessment_short"))
    return and_words(reply.in_words(each) for each in lacks)


async def campaign_new_submit(reply: ReplyContext) -> Outcome:
    """What was filled in, to be looked at once more; each thing that is missing stands at its field."""
    reply = await as_lead(reply)
    try:
        draft = _filled_in(reply)
    except ValueError:
        return Outcome(errors={"starts_on": reply.in_words(CHOOSE_MONDAY)})
    wrong = await wrong_with(reply.work, reply.roster, draft) | _emptied(reply)
    if wrong:
        return Outcome(errors={field: reply.in_words(words) for field, words in wrong.items()})
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
    words = reply.argument(field)
    rules = reply.work.book.rules
    return words if len(words) > rules.before_launch.goal_max else screen(words, rules).text


def _emptied(reply: ReplyContext) -> dict[str, Said]:
    """A campaign without a goal, or without anybody who is better off, is none."""
    asked = {
        "goal": said("campaigns.launch.goal"),
        "better_off": said("campaigns.launch.better_off"),
    }
    return {field: words for field, words in asked.items() if not reply.argument(field)}


async def _summary(reply: ReplyContext, draft: Draft) -> message_facts.CampaignSummary:
    campaign = await campaign_of(reply.work, reply.roster.partnership.id, draft.campaign_id)
    launch, roster = launch_of(reply.roster, campaign, draft), reply.roster
    members = launch.member_ids or everybody_in(roster)
    channel = launch.channel or usual_channel(campaign)
    wished = partnership_of(roster.partnership, draft)
    advice = [*await advise(reply.work, roster, campaign, members), *reach(roster, members, channel)]
    taking_part = _taking_part(reply, launch)
    first_week = {
        "verb": "preview_week_submit",
        "value": as_value(campaign.id, 1, reply.leader.id),
        "label": reply.in_words(said("campaigns.preview.first_week")),
    }
    return {
        "people": taking_part.people,
        "organisations": taking_part.organisations,
        "is_everybody": not launch.member_ids,
        "waiting": taking_part.waiting,
        "campaign": campaign.name,
        "name": draft.name,
        "length": reply.in_words(length(campaign, reply.work.book.catalogue)),
        "goal": wished.shared_goal,
        "is_new_goal": wished != roster.partnership,
        "date": day_words(draft.starts_on),
        "channel": channel,
        "advice": [reply.in_words(each) for each in advice],
        "buttons": [
            {"verb": "campaign_launch", "value": draft.to_text()},
            first_week,
            _change_it(reply, draft),
        ],
    }


def _change_it(reply: ReplyContext, draft: Draft) -> Facts:
    return {"verb": "campaign_new", "value": draft.to_text(), "label": reply.in_words(CHANGE_IT)}


@dataclass(frozen=True, kw_only=True, slots=True)
class TakingPart:
    """How many take part and of which organisations, and what those wait for that are not ready."""

    people: int
    organisations: str
    waiting: list[message_facts.CampaignSummaryWaiting]


def _taking_part(reply: ReplyContext, launch: Launch) -> TakingPart:
    roster = reply.roster
    members = launch.member_ids or everybody_in(roster)
    ids = {roster.leaders[each].organisation_id for each in members}
    organisations = sorted(
        (roster.organisations[each] for each in ids), key=lambda each: each.name.casefold()
    )
    return TakingPart(
        people=len(members),
        organisations=and_words(each.name for each in organisations),
        waiting=[
            {"name": each.name, "lacks": _lacks(reply, each)} for each in organisations if not each.is_ready
        ],
    )


async def campaign_launch(reply: ReplyContext) -> Outcome:
    """Launch what the summary says, with the same checks again: much may have changed since."""
    draft = read_draft(reply.argument("value"))
    reply = await _own(reply, draft)
    wrong = await wrong_with(reply.work, reply.roster, draft)
    if wrong:
        reasons = dict.fromkeys(reply.in_words(words) for words in wrong.values())
        refused = message_facts.CampaignNotLaunched(reasons=list(reasons), buttons=[_change_it(reply, draft)])
        return await reply.say("campaign_not_launched", refused, subject=reply.subject)
    campaign = await campaign_of(reply.work, reply.roster.partnership.id, draft.campaign_id)
    reply = _with_goal(reply, draft)
    launch = launch_of(reply.roster, campaign, draft)
    launched = await launch_in(reply.work, reply.roster, launch, by=reply.leader)
    taking_part = _taking_part(reply, launch)
    facts = message_facts.CampaignLaunched(
        people=taking_part.people,
        organisations=taking_part.organisations,
        waiting=taking_part.waiting,
        name=reply.work.book.name_of(launched.run),
        date=day_words(launched.run.starts_on),
        invited=launched.invited,
        buttons=[],
    )
    return await _shown(reply, facts)


def _with_goal(reply: ReplyContext, draft: Draft) -> ReplyContext:
    """With the draft's shared goal; the goal before it is kept with its day."""
    known = reply.roster.partnership
    changed = with_history(reply.work, known, partnership_of(known, draft), by=reply.leader)
    if changed == known:
        return reply
    reply.work.keep(changed)
    return replace(reply, roster=replace(reply.roster, partnership=changed))


async def _shown(reply: ReplyContext, facts: message_facts.CampaignLaunched) -> Outcome:
    """The summary becomes what came of it; where it was only shown for a moment, it is said anew."""
    shown = await access.shown_messages(reply.work.tx, reply.leader, reply.subject)
    if not shown or reply.command.via != "tap":
        return await reply.say("campaign_launched", facts, subject=reply.subject, lasts=True)
    await reply.redraw(reply.subject, "campaign_launched", facts)
    return Outcome()
