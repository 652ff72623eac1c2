"""Swapping a nudge for another action of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nudges.answers.listening.ideas_and_votes import wishes
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import message_facts
from nudges.model import nudge as nudge_states
from nudges.model.catalogue import Action, Week
from nudges.model.commands import Outcome
from nudges.model.events import EventKind
from nudges.model.message import MessageKind
from nudges.model.nudge import Nudge
from nudges.model.pair import is_link
from nudges.model.people import CampaignRun
from nudges.model.placeholders import fill
from nudges.model.timers import TimerKind
from nudges.rules.nudging import action_choice
from nudges.rules.nudging.swap_reasons import Option, Speaks, speaks_for
from nudges.said import said
from nudges.unit_of_work.nudge_answers import log
from nudges.unit_of_work.nudge_cards import Facts, buttons, offer_facts
from nudges.unit_of_work.offers import new_nudge, record_offer
from nudges.unit_of_work.planning_context import read_planning_context
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.peers import find_pair
from nudges.use_cases.pairing.watch_pairs import leave_pair


@dataclass(frozen=True, kw_only=True, slots=True)
class _Partner:
    organisation: str
    is_met: bool


async def swap(reply: ReplyContext) -> Outcome:
    """Show what the step may be swapped for, each with its minutes and what speaks for it."""
    reply, nudge = await reply.nudge()
    if not nudge.is_open:
        raise IllegalTransition(said("nudging.nothing_to_swap"))
    votes, _ = await wishes(reply)
    actions = action_choice.most_voted_first(_alternatives(reply, nudge), votes)
    if not actions:
        what = reply.in_words(said("nudging.another_swap"))
        return await reply.say("not_available", message_facts.NotAvailable(what=what))
    facts = await _choices(reply, nudge, actions, votes)
    return Outcome(form=reply.renderer.form("swap", facts, subject=nudge.id, locale=reply.leader.locale))


def _alternatives(reply: ReplyContext, nudge: Nudge) -> list[Action]:
    if nudge.swaps >= reply.work.book.rules.choice.swaps_max:
        return []
    return [reply.work.book.action(action_id) for action_id in nudge.offers]


async def _choices(
    reply: ReplyContext, nudge: Nudge, actions: Sequence[Action], votes: Mapping[str, int]
) -> Facts:
    """Each with its minutes and one reason; what the catalogue says of it stands above, as it is longer."""
    partners = await _partners(reply, nudge, actions)
    wanted = action_choice.asked_for(votes, reply.work.book.rules)
    options = [
        Option(
            action_id=action.id,
            minutes=action.minutes,
            is_asked_for=action.id in wanted,
            met=partners[action.id].is_met if action.id in partners else None,
            is_again=action.id == reply.work.book.rules.pairing.second_cup_action and action.id in partners,
        )
        for action in actions
    ]
    reasons = speaks_for(options, minutes_now=reply.work.book.action(nudge.action_id).minutes)
    alternatives: list[Facts] = []
    whys: list[Facts] = []
    for action in actions:
        title, reason = fill(action.title, reply.scene().words(nudge)), reasons[action.id]
        label = reply.in_words(said("nudging.title_and_minutes", {"title": title, "minutes": action.minutes}))
        if reason is Speaks.WHY:
            whys.append({"title": title, "why": action.why})
        else:
            partner = partners.get(action.id)
            facts = message_facts.SwapReason(
                reason=reason, organisation=partner.organisation if partner else ""
            )
            label += f". {reply.renderer.text('swap_reason', facts, locale=reply.leader.locale)}"
        alternatives.append({"value": action.id, "label": label})
    return {"alternatives": alternatives, "whys": whys}


async def _partners(reply: ReplyContext, nudge: Nudge, actions: Sequence[Action]) -> dict[str, _Partner]:
    """With whose organisation each action would be done, by action id; none where it takes nobody."""
    run = next((run for run in reply.roster.runs if run.id == nudge.run_id), None)
    if run is None or not any(action.needs_peer for action in actions):
        return {}
    planning = await read_planning_context(reply.work, reply.leader.partnership_id, [reply.leader.id])
    met = {
        organisation_id
        for pair in planning.pairs
        if is_link(pair) and reply.leader.id in pair.leader_ids
        for organisation_id in pair.organisation_ids
    }
    # A swap leaves this step's own pair, so its partner is not whom the other step would be done with.
    planning.pairs = [
        replace(pair, ended_at=reply.work.at) if pair.id == nudge.pair_id else pair for pair in planning.pairs
    ]
    week = Week(number=nudge.week, theme="")
    partners: dict[str, _Partner] = {}
    for action in actions:
        pair = find_pair(reply.work, planning, reply.leader, run, week, action) if action.needs_peer else None
        others = pair.others(reply.leader.id) if pair is not None else ()
        if others and others[0] in reply.roster.leaders:
            theirs = reply.roster.leaders[others[0]].organisation_id
            partners[action.id] = _Partner(
                organisation=reply.roster.organisations[theirs].name, is_met=theirs in met
            )
    return partners


async def swap_submit(reply: ReplyContext) -> Outcome:
    """Close the old step and offer the chosen one in its place; the old card says so."""
    reply, nudge = await reply.nudge()
    chosen = reply.argument("action") or reply.argument("value")
    if not chosen:
        return Outcome(errors={"action": reply.in_words(said("nudging.pick_better_step"))})
    if chosen not in {action.id for action in _alternatives(reply, nudge)}:
        raise InvalidInput(said("nudging.not_this_week"))
    action = reply.work.book.action(chosen)
    run = next((run for run in reply.roster.runs if run.id == nudge.run_id), None)
    if run is None:
        raise IllegalTransition(said("nudging.campaign_ended"))
    await _take_out(reply, nudge)
    return await _put_in(reply, nudge, run, action)


async def _take_out(reply: ReplyContext, nudge: Nudge) -> None:
    gone = nudge_states.swap_out(nudge, at=reply.work.at)
    log(reply, gone, EventKind.SWAPPED)
    reply.work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
    pair = await reply.pair_of(nudge)
    if pair is not None:
        await leave_pair(reply.work, reply.roster, pair, reply.leader)
    await reply.show_card(gone, None)


async def _put_in(reply: ReplyContext, nudge: Nudge, run: CampaignRun, action: Action) -> Outcome:
    work = reply.work
    planning = await read_planning_context(work, reply.leader.partnership_id, [reply.leader.id])
    history = planning.histories[reply.leader.id]
    week = work.book.campaign(run.campaign_id).week(nudge.week) or Week(number=nudge.week, theme="")
    # Outside its coffee round a swap takes whoever is there: the round's pair has just been left.
    free = replace(week, coffee_round=None)
    pair = find_pair(work, planning, reply.leader, run, free, action) if action.needs_peer else None
    if action.needs_peer and pair is None:
        raise IllegalTransition(said("nudging.nobody_free"))
    others = [work.book.action(name) for name in nudge.offers if name != action.id]
    kept = [other for other in others if action_choice.can_do(other, reply.leader, has_peer=lambda _: True)]
    fresh = new_nudge(work, reply.leader, run, week, action, kept, history, week_on=nudge.week_on, pair=pair)
    fresh = replace(fresh, swaps=nudge.swaps + 1, swapped_from=nudge.id, replied_at=None)
    record_offer(work, reply.roster, reply.leader, fresh, pair)
    scene = reply.scene(pair)
    facts = offer_facts(scene, fresh, theme=week.theme)
    facts["buttons"] = buttons(
        "plan", "done", *(("swap",) if fresh.swaps < work.book.rules.choice.swaps_max else ())
    )
    await work.tell(
        reply.leader,
        MessageKind.ANSWER,
        "nudge",
        occurrence=fresh.id,
        facts=facts,
        subject=fresh.id,
        action_id=action.id,
    )
    return Outcome()
