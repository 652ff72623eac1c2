"""The facts of a nudge's card: before an answer, and after each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nudges.model import calendar, message_facts
from nudges.model.catalogue import Action
from nudges.model.nudge import Nudge, NudgeState
from nudges.model.pair import Pair
from nudges.model.people import Leader, Partnership
from nudges.model.phrasebook import DEFAULT_LOCALE
from nudges.model.placeholders import fill
from nudges.model.plain_words import and_words, month_words, time_words, when_words
from nudges.model.playbook import Playbook
from nudges.said import Said, said
from nudges.unit_of_work.read_roster import Roster

# Only these leave a line that others may read; the rest is counted and no more.
SHAREABLE = frozenset({"channel_line", "artefact"})
Facts = dict[str, Any]

# What a step is that comes back another day: open, and quiet until then.
SNOOZED = "snoozed"
AFTER: Mapping[str, tuple[str, ...]] = {
    NudgeState.OFFERED: ("plan", "swap", "not_now"),
    SNOOZED: ("plan", "done", "undo"),
    NudgeState.PLANNED: ("done", "move", "swap", "undo"),
    NudgeState.DONE: ("share", "tell_team", "pass_on", "visibility", "undo"),
    NudgeState.PARTLY: ("done", "move", "undo"),
    NudgeState.NOT_YET: ("done", "move", "let_go", "help", "undo"),
    NudgeState.NOT_NOW: ("undo",),
    NudgeState.SWAPPED: ("undo",),
    NudgeState.EXPIRED: ("done",),
    NudgeState.WITHDRAWN: (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What a nudge's words are made of."""

    book: Playbook
    roster: Roster
    leader: Leader
    pair: Pair | None = None

    @property
    def partnership(self) -> Partnership:
        """The partnership that the leader takes part in."""
        return self.roster.partnership

    def words(self, nudge: Nudge) -> dict[str, str]:
        """A word for every placeholder that an action may hold."""
        words = words_for_anybody(self.book, self.partnership, locale=self.leader.locale)
        words["question"] = nudge.question
        if self.pair is not None:
            others = self.pair.others(self.leader.id)
            words["peer"] = and_words(self.roster.names(others)) or words["peer"]
            words["peer_org"] = and_words(self.roster.organisation_names(others)) or words["peer_org"]
            if self.pair.tends_at is not None:
                words["month"] = month_words(calendar.local(self.pair.tends_at, self.leader.zone).date())
        return words

    def in_words(self, words: Said) -> str:
        """A sentence in the language of the leader."""
        return self.book.in_words(words, locale=self.leader.locale)

    def filled(self, nudge: Nudge) -> tuple[Action, str, str]:
        """The action, its title and its text, filled in."""
        action = self.book.action(nudge.action_id)
        words = self.words(nudge)
        text = action.nudge if nudge.smaller_at is None else action.smaller_step
        return action, fill(action.title, words), fill(text, words)


def words_for_anybody(
    book: Playbook, partnership: Partnership, *, locale: str = DEFAULT_LOCALE
) -> dict[str, str]:
    """A word for every placeholder, where an action is named and nobody is asked to do it."""
    return {
        **book.rules.content.default_words(),
        **partnership.words,
        "partnership": partnership.name,
        "peer": book.in_words(said("nudging.a_partner"), locale=locale),
        "peer_org": book.in_words(said("nudging.another_organisation"), locale=locale),
        "month": book.in_words(said("nudging.last_round"), locale=locale),
        "question": "",
    }


def buttons(*verbs: str, subject: str = "") -> list[Facts]:
    """Buttons in order; labels belong to the messages."""
    return [{"verb": verb, "subject": subject} if subject else {"verb": verb} for verb in verbs]


def rider(event: str, subject: str, facts: Mapping[str, Any]) -> Facts:
    """A question that rides on another message; its buttons stand beside its facts."""
    own = {name: value for name, value in facts.items() if name != "buttons"}
    return {"event": event, "subject": subject, "facts": own, "buttons": facts["buttons"]}


def part(
    event: str,
    facts: Mapping[str, Any] | None = None,
    *,
    about: str = "",
    row: Sequence[Mapping[str, Any]] = (),
) -> Facts:
    """One part of the page: words of its own, and a row of buttons that are `about` something."""
    return {"event": event, "subject": about, "facts": facts or {}, "buttons": list(row)}


class Offer(message_facts.Nudge):
    """What the week's nudge says, and what its step is for: that is kept with it and not said."""

    why: str


def offer_facts(scene: Scene, nudge: Nudge, *, theme: str, riders: Sequence[Facts] = ()) -> Offer:
    """What the week's nudge says."""
    action, title, text = scene.filled(nudge)
    is_trio = scene.pair is not None and len(scene.pair.leader_ids) > 2
    return {
        "goal": scene.partnership.shared_goal,
        "theme": theme,
        "title": title,
        "text": text,
        "minutes": action.minutes,
        "done_means": action.done_means,
        "peer_note": scene.in_words(said("nudging.three_this_time")) if is_trio else "",
        "why": action.why,
        "buttons": buttons("plan", *(("swap",) if nudge.offers else ()), "not_now"),
        "riders": list(riders),
    }


def first_step_facts(scene: Scene, nudge: Nudge) -> message_facts.FirstStep:
    """The five-minute step that follows a yes; it can be done on the spot."""
    action, title, text = scene.filled(nudge)
    return {
        "goal": scene.partnership.shared_goal,
        "title": title,
        "text": text,
        "minutes": action.minutes,
        "done_means": action.done_means,
        "buttons": buttons("done", "plan", *(("swap",) if nudge.offers else ()), "not_now"),
    }


def card_facts(scene: Scene, nudge: Nudge, *, note: str = "") -> message_facts.Card:
    """What the card says after an answer."""
    action, title, text = scene.filled(nudge)
    has_peer = scene.pair is not None and action.needs_peer
    return {
        "title": title,
        "text": text,
        "state": _standing(nudge),
        "when": _when(scene, nudge),
        "place": nudge.plan.place if nudge.plan else "",
        "peer": scene.words(nudge)["peer"] if has_peer else "",
        "done_means": action.done_means,
        "is_small": nudge.smaller_at is not None,
        "note": note,
        "buttons": buttons(*_verbs(_Step(scene=scene, nudge=nudge, action=action))),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """All that decides which buttons stand on a card."""

    scene: Scene
    nudge: Nudge
    action: Action


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    """Where it `holds` for a step that stands so, some buttons `leave` its card, and others come `first`.

    Without `standing` it is for every step.
    """

    standing: str | None = None
    holds: Callable[[_Step], bool]
    leave: tuple[str, ...] = ()
    first: tuple[str, ...] = ()


# From the top: what comes first last stands first.
CHANGES: tuple[_Change, ...] = (
    _Change(
        standing=NudgeState.OFFERED,
        holds=lambda step: step.nudge.is_first_step or step.nudge.replied_at is not None,
        first=("done",),
    ),
    _Change(standing=NudgeState.PLANNED, holds=lambda step: step.nudge.before is None, leave=("undo",)),
    _Change(holds=lambda step: not step.nudge.offers, leave=("swap",)),
    _Change(holds=lambda step: step.action.visibility not in SHAREABLE, leave=("share",)),
    _Change(holds=lambda step: step.action.needs_peer, leave=("pass_on",)),
    _Change(
        standing=NudgeState.PLANNED,
        holds=lambda step: step.action.is_listening_pair and step.scene.pair is not None,
        first=("listen_start",),
    ),
    _Change(
        standing=NudgeState.DONE,
        holds=lambda step: step.action.id in step.scene.book.rules.listening.point_actions,
        leave=("share",),
        first=("hear",),
    ),
    _Change(
        standing=NudgeState.DONE,
        holds=lambda step: step.action.id == step.scene.book.rules.listening.trial_action,
        first=("trial",),
    ),
)


def _standing(nudge: Nudge) -> str:
    is_snoozed = nudge.state is NudgeState.OFFERED and nudge.snoozed_until is not None
    return SNOOZED if is_snoozed else str(nudge.state)


def _verbs(step: _Step) -> tuple[str, ...]:
    """The buttons that stand there after an answer, as the table changes them."""
    standing = _standing(step.nudge)
    verbs = AFTER[standing]
    for change in CHANGES:
        if change.standing in (None, standing) and change.holds(step):
            verbs = (*change.first, *(verb for verb in verbs if verb not in change.leave))
    return verbs


def _when(scene: Scene, nudge: Nudge) -> str:
    if nudge.state is NudgeState.PLANNED and nudge.plan is not None:
        if nudge.plan.by_office:
            return scene.in_words(said("nudging.office_fixes"))
        return when_words(nudge.plan.at, scene.leader.zone)
    if nudge.snoozed_until is not None:
        return when_words(nudge.snoozed_until, scene.leader.zone)
    return ""


def happened_facts(scene: Scene, nudge: Nudge) -> message_facts.DidItHappen:
    """Did it happen?"""
    _, title, _ = scene.filled(nudge)
    at = nudge.plan.at if nudge.plan else nudge.offered_at
    return {
        "title": title,
        "day": when_words(at, scene.leader.zone).split(",")[0],
        "time": time_words(at, scene.leader.zone),
        "buttons": buttons("done", "partly", "not_yet", "move", subject=nudge.id),
    }
