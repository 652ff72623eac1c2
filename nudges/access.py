"""The only door to another party's data: what an actor may read or change, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from nudges.errors import NotAllowed, NotFound
from nudges.model.delivery import Delivery
from nudges.model.help_request import HelpAbout, HelpRequest
from nudges.model.home import HomeTab
from nudges.model.ids import make_id
from nudges.model.nudge import Nudge, Promise
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import PARTNERSHIP_CHANNEL, Address, CampaignRun, Leader, Partnership, Role
from nudges.model.problem_tree import Leaf
from nudges.model.pulse import PulseKey
from nudges.model.thing_heard import ThingHeard, Vote
from nudges.model.two_week_test import TwoWeekTest
from nudges.ports import Transaction
from nudges.said import said

# What a repository calls `unchecked` asks nobody for whom it reads. It is right in three places alone: here;
# where no person acts, which is the clock's work and what the operator runs (`nudges.use_cases`,
# `nudges.run_timers`); and where a person was let in before, by a door of this file, a code, a link or their
# own roster (`nudges.use_cases` again, and `nudges.unit_of_work`). What a person taps, fills in or types is
# answered in `nudges.answers`, and there every look at what is stored goes through a function of this file.

STRANGER = said("access.stranger")
NO_PAGE = said("access.no_page")
LEADS_ONLY = said("access.leads_only")
GONE = said("access.gone")


async def actors(tx: Transaction, address: Address, *, seen_in: str = "") -> list[Leader]:
    """Everybody on a roster who is reached at this address, those who take part first.

    Raises:
        NotFound: nobody is.
    """
    leaders = await reached_at(tx, address, seen_in=seen_in)
    if not leaders:
        raise NotFound(STRANGER)
    return sorted(leaders, key=lambda one: (not one.is_in, one.partnership_id))


async def reached_at(tx: Transaction, address: Address, *, seen_in: str = "") -> list[Leader]:
    """The roster entries of whoever is reached at this address, or at the same id in `seen_in`.

    `seen_in` vouches for people of other workspaces: a roster may list them under the one that reaches them.
    Where their own workspace knows the person, another one vouches for the same person alone.
    """
    leaders = await reached_exactly_at(tx, address)
    if not seen_in or seen_in == address.workspace:
        return leaders
    people = {one.person for one in leaders}
    vouched = await reached_exactly_at(tx, replace(address, workspace=seen_in))
    return leaders + [one for one in vouched if not people or one.person in people]


async def reached_exactly_at(tx: Transaction, address: Address) -> list[Leader]:
    """The roster entries of whoever is reached at this address, in this workspace."""
    return await tx.people.unchecked_leaders_at(address)


async def own_entries(tx: Transaction, leaders: list[Leader]) -> list[Leader]:
    """Every roster entry of the person whose entries these are, in any partnership and workspace."""
    return await tx.people.unchecked_leaders_of(sorted({one.person for one in leaders}))


async def own_home(tx: Transaction, address: Address) -> HomeTab | None:
    """The page of whoever is reached at this address; None where nobody has opened one."""
    return await tx.homes.unchecked(address)


async def bank_holidays(tx: Transaction) -> Mapping[str, frozenset[date]]:
    """Nation -> its bank holidays, which are nobody's."""
    return await tx.people.unchecked_holidays()


async def own_nudge(tx: Transaction, leaders: list[Leader], nudge_id: str) -> tuple[Leader, Nudge]:
    """A nudge of one of these leaders.

    Raises:
        NotFound: absent or somebody else's.
    """
    nudge = await tx.commitments.unchecked_nudge(nudge_id)
    owner = next((one for one in leaders if nudge is not None and one.id == nudge.leader_id), None)
    if nudge is None or owner is None:
        raise NotFound(GONE)
    return owner, nudge


async def own_nudges(tx: Transaction, leaders: list[Leader], *, since: date) -> list[Nudge]:
    """The nudges of these leaders whose week began then or later, oldest first."""
    return await tx.commitments.unchecked_nudges([one.id for one in leaders], since=since)


async def own_promise(tx: Transaction, leaders: list[Leader], promise_id: str) -> tuple[Leader, Promise]:
    """A promise of one of these leaders.

    Raises:
        NotFound: absent or somebody else's.
    """
    promise = await tx.commitments.unchecked_promise(promise_id)
    owner = next((one for one in leaders if promise is not None and one.id == promise.leader_id), None)
    if promise is None or owner is None:
        raise NotFound(GONE)
    return owner, promise


async def own_promises(tx: Transaction, leaders: list[Leader]) -> list[Promise]:
    """The promises of these leaders, in the order of their partnerships."""
    ids = {one.id for one in leaders}
    return [
        promise
        for partnership_id in dict.fromkeys(one.partnership_id for one in leaders)
        for promise in await tx.commitments.unchecked_promises(partnership_id)
        if promise.leader_id in ids
    ]


async def own_pair(tx: Transaction, leaders: list[Leader], pair_id: str) -> tuple[Leader, Pair]:
    """A pair that one of these leaders is part of.

    Raises:
        NotFound: absent or other people's.
    """
    pair = await tx.commitments.unchecked_pair(pair_id)
    owner = next((one for one in leaders if pair is not None and one.id in pair.leader_ids), None)
    if pair is None or owner is None:
        raise NotFound(GONE)
    return owner, pair


async def own_pairs(tx: Transaction, leader: Leader) -> list[Pair]:
    """The pairs that this leader is or was part of, oldest first."""
    stored = await tx.commitments.unchecked_pairs(leader.partnership_id)
    return [pair for pair in stored if leader.id in pair.leader_ids]


async def own_messages(tx: Transaction, leader: Leader, subject: str) -> list[Delivery]:
    """Every message about this subject that was or will be written to this leader, newest first."""
    rows = await tx.deliveries.unchecked_of_subject(subject)
    return [row for row in rows if row.recipient == leader.id]


async def shown_messages(tx: Transaction, leader: Leader, subject: str) -> list[Delivery]:
    """What this leader was or will be shown about the subject, newest first."""
    return await tx.deliveries.unchecked_shown_about(subject, leader.id)


def may_steer(leader: Leader, step: PartnerStep) -> bool:
    """Whether this leader looks after the step: its owner, its organisation's enabler or sponsor."""
    is_of_organisation = (leader.partnership_id, leader.organisation_id) == (
        step.partnership_id,
        step.organisation_id,
    )
    return leader.id == step.owner_id or (
        is_of_organisation and bool(leader.roles & {Role.ENABLER, Role.SPONSOR})
    )


async def visible_step(tx: Transaction, leaders: list[Leader], step_id: str) -> tuple[Leader, PartnerStep]:
    """A partner step that one of these leaders can see: of the whole partnership or of their private group.

    Raises:
        NotFound: absent, or in a partnership or private group that none of them is part of.
    """
    step = await tx.commitments.unchecked_step(step_id)
    own_entries = [one for one in leaders if step is not None and one.partnership_id == step.partnership_id]
    if step is None or not own_entries:
        raise NotFound(GONE)
    if step.channel != PARTNERSHIP_CHANNEL and not await _is_in_group(tx, own_entries, step):
        raise NotFound(GONE)
    return own_entries[0], step


def promises_for(leader: Leader) -> bool:
    """Whether this leader may make a step public: a sponsor or enabler for their own organisation, a lead."""
    return bool(leader.roles & {Role.SPONSOR, Role.ENABLER, Role.PROGRAMME_LEAD})


def may_help(leader: Leader, request: HelpRequest, *, is_for_leads: bool) -> bool:
    """Whether this leader may read a request whole and say what came of it; see `is_for_leads`."""
    if leader.partnership_id != request.partnership_id:
        return False
    return leader.id == request.helper_id or (is_for_leads and Role.PROGRAMME_LEAD in leader.roles)


async def is_for_leads(tx: Transaction, request: HelpRequest) -> bool:
    """Whether programme leads may look after a request beside its helper.

    They may where it is about a public partner step, and where no helper was named or that one is gone.
    Anything else was passed on to one person.
    """
    is_about_step = request.about is HelpAbout.STEP
    step = await tx.commitments.unchecked_step(request.subject) if is_about_step else None
    helper = await tx.people.unchecked_leader(request.helper_id) if request.helper_id else None
    return open_to_leads(step, helper)


def open_to_leads(step: PartnerStep | None, helper: Leader | None) -> bool:
    """The same, of a request about this step (None: about a person) that this helper was told of."""
    if step is not None and step.channel == PARTNERSHIP_CHANNEL:
        return True
    return helper is None or helper.stopped_at is not None or helper.left_at is not None


async def own_help(tx: Transaction, leaders: list[Leader], request_id: str) -> tuple[Leader, HelpRequest]:
    """A help request that one of these leaders looks after.

    Raises:
        NotFound: absent, or for somebody else to help with.
    """
    request = await tx.listening.unchecked_help(request_id)
    if request is not None:
        open_to_leads = await is_for_leads(tx, request)
        for leader in leaders:
            if may_help(leader, request, is_for_leads=open_to_leads):
                return leader, request
    raise NotFound(GONE)


async def steerable_step(tx: Transaction, leaders: list[Leader], step_id: str) -> tuple[Leader, PartnerStep]:
    """A partner step that one of these leaders may change: its owner, its organisation's enabler or sponsor.

    Raises:
        NotFound: absent, or in a partnership or private group that none of them is part of.
        NotAllowed: everybody here can see it, and none of these leaders looks after it.
    """
    step = await tx.commitments.unchecked_step(step_id)
    own_entries = [one for one in leaders if step is not None and one.partnership_id == step.partnership_id]
    if step is None or not own_entries:
        raise NotFound(GONE)
    for leader in own_entries:
        if may_steer(leader, step):
            return leader, step
    if step.channel != PARTNERSHIP_CHANNEL and not await _is_in_group(tx, own_entries, step):
        raise NotFound(GONE)
    raise NotAllowed(said("access.not_your_step"))


async def is_stored(tx: Transaction, step: PartnerStep) -> bool:
    """Whether a step that the actor has just worded is there already, from the same words."""
    return await tx.commitments.unchecked_step(step.id) is not None


async def _is_in_group(tx: Transaction, leaders: list[Leader], step: PartnerStep) -> bool:
    """Whether one of them takes part in a campaign whose private group can see this step."""
    ids = {one.id for one in leaders}
    runs = await tx.people.unchecked_runs(step.partnership_id)
    return any(run.channel == step.channel and ids & set(run.member_ids) for run in runs)


async def own_two_week_test(
    tx: Transaction, leaders: list[Leader], test_id: str
) -> tuple[Leader, TwoWeekTest]:
    """A two-week test of one of these leaders.

    Raises:
        NotFound: absent or somebody else's.
    """
    test = await tx.listening.unchecked_two_week_test(test_id)
    owner = next((one for one in leaders if test is not None and one.id == test.leader_id), None)
    if test is None or owner is None:
        raise NotFound(GONE)
    return owner, test


async def lesson_of(tx: Transaction, step: PartnerStep) -> tuple[str, TwoWeekTest | None]:
    """What was learnt from a step that the actor looks after, by the id that it has or will have."""
    lesson_id = make_id("lesson", step.id)
    return lesson_id, await tx.listening.unchecked_two_week_test(lesson_id)


async def heard_here(tx: Transaction, leaders: list[Leader], thing_id: str) -> tuple[Leader, ThingHeard]:
    """A thing that was heard in a partnership of one of these leaders.

    What may be done with it is for their role to say.

    Raises:
        NotFound: absent, or heard elsewhere.
    """
    thing = await tx.listening.unchecked_heard(thing_id)
    own_entries = [one for one in leaders if thing is not None and one.partnership_id == thing.partnership_id]
    if thing is None or not own_entries:
        raise NotFound(GONE)
    return own_entries[0], thing


async def leaf_to_word(tx: Transaction, leaders: list[Leader], leaf_id: str) -> tuple[Leader, Leaf]:
    """A leaf of a partnership in which one of these leaders is the facilitator.

    Raises:
        NotFound: absent, or for somebody else to word.
    """
    leaf = await tx.listening.unchecked_leaf(leaf_id)
    partnership = await tx.people.unchecked_partnership(leaf.partnership_id) if leaf is not None else None
    for leader in leaders:
        if leaf is not None and partnership is not None and leader.id == partnership.facilitator_id:
            return leader, leaf
    raise NotFound(GONE)


async def leaf_of_tree(tx: Transaction, run: CampaignRun, leaf_id: str) -> Leaf | None:
    """A leaf of the tree of this run; None where it is absent or on another tree: they look the same."""
    leaf = await tx.listening.unchecked_leaf(leaf_id)
    return leaf if leaf is not None and leaf.run_id == run.id else None


async def own_votes(tx: Transaction, leader: Leader) -> list[Vote]:
    """What this leader has voted for."""
    votes = await tx.listening.unchecked_votes(leader.partnership_id)
    return [vote for vote in votes if vote.leader_id == leader.id]


async def own_pulse_key(tx: Transaction, leader: Leader, run: CampaignRun) -> PulseKey | None:
    """What makes the pseudonyms of a run's pulse, for somebody who takes part; None where there is none.

    Raises:
        NotFound: the leader takes no part in the run.
    """
    if leader.id not in run.member_ids:
        raise NotFound(GONE)
    return await tx.listening.unchecked_pulse_key(run.id)


async def open_page_of(tx: Transaction, partnership_id: str, reader_id: str | None) -> Partnership:
    """The partnership whose open page this reader may read: its members, or anybody where it says so.

    Raises:
        NotFound: absent, or for its members only: the two look the same.
    """
    partnership = await tx.people.unchecked_partnership(partnership_id)
    if partnership is None:
        raise NotFound(NO_PAGE)
    if not partnership.is_public:
        await reader_of(tx, partnership_id, reader_id)
    return partnership


async def reader_of(tx: Transaction, partnership_id: str, leader_id: str | None) -> Leader:
    """Somebody who is on this partnership's roster and has not left.

    Raises:
        NotFound: nobody, somebody elsewhere, or somebody who has left.
    """
    leader = await tx.people.unchecked_leader(leader_id) if leader_id else None
    if leader is None or leader.partnership_id != partnership_id or leader.left_at is not None:
        raise NotFound(NO_PAGE)
    return leader


def leading(leaders: list[Leader]) -> list[Leader]:
    """Those of a person's roster entries that lead a programme and have not left it.

    Raises:
        NotAllowed: the person leads none.
    """
    leads = [one for one in leaders if Role.PROGRAMME_LEAD in one.roles and one.left_at is None]
    if not leads:
        raise NotAllowed(LEADS_ONLY)
    return leads


async def led_run(tx: Transaction, leaders: list[Leader], run_id: str) -> tuple[Leader, CampaignRun]:
    """A run that has not ended, of a partnership that one of these leaders leads.

    Raises:
        NotAllowed: the person leads no programme.
        NotFound: absent, over, or in somebody else's partnership: they look the same.
    """
    for leader in leading(leaders):
        for run in await tx.people.unchecked_runs(leader.partnership_id):
            if run.id == run_id and run.ended_at is None:
                return leader, run
    raise NotFound(GONE)


def leads_only(leader: Leader) -> None:
    """Let programme leads pass.

    Raises:
        NotAllowed: the leader is not a programme lead.
    """
    if Role.PROGRAMME_LEAD not in leader.roles:
        raise NotAllowed(LEADS_ONLY)
