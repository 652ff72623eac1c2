"""What may stand in the form of a new campaign, what is wrong with a draft, and the launch it stands for."""

from __future__ import annotations

from dataclasses import replace

from nudges.errors import NotFound
from nudges.model.campaign_draft import Draft
from nudges.model.catalogue import Campaign, Catalogue
from nudges.model.people import PARTNERSHIP_CHANNEL, Partnership
from nudges.model.plain_words import and_words
from nudges.model.ruleset import Rules
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.campaigns.launch_campaign import Launch, Missing, boxes_not_ticked, runs_already
from nudges.use_cases.joining.ask_permission import has_left
from nudges.use_cases.joining.join_campaign import may_take_part

USUAL_FIRST = "starter"
# At which field of the form a missing thing is said, and what to do about it.
FIELDS = {"starts_on": "starts_on", "goal": "goal", "helper": "campaign", "facilitator": "campaign"}
TO_DO = {
    "helper": said("campaigns.launch.helper_line"),
    "facilitator": said("campaigns.launch.facilitator_line"),
}
CHOOSE_CAMPAIGN = said("campaigns.choose_campaign")


async def campaigns_of(work: UnitOfWork, partnership_id: str) -> list[Campaign]:
    """The campaigns that this partnership may launch: what ships, and what it wrote itself."""
    own = {one.id: one.partnership_id for one in await work.tx.people.unchecked_own_campaigns()}
    campaigns = [
        one for one in work.book.campaigns.values() if own.get(one.id, partnership_id) == partnership_id
    ]
    return sorted(campaigns, key=lambda one: (one.id in own, one.id != USUAL_FIRST, one.length_weeks, one.id))


def minutes_a_week(campaign: Campaign, catalogue: Catalogue) -> int:
    """How much a week's own step takes, over all its weeks, in whole minutes."""
    asked = [catalogue.find(week.offer[0]) for week in campaign.weeks if week.kind == "offer"]
    return round(sum(one.minutes for one in asked if one is not None) / campaign.length_weeks)


def length(campaign: Campaign, catalogue: Catalogue) -> Said:
    """ "4 weeks, about 20 minutes a week"."""
    return said(
        "campaigns.length",
        {"weeks": campaign.length_weeks, "minutes": minutes_a_week(campaign, catalogue)},
    )


def name_and_length(campaign: Campaign, catalogue: Catalogue) -> Said:
    """One campaign as a form offers it."""
    return said(
        "campaigns.name_and_length", {"campaign": campaign.name, "length": length(campaign, catalogue)}
    )


def channels_of(roster: Roster) -> list[str]:
    """The names of the partnership's channels, the one of everybody first."""
    return sorted(roster.partnership.channels, key=lambda name: (name != PARTNERSHIP_CHANNEL, name))


async def campaign_of(work: UnitOfWork, partnership_id: str, campaign_id: str) -> Campaign:
    """One of the campaigns that this partnership may launch.

    Raises:
        NotFound: it is none of them.
    """
    for campaign in await campaigns_of(work, partnership_id):
        if campaign.id == campaign_id:
            return campaign
    raise NotFound(CHOOSE_CAMPAIGN)


def partnership_of(partnership: Partnership, draft: Draft) -> Partnership:
    """The partnership as it will be: with another goal, where the draft brings one."""
    return replace(
        partnership,
        shared_goal=draft.goal or partnership.shared_goal,
        better_off=draft.better_off or partnership.better_off,
    )


def launch_of(roster: Roster, campaign: Campaign, draft: Draft) -> Launch:
    """The launch that the draft stands for; with organisations chosen, for everybody in those."""
    chosen = set(draft.organisation_ids)
    members = tuple(
        one.id for one in roster.leaders.values() if one.organisation_id in chosen and may_take_part(one)
    )
    return Launch(
        campaign=campaign,
        starts_on=draft.starts_on,
        member_ids=members,
        channel=draft.channel or None,
        name=draft.name,
    )


async def wrong_with(work: UnitOfWork, roster: Roster, draft: Draft) -> dict[str, Said]:
    """What keeps this campaign from starting, by the form's field; empty where it may start."""
    try:
        campaign = await campaign_of(work, roster.partnership.id, draft.campaign_id)
    except NotFound:
        return {"campaign": CHOOSE_CAMPAIGN}
    wished = replace(roster, partnership=partnership_of(roster.partnership, draft))
    result: dict[str, Said] = {}
    if runs_already(roster, campaign):
        result["campaign"] = said("campaigns.launch.runs_already", {"campaign": campaign.name})
    for missing in boxes_not_ticked(wished, launch_of(roster, campaign, draft), at=work.at):
        result.setdefault(FIELDS.get(missing.about, "organisations"), _with_what_to_do(missing))
    result.update(_about_words(work.book.rules, draft))
    result.update(_about_channel(roster, campaign, draft))
    result.update(_about_people(roster, draft))
    return result


def _with_what_to_do(missing: Missing) -> Said:
    to_do = TO_DO.get(missing.about)
    if to_do is None:
        return missing.what
    return said("campaigns.launch.what_to_do", {"missing": missing.what, "to_do": to_do})


def _about_words(rules: Rules, draft: Draft) -> dict[str, Said]:
    limits = rules.before_launch
    longest = {"name": limits.campaign_name_max, "goal": limits.goal_max, "better_off": limits.goal_max}
    return {
        field: said("campaigns.launch.words_too_long", {"characters": len(words), "most": most})
        for field, most in longest.items()
        if len(words := getattr(draft, field)) > most
    }


def _about_channel(roster: Roster, campaign: Campaign, draft: Draft) -> dict[str, Said]:
    if draft.channel and draft.channel not in roster.partnership.channels:
        return {"channel": said("campaigns.launch.channel")}
    if campaign.private_rollup and draft.channel == PARTNERSHIP_CHANNEL:
        return {"channel": said("campaigns.launch.private_channel", {"campaign": campaign.name})}
    return {}


def _about_people(roster: Roster, draft: Draft) -> dict[str, Said]:
    organisations = [roster.organisations.get(one) for one in draft.organisation_ids]
    gone = [one for one in organisations if one is not None and has_left(one)]
    if gone:
        names = and_words(one.name for one in gone)
        return {"organisations": said("campaigns.launch.some_have_left", {"organisations": names})}
    if not all(organisations):
        return {"organisations": said("campaigns.launch.one_has_left")}
    has_people = {one.organisation_id for one in roster.leaders.values() if may_take_part(one)}
    empty = [one.name for one in organisations if one is not None and one.id not in has_people]
    if empty and len(empty) == len(organisations):
        return {"organisations": said("campaigns.launch.nobody_of", {"organisations": and_words(empty)})}
    if draft.is_too_long:
        return {"organisations": said("campaigns.launch.too_many_organisations")}
    return {}
