"""The statements of the ledger, each written once."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from nudges.model.delivery import DeliveryState
from nudges.model.message import MessageKind
from storage.tables import DELIVERIES

D = DELIVERIES.c
OPEN = (DeliveryState.WAITING.value, DeliveryState.SENDING.value, DeliveryState.AMBIGUOUS.value)
LIVE = (*OPEN, DeliveryState.SENT.value)
POSTS = (MessageKind.ROLLUP.value, MessageKind.CHANNEL_POST.value)

ONE = select(DELIVERIES).where(D.id == bindparam("id"))
OF_SUBJECT = select(DELIVERIES).where(D.subject == bindparam("subject")).order_by(D.seq.desc())
OF_RECIPIENT = select(DELIVERIES).where(D.recipient == bindparam("recipient")).order_by(D.seq)
OF_RECIPIENT_SINCE = (
    select(DELIVERIES)
    .where(D.recipient == bindparam("recipient"), D.not_before >= bindparam("since"))
    .order_by(D.seq)
)
FLAGGED = select(DELIVERIES).where(D.is_flagged.is_(True)).order_by(D.seq)

_PARENT = DELIVERIES.alias("parent")
_OLDER = DELIVERIES.alias("older")
_NEWER = DELIVERIES.alias("newer")

# The message that this one replaces, or stands under in its thread.
PARENT = func.coalesce(D.edits, D.thread_of)

# Such a row goes out when its message has an end (sent, or never to be: then the row is dropped) and no
# older edit of that message is still open. Written without a join, so that it fits every statement.
_OPEN_PARENT = exists().where(_PARENT.c.id == PARENT, _PARENT.c.state.in_(OPEN)).correlate(DELIVERIES)
_OPEN_OLDER = (
    exists()
    .where(_OLDER.c.edits == D.edits, _OLDER.c.seq < D.seq, _OLDER.c.state.in_(OPEN))
    .correlate(DELIVERIES)
)
CLAIMABLE = or_(PARENT.is_(None), and_(~_OPEN_PARENT, ~_OPEN_OLDER))

CANDIDATES = (
    select(
        DELIVERIES,
        _PARENT.c.state.label("parent_state"),
        _PARENT.c.ref_conversation.label("parent_conversation"),
        _PARENT.c.ref_message.label("parent_message"),
    )
    .select_from(DELIVERIES.outerjoin(_PARENT, _PARENT.c.id == PARENT))
    .where(
        D.installation == bindparam("installation"), D.due_at <= bindparam("at"), D.state.in_(OPEN), CLAIMABLE
    )
    .order_by(D.due_at, D.seq)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=DELIVERIES)
)
TAKE = (
    update(DELIVERIES)
    .where(D.seq.in_(bindparam("seqs", expanding=True)))
    .values(
        state=DeliveryState.SENDING.value,
        lease_until=bindparam("until"),
        due_at=bindparam("until"),
        fence=D.fence + 1,
        attempts=D.attempts + 1,
    )
)
CLOSE = (
    update(DELIVERIES)
    .where(D.seq == bindparam("of_seq"))
    .values(state=bindparam("as_state"), due_at=None, lease_until=None, reason=bindparam("because"))
)

HELD = (
    select(D.seq, D.id, D.fence, D.state, D.edits, D.is_cancelled, D.ref_conversation, D.ref_message)
    .where(D.id.in_(bindparam("ids", expanding=True)))
    .order_by(D.seq)
    .with_for_update()
)
SETTLE = (
    update(DELIVERIES)
    .where(D.seq == bindparam("of_seq"))
    .values(
        state=bindparam("as_state"),
        attempts=bindparam("tried"),
        not_before=bindparam("from_at"),
        due_at=bindparam("look_at"),
        lease_until=None,
        reason=bindparam("because"),
        ref_conversation=bindparam("conversation"),
        ref_message=bindparam("message"),
        sent_at=bindparam("when_at"),
        is_flagged=or_(D.is_flagged, bindparam("flag")),
    )
)
FLAG = update(DELIVERIES).where(D.seq == bindparam("of_seq")).values(is_flagged=True)
HAS_NEWER = (
    select(D.seq)
    .where(D.seq.in_(bindparam("seqs", expanding=True)))
    .where(
        exists()
        .where(_NEWER.c.edits == D.edits, _NEWER.c.seq > D.seq, _NEWER.c.state.in_(LIVE))
        .correlate(DELIVERIES)
    )
)

# Of a message that was edited, the first form and the newest edit; what lies between them is history.
_NEWEST = (
    select(func.max(_NEWER.c.seq))
    .where(_NEWER.c.edits == D.edits, _NEWER.c.state.in_(LIVE))
    .correlate(DELIVERIES)
    .scalar_subquery()
)
_SHOWN = select(DELIVERIES).where(
    D.recipient == bindparam("recipient"), D.state.in_(LIVE), or_(D.edits.is_(None), D.seq == _NEWEST)
)
SHOWN_ABOUT = _SHOWN.where(D.subject == bindparam("subject")).order_by(D.seq.desc())
SHOWN_SINCE = _SHOWN.where(D.not_before >= bindparam("since")).order_by(D.seq)


def _in_order(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """These rows, locked oldest first as `settle` does, so that two changes never wait for each other."""
    return D.seq.in_(select(D.seq).where(*conditions).order_by(D.seq).with_for_update().correlate(None))


_LAST_EDIT = select(func.max(_NEWER.c.seq)).where(_NEWER.c.edits == bindparam("message")).scalar_subquery()
DROP_OLDER_EDITS = (
    update(DELIVERIES)
    .where(D.edits == bindparam("message"), D.state == DeliveryState.WAITING.value, D.seq < _LAST_EDIT)
    .values(state=DeliveryState.CANCELLED.value, due_at=None, reason="A newer edit takes its place.")
)
CANCEL = (
    update(DELIVERIES)
    .where(
        D.recipient == bindparam("of_recipient"),
        D.state == DeliveryState.WAITING.value,
        D.purpose.not_in(bindparam("keep", expanding=True)),
    )
    .values(state=DeliveryState.CANCELLED.value, due_at=None, reason="No longer wanted.")
)
RESCHEDULE = (
    update(DELIVERIES)
    .where(
        D.recipient == bindparam("of_recipient"),
        D.state == DeliveryState.WAITING.value,
        D.edits.is_(None),
        D.purpose.not_in(bindparam("keep", expanding=True)),
    )
    .values(not_before=bindparam("from_at"), due_at=bindparam("from_at"), not_after=bindparam("to_at"))
)
# What is on its way cannot be called back, but it is not tried again: it lapses once its outcome is known.
CANCEL_UNDER_WAY = (
    update(DELIVERIES)
    .where(
        _in_order(
            D.recipient == bindparam("of_recipient"),
            D.state.in_((DeliveryState.SENDING.value, DeliveryState.AMBIGUOUS.value)),
            D.purpose.not_in(bindparam("keep", expanding=True)),
        )
    )
    .values(is_cancelled=True)
)
CANCEL_ABOUT = (
    update(DELIVERIES)
    .where(
        D.subject == bindparam("of_subject"),
        D.state == DeliveryState.WAITING.value,
        D.purpose.in_(bindparam("purposes", expanding=True)),
    )
    .values(state=DeliveryState.CANCELLED.value, due_at=None, reason="No longer wanted.")
)
CANCEL_ABOUT_UNDER_WAY = (
    update(DELIVERIES)
    .where(
        _in_order(
            D.subject == bindparam("of_subject"),
            D.state.in_((DeliveryState.SENDING.value, DeliveryState.AMBIGUOUS.value)),
            D.purpose.in_(bindparam("purposes", expanding=True)),
        )
    )
    .values(is_cancelled=True)
)
POSTPONE = (
    update(DELIVERIES)
    .where(
        _in_order(
            D.installation == bindparam("of_installation"),
            D.due_at < bindparam("until"),
            D.state.in_((DeliveryState.WAITING.value, DeliveryState.AMBIGUOUS.value)),
        )
    )
    .values(not_before=bindparam("until"), due_at=bindparam("until"))
)

# The state stands in the statement itself: a bound value would not find the small index of lapsed rows.
REFUSED = (
    select(DELIVERIES)
    .where(D.state == DeliveryState.REFUSED.value, D.not_before >= bindparam("since"))
    .order_by(D.seq)
    .limit(bindparam("most"))
)
FORGET_WORDS = (
    update(DELIVERIES)
    .where(
        D.created_at < bindparam("before"),
        D.due_at.is_(None),
        D.purpose != MessageKind.BOARD.value,
        cast(D.facts, Text) != "{}",
    )
    .values(facts={})
)
DELETE_OF = delete(DELIVERIES).where(D.recipient == bindparam("of_recipient"))
LAPSED = (
    select(DELIVERIES).where(D.state == literal_column("'lapsed'")).order_by(D.seq).limit(bindparam("most"))
)
DECIDE_LAPSED = (
    update(DELIVERIES)
    .where(D.id == bindparam("of_id"), D.state == DeliveryState.LAPSED.value)
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        not_before=bindparam("from_at"),
        due_at=bindparam("look_at"),
        not_after=bindparam("to_at"),
    )
)

COUNTED = (
    select(D.person, func.count())
    .where(
        D.person.in_(bindparam("persons", expanding=True)),
        D.week_on == bindparam("week_on"),
        D.is_counted.is_(True),
        D.state.in_(LIVE),
    )
    .group_by(D.person)
)
CHANNEL_POSTS = select(func.count()).where(
    D.send_to == bindparam("to"),
    D.week_on == bindparam("week_on"),
    D.platform == bindparam("platform"),
    D.workspace == bindparam("workspace"),
    D.purpose.in_(POSTS),
    PARENT.is_(None),
    D.state.in_(LIVE),
)
VARIANTS = (
    select(D.person, D.variant)
    .where(
        D.person.in_(bindparam("persons", expanding=True)),
        D.event == bindparam("event"),
        func.coalesce(D.sent_at, D.not_before) >= bindparam("since", type_=D.sent_at.type),
        D.state.in_(LIVE),
    )
    .order_by(D.seq.desc())
)
NEXT_DUE = select(D.due_at).where(D.due_at.is_not(None), CLAIMABLE).order_by(D.due_at).limit(1)
NEXT_DUE_OF = (
    select(D.due_at)
    .where(D.installation == bindparam("installation"), D.due_at.is_not(None), CLAIMABLE)
    .order_by(D.due_at)
    .limit(1)
)
# The empty text keeps a planner from walking through all future rows in the order of `installation`.
_DUE_INSTALLATION = D.installation + ""
DUE_NOW = select(_DUE_INSTALLATION).where(D.due_at <= bindparam("at"), CLAIMABLE).distinct()
STATES = select(D.state, func.count()).group_by(D.state)
OVERDUE = (
    select(DELIVERIES)
    .where(D.due_at < bindparam("before"), CLAIMABLE)
    .order_by(D.due_at, D.seq)
    .limit(bindparam("most"))
)
UNCLEAR = (
    select(DELIVERIES)
    .where(D.due_at.is_not(None), D.state == DeliveryState.AMBIGUOUS.value)
    .order_by(D.seq)
    .limit(bindparam("most"))
)
SUBJECTS = select(D.subject).where(D.subject.in_(bindparam("subjects", expanding=True))).distinct()
