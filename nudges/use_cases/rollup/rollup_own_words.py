"""People's own words in a Friday post: what was heard, learned and shared, and nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nudges.model import calendar, two_week_test
from nudges.model.nudge import Nudge
from nudges.model.people import Leader
from nudges.model.two_week_test import TwoWeekTest
from nudges.rules.rollup.recount import EarlierPost
from nudges.rules.rollup.rollup import Heard, Thanks
from nudges.rules.rollup.rollup_facts import folded
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.listening import things_heard
from nudges.use_cases.rollup.rollup_span import Span


async def heard(span: Span) -> Heard | None:
    """The newest reply; without one, only that something is still open."""
    if not span.is_public:
        return None
    newest = await things_heard.for_rollup(span.work, span.run.partnership_id, until=span.until)
    return newest if newest is not None and (newest.concern or newest.open) else None


async def lesson(span: Span) -> TwoWeekTest | None:
    """A two-week test whose lesson no post has told."""
    stored = await span.work.tx.listening.unchecked_two_week_tests(span.run.partnership_id)
    known = {test.id: test for test in (*stored, *span.work.kept(TwoWeekTest))}
    tellable = [test for test in known.values() if span.is_public or test.run_id == span.run.id]
    return two_week_test.to_tell(tellable, run_id=span.run.id, until_at=span.until)


async def shared(work: UnitOfWork, nudge_ids: Sequence[str]) -> list[Nudge]:
    """The nudges with a line that their leader agreed to share, and has not taken back."""
    nudges = [await work.nudge(one) for one in nudge_ids]
    return [one for one in nudges if one is not None and one.shared_line]


def _is(work: UnitOfWork, nudge: Nudge, visibility: str) -> bool:
    return work.book.action(nudge.action_id).visibility == visibility


def thanks(span: Span, shared: Sequence[Nudge], earlier: Sequence[EarlierPost]) -> tuple[Thanks, ...]:
    """What people who are still here agreed to share under their names."""
    last: dict[str, date] = {}
    for post in earlier:
        last |= dict.fromkeys(post.named, calendar.local(post.at, span.zone).date())

    def here(leader_id: str) -> Leader | None:
        leader = span.roster.leaders.get(leader_id)
        return leader if leader is not None and leader.is_in else None

    return tuple(
        Thanks(
            text=nudge.shared_line or "",
            by=leader.name,
            leader_id=leader.id,
            last_named_on=last.get(leader.id),
        )
        for nudge in shared
        if _is(span.work, nudge, "channel_line") and (leader := here(nudge.leader_id)) is not None
    )


def useful(work: UnitOfWork, shared: Sequence[Nudge], said_before: frozenset[str]) -> Nudge | None:
    """The newest thing for others to use that was not told of in the last weeks."""
    return next(
        (
            nudge
            for nudge in shared
            if _is(work, nudge, "artefact") and folded(nudge.shared_line or "") not in said_before
        ),
        None,
    )


async def said_before(span: Span, earlier: Sequence[EarlierPost]) -> frozenset[str]:
    """The lines that the posts of the last weeks shared: nobody reads the same ones again so soon."""
    since = span.until - timedelta(weeks=span.work.book.rules.cadence.same_wording_min_gap_weeks)
    ids = [one for post in earlier if post.at > since for one in post.used]
    return frozenset(folded(one.shared_line or "") for one in await shared(span.work, ids))
