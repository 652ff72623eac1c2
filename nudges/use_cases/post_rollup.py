"""The Friday post: a recount of the log since the last one, what was kept, what is due, who helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from nudges.rules import board as boards
from nudges.rules import cadence, calendar, links, rollup
from nudges.rules.catalogue import Campaign, Week
from nudges.rules.message import MessageKind
from nudges.rules.nudge import Nudge
from nudges.rules.people import CampaignRun
from nudges.rules.record import Event, EventKind, TimerKind
from nudges.rules.rollup import RollupFacts, Thanks
from nudges.use_cases.refresh_board import PARTNERSHIP_CHANNEL, present_steps, refresh_board
from nudges.use_cases.roster import Roster, read_roster, week_of_run
from nudges.use_cases.turn import Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollup:
    """One Friday post, ready to be said: its lines, its thread, and the people it names."""

    week: int
    lines: tuple[dict[str, Any], ...]
    thread: dict[str, Any]
    share: tuple[int, int]
    named: tuple[str, ...]


async def post_rollup(turn: Turn, partnership_id: str, run_id: str) -> None:
    """Post the rollup of one campaign run, bring the board up to date, and set the next Friday.

    Where the bot was away on the day, that post is left out: the next one covers its time.
    """
    roster = await read_roster(turn.tx, partnership_id)
    run = next((one for one in roster.runs if one.id == run_id and one.ended_at is None), None)
    if run is None:
        return
    due_at = rollup_at(turn, roster, calendar.week_of(turn.at, roster.partnership.zone))
    found = week_of_run(run, calendar.week_of(turn.at, roster.partnership.zone), turn.book)
    today = calendar.local(turn.at, roster.partnership.zone).date()
    is_paused = any(today in pause for pause in run.pauses)
    if due_at is not None and found is not None and not is_paused and _is_today(turn, roster, due_at):
        run = (await put_rollup(turn, roster, run, *found))[1]
    await refresh_board(turn, roster)
    arm_rollup(turn, roster, run)


async def put_rollup(
    turn: Turn, roster: Roster, run: CampaignRun, campaign: Campaign, week: Week
) -> tuple[Rollup, CampaignRun]:
    """Compose the post and put it into the channel; the run is unchanged where there was no room for it."""
    made = await compose_rollup(turn, roster, run, campaign, week, until=turn.at)
    if await _has_room(turn, roster, run):
        _post(turn, roster, run, made)
        run = replace(run, rolled_up_at=turn.at)
        turn.keep(run)
    return made, run


def _is_today(turn: Turn, roster: Roster, due_at: datetime) -> bool:
    zone = roster.partnership.zone
    return due_at <= turn.at and calendar.local(due_at, zone).date() == calendar.local(turn.at, zone).date()


def rollup_at(turn: Turn, roster: Roster, week_on: date) -> datetime | None:
    """When this week's post goes out."""
    partnership = roster.partnership
    return cadence.rollup_instant(
        week_on=week_on,
        zone=partnership.zone,
        nation_holidays=turn.holidays_of(partnership),
        rules=turn.book.rules,
    )


def arm_rollup(turn: Turn, roster: Roster, run: CampaignRun) -> None:
    """Set the timer for the next post of a run, up to its last week."""
    length = turn.book.campaign(run.campaign_id).length_weeks
    week_on = max(calendar.week_of(turn.at, roster.partnership.zone), run.starts_on)
    ends_on = calendar.run_ends_on(run, length=length, rules=turn.book.rules)
    while week_on < ends_on:
        due_at = rollup_at(turn, roster, week_on)
        if due_at is not None and due_at > turn.at:
            turn.wake(TimerKind.ROLLUP, run.id, due_at, partnership_id=run.partnership_id)
            return
        week_on += timedelta(weeks=1)
    turn.sleep(TimerKind.ROLLUP, run.id)


async def _has_room(turn: Turn, roster: Roster, run: CampaignRun) -> bool:
    """At most two posts a week in a channel."""
    address = roster.partnership.channels.get(run.channel)
    if address is None:
        return False
    week_on = calendar.week_of(turn.at, roster.partnership.zone)
    posts = await turn.tx.deliveries.channel_posts(address, week_on)
    return posts < turn.book.rules.cadence.channel_posts_per_week_max


def _post(turn: Turn, roster: Roster, run: CampaignRun, made: Rollup) -> None:
    occurrence = f"{run.id}:{turn.at.date().isoformat()}"
    post_id = turn.post(
        roster.partnership,
        run.channel,
        MessageKind.ROLLUP,
        "rollup",
        occurrence=occurrence,
        facts={"lines": list(made.lines)},
        subject=run.id,
    )
    if post_id is not None:
        turn.post(
            roster.partnership,
            run.channel,
            MessageKind.ROLLUP,
            "rollup_thread",
            occurrence=f"{occurrence}:thread",
            facts=made.thread,
            thread_of=post_id,
        )
    turn.log(
        EventKind.ROLLED_UP,
        partnership_id=run.partnership_id,
        subject=run.id,
        run_id=run.id,
        data={"week": made.week, "share": list(made.share), "named": list(made.named)},
    )


async def compose_rollup(
    turn: Turn, roster: Roster, run: CampaignRun, campaign: Campaign, week: Week, *, until: datetime
) -> Rollup:
    """Recount the log for (the last post, `until`] and choose the lines."""
    after = run.rolled_up_at
    partnership = roster.partnership
    is_public = run.channel == PARTNERSHIP_CHANNEL
    on = calendar.local(until, partnership.zone).date()
    steps = [one for one in await present_steps(turn, partnership.id) if one.channel == run.channel]
    organisations = list(roster.organisations.values())
    in_post = boards.steps_in_post(
        steps,
        organisations,
        after=after,
        until=until,
        on=on,
        by=on + timedelta(weeks=1),
        helper=partnership.helper_name,
    )
    week_tally = await turn.tx.records.tally(partnership.id, after=after, until=until, run_id=run.id)
    all_tally = await turn.tx.records.tally(partnership.id, until=until, run_id=run.id)
    whole = await turn.tx.records.tally(partnership.id, after=after, until=until) if is_public else {}
    share = await _share(turn, run, after=after, until=until)
    posts = await turn.tx.records.events(
        partnership.id, until=until, kinds=[EventKind.ROLLED_UP], run_id=run.id
    )
    pairs = await turn.tx.commitments.unchecked_pairs(partnership.id)
    of_run = {roster.leaders[one].organisation_id for one in run.member_ids if one in roster.leaders}
    so_far = [one for one in pairs if one.confirmed_at is not None and one.confirmed_at <= until]
    met = {one for one in links.organisation_pairs_met(so_far) if one <= of_run}
    since = after or datetime.combine(run.starts_on, datetime.min.time(), until.tzinfo)
    shared = await _shared(turn, run, after=since, until=until)
    next_week = campaign.week(week.number + 1)
    facts = RollupFacts(
        partnership=partnership.name,
        on=on,
        week=week.number,
        weeks=campaign.length_weeks,
        shared_goal=partnership.shared_goal,
        kept=in_post.kept,
        due=in_post.due,
        passed=in_post.passed,
        done_this_week=_net(week_tally, EventKind.DONE, EventKind.DONE_UNDONE),
        done_in_total=_net(all_tally, EventKind.DONE, EventKind.DONE_UNDONE),
        promises_kept=_net(whole, EventKind.PROMISE_KEPT, EventKind.PROMISE_KEPT_UNDONE),
        new_links=len(links.new_links(pairs, since, until)),
        kept_links=len(links.tended_links(pairs, since, until)),
        pairs_met=len(met),
        pairs_total=len(of_run) * (len(of_run) - 1) // 2,
        active=share[1],
        took_a_step=share[0],
        earlier_shares=tuple((one.data["share"][0], one.data["share"][1]) for one in posts),
        thanks=_thanks(turn, roster, shared, posts, on),
        artefact=next((one.shared_line for one in shared if _is(turn, one, "artefact")), None),
        next_theme=next_week.theme if next_week else None,
        next_minutes=_minutes(turn, next_week),
        may_name=not campaign.private_rollup,
    )
    lines = rollup.compose(facts, turn.book.rules)
    return Rollup(
        week=week.number,
        lines=tuple({"id": line.id, "facts": dict(line.facts)} for line in lines),
        thread=boards.thread(
            steps,
            organisations,
            after=after,
            until=until,
            helper=partnership.helper_name,
            has_share=rollup.norm_line(facts, turn.book.rules) is not None,
            may_name=not campaign.private_rollup,
        ),
        share=share,
        named=tuple(one.leader_id for one in rollup.thanks_to_show(facts, turn.book.rules)),
    )


def _net(tally: dict[EventKind, int], kind: EventKind, undone: EventKind) -> int:
    return tally.get(kind, 0) - tally.get(undone, 0)


async def _share(turn: Turn, run: CampaignRun, *, after: datetime | None, until: datetime) -> tuple[int, int]:
    """How many of those who were offered something took a step, and how many were offered something."""
    kinds = [EventKind.OFFERED, EventKind.DONE, EventKind.DONE_UNDONE]
    found: list[Event] = await turn.tx.records.events(
        run.partnership_id, after=after, until=until, kinds=kinds, run_id=run.id
    )
    active = {one.leader_id for one in found if one.kind is EventKind.OFFERED and one.leader_id}
    done: dict[str, int] = {}
    for one in found:
        if one.leader_id in active and one.kind is not EventKind.OFFERED:
            done[one.leader_id] = done.get(one.leader_id, 0) + (1 if one.kind is EventKind.DONE else -1)
    return sum(1 for count in done.values() if count > 0), len(active)


async def _shared(turn: Turn, run: CampaignRun, *, after: datetime, until: datetime) -> list[Nudge]:
    """Nudges with a line that their leader agreed to share in this time, newest first."""
    found = await turn.tx.records.events(
        run.partnership_id, after=after, until=until, kinds=[EventKind.SHARED], run_id=run.id
    )
    wanted = [one.subject for one in reversed(found)]
    nudges = [await turn.tx.commitments.unchecked_nudge(one) for one in dict.fromkeys(wanted)]
    return [one for one in nudges if one is not None and one.shared_line]


def _is(turn: Turn, nudge: Nudge, visibility: str) -> bool:
    return turn.book.action(nudge.action_id).visibility == visibility


def _thanks(
    turn: Turn, roster: Roster, shared: list[Nudge], posts: list[Event], on: date
) -> tuple[Thanks, ...]:
    last: dict[str, date] = {}
    for post in posts:
        for leader_id in post.data["named"]:
            last[leader_id] = calendar.local(post.at, roster.partnership.zone).date()
    return tuple(
        Thanks(
            text=nudge.shared_line or "",
            by=roster.leaders[nudge.leader_id].name,
            leader_id=nudge.leader_id,
            last_named_on=last.get(nudge.leader_id),
        )
        for nudge in shared
        if nudge.leader_id in roster.leaders and _is(turn, nudge, "channel_line")
    )


def _minutes(turn: Turn, week: Week | None) -> int | None:
    return turn.book.action(week.offer[0]).minutes if week and week.offer else None
