"""The ledger of outbound messages: added once, claimed under a lease, settled under a fence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.message import MessageKind
from nudges.model.people import Address
from storage.connection import LedgerSession
from storage.repositories import delivery_statements as sql
from storage.rows.delivery_rows import claimed_from, delivery_from, delivery_row, due_at, ref_or_none
from storage.tables import DELIVERIES
from storage.upserts import insert_new


class SqlDeliveries:
    """Fills `DeliveryRepository`.

    Senders use `free`, which locks only its own rows; all others use `session`, and so wait for the
    writer's turn before they lock any row. Nobody waits for a turn while holding a row.
    """

    def __init__(self, session: LedgerSession, free: LedgerSession) -> None:
        self._session = session
        self._free = free

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Write due messages; one whose unique key exists already is left as it is.

        A newer edit of the same message cancels older edits that still wait.
        """
        if not deliveries:
            return
        rows = [delivery_row(delivery) for delivery in deliveries]
        await self._session.run(insert_new(DELIVERIES, self._session.dialect), rows)
        edited = list(dict.fromkeys(delivery.edits for delivery in deliveries if delivery.edits is not None))
        if edited:
            await self._session.run(sql.DROP_OLDER_EDITS, [{"message": message} for message in edited])

    async def unchecked(self, delivery_id: str) -> Delivery | None:
        """One delivery, or None."""
        rows = await self._session.rows(sql.ONE, {"id": delivery_id})
        return delivery_from(rows[0]) if rows else None

    async def unchecked_of_subject(self, subject: str) -> list[Delivery]:
        """Deliveries about this nudge, pair, promise or step, newest first."""
        return [delivery_from(row) for row in await self._session.rows(sql.OF_SUBJECT, {"subject": subject})]

    async def unchecked_of_recipient(
        self, recipient: str, *, since: datetime | None = None
    ) -> list[Delivery]:
        """Everything ever due to this recipient, or due since then, oldest first."""
        params: dict[str, Any] = {"recipient": recipient}
        if since is None:
            rows = await self._session.rows(sql.OF_RECIPIENT, params)
        else:
            rows = await self._session.rows(sql.OF_RECIPIENT_SINCE, {**params, "since": since})
        return [delivery_from(row) for row in rows]

    async def unchecked_shown_about(self, subject: str, recipient: str) -> list[Delivery]:
        """What this recipient was or will be shown about the subject, newest first: of each message its
        first form and its newest edit."""
        params = {"subject": subject, "recipient": recipient}
        return [delivery_from(row) for row in await self._session.rows(sql.SHOWN_ABOUT, params)]

    async def unchecked_shown_to(self, recipient: str, *, since: datetime) -> list[Delivery]:
        """The same for everything that was due to this recipient since then, oldest first."""
        params = {"recipient": recipient, "since": since}
        return [delivery_from(row) for row in await self._session.rows(sql.SHOWN_SINCE, params)]

    async def claim(
        self, installation: str, *, at: datetime, lease_until: datetime, limit: int, worker: str
    ) -> list[Delivery]:
        """Take up to `limit` rows that are due, oldest first, each with a lease and a grown fence.

        Rows that may have been sent already come back as `AMBIGUOUS`: read them back first; one that was
        cancelled meanwhile has a `not_after` that has passed, so that it is not sent again. Rows that
        were too old to send come back as `LAPSED`, besides the others; they are settled already. An edit
        comes back with the `ref` of the message that it replaces, an answer in a thread with the `ref` of
        the thread's first message.
        """
        deliveries: list[Delivery] = []
        room = limit
        while room > 0:
            params = {"installation": installation, "at": at, "most": room}
            rows = await self._free.rows(sql.CANDIDATES, params)
            closed = [(row, ending) for row in rows if (ending := _ending(row, at)) is not None]
            endless = {row.seq for row, _ in closed}
            taken = [row for row in rows if row.seq not in endless]
            if taken:
                await self._free.run(sql.TAKE, {"seqs": [row.seq for row in taken], "until": lease_until})
            if closed:
                await self._free.run(sql.CLOSE, [_closing(row, ending) for row, ending in closed])
            deliveries += [claimed_from(row, lease_until=lease_until) for row in taken]
            deliveries += [
                replace(delivery_from(row), state=ending)
                for row, ending in closed
                if ending is DeliveryState.LAPSED
            ]
            room -= len(taken)
            if not closed:
                break
        return deliveries

    async def settle(self, deliveries: Sequence[Delivery]) -> list[str]:
        """Write outcomes; a row whose fence has moved on is left alone. Returns the ids that were written.

        A late `SENT` whose fence has moved on sets `is_flagged` on the row, unless the row already holds
        the same message. An edit that would have to wait again gives way to a newer edit.
        """
        if not deliveries:
            return []
        held = {
            row.id: row for row in await self._free.rows(sql.HELD, {"ids": [one.id for one in deliveries]})
        }
        own: list[tuple[int, Delivery]] = []
        late: list[dict[str, int]] = []
        for delivery in deliveries:
            row = held.get(delivery.id)
            if row is None:
                continue
            if row.fence == delivery.fence and row.state == DeliveryState.SENDING.value:
                own.append((row.seq, _unless_cancelled(row, delivery)))
            elif delivery.state is DeliveryState.SENT and _ref(row) != delivery.ref:
                late.append({"of_seq": row.seq})
        own = await self._give_way(own)
        if own:
            await self._free.run(sql.SETTLE, [_outcome(seq, delivery) for seq, delivery in own])
        if late:
            await self._free.run(sql.FLAG, late)
        return [delivery.id for _, delivery in own]

    async def _give_way(self, own: list[tuple[int, Delivery]]) -> list[tuple[int, Delivery]]:
        again = [seq for seq, one in own if one.edits is not None and one.state is DeliveryState.WAITING]
        if not again:
            return own
        outdated = {row.seq for row in await self._free.rows(sql.HAS_NEWER, {"seqs": again})}
        return [
            (seq, replace(one, state=DeliveryState.CANCELLED) if seq in outdated else one) for seq, one in own
        ]

    async def cancel(self, recipient: str, *, at: datetime, keep: Sequence[str] = ()) -> int:
        """Cancel everything still waiting for this recipient, except purposes in `keep`; returns how many.

        What is on its way is not tried again.
        """
        params = {"of_recipient": recipient, "keep": list(keep)}
        cancelled = await self._session.run(sql.CANCEL, params)
        await self._session.run(sql.CANCEL_UNDER_WAY, params)
        return cancelled

    async def reschedule(
        self, recipient: str, *, not_before: datetime, not_after: datetime | None, keep: Sequence[str] = ()
    ) -> int:
        """Give everything that waits for this recipient, except edits and purposes in `keep`, these times."""
        params = {
            "of_recipient": recipient,
            "keep": list(keep),
            "from_at": not_before,
            "to_at": not_after,
        }
        return await self._session.run(sql.RESCHEDULE, params)

    async def cancel_about(self, subject: str, *, purposes: Sequence[str] = ()) -> int:
        """Cancel waiting rows about this subject (all purposes when none are given)."""
        params = {"of_subject": subject, "purposes": list(purposes) or [kind.value for kind in MessageKind]}
        cancelled = await self._session.run(sql.CANCEL_ABOUT, params)
        await self._session.run(sql.CANCEL_ABOUT_UNDER_WAY, params)
        return cancelled

    async def postpone(self, installation: str, *, until: datetime) -> int:
        """Let everything that waits in this installation wait until then; returns how many rows moved."""
        return await self._free.run(sql.POSTPONE, {"of_installation": installation, "until": until})

    async def lapsed(self, *, limit: int = 200) -> list[Delivery]:
        """Rows that were too old to send and that nobody has decided about yet, oldest first."""
        return [delivery_from(row) for row in await self._session.rows(sql.LAPSED, {"most": limit})]

    async def decide_lapsed(self, deliveries: Sequence[Delivery]) -> None:
        """Give lapsed rows the state, reason and times of these values."""
        if deliveries:
            rows = [
                {
                    "of_id": delivery.id,
                    "new_state": delivery.state.value,
                    "new_reason": delivery.reason,
                    "from_at": delivery.not_before,
                    "look_at": due_at(delivery),
                    "to_at": delivery.not_after,
                }
                for delivery in deliveries
            ]
            await self._session.run(sql.DECIDE_LAPSED, rows)

    async def refused(self, *, since: datetime, limit: int = 100) -> list[Delivery]:
        """Rows that a platform refused for good and that were due since then, oldest first."""
        rows = await self._session.rows(sql.REFUSED, {"since": since, "most": limit})
        return [delivery_from(row) for row in rows]

    async def forget_words(self, *, before: datetime) -> int:
        """Empty the facts of closed rows written before then (boards aside); returns how many."""
        return await self._session.run(sql.FORGET_WORDS, {"before": before}, is_long=True)

    async def delete_of_recipient(self, recipient: str) -> None:
        """Erase every row to this recipient, sent or not."""
        await self._session.run(sql.DELETE_OF, {"of_recipient": recipient})

    async def counted(self, persons: Sequence[str], week_on: date) -> dict[str, int]:
        """Person -> messages that count against the cap in that week; 0 for a person without any."""
        counts = dict.fromkeys(persons, 0)
        if counts:
            for person, count in await self._session.rows(
                sql.COUNTED, {"persons": list(counts), "week_on": week_on}
            ):
                counts[person] = count
        return counts

    async def channel_posts(self, address: Address, week_on: date) -> int:
        """Posts (not edits, not answers in a thread) to this channel in that week."""
        params = {
            "platform": address.platform,
            "workspace": address.workspace,
            "to": address.to,
            "week_on": week_on,
        }
        rows = await self._session.rows(sql.CHANNEL_POSTS, params)
        return int(rows[0][0])

    async def last_variants(
        self, persons: Sequence[str], event: str, *, since: datetime
    ) -> dict[str, list[int]]:
        """Person -> variants of this event used since then, newest first."""
        variants: dict[str, list[int]] = defaultdict(list)
        if persons:
            params = {"persons": list(persons), "event": event, "since": since}
            for person, variant in await self._session.rows(sql.VARIANTS, params):
                variants[person].append(variant)
        return dict(variants)

    async def next_due(self, installation: str | None = None) -> datetime | None:
        """The earliest instant at which there is something to claim; edits that must wait do not count."""
        if installation is None:
            rows = await self._free.rows(sql.NEXT_DUE)
        else:
            rows = await self._free.rows(sql.NEXT_DUE_OF, {"installation": installation})
        return rows[0][0] if rows else None

    async def installations_due(self, *, at: datetime) -> list[str]:
        """Installations that have something to send now."""
        return sorted(row[0] for row in await self._free.rows(sql.DUE_NOW, {"at": at}))

    async def states(self) -> dict[DeliveryState, int]:
        """How many rows are in each state."""
        return {DeliveryState(state): count for state, count in await self._session.rows(sql.STATES)}

    async def flagged(self) -> list[Delivery]:
        """Rows that a person should look at, oldest first."""
        return [delivery_from(row) for row in await self._session.rows(sql.FLAGGED)]

    async def overdue(self, *, before: datetime, limit: int = 100) -> list[Delivery]:
        """Open rows that should have been looked at before then, oldest first."""
        rows = await self._session.rows(sql.OVERDUE, {"before": before, "most": limit})
        return [delivery_from(row) for row in rows]

    async def ambiguous(self, *, limit: int = 100) -> list[Delivery]:
        """Rows of which nobody knows yet whether the platform took them, oldest first."""
        return [delivery_from(row) for row in await self._session.rows(sql.UNCLEAR, {"most": limit})]

    async def subjects_known(self, subjects: Sequence[str]) -> set[str]:
        """Those of the subjects about which there is any message, whatever became of it."""
        if not subjects:
            return set()
        return {row[0] for row in await self._session.rows(sql.SUBJECTS, {"subjects": list(subjects)})}


def _ending(row: Any, at: datetime) -> DeliveryState | None:
    """How a candidate ends without being sent; None where it is to be sent or read back."""
    if (row.edits or row.thread_of) is not None and row.parent_state != DeliveryState.SENT.value:
        return DeliveryState.CANCELLED
    if row.state == DeliveryState.WAITING.value and row.not_after is not None and row.not_after <= at:
        return DeliveryState.LAPSED
    return None


def _closing(row: Any, ending: DeliveryState) -> dict[str, Any]:
    lapsed = ending is DeliveryState.LAPSED
    because = (
        row.reason or "Too late to be useful." if lapsed else "The message that it belongs to was never sent."
    )
    return {"of_seq": row.seq, "as_state": ending.value, "because": because}


def _unless_cancelled(row: Any, delivery: Delivery) -> Delivery:
    if row.is_cancelled and delivery.state in (DeliveryState.WAITING, DeliveryState.LAPSED):
        return replace(delivery, state=DeliveryState.CANCELLED, reason="No longer wanted.")
    return delivery


def _ref(row: Any) -> object:
    return ref_or_none(row.ref_conversation, row.ref_message)


def _outcome(seq: int, delivery: Delivery) -> dict[str, Any]:
    ref = delivery.ref if delivery.state is DeliveryState.SENT else None
    return {
        "of_seq": seq,
        "as_state": delivery.state.value,
        "tried": delivery.attempts,
        "from_at": delivery.not_before,
        "look_at": due_at(delivery),
        "because": delivery.reason,
        "conversation": ref.conversation if ref else None,
        "message": ref.message if ref else None,
        "when_at": delivery.sent_at,
        "flag": delivery.is_flagged,
    }
