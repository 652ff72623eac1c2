"""Coming in and going: a sponsor's permission, a buddy's yes, what happens with a step, leaving."""

from __future__ import annotations

from dataclasses import replace

from nudges.access import GONE
from nudges.errors import InvalidInput, NotAllowed, NotFound
from nudges.model.commands import Outcome
from nudges.model.people import Leader, Organisation, Role
from nudges.model.privacy import screen
from nudges.unit_of_work.buddy import introduce
from nudges.unit_of_work.nudge_cards import Facts, buttons
from nudges.unit_of_work.reply_context import Answering
from nudges.use_cases.joining.ask_permission import allow
from nudges.use_cases.joining.leave_programme import leave as leave_for_good


async def _sponsored(one: Answering) -> tuple[Answering, Organisation]:
    """The organisation that the tap is about, for its own sponsor.

    Raises:
        NotFound: absent, or in a partnership that this person is no part of.
        NotAllowed: this person is not its sponsor.
    """
    near = False
    for leader in one.leaders:
        own = await one.as_leader(leader)
        organisation = own.roster.organisations.get(one.subject)
        near = near or organisation is not None
        if organisation is None:
            continue
        if leader.organisation_id == organisation.id and Role.SPONSOR in leader.roles:
            return own, organisation
    if near:
        raise NotAllowed("Only the organisation's own sponsor can give this permission.")
    raise NotFound(GONE)


async def permission(one: Answering) -> Outcome:
    """The sponsor's tap: permission in the usual words."""
    one, organisation = await _sponsored(one)
    return await _allowed(one, organisation, one.turn.book.rules.joining.permission_line)


async def permission_line(one: Answering) -> Outcome:
    """The sponsor words the permission themselves."""
    one, organisation = await _sponsored(one)
    facts = {"line": organisation.permission_line or one.turn.book.rules.joining.permission_line}
    form = one.renderer.form("permission_line", facts, subject=organisation.id, locale=one.leader.locale)
    return Outcome(form=form)


async def permission_line_submit(one: Answering) -> Outcome:
    """Permission in the sponsor's own words."""
    one, organisation = await _sponsored(one)
    line = screen(one.argument("line"), one.turn.book.rules).text
    if not line:
        return Outcome(errors={"line": "Write one line, please."})
    return await _allowed(one, organisation, line)


async def _allowed(one: Answering, organisation: Organisation, line: str) -> Outcome:
    """Given once; a second tap shows what was given, and a new line replaces the words only."""
    is_new = organisation.permission_at is None
    if is_new:
        allowed = await allow(one.turn, one.roster, organisation, line=line, by=one.leader)
    elif one.command.verb == "permission":
        allowed = organisation
    else:
        allowed = replace(organisation, permission_line=line)
        one.turn.keep(allowed)
    facts = {
        "organisation": allowed.name,
        "line": allowed.permission_line or line,
        "waits": not allowed.is_ready,
        "buttons": buttons("permission_line"),
    }
    return await one.say("permission_given", facts, subject=allowed.id, lasts=is_new)


async def buddy_yes(one: Answering) -> Outcome:
    """Yes to standing beside a joiner; they hear of each other once both have said yes."""
    for leader in one.leaders:
        own = await one.as_leader(leader)
        joiner = own.roster.leaders.get(one.subject)
        if joiner is not None:
            return await _stands_beside(own, joiner)
    raise NotFound(GONE)


async def _stands_beside(one: Answering, joiner: Leader) -> Outcome:
    turn = one.turn
    rows = await turn.tx.deliveries.unchecked_of_subject(f"buddy:{joiner.id}")
    if not any(row.recipient == one.leader.id for row in rows):
        raise NotFound(GONE)
    if joiner.left_at is not None or joiner.buddy_id not in (None, one.leader.id):
        return await one.say("buddy_taken", {})
    beside = replace(joiner, buddy_id=one.leader.id)
    if joiner.buddy_id is None:
        turn.keep(beside)
        roster = replace(one.roster, leaders={**one.roster.leaders, beside.id: beside})
        await introduce(turn, roster, beside, by=one.leader)
    facts = {"is_in": joiner.is_in}
    await one.redraw(f"buddy:{joiner.id}", "buddy_thanks", facts)
    return Outcome() if one.command.via == "tap" else await one.say("buddy_thanks", facts)


async def what_happens(one: Answering) -> Outcome:
    """What happens when a step does not happen: the whole support ladder, agreed beforehand."""
    rules = one.turn.book.rules
    facts: Facts = {
        "steps": [{"when": each.when, "do": each.do} for each in rules.support_person.steps],
        "helper": one.roster.partnership.helper_name,
        "buttons": [],
    }
    return await one.say("what_happens", facts, subject=one.leader.id)


async def leave(one: Answering) -> Outcome:
    """Leaving for good is asked about once."""
    choices: list[Facts] = [{"verb": "leave_yes"}, {"verb": "no", "label": "No, stay"}]
    days = one.turn.book.rules.privacy.keep_after_leaving_days
    facts = {"partnership": one.roster.partnership.name, "days": days, "buttons": choices}
    return await one.say("leave_ask", facts, subject=one.leader.id)


async def leave_yes(one: Answering) -> Outcome:
    """Leave this partnership; others of the same person go on."""
    if one.subject not in ("", one.leader.id):
        raise InvalidInput(GONE)
    await leave_for_good(one.turn, one.roster, one.leader)
    days = one.turn.book.rules.privacy.keep_after_leaving_days
    return await one.say("left", {"partnership": one.roster.partnership.name, "days": days}, lasts=True)
