"""Help requests, things heard, votes, the library, two-week tests, the problem tree and the pulse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import bindparam, delete, select, update

from nudges.model.help_request import HelpRequest
from nudges.model.problem_tree import Leaf
from nudges.model.pulse import PulseAnswer, PulseKey, PulseMoment
from nudges.model.thing_heard import LibraryLine, ThingHeard, Vote
from nudges.model.two_week_test import TwoWeekTest
from storage.connection import LedgerSession
from storage.rows.listening_rows import (
    heard_from,
    heard_row,
    help_from,
    help_row,
    leaf_from,
    leaf_row,
    library_from,
    library_row,
    pulse_from,
    pulse_row,
    two_week_test_from,
    two_week_test_row,
    vote_from,
    vote_row,
)
from storage.tables import (
    HELP_REQUESTS,
    LEAVES,
    LIBRARY,
    PULSE_ANSWERS,
    PULSE_KEYS,
    THINGS_HEARD,
    TRIALS,
    VOTES,
)
from storage.upserts import insert_new, upsert

_HELP = select(HELP_REQUESTS).where(HELP_REQUESTS.c.id == bindparam("id"))
_HELP_LOG = (
    select(HELP_REQUESTS)
    .where(HELP_REQUESTS.c.partnership_id == bindparam("partnership"))
    .order_by(HELP_REQUESTS.c.asked_at, HELP_REQUESTS.c.id)
)
_HEARD = select(THINGS_HEARD).where(THINGS_HEARD.c.id == bindparam("id"))
_ALL_HEARD = (
    select(THINGS_HEARD)
    .where(THINGS_HEARD.c.partnership_id == bindparam("partnership"))
    .order_by(THINGS_HEARD.c.said_on, THINGS_HEARD.c.id)
)
_VOTES = (
    select(VOTES)
    .where(VOTES.c.partnership_id == bindparam("partnership"))
    .order_by(VOTES.c.action_id, VOTES.c.leader_id)
)
_LIBRARY = (
    select(LIBRARY)
    .where(LIBRARY.c.partnership_id == bindparam("partnership"))
    .order_by(LIBRARY.c.posted_on.desc(), LIBRARY.c.id)
)
_TWO_WEEK_TEST = select(TRIALS).where(TRIALS.c.id == bindparam("id"))
_TWO_WEEK_TESTS = (
    select(TRIALS)
    .where(TRIALS.c.partnership_id == bindparam("partnership"))
    .order_by(TRIALS.c.started_at, TRIALS.c.id)
)
_LEAF = select(LEAVES).where(LEAVES.c.id == bindparam("id"))
_TREE = select(LEAVES).where(LEAVES.c.run_id == bindparam("run")).order_by(LEAVES.c.added_on, LEAVES.c.id)
_PULSE_KEY = select(PULSE_KEYS).where(PULSE_KEYS.c.run_id == bindparam("run"))
_PULSE = (
    select(PULSE_ANSWERS)
    .where(PULSE_ANSWERS.c.run_id == bindparam("run"))
    .order_by(PULSE_ANSWERS.c.moment, PULSE_ANSWERS.c.person_key, PULSE_ANSWERS.c.item_id)
)
_PULSE_THEN = _PULSE.where(PULSE_ANSWERS.c.moment == bindparam("then"))
_DROP_PULSE = (
    delete(PULSE_KEYS).where(PULSE_KEYS.c.run_id == bindparam("of_run")),
    delete(PULSE_ANSWERS).where(PULSE_ANSWERS.c.run_id == bindparam("of_run")),
)
_RENAME_PULSE = (
    update(PULSE_ANSWERS)
    .where(PULSE_ANSWERS.c.run_id == bindparam("of_run"), PULSE_ANSWERS.c.person_key == bindparam("old"))
    .values(person_key=bindparam("new"))
)
_DROP_ROUND = delete(PULSE_ANSWERS).where(
    PULSE_ANSWERS.c.run_id == bindparam("of_run"), PULSE_ANSWERS.c.moment == bindparam("then")
)
_DROP_VOTE = delete(VOTES).where(
    VOTES.c.partnership_id == bindparam("of_partnership"),
    VOTES.c.leader_id == bindparam("person"),
    VOTES.c.action_id == bindparam("of_action"),
)
_STAND_IN = (
    update(HELP_REQUESTS)
    .where(HELP_REQUESTS.c.leader_id == bindparam("person"))
    .values(leader_id=bindparam("tombstone")),
    update(HELP_REQUESTS)
    .where(HELP_REQUESTS.c.helper_id == bindparam("person"))
    .values(helper_id=bindparam("tombstone")),
    update(TRIALS)
    .where(TRIALS.c.leader_id == bindparam("person"))
    .values(leader_id=bindparam("tombstone"), text="", learned=""),
)
_TAKE_OUT = (
    update(THINGS_HEARD).where(THINGS_HEARD.c.author_id == bindparam("person")).values(author_id=None),
    update(THINGS_HEARD).where(THINGS_HEARD.c.owner_id == bindparam("person")).values(owner_id=None),
    delete(VOTES).where(VOTES.c.leader_id == bindparam("person")),
)
_TAKE_AUTHORS_OFF = (
    update(THINGS_HEARD)
    .where(
        THINGS_HEARD.c.partnership_id == bindparam("partnership"),
        THINGS_HEARD.c.said_on < bindparam("until_on"),
        THINGS_HEARD.c.author_id.is_not(None),
    )
    .values(author_id=None)
)
_DROP_CLOSED_HELP = delete(HELP_REQUESTS).where(
    HELP_REQUESTS.c.partnership_id == bindparam("partnership"),
    HELP_REQUESTS.c.closed_at < bindparam("until_at"),
)


class SqlListening:
    """Fills `ListeningRepository`."""

    def __init__(self, session: LedgerSession) -> None:
        self._session = session

    async def unchecked_help(self, request_id: str) -> HelpRequest | None:
        """One help request, or None."""
        rows = await self._session.rows(_HELP, {"id": request_id})
        return help_from(rows[0]) if rows else None

    async def unchecked_help_log(self, partnership_id: str) -> list[HelpRequest]:
        """The partnership's help requests, oldest first."""
        return [
            help_from(row) for row in await self._session.rows(_HELP_LOG, {"partnership": partnership_id})
        ]

    async def unchecked_heard(self, thing_id: str) -> ThingHeard | None:
        """One thing heard, or None."""
        rows = await self._session.rows(_HEARD, {"id": thing_id})
        return heard_from(rows[0]) if rows else None

    async def unchecked_all_heard(self, partnership_id: str) -> list[ThingHeard]:
        """By day; in one day by id, which says nothing of the order."""
        rows = await self._session.rows(_ALL_HEARD, {"partnership": partnership_id})
        return [heard_from(row) for row in rows]

    async def unchecked_votes(self, partnership_id: str) -> list[Vote]:
        """The partnership's votes, by action."""
        return [vote_from(row) for row in await self._session.rows(_VOTES, {"partnership": partnership_id})]

    async def unchecked_library(self, partnership_id: str) -> list[LibraryLine]:
        """Newest first."""
        rows = await self._session.rows(_LIBRARY, {"partnership": partnership_id})
        return [library_from(row) for row in rows]

    async def unchecked_two_week_test(self, test_id: str) -> TwoWeekTest | None:
        """One two-week test, or None."""
        rows = await self._session.rows(_TWO_WEEK_TEST, {"id": test_id})
        return two_week_test_from(rows[0]) if rows else None

    async def unchecked_two_week_tests(self, partnership_id: str) -> list[TwoWeekTest]:
        """The partnership's two-week tests, oldest first."""
        return [
            two_week_test_from(row)
            for row in await self._session.rows(_TWO_WEEK_TESTS, {"partnership": partnership_id})
        ]

    async def unchecked_leaf(self, leaf_id: str) -> Leaf | None:
        """One leaf, or None."""
        rows = await self._session.rows(_LEAF, {"id": leaf_id})
        return leaf_from(rows[0]) if rows else None

    async def unchecked_tree(self, run_id: str) -> list[Leaf]:
        """By day; in one day by id, which says nothing of the order."""
        return [leaf_from(row) for row in await self._session.rows(_TREE, {"run": run_id})]

    async def unchecked_pulse_key(self, run_id: str) -> PulseKey | None:
        """The run's key, or None where it was never made or is destroyed."""
        rows = await self._session.rows(_PULSE_KEY, {"run": run_id})
        return PulseKey(run_id=rows[0].run_id, secret=rows[0].secret) if rows else None

    async def unchecked_pulse(self, run_id: str, *, moment: PulseMoment | None = None) -> list[PulseAnswer]:
        """Answers of a run, of one moment or of all, by key and item."""
        if moment is None:
            rows = await self._session.rows(_PULSE, {"run": run_id})
        else:
            rows = await self._session.rows(_PULSE_THEN, {"run": run_id, "then": moment.value})
        return [pulse_from(row) for row in rows]

    async def save_help(self, requests: Sequence[HelpRequest]) -> None:
        """Insert or replace by id."""
        if requests:
            rows = [help_row(one) for one in requests]
            await self._session.run(upsert(HELP_REQUESTS, self._session.dialect), rows)

    async def save_heard(self, things: Sequence[ThingHeard]) -> None:
        """Insert or replace by id."""
        if things:
            rows = [heard_row(one) for one in things]
            await self._session.run(upsert(THINGS_HEARD, self._session.dialect), rows)

    async def save_votes(self, votes: Sequence[Vote]) -> None:
        """A vote that is there already is left as it is."""
        if votes:
            rows = [vote_row(one) for one in votes]
            await self._session.run(insert_new(VOTES, self._session.dialect), rows)

    async def drop_vote(self, vote: Vote) -> None:
        """Take a vote back; nothing happens when it is gone already."""
        params = {
            "of_partnership": vote.partnership_id,
            "person": vote.leader_id,
            "of_action": vote.action_id,
        }
        await self._session.run(_DROP_VOTE, params)

    async def save_library(self, lines: Sequence[LibraryLine]) -> None:
        """Insert or replace by id."""
        if lines:
            rows = [library_row(one) for one in lines]
            await self._session.run(upsert(LIBRARY, self._session.dialect), rows)

    async def save_two_week_tests(self, tests: Sequence[TwoWeekTest]) -> None:
        """Insert or replace by id."""
        if tests:
            rows = [two_week_test_row(one) for one in tests]
            await self._session.run(upsert(TRIALS, self._session.dialect), rows)

    async def save_leaves(self, leaves: Sequence[Leaf]) -> None:
        """Insert or replace by id."""
        if leaves:
            rows = [leaf_row(one) for one in leaves]
            await self._session.run(upsert(LEAVES, self._session.dialect), rows)

    async def save_pulse_key(self, key: PulseKey) -> None:
        """Keep the run's key; one that is there already stays, as answers were given under it."""
        row = {"run_id": key.run_id, "secret": key.secret}
        await self._session.run(insert_new(PULSE_KEYS, self._session.dialect), row)

    async def save_pulse(self, answers: Sequence[PulseAnswer]) -> None:
        """Insert, or replace the answer of the same run, moment, key and item."""
        if answers:
            rows = [pulse_row(one) for one in answers]
            await self._session.run(upsert(PULSE_ANSWERS, self._session.dialect), rows)

    async def destroy_pulse(self, run_id: str) -> None:
        """Delete the run's key and answers."""
        for statement in _DROP_PULSE:
            await self._session.run(statement, {"of_run": run_id})

    async def drop_pulse(self, run_id: str, moment: PulseMoment) -> None:
        """Delete the answers of one round; the key stays for the others."""
        await self._session.run(_DROP_ROUND, {"of_run": run_id, "then": moment.value})

    async def unname_pulse(self, run_id: str, person_key: str, tombstone: str) -> None:
        """Put a tombstone in place of a pseudonym: the answers still count, and nobody finds them again."""
        await self._session.run(_RENAME_PULSE, {"of_run": run_id, "old": person_key, "new": tombstone})

    async def forget_person(self, leader_id: str, tombstone: str) -> None:
        """Take the person out of everything here; counts survive."""
        for statement in _STAND_IN:
            await self._session.run(statement, {"person": leader_id, "tombstone": tombstone})
        for change in _TAKE_OUT:
            await self._session.run(change, {"person": leader_id})

    async def forget_words(self, partnership_id: str, *, before: date) -> None:
        """Take authors off things heard said before then, and delete help requests closed before then."""
        params = {"partnership": partnership_id}
        await self._session.run(_TAKE_AUTHORS_OFF, {**params, "until_on": before})
        midnight = datetime.combine(before, time(), tzinfo=UTC)
        await self._session.run(_DROP_CLOSED_HELP, {**params, "until_at": midnight})
