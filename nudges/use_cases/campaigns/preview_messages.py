"""The messages of one previewed week: the invitation, the step or the pulse, and what follows each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from nudges.model import cadence, calendar, message_facts
from nudges.model.catalogue import Action, Campaign, Week
from nudges.model.nudge import Nudge, NudgeState, Plan
from nudges.model.pair import Pair, PairKind
from nudges.model.people import Leader, Role
from nudges.model.placeholders import fill
from nudges.model.plain_words import when_words
from nudges.model.playbook import Playbook
from nudges.model.pulse import PulseMoment, round_in
from nudges.ports import Renderer
from nudges.rules.nudging import action_choice
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import Scene, first_step_facts, happened_facts, offer_facts
from nudges.unit_of_work.read_roster import Roster
from nudges.use_cases.pulse.ask_pulse import asked_of, pulse_facts, reminder_facts

ANSWER = said("campaigns.preview.buttons_pulse")


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewedMessage:
    """One message: when it is due, the same in words, what for, and what it says."""

    at: datetime
    when: str
    kind: str
    text: str


@dataclass(kw_only=True, slots=True)
class PreviewWeek:
    """One week: what kind it is, what else happens in it, what may be swapped, and each message."""

    week: Week
    starts_on: date
    notes: list[str] = field(default_factory=list)
    swaps: list[str] = field(default_factory=list)
    messages: list[PreviewedMessage] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Teller:
    """What the messages are made of, and what the person has had so far; `locale` is that of who looks."""

    book: Playbook
    renderer: Renderer
    roster: Roster
    holidays: frozenset[date]
    nation_holidays: frozenset[date]
    campaign: Campaign
    leader: Leader
    locale: str
    history: list[Nudge] = field(default_factory=list)
    rung: int = 1

    def scene(self, pair: Pair | None = None) -> Scene:
        """What fills the texts."""
        return Scene(book=self.book, roster=self.roster, leader=self.leader, pair=pair)

    def in_words(self, words: Said) -> str:
        """A sentence for whoever looks at the preview."""
        return self.book.in_words(words, locale=self.locale)


def begin(teller: Teller, preview: PreviewWeek) -> bool:
    """The invitation, and the small step that follows a yes; whether there is such a step."""
    leads = [one.name for one in teller.roster.leaders.values() if Role.PROGRAMME_LEAD in one.roles]
    lead = leads[0] if leads else teller.roster.partnership.helper_name
    due_at = cadence.welcome_instant(
        teller.leader,
        starts_on=preview.starts_on,
        after=datetime.combine(preview.starts_on, datetime.min.time(), UTC),
        holidays=teller.holidays,
        rules=teller.book.rules,
    )
    if due_at is None:
        return False
    text = teller.renderer.text(
        "welcome", message_facts.Welcome(lead=lead, partnership=teller.roster.partnership.name)
    )
    text = _with_buttons(teller, text, said("campaigns.preview.buttons_invite"))
    preview.messages.append(previewed(teller, due_at, "welcome", text))
    action = action_choice.first_step(
        preview.week,
        teller.leader,
        [],
        week_on=preview.starts_on,
        catalogue=teller.book.catalogue,
        rules=teller.book.rules,
    )
    if action is None:
        return False
    nudge, scene = _nudge(teller, action, (), preview, due_at), teller.scene()
    text = teller.renderer.text("first_step", first_step_facts(scene, nudge))
    text = _with_buttons(teller, text, said("campaigns.preview.buttons_first_step"))
    when = said("campaigns.preview.at_once")
    preview.messages.append(previewed(teller, due_at, "nudge", text, when=when))
    _follow_up(teller, preview, scene, nudge, due_at)
    teller.history.append(_done(nudge, due_at))
    return True


def pulse(teller: Teller, preview: PreviewWeek, moment: PulseMoment) -> None:
    """The pulse with its statements, and its one reminder."""
    rules, roster, zone = teller.book.rules, teller.roster, teller.roster.partnership.zone
    due_at = _new_action_at(teller, preview.starts_on)
    pulse_round = round_in(preview.starts_on, moment, zone=zone, rules=rules)
    if due_at is None:
        away = said("campaigns.preview.away_and_not_asked", {"name": teller.leader.first_name})
        preview.notes.append(teller.in_words(away))
        return
    text = teller.renderer.text("pulse", pulse_facts(teller.book, roster, teller.campaign, pulse_round))
    asked = asked_of(teller.book, roster, teller.campaign, moment)
    statements = "\n".join(f"- {one.text}" for one in asked)
    answers = ", ".join([*rules.pulse.scale, rules.pulse.extra_answer])
    text = _with_buttons(teller, text, ANSWER)
    preview.messages.append(previewed(teller, due_at, "pulse", f"{text}\n\n{statements}\n\n[{answers}]"))
    today = calendar.local(due_at, teller.leader.zone).date()
    again_on = calendar.working_days_after(
        teller.leader, today, rules.cadence.reminder_after_working_days, teller.holidays
    )
    if again_on is not None:
        again_at = calendar.instant_of(again_on, rules.cadence.send_time_reminder, teller.leader.zone)
        facts = reminder_facts(teller.book, roster, teller.campaign, pulse_round)
        when = said("campaigns.preview.without_answer", {"when": when_words(again_at, teller.leader.zone)})
        text = _with_buttons(teller, teller.renderer.text("pulse_reminder", facts), ANSWER)
        preview.messages.append(previewed(teller, again_at, "reminder", text, when=when))


def offer(teller: Teller, preview: PreviewWeek) -> None:
    """The week's step with what it may be swapped for, and its one follow-up."""
    actions = action_choice.offers(
        preview.week,
        teller.leader,
        teller.history,
        week_on=preview.starts_on,
        rung=teller.rung,
        catalogue=teller.book.catalogue,
        has_peer=lambda action: True,
    )
    due_at = _new_action_at(teller, preview.starts_on)
    if not actions or due_at is None:
        no_step = said(
            "campaigns.preview.no_step_away" if due_at is None else "campaigns.preview.no_step_fits",
            {"name": teller.leader.first_name},
        )
        preview.notes.append(teller.in_words(no_step))
        return
    first, *others = actions[: teller.book.rules.choice.swaps_max + 1]
    nudge = _nudge(teller, first, tuple(one.id for one in others), preview, due_at)
    scene = teller.scene(_pair(teller, due_at) if first.needs_peer else None)
    preview.swaps = [f"{one.id} {_swap(teller, scene, one, nudge)}" for one in others]
    text = teller.renderer.text("nudge", offer_facts(scene, nudge, theme=preview.week.theme))
    text = _with_buttons(teller, text, said("campaigns.preview.buttons_offer"))
    preview.messages.append(previewed(teller, due_at, "nudge", text))
    _follow_up(teller, preview, scene, nudge, due_at)
    teller.history.append(_done(nudge, due_at))


def _follow_up(teller: Teller, preview: PreviewWeek, scene: Scene, nudge: Nudge, due_at: datetime) -> None:
    """One at most: "Did it happen?" after the planned time, or one reminder where there was no reply."""
    rules = teller.book.rules
    action, title, _ = scene.filled(nudge)
    planned_at = due_at + timedelta(hours=rules.plan_prompt.preview_after_hours)
    planned = replace(nudge, state=NudgeState.PLANNED, plan=Plan(at=planned_at))
    asked_at = cadence.did_it_happen_instant(
        teller.leader,
        planned_at=planned_at,
        holidays=teller.holidays,
        rules=rules,
        minutes=action.minutes,
    )
    variant = preview.week.number - 1
    if asked_at is not None:
        text = teller.renderer.text("did_it_happen", happened_facts(scene, planned), variant=variant)
        text = _with_buttons(teller, text, said("campaigns.preview.buttons_happened"))
        when = said("campaigns.preview.after_plan", {"when": when_words(asked_at, teller.leader.zone)})
        preview.messages.append(previewed(teller, asked_at, "did_it_happen", text, when=when))
    reminded_at = cadence.reminder_instant(
        teller.leader, offered_at=due_at, next_offer_at=None, holidays=teller.holidays, rules=rules
    )
    if reminded_at is not None:
        text = teller.renderer.text(
            "reminder", message_facts.Reminder(title=title, minutes=action.minutes), variant=variant
        )
        when = said("campaigns.preview.without_reply", {"when": when_words(reminded_at, teller.leader.zone)})
        preview.messages.append(previewed(teller, reminded_at, "reminder", text, when=when))


def _new_action_at(teller: Teller, week_on: date) -> datetime | None:
    return cadence.new_action_instant(
        teller.leader,
        week_on=week_on,
        after=datetime.combine(week_on, datetime.min.time(), UTC),
        holidays=teller.holidays,
        rules=teller.book.rules,
    )


def _nudge(
    teller: Teller, action: Action, offers: tuple[str, ...], preview: PreviewWeek, at: datetime
) -> Nudge:
    return Nudge(
        id=f"preview-{preview.week.number}-{action.id}",
        partnership_id=teller.roster.partnership.id,
        run_id="preview",
        leader_id=teller.leader.id,
        action_id=action.id,
        week_on=preview.starts_on,
        week=preview.week.number,
        offered_at=at,
        offers=offers,
        question=action_choice.next_question(action, teller.history),
    )


def _done(nudge: Nudge, at: datetime) -> Nudge:
    return replace(nudge, state=NudgeState.DONE, done_at=at, ended_at=at)


def _pair(teller: Teller, at: datetime) -> Pair | None:
    """The person together with somebody of another organisation, as an example of a pair."""
    leader, others = teller.leader, teller.roster.leaders.values()
    other = next((each for each in others if each.organisation_id != leader.organisation_id), None)
    if other is None:
        return None
    return Pair(
        id="preview",
        partnership_id=leader.partnership_id,
        run_id="preview",
        kind=PairKind.ACTION,
        leader_ids=(leader.id, other.id),
        organisation_ids=(leader.organisation_id, other.organisation_id),
        formed_at=at,
    )


def _swap(teller: Teller, scene: Scene, action: Action, nudge: Nudge) -> str:
    title = fill(action.title, scene.words(nudge))
    return teller.in_words(said("campaigns.preview.swap", {"title": title, "minutes": action.minutes}))


def previewed(
    teller: Teller, at: datetime, kind: str, text: str, *, when: Said | None = None
) -> PreviewedMessage:
    """A message at this instant, which is told in the person's own time unless `when` says it otherwise."""
    words = teller.in_words(when) if when is not None else when_words(at, teller.leader.zone)
    return PreviewedMessage(at=at, when=words, kind=kind, text=text)


def _with_buttons(teller: Teller, text: str, labels: Said) -> str:
    return f"{text}\n\n{teller.in_words(labels)}"
