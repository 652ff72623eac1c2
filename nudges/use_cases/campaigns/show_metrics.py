"""What is counted of a whole partnership, each beside the card that says why; nothing without a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
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
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import read_roster
from nudges.use_cases.open_page.open_page import PUBLIC, Opened
from nudges.use_cases.open_page.public_themes import pulses_published
from nudges.use_cases.pulse.check_goals import progress_of

# A name or a quotation is its own words; all else is a sentence that is worded as it is shown.
Line = str | Said


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
        metrics = []
        for metric_id in book.metrics:
            card = card_of(book.metrics, metric_id)
            lines = await VALUES[metric_id](opened) if metric_id in VALUES else ()
            metrics.append(ShownMetric(card=card, lines=_in_words(book, lines)))
        return metrics, [*_in_words(book, await _goals(opened))]


def _in_words(book: Playbook, lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(line if isinstance(line, str) else book.in_words(line) for line in lines)


async def _goals(opened: Opened) -> list[Said]:
    return [
        said(
            "campaigns.metrics.goal",
            {"goal": goal.text, "reached": goal.reached, "of": goal.of, "unit": goal.unit},
        )
        for run in opened.runs
        if run.ended_at is None
        for goal in await progress_of(opened.tx, opened.book, opened.roster, run, at=opened.at)
    ]


async def _steps_done(opened: Opened) -> list[Said]:
    tally = await opened.tally(until=opened.at)
    done = tally.get(EventKind.DONE, 0) - tally.get(EventKind.DONE_UNDONE, 0)
    return [said("campaigns.metrics.count", {"number": max(done, 0)})]


async def _steps_kept(opened: Opened) -> list[Said]:
    limits = opened.book.rules.partner_step
    kept = steps_kept(opened.steps, on=opened.today, zone=opened.zone, limits=limits)
    if kept is None:
        return []
    return [said("campaigns.metrics.steps_kept", {"kept": kept.kept, "total": kept.of})]


async def _links(opened: Opened) -> list[Said]:
    alive = links.links_kept(opened.pairs, on=opened.today, rules=opened.book.rules)
    met = links.organisation_pairs_met(opened.pairs)
    organisations = len(opened.roster.organisations)
    total = organisations * (organisations - 1) // 2
    days = opened.book.rules.pairing.kept_within_days
    return [
        said("campaigns.metrics.links_alive", {"links": len(alive), "days": days}),
        said("campaigns.metrics.organisations_met", {"met": len(met), "total": total}),
    ]


async def _loops_closed(opened: Opened) -> list[Said]:
    things = await opened.tx.listening.unchecked_all_heard(opened.roster.partnership.id)
    answered = [one for one in things if one.state is HeardState.ANSWERED and one.replied_on is not None]
    waiting = sum(1 for one in things if one.is_waiting)
    if not answered and not waiting:
        return []
    lines = [said("campaigns.metrics.replies", {"answered": len(answered), "waiting": waiting})]
    if answered:
        days = [(one.replied_on - one.said_on).days for one in answered if one.replied_on is not None]
        lines.append(said("campaigns.metrics.days_to_reply", {"days": f"{median(days):g}"}))
    return lines


async def _help(opened: Opened) -> list[Said]:
    tally = await opened.tally(until=opened.at)
    asked, given = tally.get(EventKind.HELP_ASKED, 0), tally.get(EventKind.HELP_CONTACTED, 0)
    return [said("campaigns.metrics.help", {"asked": asked, "given": given})] if asked else []


async def _done_of(opened: Opened, metric_id: str) -> list[Said]:
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
    return [said("campaigns.metrics.count", {"number": count})] if count > 0 else []


async def _pulse(opened: Opened) -> list[Line]:
    lines: list[Line] = []
    for open_pulse in await pulses_published(opened.tx, opened.book, opened.roster, opened.runs):
        lines.append(f"{open_pulse.campaign}:")
        for item in open_pulse.items:
            lines += [f"“{item.text}”", *_figures(item)]
    return [*lines, RANGE_NOTE] if lines else []


def _figures(item: ItemShown) -> Iterator[Said]:
    """Of one statement: each moment's three figures, the change, and the source's own result."""
    for shown in item.moments:
        yield said(
            "campaigns.metrics.agree",
            {"moment": shown.moment, "share": shown.agree_or_strongly_agree.words},
        )
        yield said("campaigns.metrics.strongly_agree", {"share": shown.strongly_agree.words})
        yield said("campaigns.metrics.disagree", {"share": shown.disagree_or_strongly_disagree.words})
        if shown.change is not None:
            yield said(
                "campaigns.metrics.same_people",
                {"moment": shown.change.since, "change": shown.change.words},
            )
    yield said("campaigns.metrics.source_result", {"result": item.reference, "label": item.reference_label})


VALUES: Mapping[str, Callable[[Opened], Awaitable[Sequence[Line]]]] = {
    "steps_done": _steps_done,
    "steps_kept": _steps_kept,
    "links": _links,
    "loops_closed": _loops_closed,
    "help": _help,
    "hard_talks": lambda opened: _done_of(opened, "hard_talks"),
    "permission": lambda opened: _done_of(opened, "permission"),
    "pulse": _pulse,
}
