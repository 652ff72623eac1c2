"""With whom one is not to be paired; nobody else ever learns of it."""

from __future__ import annotations

from dataclasses import replace

from nudges import access
from nudges.model import nudge as nudge_states
from nudges.model.commands import Outcome
from nudges.model.pair import Pair
from nudges.model.people import Leader
from nudges.model.timers import TimerKind
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.offers import nudge_for_pair
from nudges.unit_of_work.read_roster import Roster
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.watch_pairs import leave_pair

# So many names of one organisation stand in one group.
GROUP_MAX = 100


async def apart(reply: ReplyContext) -> Outcome:
    """Ask with whom this person is not to be paired; that they asked is not remembered."""
    people: list[Facts] = []
    chosen: list[str] = []
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        others = _others(own.roster, leader)
        people += _by_organisation(own.roster, others)
        chosen += sorted(each.id for each in others if each.id in leader.exclusions)
    form = reply.renderer.form(
        "apart", {"people": people, "chosen": chosen}, subject="", locale=reply.leader.locale
    )
    if not form.fields:
        return await reply.say("apart_nobody")
    return Outcome(form=form, leaves_no_trace=True)


def _others(roster: Roster, leader: Leader) -> list[Leader]:
    """Everybody with whom this leader could be brought together, by organisation and name."""
    leaders = [one for one in roster.leaders.values() if one.id != leader.id and one.left_at is None]
    return sorted(
        leaders, key=lambda one: (_organisation(roster, one).casefold(), one.name.casefold(), one.id)
    )


def _organisation(roster: Roster, leader: Leader) -> str:
    organisation = roster.organisations.get(leader.organisation_id)
    return organisation.name if organisation else ""


def _by_organisation(roster: Roster, people: list[Leader]) -> list[Facts]:
    counts: dict[str, int] = {}
    choices: list[Facts] = []
    for leader in people:
        group = _organisation(roster, leader)
        number = counts[group] = counts.get(group, 0) + 1
        part = (number - 1) // GROUP_MAX
        choices.append(
            {"value": leader.id, "label": leader.name, "group": f"{group} ({part + 1})" if part else group}
        )
    return choices


async def apart_submit(reply: ReplyContext) -> Outcome:
    """From now on these people are not brought together with this one; nobody else ever learns of it.

    Nothing is logged, and nothing of it is kept but the choice itself. An open pair ends as any other does.
    """
    chosen = {value for value in reply.argument("people").split(",") if value}
    for leader in reply.leaders:
        own = await reply.as_leader(leader)
        shown = {each.id for each in _others(own.roster, leader)}
        kept = frozenset((leader.exclusions - shown) | (chosen & shown))
        changed = replace(leader, exclusions=kept)
        if changed.buddy_id in kept:
            changed = replace(changed, buddy_id=None)
        own.work.keep(changed)
        await _part(own, changed, kept - leader.exclusions)
    return replace(await reply.say("apart_saved"), leaves_no_trace=True)


async def _part(reply: ReplyContext, leader: Leader, newly: frozenset[str]) -> None:
    """End open pairs with these people; the other side hears what it hears of every pair that ends."""
    work, roster = reply.work, reply.roster
    roster = replace(roster, leaders={**roster.leaders, leader.id: leader})
    for stored in await access.own_pairs(work.tx, leader):
        pair = work.known(Pair, stored.id) or stored
        is_open = pair.ended_at is None and pair.met_at is None
        if not is_open or leader.id not in pair.leader_ids or not newly & set(pair.leader_ids):
            continue
        nudge = await nudge_for_pair(work, leader.id, pair)
        if nudge is not None:
            await reply.redraw_card(nudge_states.withdraw(nudge, at=work.at), None)
            work.cancel_timer(TimerKind.FOLLOW_UP, nudge.id)
        await leave_pair(work, roster, pair, leader)
