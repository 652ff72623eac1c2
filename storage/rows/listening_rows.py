"""Rows of help requests, things heard, votes, tests, leaves and pulse answers, there and back."""

from __future__ import annotations

from typing import Any

from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.problem_tree import Leaf, LeafState
from nudges.model.pulse import PulseAnswer, PulseMoment
from nudges.model.thing_heard import HeardKind, HeardState, LibraryLine, ThingHeard, Vote
from nudges.model.two_week_test import TwoWeekTest


def help_row(help: HelpRequest) -> dict[str, Any]:
    """A help request as its row."""
    return {
        "id": help.id,
        "partnership_id": help.partnership_id,
        "about": help.about.value,
        "subject": help.subject,
        "organisation_id": help.organisation_id,
        "asked_at": help.asked_at,
        "contact_by": help.contact_by,
        "leader_id": help.leader_id,
        "reason": help.reason,
        "helper_id": help.helper_id,
        "reminded_at": help.reminded_at,
        "contacted_at": help.contacted_at,
        "taken_up_at": help.taken_up_at,
        "closed_at": help.closed_at,
    }


def help_from(row: Any) -> HelpRequest:
    """The reverse of `help_row`."""
    return HelpRequest(
        id=row.id,
        partnership_id=row.partnership_id,
        about=HelpAbout(row.about),
        subject=row.subject,
        organisation_id=row.organisation_id,
        asked_at=row.asked_at,
        contact_by=row.contact_by,
        leader_id=row.leader_id,
        reason=row.reason,
        helper_id=row.helper_id,
        reminded_at=row.reminded_at,
        contacted_at=row.contacted_at,
        taken_up_at=row.taken_up_at,
        closed_at=row.closed_at,
    )


def heard_row(heard: ThingHeard) -> dict[str, Any]:
    """A thing heard as its row."""
    return {
        "id": heard.id,
        "partnership_id": heard.partnership_id,
        "kind": heard.kind.value,
        "text": heard.text,
        "said_on": heard.said_on,
        "reply_by": heard.reply_by,
        "state": heard.state.value,
        "author_id": heard.author_id,
        "theme": heard.theme,
        "why_together": heard.why_together,
        "owner_id": heard.owner_id,
        "reply": heard.reply,
        "is_not_yet": heard.is_not_yet,
        "replied_on": heard.replied_on,
        "told_on": heard.told_on,
    }


def heard_from(row: Any) -> ThingHeard:
    """The reverse of `heard_row`."""
    return ThingHeard(
        id=row.id,
        partnership_id=row.partnership_id,
        kind=HeardKind(row.kind),
        text=row.text,
        said_on=row.said_on,
        reply_by=row.reply_by,
        state=HeardState(row.state),
        author_id=row.author_id,
        theme=row.theme,
        why_together=row.why_together,
        owner_id=row.owner_id,
        reply=row.reply,
        is_not_yet=row.is_not_yet,
        replied_on=row.replied_on,
        told_on=row.told_on,
    )


def vote_row(vote: Vote) -> dict[str, Any]:
    """A vote as its row."""
    return {
        "partnership_id": vote.partnership_id,
        "leader_id": vote.leader_id,
        "action_id": vote.action_id,
    }


def vote_from(row: Any) -> Vote:
    """The reverse of `vote_row`."""
    return Vote(
        partnership_id=row.partnership_id,
        leader_id=row.leader_id,
        action_id=row.action_id,
    )


def library_row(library: LibraryLine) -> dict[str, Any]:
    """A line of the library as its row."""
    return {
        "id": library.id,
        "partnership_id": library.partnership_id,
        "organisation_id": library.organisation_id,
        "action_id": library.action_id,
        "text": library.text,
        "posted_on": library.posted_on,
    }


def library_from(row: Any) -> LibraryLine:
    """The reverse of `library_row`."""
    return LibraryLine(
        id=row.id,
        partnership_id=row.partnership_id,
        organisation_id=row.organisation_id,
        action_id=row.action_id,
        text=row.text,
        posted_on=row.posted_on,
    )


def two_week_test_row(test: TwoWeekTest) -> dict[str, Any]:
    """A two-week test as its row."""
    return {
        "id": test.id,
        "partnership_id": test.partnership_id,
        "leader_id": test.leader_id,
        "text": test.text,
        "started_at": test.started_at,
        "ends_on": test.ends_on,
        "run_id": test.run_id,
        "asked_at": test.asked_at,
        "learned": test.learned,
        "learned_at": test.learned_at,
        "told_on": test.told_on,
    }


def two_week_test_from(row: Any) -> TwoWeekTest:
    """The reverse of `two_week_test_row`."""
    return TwoWeekTest(
        id=row.id,
        partnership_id=row.partnership_id,
        leader_id=row.leader_id,
        text=row.text,
        started_at=row.started_at,
        ends_on=row.ends_on,
        run_id=row.run_id,
        asked_at=row.asked_at,
        learned=row.learned,
        learned_at=row.learned_at,
        told_on=row.told_on,
    )


def leaf_row(leaf: Leaf) -> dict[str, Any]:
    """A leaf of the problem tree as its row."""
    return {
        "id": leaf.id,
        "partnership_id": leaf.partnership_id,
        "run_id": leaf.run_id,
        "text": leaf.text,
        "added_on": leaf.added_on,
        "state": leaf.state.value,
        "wording": leaf.wording,
        "parent_id": leaf.parent_id,
    }


def leaf_from(row: Any) -> Leaf:
    """The reverse of `leaf_row`."""
    return Leaf(
        id=row.id,
        partnership_id=row.partnership_id,
        run_id=row.run_id,
        text=row.text,
        added_on=row.added_on,
        state=LeafState(row.state),
        wording=row.wording,
        parent_id=row.parent_id,
    )


def pulse_row(pulse: PulseAnswer) -> dict[str, Any]:
    """An answer to the pulse as its row."""
    return {
        "run_id": pulse.run_id,
        "moment": pulse.moment.value,
        "person_key": pulse.person_key,
        "item_id": pulse.item_id,
        "value": pulse.value,
        "answered_on": pulse.answered_on,
    }


def pulse_from(row: Any) -> PulseAnswer:
    """The reverse of `pulse_row`."""
    return PulseAnswer(
        run_id=row.run_id,
        moment=PulseMoment(row.moment),
        person_key=row.person_key,
        item_id=row.item_id,
        value=row.value,
        answered_on=row.answered_on,
    )
