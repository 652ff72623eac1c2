"""“My office will fix a time”: a plan, and the times for whoever fixes them."""

from __future__ import annotations

from nudges.answers.pairing.pair_times import nudge_and_pair, others_names
from nudges.errors import IllegalTransition, InvalidInput
from nudges.model import calendar, message_facts
from nudges.model.commands import Outcome
from nudges.model.message import MessageKind
from nudges.model.nudge import Plan
from nudges.model.timers import TimerKind
from nudges.rules.pairing.delegate import name_and_email
from nudges.said import said
from nudges.unit_of_work.nudge_answers import set_plan
from nudges.unit_of_work.reply_context import ReplyContext
from nudges.use_cases.pairing.contact_cards import contact_riders
from nudges.use_cases.pairing.tell_delegate import delegate_subject


async def office(reply: ReplyContext) -> Outcome:
    """ "My office will fix a time" is a plan too; the other side hears who will be in touch."""
    reply, nudge, pair = await nudge_and_pair(reply)
    work, leader = reply.work, reply.leader
    if pair.agreed_at is not None:
        raise IllegalTransition(said("pairing.agreed_already"))
    has = work.book.rules.plan_prompt.office_working_days
    day = calendar.working_days_after(
        leader, calendar.local(work.at, leader.zone).date(), has, work.holidays_of(leader)
    )
    if day is None:
        raise InvalidInput(said("pairing.away_for_long"))
    at = calendar.instant_of(day, work.book.rules.cadence.send_time_reminder, leader.zone)
    for name in pair.others(leader.id):
        other = reply.roster.leaders.get(name)
        if other is not None and reply.roster.may_be_nudged(other):
            await work.tell(
                other,
                MessageKind.PAIR,
                "pair_office",
                occurrence=f"{pair.id}:office",
                facts=message_facts.PairOffice(
                    peer=leader.name,
                    delegate=name_and_email(leader.delegate)[0],
                    riders=await contact_riders(work, reply.roster, pair, other),
                ),
                subject=pair.id,
            )
    work.cancel_timer(TimerKind.PAIR_SILENT, pair.id)
    if leader.delegate and pair.proposed:
        # Where the delegate is reached is asked of the platform, so not in this transaction.
        subject = delegate_subject(pair, leader)
        work.set_timer(TimerKind.DELEGATE, subject, work.at, partnership_id=pair.partnership_id)
    if nudge is None:
        return await reply.say("pair_waiting", message_facts.PairWaiting(peer=others_names(reply, pair)))
    planned = set_plan(reply, nudge, Plan(at=at, by_office=True))
    return await reply.show_card(planned, pair)
