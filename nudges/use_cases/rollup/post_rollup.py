"""The Friday post: seen by the leads before, held where they ask, posted once, and set for the next week."""

from __future__ import annotations

from dataclasses import replace

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Campaign, Week
from nudges.model.delivery import Delivery
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.people import PARTNERSHIP_CHANNEL, CampaignRun
from nudges.rules.rollup.recount import posts
from nudges.unit_of_work.channel_posts import post_in_channel
from nudges.unit_of_work.read_roster import Roster, read_roster, week_of_run
from nudges.unit_of_work.rollup_timer import day_after, post_due_at, rollup_at, set_rollup_timers
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening import things_heard
from nudges.use_cases.partner_steps.refresh_board import refresh_board
from nudges.use_cases.rollup.compose_rollup import Rollup, compose_rollup


async def post_rollup(work: UnitOfWork, partnership_id: str, run_id: str) -> None:
    """Post the rollup of one campaign run, bring the board up to date, and set the next Friday.

    Where the bot was away on the day, that post is left out: the next one covers its time.
    """
    roster = await read_roster(work.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    if run is None:
        return
    due_at = post_due_at(work, roster, run)
    result = week_due(work, roster, run)
    if result is not None and due_at is not None and due_at <= work.at:
        run = (await put_rollup(work, roster, run, *result))[1]
    await refresh_board(work, roster)
    set_rollup_timers(work, roster, run)


def week_due(work: UnitOfWork, roster: Roster, run: CampaignRun) -> tuple[Campaign, Week] | None:
    """The week that today's post is about; None where today has no post, has had it, or is paused."""
    zone = roster.partnership.zone
    today = calendar.local(work.at, zone).date()
    due_at = rollup_at(work, roster, calendar.monday_of(today))
    last = run.rolled_up_at
    if due_at is None or calendar.local(due_at, zone).date() != today:
        return None
    if last is not None and calendar.local(last, zone).date() == today:
        return None
    if any(today in pause for pause in run.pauses):
        return None
    return week_of_run(run, calendar.monday_of(today), work.book)


async def put_rollup(
    work: UnitOfWork, roster: Roster, run: CampaignRun, campaign: Campaign, week: Week
) -> tuple[Rollup, CampaignRun]:
    """Compose the post and put it into the channel; the run is unchanged where there was no room for it."""
    made = await compose_rollup(work, roster, run, campaign, week, until=work.at)
    if await _post(work, roster, run, made):
        run = replace(run, rolled_up_at=work.at, held_until=None)
        work.keep(run)
    return made, run


async def _post(work: UnitOfWork, roster: Roster, run: CampaignRun, made: Rollup) -> bool:
    """Post it and its thread, where there is room; what was told once is not told again.

    A post that could not be sent on its day is not sent any more: see `reschedule_lapsed`.
    """
    occurrence = f"{run.id}:{work.at.date().isoformat()}"
    not_after = day_after(work.at, roster.partnership.zone)
    post_id = await post_in_channel(
        work,
        roster,
        run.channel,
        MessageKind.ROLLUP,
        "rollup",
        occurrence=occurrence,
        facts=message_facts.Rollup(lines=list(made.lines)),
        subject=run.id,
        not_after=not_after,
    )
    if post_id is None:
        return False
    work.post(
        roster.partnership,
        run.channel,
        MessageKind.ROLLUP,
        "rollup_thread",
        occurrence=f"{occurrence}:thread",
        facts=made.thread,
        thread_of=post_id,
        not_after=not_after,
    )
    if run.channel == PARTNERSHIP_CHANNEL and any(line["id"] == "heard" for line in made.lines):
        await things_heard.mark_told(work, run.partnership_id, until=work.at)
    if made.test is not None:
        work.keep(replace(made.test, told_on=work.at.date()))
    work.log(
        EventKind.ROLLED_UP,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        data={
            "week": made.week,
            "share": list(made.share),
            "named": list(made.named),
            "used": list(made.used),
            "after": made.after.isoformat() if made.after else None,
        },
    )
    return True


async def unpost(work: UnitOfWork, post: Delivery) -> None:
    """A post that never went out has told nothing: the next one covers its time, and tells what it told."""
    run = work.known(CampaignRun, post.subject) or await work.tx.people.unchecked_run(post.subject)
    if run is None or post.created_at is None or run.rolled_up_at != post.created_at:
        return
    events = await work.tx.records.events(
        run.partnership_id, until=post.created_at, kinds=[EventKind.ROLLED_UP], run_id=run.id
    )
    posted = posts(events, run_id=run.id, until=post.created_at)
    work.keep(replace(run, rolled_up_at=posted[-1].after if posted else None))
    day = post.created_at.date()
    for thing in await work.tx.listening.unchecked_all_heard(run.partnership_id):
        if thing.told_on == day:
            work.keep(replace(thing, told_on=None))
    for test in await work.tx.listening.unchecked_two_week_tests(run.partnership_id):
        if test.told_on == day:
            work.keep(replace(test, told_on=None))
