"""A week of a campaign as one person will read it, shown to a programme lead alone and sent to nobody."""

from __future__ import annotations

from nudges import access
from nudges.answers.campaigns.led_campaign import as_lead, in_partnership, live
from nudges.errors import NotFound
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.people import CampaignRun
from nudges.model.plain_words import day_words
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.campaigns.draft_campaign import (
    CHOOSE_CAMPAIGN,
    campaigns_of,
    length,
    name_and_length,
)
from nudges.use_cases.campaigns.preview_messages import PreviewWeek
from nudges.use_cases.campaigns.preview_week import PreviewOf, as_persona, preview_weeks

LISTED_MAX = 100


def as_value(campaign: str, week: int, leader_id: str) -> str:
    """What a button says of a preview: a run or a campaign by id, the week's number, and whose it is."""
    return f"{campaign}|{week}|{leader_id}"


async def preview_week(reply: ReplyContext) -> Outcome:
    """The form: which campaign, which week, and as whom."""
    outcome = await in_partnership(reply)
    if isinstance(outcome, Outcome):
        return outcome
    reply = outcome
    runs = live(reply)
    facts: Facts = {
        "campaigns": [*(_running(reply, run) for run in runs), *(await _others(reply, runs))],
        "week": str(_next_week(reply, runs[0])) if runs else "1",
        "people": _people(reply),
        "me": reply.leader.id,
    }
    facts["campaign"] = facts["campaigns"][0]["value"]
    return Outcome(
        form=reply.renderer.form("preview_week", facts, subject=reply.leader.id, locale=reply.leader.locale)
    )


def _running(reply: ReplyContext, run: CampaignRun) -> Facts:
    book = reply.work.book
    words = said(
        "campaigns.preview.running",
        {
            "campaign": book.name_of(run),
            "length": length(book.campaign(run.campaign_id), book.catalogue),
        },
    )
    return {"value": run.id, "label": reply.in_words(words)}


async def _others(reply: ReplyContext, runs: list[CampaignRun]) -> list[Facts]:
    known = {run.campaign_id for run in runs}
    catalogue = reply.work.book.catalogue
    return [
        {"value": campaign.id, "label": reply.in_words(name_and_length(campaign, catalogue))}
        for campaign in await campaigns_of(reply.work, reply.roster.partnership.id)
        if campaign.id not in known
    ]


def _next_week(reply: ReplyContext, run: CampaignRun) -> int:
    """The week that begins next, in a run's own numbers; its last one where none does."""
    monday = calendar.week_of(reply.work.at, reply.roster.partnership.zone) + calendar.WEEK
    last = reply.work.book.campaign(run.campaign_id).length_weeks
    if monday < run.starts_on:
        return 1
    return calendar.run_week(run, monday, length=last, rules=reply.work.book.rules) or last


def _people(reply: ReplyContext) -> list[Facts]:
    """Everybody whose messages may be looked at, by organisation, the lead's own first."""
    here = [each for each in reply.roster.leaders.values() if each.left_at is None]
    names = {each.id: reply.roster.organisations[each.organisation_id].name for each in here}
    ordered = sorted(
        here,
        key=lambda leader: (
            leader.organisation_id != reply.leader.organisation_id,
            names[leader.id].casefold(),
            leader.id != reply.leader.id,
            leader.name.casefold(),
        ),
    )
    return [{"value": each.id, "label": each.name, "group": names[each.id]} for each in ordered[:LISTED_MAX]]


async def preview_week_submit(reply: ReplyContext) -> Outcome:
    """The messages of that week; nothing is sent, and that somebody looked is not kept."""
    campaign, week, leader_id = _asked(reply)
    reply = await _as_lead_of(reply, leader_id)
    try:
        of = await _of(reply, campaign, leader_id)
    except NotFound as error:
        return Outcome(errors={"campaign": reply.in_words(error)})
    last = of.campaign.length_weeks
    if not (week.isdecimal() and len(week) < 4 and 1 <= int(week) <= last):
        which = said("campaigns.preview.which_week", {"last": last})
        return Outcome(errors={"week": reply.in_words(which)})
    preview = preview_weeks(
        reply.work.book,
        reply.renderer,
        reply.roster,
        reply.work.holidays,
        of,
        weeks=int(week),
        locale=reply.leader.locale,
    )[-1]
    return Outcome(
        reply=reply.draw("week_preview", _facts(reply, of, preview, campaign), subject=reply.leader.id),
        leaves_no_trace=True,
    )


def _asked(reply: ReplyContext) -> tuple[str, str, str]:
    """Campaign, week and person: from a form, or from a button that shows the next week."""
    parts = reply.argument("value").split("|")
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    return reply.argument("campaign"), reply.argument("week"), reply.argument("persona")


async def _as_lead_of(reply: ReplyContext, leader_id: str) -> ReplyContext:
    """As the lead of the partnership in which the other person is.

    Raises:
        NotAllowed: the person leads no programme.
        NotFound: the other one is in none of theirs.
    """
    reply = await as_lead(reply)
    for leader in access.leading(reply.leaders):
        here = await reply.as_leader(leader)
        if leader_id in here.roster.leaders:
            return here
    raise NotFound(access.GONE)


async def _of(reply: ReplyContext, campaign_id: str, leader_id: str) -> PreviewOf:
    leader = as_persona(reply.roster.leaders[leader_id])
    for run in live(reply):
        if run.id == campaign_id:
            campaign = reply.work.book.campaign(run.campaign_id)
            return PreviewOf(campaign=campaign, starts_on=run.starts_on, leader=leader, run=run)
    monday = calendar.week_of(reply.work.at, reply.roster.partnership.zone) + calendar.WEEK
    for campaign in await campaigns_of(reply.work, reply.roster.partnership.id):
        if campaign.id == campaign_id:
            return PreviewOf(campaign=campaign, starts_on=monday, leader=leader)
    raise NotFound(CHOOSE_CAMPAIGN)


def _facts(
    reply: ReplyContext, of: PreviewOf, preview: PreviewWeek, campaign: str
) -> message_facts.WeekPreview:
    number, last = preview.week.number, of.campaign.length_weeks
    beside = [other for other in (number - 1, number + 1) if 1 <= other <= last]
    return {
        "campaign": reply.work.book.name_of(of.run) if of.run else of.campaign.name,
        "week": number,
        "weeks": last,
        "date": day_words(preview.starts_on),
        "theme": preview.week.theme,
        "kind": preview.week.kind,
        "is_changed": preview.week.is_chosen,
        "who": of.leader.name,
        "organisation": reply.roster.organisations[of.leader.organisation_id].name,
        "notes": preview.notes,
        "swaps": [each.partition(" ")[2] for each in preview.swaps],
        "messages": [
            {
                "when": message.when[:1].upper() + message.when[1:],
                "paragraphs": message.text.split("\n\n"),
            }
            for message in preview.messages
        ],
        "buttons": [
            *(
                {
                    "verb": "preview_week_submit",
                    "value": as_value(campaign, other, of.leader.id),
                    "label": reply.in_words(said("campaigns.preview.week", {"number": other})),
                }
                for other in beside
            ),
            {"verb": "preview_week"},
        ],
    }
