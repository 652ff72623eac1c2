"""Somebody comes with a join code: the only thing that a person on no roster can do here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nudges import access
from nudges.access import STRANGER
from nudges.errors import NotFound
from nudges.model import calendar, message_facts
from nudges.model.commands import Command, Outcome
from nudges.model.delivery import draft
from nudges.model.events import EventKind
from nudges.model.ids import leader_id, make_id
from nudges.model.message import MessageKind
from nudges.model.people import Leader, Partnership, Role
from nudges.model.screened_text import screen
from nudges.ports import Renderer
from nudges.said import Said, said
from nudges.unit_of_work.nudge_cards import Facts
from nudges.unit_of_work.read_roster import Roster, read_roster
from nudges.unit_of_work.unit_of_work import UnitOfWork
from nudges.use_cases.joining.buddy import find_buddy
from nudges.use_cases.joining.join_campaign import any_runs, take_in, with_run
from nudges.use_cases.joining.welcome import welcome_facts

EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+'-]{0,63}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}")
VERBS = ("join", "join_submit")
_TYPED = re.compile(r"\s*(?:[@/]?milepost\b[:,]?\s+)?join\s+(\S{1,60})\s*", re.IGNORECASE)


def code_in(command: Command) -> str | None:
    """The join code of a typed "join river-2027", a tap or a form; None where it is about something else."""
    if command.verb == "say":
        match = _TYPED.fullmatch(command.args.get("text", ""))
        return match.group(1).strip("\"'“”‘’.,").casefold() if match else None
    return command.subject.casefold() if command.verb in VERBS else None


async def join_by_code(work: UnitOfWork, renderer: Renderer, command: Command) -> Outcome | None:
    """Answer a join code; None where the command is about something else.

    Raises:
        NotFound: no partnership has this code. Strangers hear what strangers always hear.
    """
    code = code_in(command)
    if code is None:
        return None
    partnership = await _behind(work, code)
    known = await access.reached_at(work.tx, command.actor, seen_in=command.seen_in)
    if partnership is None and known and command.verb == "say":
        return None  # somebody who takes part and says something else that begins with "join"
    if partnership is None:
        raise NotFound(STRANGER)
    roster = await read_roster(work.tx, partnership.id)
    if any(one.partnership_id == partnership.id for one in known):
        already = message_facts.JoinedAlready(partnership=partnership.name)
        return _answer(work, renderer, command, "joined_already", already)
    if command.verb == "join_submit":
        return await _join(work, renderer, command, roster, known)
    choices = _ready(roster)
    if not choices:
        not_yet = message_facts.JoinLater(partnership=partnership.name)
        return _answer(work, renderer, command, "join_later", not_yet)
    if command.verb == "say" and command.via == "message":
        # A form cannot be opened from a typed message; a button can open it.
        facts = message_facts.JoinOpen(
            partnership=partnership.name, buttons=[{"verb": "join", "subject": code}]
        )
        return _answer(work, renderer, command, "join_open", facts)
    fields = {"partnership": partnership.name, "organisations": choices}
    return Outcome(form=renderer.form("join", fields, subject=code))


async def _behind(work: UnitOfWork, code: str) -> Partnership | None:
    known = await work.tx.people.unchecked_partnerships()
    return next((one for one in known if one.join_code and one.join_code.casefold() == code), None)


def _ready(roster: Roster) -> list[Facts]:
    ready = [one for one in roster.organisations.values() if one.is_ready]
    return [{"value": one.id, "label": one.name} for one in sorted(ready, key=lambda one: one.name)][:100]


async def _join(
    work: UnitOfWork, renderer: Renderer, command: Command, roster: Roster, known: list[Leader]
) -> Outcome:
    """Put somebody on the list as a joiner, once for each address, and invite them at once."""
    rules, partnership = work.book.rules, roster.partnership
    name = screen(command.args.get("name", ""), rules).text
    email = screen(command.args.get("email", ""), rules).text.casefold()
    organisation = roster.organisations.get(command.args.get("organisation", ""))
    errors: dict[str, Said] = {}
    if not name or len(name) > rules.joining.name_max:
        errors["name"] = said("joining.write_name", {"most": rules.joining.name_max})
    if organisation is None or not organisation.is_ready:
        errors["organisation"] = said("joining.pick_organisation")
    if email and not EMAIL.fullmatch(email):
        errors["email"] = said("joining.not_an_address")
    actor = command.actor
    own_id = leader_id(partnership.id, email) if email else make_id("joiner", partnership.id, actor)
    if email and any(one.email == email for one in roster.leaders.values()):
        errors["email"] = said("joining.address_known")
    if errors or organisation is None:
        in_words = {field: work.book.in_words(words) for field, words in errors.items()}
        return Outcome(errors=in_words)
    leader = Leader(
        id=own_id,
        partnership_id=partnership.id,
        organisation_id=organisation.id,
        name=name,
        email=email,
        # Who somebody is, is what the platform signs; an address that was typed proves nothing.
        person=known[0].person if known else f"{actor.platform}:{actor.workspace}:{actor.to}",
        zone=partnership.zone,
        nation=organisation.nation,
        working_days=frozenset(rules.cadence.default_working_days),
        roles=frozenset({Role.LEADER, Role.JOINER}),
        setting=organisation.setting,
        # Where the app is that they came by: it may not be in their own workspace, or cover all of it.
        address=replace(actor, workspace=command.seen_in or actor.workspace),
        welcomes=1,
        welcomed_at=work.at,
        joined_on=calendar.local(work.at, partnership.zone).date(),
    )
    return await _welcome(work, renderer, command, roster, leader)


async def _welcome(
    work: UnitOfWork, renderer: Renderer, command: Command, roster: Roster, leader: Leader
) -> Outcome:
    work.keep(leader)
    work.log(EventKind.JOINED, partnership_id=leader.partnership_id, leader=leader, data={"by": "link"})
    runs = any_runs(work, roster)
    if not runs:
        work.keep(replace(leader, welcomes=0, welcomed_at=None, joined_on=None))
        facts = message_facts.JoinWaits(partnership=roster.partnership.name)
        return _answer(work, renderer, command, "join_waits", facts)
    leader, run = take_in(work, leader, runs[0])
    roster = with_run(roster, leader, run)
    work.log(EventKind.WELCOMED, partnership_id=leader.partnership_id, leader=leader)
    await work.tell(
        leader,
        MessageKind.ANSWER,
        "welcome_joined",
        occurrence="joined",
        facts=welcome_facts(work.book, roster, leader, "yes", "later", "what_is_held", "what_happens"),
        subject=leader.id,
    )
    await find_buddy(work, roster, leader, run)
    return Outcome()


def _answer(
    work: UnitOfWork, renderer: Renderer, command: Command, event: str, facts: Mapping[str, Any]
) -> Outcome:
    """Words for somebody who is on no roster yet: they are drawn, and never kept."""
    return Outcome(reply=renderer.message(draft(event, facts, address=command.actor, at=work.at)))
