"""Ideas for actions, votes on those of the coming weeks, and the library of lines to copy."""

from __future__ import annotations

from collections.abc import Mapping

from nudges import access
from nudges.answers.listening.hear_and_reply import NO_WHY, take_in
from nudges.errors import InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.catalogue import Action
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.people import CampaignRun
from nudges.model.placeholders import fill
from nudges.model.screened_text import clean, screen
from nudges.model.thing_heard import HeardKind, Vote
from nudges.rules.nudging.action_choice import asked_for
from nudges.said import said
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.listening.library import search_library
from nudges.use_cases.listening.published_counts import published_counts
from nudges.use_cases.listening.things_heard import watch_themes

LISTED_MAX = 10


async def wishes(reply: ReplyContext) -> tuple[Mapping[str, int], frozenset[str]]:
    """Action -> how many leaders ask for it, as it was published; and what this leader asks for."""
    partnership_id = reply.roster.partnership.id
    mine = frozenset(vote.action_id for vote in await access.own_votes(reply.work.tx, reply.leader))
    return (await published_counts(reply.work.tx, partnership_id)).votes, mine


async def idea(reply: ReplyContext) -> Outcome:
    """Ask for an idea for an action."""
    if reply.command.via == "message":
        facts = message_facts.IdeaOpen(had_words=bool(reply.argument("text")), buttons=buttons("idea"))
        return Outcome(reply=reply.draw("idea_open", facts), leaves_no_trace=True)
    form = reply.renderer.form(
        "idea", {"text": clean(reply.argument("text"))}, subject="", locale=reply.leader.locale
    )
    return Outcome(form=form, leaves_no_trace=True)


async def idea_submit(reply: ReplyContext) -> Outcome:
    """An idea came in: it takes more than one organisation, or it is not one for here."""
    rules = reply.work.book.rules
    title, text, why = (screen(reply.argument(name), rules).text for name in ("title", "text", "why"))
    if not title or len(title) > rules.listening.idea_title_max:
        words = said("listening.idea_title", {"most": rules.listening.idea_title_max})
        return Outcome(errors={"title": reply.in_words(words)})
    if not text:
        return Outcome(errors={"text": reply.in_words(said("listening.idea_text"))})
    if not why:
        return Outcome(errors={"why": reply.in_words(NO_WHY)})
    return await take_in(reply, HeardKind.IDEA, f"{title.rstrip('.:')}: {text}", why_together=why)


def _ahead(reply: ReplyContext) -> list[Action]:
    """The actions of the coming weeks; before a campaign, every light one of the catalogue."""
    book = reply.work.book
    names: list[str] = []
    for run in reply.roster.live_runs(reply.leader):
        campaign = book.campaign(run.campaign_id)
        now = _week_number(reply, run)
        names += [name for week in campaign.weeks if week.number > now for name in week.offer]
    if not reply.roster.live_runs(reply.leader):
        names = [action.id for action in book.catalogue.actions.values() if action.rung == 1]
    actions = [book.catalogue.find(name) for name in dict.fromkeys(names)]
    return [action for action in actions if action is not None]


def _week_number(reply: ReplyContext, run: CampaignRun) -> int:
    """The week of the campaign that we are in; 0 before it, and its last known one in a pause."""
    length = reply.work.book.campaign(run.campaign_id).length_weeks
    monday = calendar.week_of(reply.work.at, reply.roster.partnership.zone)
    while monday >= run.starts_on:
        number = calendar.run_week(run, monday, length=length, rules=reply.work.book.rules)
        if number is not None:
            return number
        monday -= calendar.WEEK
    return 0


async def votes(reply: ReplyContext) -> Outcome:
    """Show a few actions of the coming weeks to vote on; the value says from which one on."""
    return await reply.say("votes", await _votes_facts(reply, _start(reply)), subject=str(_start(reply)))


def _start(reply: ReplyContext) -> int:
    given = reply.argument("value") if reply.command.verb == "votes" else reply.subject
    return int(given) if given.isdecimal() and len(given) < 4 else 0


async def _votes_facts(reply: ReplyContext, start: int) -> message_facts.Votes:
    rules, actions = reply.work.book.rules, _ahead(reply)
    start = start if start < len(actions) else 0
    most = rules.listening.choices_at_once
    shown, mine = await wishes(reply)
    wanted = asked_for(shown, rules)
    items: list[message_facts.VotesItems] = []
    choices: list[Facts] = []
    for action in actions[start : start + most]:
        title = fill(action.title, _bare_words(reply))
        items.append(
            {
                "title": title,
                "minutes": action.minutes,
                "why": action.why,
                "is_mine": action.id in mine,
                "is_asked_for": action.id in wanted,
            }
        )
        is_mine = action.id in mine
        label = said("listening.vote_back" if is_mine else "listening.vote_for", {"title": title})
        choices.append(
            {
                "verb": "unvote" if is_mine else "vote",
                "subject": str(start),
                "value": action.id,
                "label": reply.in_words(label),
            }
        )
    if len(actions) > most:
        after = start + most if start + most < len(actions) else 0
        choices.append({"verb": "votes", "subject": "", "value": str(after)})
    choices += buttons("idea", subject="")
    return {"items": items, "buttons": choices}


async def vote(reply: ReplyContext) -> Outcome:
    """One vote of this leader for an action; the same again changes nothing."""
    return await _cast(reply, is_for=True)


async def unvote(reply: ReplyContext) -> Outcome:
    """Take a vote back."""
    return await _cast(reply, is_for=False)


async def _cast(reply: ReplyContext, *, is_for: bool) -> Outcome:
    action = reply.work.book.catalogue.find(reply.argument("value"))
    if action is None:
        raise InvalidInput(said("listening.action_unknown"))
    leader, listening = reply.leader, reply.work.tx.listening
    mine = Vote(partnership_id=leader.partnership_id, leader_id=leader.id, action_id=action.id)
    had = mine in await access.own_votes(reply.work.tx, leader)
    if is_for and not had:
        await listening.save_votes([mine])
    elif had and not is_for:
        await listening.drop_vote(mine)
    if had is not is_for:
        watch_themes(reply.work, reply.roster)
        reply.work.log(
            EventKind.VOTED,
            partnership_id=leader.partnership_id,
            subject=action.id,
            leader=leader,
            data={"action": action.id, "is_for": is_for},
        )
    outcome = await reply.say("votes", await _votes_facts(reply, _start(reply)), subject=reply.subject)
    return Outcome(reply=outcome.reply, edits_card=True)


async def library(reply: ReplyContext) -> Outcome:
    """Search the lines that may be copied."""
    words = screen(reply.argument("text") or reply.argument("value"), reply.work.book.rules).text
    library_lines = await search_library(reply.work, reply.roster.partnership.id, words)
    items: list[message_facts.LibraryItems] = []
    for line in library_lines[:LISTED_MAX]:
        action = reply.work.book.catalogue.find(line.action_id)
        organisation = reply.roster.organisations.get(line.organisation_id)
        items.append(
            {
                "text": line.text,
                "from": organisation.name if organisation else "",
                "title": fill(action.title, _bare_words(reply)) if action else "",
            }
        )
    return await reply.say(
        "library",
        message_facts.Library(words=words, items=items, more=len(library_lines) - len(items)),
    )


def _bare_words(reply: ReplyContext) -> dict[str, str]:
    words = reply.work.book.rules.content.default_words() | dict(reply.roster.partnership.words)
    a_partner = reply.in_words(said("listening.a_partner"))
    return {
        **words,
        "partnership": reply.roster.partnership.name,
        "peer": a_partner,
        "peer_org": a_partner,
        "month": "",
        "question": "",
    }
