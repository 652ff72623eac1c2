"""What is counted of a whole partnership, each beside the card that says why; nothing without a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from nudges.model.events import EventKind
from nudges.model.metric_cards import MetricCard, card_of
from nudges.model.playbook import Playbook
from nudges.model.thing_heard import HeardState
from nudges.ports import Store
from nudges.rules.pairing import links
from nudges.rules.partner_steps.steps_kept import steps_kept
from nudges.rules.pulse.pulse_figures import RANGE_NOTE, ItemShown
from nudges.unit_of_work.read_roster import read_roster
from nudges.use_cases.open_page.open_page import PUBLIC, Opened
from nudges.use_cases.open_page.public_themes import pulses_published
from nudges.use_cases.pulse.check_goals import progress_of


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownMetric:
    """A metric as it is shown: its card, and today's value in lines; none where there is nothing yet."""

    card: MetricCard
    lines: tuple[str, ...]


async def show_metrics(
    store: Store, book: Playbook, *, partnership_id: str, at: datetime
) -> tuple[list[ShownMetric], list[str]]:
    """Every metric that has a card, and the goals of the running campaigns, all of the whole partnership.

    Nothing of a private group is in any number.

    Raises:
        NotFound: no such partnership, or a card with a blank line.
    """
    async with store.reading() as tx:
        opened = Opened(
            tx=tx, book=book, roster=await read_roster(tx, partnership_id), at=at, steps=[], pairs=[]
        )
        steps = await tx.commitments.unchecked_steps(partnership_id)
        pairs = await tx.commitments.unchecked_pairs(partnership_id)
        opened.steps = [one for one in steps if one.channel == PUBLIC]
        opened.pairs = [one for one in pairs if one.run_id not in opened.private_runs]
        metrics = [
            ShownMetric(card=card_of(book.metrics, metric_id), lines=tuple(await VALUES[metric_id](opened)))
            if metric_id in VALUES
            else ShownMetric(card=card_of(book.metrics, metric_id), lines=())
            for metric_id in book.metrics
        ]
        return metrics, await _goals(opened)


async def _goals(opened: Opened) -> list[str]:
    lines: list[str] = []
    for run in opened.runs:
        if run.ended_at is None:
            for progress in await progress_of(opened.tx, opened.book, opened.roster, run, at=opened.at):
                lines.append(f"{progress.text}. So far: {progress.reached} of {progress.of} {progress.unit}.")
    return lines


async def _steps_done(opened: Opened) -> list[str]:
    tally = await opened.tally(until=opened.at)
    done = tally.get(EventKind.DONE, 0) - tally.get(EventKind.DONE_UNDONE, 0)
    return [f"{max(done, 0)} since we began."]


async def _steps_kept(opened: Opened) -> list[str]:
    limits = opened.book.rules.partner_step
    kept = steps_kept(opened.steps, on=opened.today, zone=opened.zone, limits=limits)
    return [] if kept is None else [f"{kept.kept} of {kept.of} steps whose date has come were kept."]


async def _links(opened: Opened) -> list[str]:
    alive = links.links_kept(opened.pairs, on=opened.today, rules=opened.book.rules)
    met = links.organisation_pairs_met(opened.pairs)
    organisations = len(opened.roster.organisations)
    total = organisations * (organisations - 1) // 2
    days = opened.book.rules.pairing.kept_within_days
    return [
        f"{len(alive)} links are alive: they met in the last {days} days.",
        f"{len(met)} of {total} organisation pairs have met.",
    ]


async def _loops_closed(opened: Opened) -> list[str]:
    things = await opened.tx.listening.unchecked_all_heard(opened.roster.partnership.id)
    answered = [one for one in things if one.state is HeardState.ANSWERED and one.replied_on is not None]
    waiting = sum(1 for one in things if one.is_waiting)
    if not answered and not waiting:
        return []
    lines = [f"{len(answered)} have a reply, {waiting} are still open."]
    if answered:
        days = [(one.replied_on - one.said_on).days for one in answered if one.replied_on is not None]
        lines.append(f"The middle number of days to a reply is {median(days):g}.")
    return lines


async def _help(opened: Opened) -> list[str]:
    tally = await opened.tally(until=opened.at)
    asked, given = tally.get(EventKind.HELP_ASKED, 0), tally.get(EventKind.HELP_CONTACTED, 0)
    return [f"{asked} asked for, {given} given."] if asked else []


async def _done_of(opened: Opened, metric_id: str) -> list[str]:
    actions = frozenset(card_of(opened.book.metrics, metric_id).actions)
    events = await opened.tx.records.events(
        opened.roster.partnership.id,
        until=opened.at,
        kinds=[EventKind.DONE, EventKind.DONE_UNDONE],
    )
    count = sum(
        1 if event.kind is EventKind.DONE else -1
        for event in events
        if event.data.get("action") in actions and event.run_id not in opened.private_runs
    )
    return [f"{count} since we began."] if count > 0 else []


async def _pulse(opened: Opened) -> list[str]:
    lines: list[str] = []
    for open_pulse in await pulses_published(opened.tx, opened.book, opened.roster, opened.runs):
        lines.append(f"{open_pulse.campaign}:")
        for item in open_pulse.items:
            lines += pulse_lines(item)
    return [*lines, RANGE_NOTE] if lines else []


def pulse_lines(item: ItemShown) -> list[str]:
    """One statement of the pulse in lines: each moment's three figures, the change, and the source's own."""
    lines = [f"“{item.text}”"]
    for moment_shown in item.moments:
        lines.append(
            f"  {moment_shown.moment}: {moment_shown.agree_or_strongly_agree.words} agree or strongly agree"
        )
        lines.append(f"    strongly agree: {moment_shown.strongly_agree.words}")
        lines.append(f"    disagree or strongly disagree: {moment_shown.disagree_or_strongly_disagree.words}")
        if moment_shown.change is not None:
            lines.append(
                f"    same people since the {moment_shown.change.since}: {moment_shown.change.words}"
            )
    lines.append(f"  The source's own result: {item.reference}. {item.reference_label}.")
    return lines


VALUES: Mapping[str, Callable[[Opened], Awaitable[list[str]]]] = {
    "steps_done": _steps_done,
    "steps_kept": _steps_kept,
    "links": _links,
    "loops_closed": _loops_closed,
    "help": _help,
    "hard_talks": lambda opened: _done_of(opened, "hard_talks"),
    "permission": lambda opened: _done_of(opened, "permission"),
    "pulse": _pulse,
}
