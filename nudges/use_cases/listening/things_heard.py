"""Things heard: who replies and when, who rewords what names somebody, and what the board hears of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from nudges.model import calendar, message_facts, thing_heard
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Role
from nudges.model.plain_words import day_words
from nudges.model.playbook import Playbook
from nudges.model.roster import Roster
from nudges.model.ruleset import Reason
from nudges.model.thing_heard import HeardState, ThingHeard, counted
from nudges.model.timers import TimerKind
from nudges.rules.listening.themes import for_board, themes
from nudges.rules.rollup.rollup_facts import Heard, one_line
from nudges.said import said
from nudges.unit_of_work.nudge_cards import buttons
from nudges.unit_of_work.read_roster import read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening.group_tree import tell_of_leaves
from nudges.use_cases.listening.published_counts import publish, published_counts

# What a timer's subject begins with: a new thing, a reply that its author has not read, all themes, leaves.
NEW, REPLY, THEMES, LEAVES = "new", "reply", "themes", "leaves"


async def heard_due(work: UnitOfWork, partnership_id: str, subject: str) -> None:
    """A morning's look: a new thing goes to whom it concerns, a reply to its author, themes to the board."""
    what, _, about = subject.partition(":")
    roster = await read_roster(work.tx, partnership_id)
    if what == THEMES:
        await _look_at_themes(work, roster)
    elif what == LEAVES:
        await tell_of_leaves(work, roster, about)
    else:
        thing = work.known(ThingHeard, about) or await work.tx.listening.unchecked_heard(about)
        if thing is not None and what == NEW:
            await tell_of_new(work, roster, thing)
        elif thing is not None:
            await tell_author(work, roster, thing)


def wake_in_the_morning(work: UnitOfWork, roster: Roster, what: str, about: str) -> None:
    """Look at it tomorrow at the time of follow-ups: so no timer says at what time somebody spoke."""
    partnership = roster.partnership
    tomorrow = calendar.local(work.at, partnership.zone).date() + calendar.DAY
    wall = work.book.rules.cadence.send_time_reminder
    due_at = calendar.instant_of(tomorrow, wall, partnership.zone)
    work.set_timer(TimerKind.HEARD_DUE, f"{what}:{about}", due_at, partnership_id=partnership.id)


def day_only(on: date) -> datetime:
    """A day as an instant that says nothing of the time of day."""
    return datetime.combine(on, time(), UTC)


def reachable(leaders: Sequence[Leader]) -> list[Leader]:
    """Those who can be told something."""
    addressed = [one for one in leaders if one.address is not None and one.stopped_at is None]
    return sorted((one for one in addressed if one.left_at is None), key=lambda one: one.id)


def owner(roster: Roster, thing: ThingHeard) -> Leader | None:
    """Who replies: whoever was named for it, else a programme lead, else the helper."""
    named = roster.leaders.get(thing.owner_id or "")
    leaders = reachable([named] if named else []) or reachable(roster.leads()) or reachable(roster.helpers())
    return leaders[0] if leaders else None


def rewording(roster: Roster) -> list[Leader]:
    """Who puts held words differently: the facilitator, or the programme leads where there is none."""
    named = roster.leaders.get(roster.partnership.facilitator_id or "")
    if leaders := reachable([named] if named else []):
        return leaders
    by_role = [one for one in roster.leaders.values() if Role.FACILITATOR in one.roles]
    return reachable(by_role) or reachable(roster.leads())


def names_here(roster: Roster) -> list[str]:
    """The full names that words are looked through for."""
    return [leader.name for leader in roster.leaders.values()]


def said_by(roster: Roster, thing: ThingHeard) -> str:
    """The author's name, where it was to be with it; else empty."""
    author = roster.leaders.get(thing.author_id or "")
    return author.name if author is not None else ""


def reply_in_words(book: Playbook, thing: ThingHeard, *, locale: str) -> str:
    """The reply as it is read by everybody: "not yet, because ..." where that is what it is."""
    if not thing.is_not_yet:
        return thing.reply
    words = said("listening.not_yet_because", {"reason": thing_heard.reason_of(thing)})
    return book.in_words(words, locale=locale)


async def tell_of_new(work: UnitOfWork, roster: Roster, thing: ThingHeard) -> None:
    """Tell whoever is to reply, and count it as heard; one that is held waits for new words."""
    if thing.state is HeardState.HELD:
        await _tell_of_held(work, roster, thing)
        return
    if thing.state is HeardState.LEFT_OUT:
        return
    work.log(
        EventKind.HEARD,
        partnership_id=thing.partnership_id,
        subject=thing.id,
        data={"kind": str(thing.kind)},
    )
    if thing.state is HeardState.OPEN:
        await tell_owner(work, roster, thing)


async def _tell_of_held(work: UnitOfWork, roster: Roster, thing: ThingHeard) -> None:
    """Show it to whoever rewords, now and each week until they have dealt with it."""
    for leader in rewording(roster):
        await work.tell(
            leader,
            MessageKind.LEAD,
            "hear_held",
            occurrence=f"held:{thing.id}:{work.at.date()}",
            facts=message_facts.HearHeld(text=thing.text, buttons=buttons("hear_reword")),
            subject=thing.id,
        )
    again_at = work.at + calendar.WEEK
    work.set_timer(TimerKind.HEARD_DUE, f"{NEW}:{thing.id}", again_at, partnership_id=thing.partnership_id)


async def tell_owner(work: UnitOfWork, roster: Roster, thing: ThingHeard) -> None:
    """Ask the owner for a reply."""
    asked = owner(roster, thing)
    if asked is None:
        return
    await work.tell(
        asked,
        MessageKind.LEAD,
        "hear_for_owner",
        occurrence=f"reply:{thing.id}",
        facts=message_facts.HearForOwner(
            kind=str(thing.kind),
            by=said_by(roster, thing),
            text=thing.text,
            why=thing.why_together,
            due=day_words(thing.reply_by),
            buttons=buttons("hear_reply"),
        ),
        subject=thing.id,
    )


async def tell_author(work: UnitOfWork, roster: Roster, thing: ThingHeard) -> None:
    """Bring the reply to a named author; where the week is full, in the next one."""
    author = roster.leaders.get(thing.author_id or "")
    if author is None or thing.state is not HeardState.ANSWERED or not author.is_in:
        return
    is_told = await work.tell(
        author,
        MessageKind.SUPPORT,
        "hear_replied",
        occurrence=f"replied:{thing.id}",
        facts=message_facts.HearReplied(
            text=one_line(thing.text), reply=reply_in_words(work.book, thing, locale=author.locale)
        ),
        subject=thing.id,
    )
    if not is_told:
        monday = calendar.week_of(work.at, author.zone) + calendar.WEEK
        wall = work.book.rules.cadence.send_time_reminder
        window = work.window(author, after=calendar.instant_of(monday, wall, author.zone))
        work.set_timer(
            TimerKind.HEARD_DUE,
            f"{REPLY}:{thing.id}",
            window[0] if window else None,
            partnership_id=thing.partnership_id,
        )


async def present_heard(work: UnitOfWork, partnership_id: str) -> list[ThingHeard]:
    """All things heard, with what this unit of work has changed; held and left-out ones, too."""
    known = {one.id: one for one in await work.tx.listening.unchecked_all_heard(partnership_id)}
    return list((known | {one.id: one for one in work.kept(ThingHeard)}).values())


async def for_rollup(work: UnitOfWork, partnership_id: str, *, until: datetime) -> Heard | None:
    """What the Friday post says: the newest reply not told yet, and how many are answered and open.

    `concern` and `reply` are empty where no reply is new; None where nothing was ever heard. Held and
    left-out things are not counted. Call `mark_told` once it was posted.
    """
    things = thing_heard.shown(await present_heard(work, partnership_id), on=until.date())
    if not things:
        return None
    thing = thing_heard.to_tell(things, until_on=until.date())
    answered = sum(1 for one in things if one.state is HeardState.ANSWERED)
    return Heard(
        concern=one_line(thing.text) if thing else "",
        reply=one_line(thing_heard.reason_of(thing) if thing.is_not_yet else thing.reply) if thing else "",
        answered=answered,
        open=len(things) - answered,
        is_not_yet=thing is not None and thing.is_not_yet,
    )


async def mark_told(work: UnitOfWork, partnership_id: str, *, until: datetime) -> None:
    """Remember that the post of `until` has told what `for_rollup` gave; it is not told again."""
    thing = thing_heard.to_tell(await present_heard(work, partnership_id), until_on=until.date())
    if thing is not None:
        work.keep(replace(thing, told_on=until.date()))


def watch_themes(work: UnitOfWork, roster: Roster) -> None:
    """Somebody named a theme or voted: count it tomorrow, so that nobody can tell who was the fifth."""
    wake_in_the_morning(work, roster, THEMES, roster.partnership.id)


async def themes_now(work: UnitOfWork, roster: Roster) -> list[Reason]:
    """The themes that enough known people named, as they were published; nothing says how many or who."""
    shown = await published_counts(work.tx, roster.partnership.id)
    named = for_board(shown.themes, work.book.rules)
    return [reason for reason in work.book.rules.reasons if reason.id in named]


async def _counts(work: UnitOfWork, roster: Roster) -> dict[str, int]:
    """How many people named each theme since the oldest campaign that still runs began."""
    partnership = roster.partnership
    today = calendar.local(work.at, partnership.zone).date()
    live = [run.starts_on for run in roster.runs if run.ended_at is None]
    since = min(live, default=today - timedelta(days=work.book.rules.privacy.keep_free_text_days))
    reasons = await work.tx.records.events(
        partnership.id,
        after=calendar.instant_of(since, time(), partnership.zone),
        until=work.at,
        kinds=[EventKind.REASON_GIVEN],
    )
    things = [one for one in await present_heard(work, partnership.id) if one.said_on >= since]
    return themes(reasons, things, work.book.rules)


async def _look_at_themes(work: UnitOfWork, roster: Roster) -> None:
    """Publish the counts; tell every sponsor of a theme, once in a campaign (the leads without a sponsor)."""
    counts = await _counts(work, roster)
    votes = counted(await work.tx.listening.unchecked_votes(roster.partnership.id))
    await publish(work, roster.partnership.id, themes=counts, votes=votes)
    running = sorted((run for run in roster.runs if run.ended_at is None), key=lambda run: run.starts_on)
    if not running:
        return
    sponsors = reachable([one for one in roster.leaders.values() if Role.SPONSOR in one.roles])
    sponsors = sponsors or reachable(roster.leads())
    named = for_board(counts, work.book.rules)
    for reason in (one for one in work.book.rules.reasons if one.id in named):
        for sponsor in sponsors:
            await work.tell(
                sponsor,
                MessageKind.LEAD,
                "theme_for_board",
                occurrence=f"{running[0].id}:{reason.id}",
                facts=message_facts.ThemeForBoard(
                    partnership=roster.partnership.name, theme=reason.label, offer=reason.offer
                ),
            )
