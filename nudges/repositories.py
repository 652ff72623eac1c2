"""The Protocols of the ledger's rooms: what may be read from each and kept in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from nudges.model.commands import Outcome
from nudges.model.delivery import Delivery, DeliveryState
from nudges.model.events import Event, EventKind
from nudges.model.help_request import HelpRequest
from nudges.model.home import HomeTab
from nudges.model.installation import Installation, InstallRequest
from nudges.model.nudge import Nudge, Promise
from nudges.model.open_page import Change, EntryLink, Published
from nudges.model.pair import Pair
from nudges.model.partner_step import PartnerStep
from nudges.model.people import Address, CampaignRun, Leader, Organisation, Partnership
from nudges.model.playbook import OwnCampaign
from nudges.model.problem_tree import Leaf
from nudges.model.pulse import PulseAnswer, PulseKey, PulseMoment
from nudges.model.roster import Roster
from nudges.model.thing_heard import LibraryLine, ThingHeard, Vote
from nudges.model.timers import Timer
from nudges.model.two_week_test import TwoWeekTest


class PeopleRepository(Protocol):
    """Partnerships, organisations, leaders, campaign runs and bank holidays."""

    async def unchecked_partnerships(self) -> list[Partnership]: ...
    async def unchecked_partnership(self, partnership_id: str) -> Partnership | None: ...
    async def unchecked_roster(self, partnership_id: str) -> Roster | None:
        """A partnership with everybody and every run in it; quick where nothing has changed."""

    async def unchecked_organisations(self, partnership_id: str) -> list[Organisation]: ...
    async def unchecked_leaders(self, partnership_id: str) -> list[Leader]: ...
    async def unchecked_leader(self, leader_id: str) -> Leader | None: ...
    async def unchecked_leaders_at(self, address: Address) -> list[Leader]:
        """Every leader, in any partnership, who is reached at this address."""

    async def unchecked_leaders_of(self, persons: Sequence[str]) -> list[Leader]:
        """Every roster entry of these human beings, in any partnership."""

    async def unchecked_runs(self, partnership_id: str) -> list[CampaignRun]: ...
    async def unchecked_run(self, run_id: str) -> CampaignRun | None: ...
    async def unchecked_holidays(self) -> dict[str, frozenset[date]]:
        """Nation -> its bank holidays, as computed at `apply`."""

    async def unchecked_own_campaigns(self) -> list[OwnCampaign]:
        """Campaigns that programme leads wrote, of all partnerships."""

    async def save_partnership(self, partnership: Partnership) -> None: ...
    async def save_organisations(self, organisations: Sequence[Organisation]) -> None: ...
    async def save_leaders(self, leaders: Sequence[Leader]) -> None: ...
    async def save_run(self, run: CampaignRun) -> None: ...
    async def save_own_campaign(self, campaign: OwnCampaign) -> None: ...
    async def save_holidays(self, nation: str, days: frozenset[date]) -> None: ...
    async def delete_leader(self, leader_id: str) -> None:
        """Erase the person's row; the use case has already moved what must survive to a tombstone."""


class CommitmentRepository(Protocol):
    """Nudges, pairs, promises and partner steps. `save_*` inserts or replaces by id."""

    async def unchecked_nudge(self, nudge_id: str) -> Nudge | None: ...
    async def unchecked_nudges(self, leader_ids: Sequence[str], *, since: date) -> list[Nudge]:
        """Nudges of these leaders whose `week_on` is on or after `since`, oldest first."""

    async def unchecked_nudges_of_run(self, run_id: str) -> list[Nudge]: ...
    async def unchecked_pair(self, pair_id: str) -> Pair | None: ...
    async def unchecked_pairs(self, partnership_id: str) -> list[Pair]:
        """Oldest first."""

    async def unchecked_promise(self, promise_id: str) -> Promise | None: ...
    async def unchecked_promises(self, partnership_id: str) -> list[Promise]: ...
    async def unchecked_step(self, step_id: str) -> PartnerStep | None: ...
    async def unchecked_steps(self, partnership_id: str) -> list[PartnerStep]: ...
    async def save_nudges(self, nudges: Sequence[Nudge]) -> None: ...
    async def save_pairs(self, pairs: Sequence[Pair]) -> None: ...
    async def save_promises(self, promises: Sequence[Promise]) -> None: ...
    async def save_steps(self, steps: Sequence[PartnerStep]) -> None: ...
    async def delete_promises_of(self, leader_id: str) -> None: ...
    async def forget_words(self, partnership_id: str, *, before: datetime) -> int:
        """Take people's own words off nudges offered before then, and delete promises due before."""


class DeliveryRepository(Protocol):
    """The ledger of outbound messages."""

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Write due messages; one whose unique key exists already is left as it is."""

    async def unchecked(self, delivery_id: str) -> Delivery | None: ...
    async def unchecked_of_subject(self, subject: str) -> list[Delivery]:
        """Deliveries about this nudge, pair, promise or step, newest first."""

    async def unchecked_of_recipient(
        self, recipient: str, *, since: datetime | None = None
    ) -> list[Delivery]:
        """Everything ever due to this recipient, or due since then, oldest first."""

    async def unchecked_shown_about(self, subject: str, recipient: str) -> list[Delivery]:
        """What this recipient was or will be shown about the subject, newest first: of each message its
        first form and its newest edit."""

    async def unchecked_shown_to(self, recipient: str, *, since: datetime) -> list[Delivery]:
        """The same for everything that was due to this recipient since then, oldest first."""

    async def claim(
        self, installation: str, *, at: datetime, lease_until: datetime, limit: int, worker: str
    ) -> list[Delivery]:
        """Take up to `limit` rows that are due: waiting or ambiguous with `not_before` reached, or
        `sending` with an expired lease (these come back as ambiguous). Sets state `sending` (ambiguous
        ones keep `state=AMBIGUOUS` in the returned value so that they are read back first), the lease,
        a grown fence and attempts + 1. Oldest `not_before` first. An edit waits for its message to be sent,
        and for older edits of it; an answer in a thread waits for the thread's first message. Both come back
        with the `ref` of that message. Rows whose `not_after` has passed come back besides the others with
        `state=LAPSED`; they are settled already.
        """

    async def settle(self, deliveries: Sequence[Delivery]) -> list[str]:
        """Write outcomes; a row whose fence has moved on is left alone. Returns the ids that were written.

        A late `SENT` whose fence has moved on sets `is_flagged` on the row: it may be a duplicate.
        """

    async def cancel(self, recipient: str, *, at: datetime, keep: Sequence[str] = ()) -> int:
        """Cancel everything still waiting for this recipient, except purposes in `keep`; returns how many."""

    async def reschedule(
        self, recipient: str, *, not_before: datetime, not_after: datetime | None, keep: Sequence[str] = ()
    ) -> int:
        """Give everything that waits for this recipient, except edits and purposes in `keep`, these times;
        returns how many rows moved."""

    async def cancel_about(self, subject: str, *, purposes: Sequence[str] = ()) -> int:
        """Cancel waiting rows about this subject (all purposes when none are given)."""

    async def postpone(self, installation: str, *, until: datetime) -> int:
        """Let everything that waits in this installation wait until then; returns how many rows moved."""

    async def lapsed(self, *, limit: int = 200) -> list[Delivery]:
        """Rows that were too old to send and that nobody has decided about yet, oldest first."""

    async def decide_lapsed(self, deliveries: Sequence[Delivery]) -> None:
        """Give lapsed rows the state, reason and times of these values: `WAITING` again, or `CANCELLED`."""

    async def refused(self, *, since: datetime, limit: int = 100) -> list[Delivery]:
        """Rows that a platform refused for good and that were due since then, oldest first."""

    async def forget_words(self, *, before: datetime) -> int:
        """Empty the facts of closed rows written before then (boards aside); returns how many."""

    async def delete_of_recipient(self, recipient: str) -> None:
        """Erase every row to this recipient, sent or not."""

    async def counted(self, persons: Sequence[str], week_on: date) -> dict[str, int]:
        """Person -> messages that count against the cap in that week, over all partnerships."""

    async def channel_posts(self, address: Address, week_on: date) -> int:
        """Posts (rollup and channel_post, not edits) to this channel in that week."""

    async def last_variants(
        self, persons: Sequence[str], event: str, *, since: datetime
    ) -> dict[str, list[int]]:
        """Person -> variants of this event used since then, newest first."""

    async def next_due(self, installation: str | None = None) -> datetime | None:
        """The earliest `not_before` or expiring lease among open rows."""

    async def installations_due(self, *, at: datetime) -> list[str]:
        """Installations that have something to send now."""

    async def states(self) -> dict[DeliveryState, int]:
        """How many rows are in each state (for doctor and readyz)."""

    async def flagged(self) -> list[Delivery]: ...
    async def overdue(self, *, before: datetime, limit: int = 100) -> list[Delivery]:
        """Open rows that should have been looked at before then, oldest first."""

    async def ambiguous(self, *, limit: int = 100) -> list[Delivery]:
        """Rows of which nobody knows yet whether the platform took them, oldest first."""

    async def subjects_known(self, subjects: Sequence[str]) -> set[str]:
        """Those of the subjects about which there is any message, whatever became of it."""


class InstallationRepository(Protocol):
    """Workspaces that the app was added to, and requests to add it."""

    async def unchecked_all(self) -> list[Installation]:
        """Every workspace that is or was connected, by id."""

    async def unchecked(self, installation: str) -> Installation | None:
        """By its id, such as "slack:T0123"."""

    async def locked(self, installation: str) -> Installation | None:
        """The same, and nobody else changes the row before this transaction ends."""

    async def save(self, installation: Installation) -> None:
        """Insert, or replace the row of the same platform and workspace."""

    async def add_request(self, request: InstallRequest) -> None: ...
    async def take_request(self, secret_hash: str, *, browser_hash: str, at: datetime) -> bool:
        """Use up a request: True for exactly one caller, with the right browser, before it ends.

        A wrong browser uses nothing up.
        """

    async def drop_requests(self, *, before: datetime) -> int:
        """Delete requests that ended before then; returns how many."""


class HomeRepository(Protocol):
    """The pages of people who have opened theirs at least once."""

    async def unchecked(self, address: Address) -> HomeTab | None: ...
    async def save(self, tab: HomeTab) -> None:
        """Insert, or replace the row of the same address."""

    async def touch(
        self,
        leader_ids: Sequence[str] = (),
        *,
        at: datetime,
        leads_of: Sequence[str] = (),
        all_of: Sequence[str] = (),
    ) -> None:
        """Something about these leaders has changed: the pages of those who have one are due.

        `leads_of` and `all_of` name partnerships: their programme leads', and everybody's. Cheap where nobody
        has opened a page.
        """

    async def due(self, installation: str | None = None, *, limit: int = 50) -> list[HomeTab]:
        """Pages that show less than what is known, of one place or all, the longest waiting first."""

    async def installations_due(self) -> list[str]:
        """Installations that have a page to draw now."""

    async def delete(self, address: Address) -> None: ...


class ListeningRepository(Protocol):
    """Help requests, things heard, votes, the library, two-week tests, the problem tree and the pulse."""

    async def unchecked_help(self, request_id: str) -> HelpRequest | None: ...
    async def unchecked_help_log(self, partnership_id: str) -> list[HelpRequest]:
        """Oldest first."""

    async def unchecked_heard(self, thing_id: str) -> ThingHeard | None: ...
    async def unchecked_all_heard(self, partnership_id: str) -> list[ThingHeard]:
        """By day; in one day by id, which says nothing of the order."""

    async def unchecked_votes(self, partnership_id: str) -> list[Vote]: ...
    async def unchecked_library(self, partnership_id: str) -> list[LibraryLine]:
        """Newest first."""

    async def unchecked_two_week_test(self, test_id: str) -> TwoWeekTest | None: ...
    async def unchecked_two_week_tests(self, partnership_id: str) -> list[TwoWeekTest]:
        """Oldest first."""

    async def unchecked_leaf(self, leaf_id: str) -> Leaf | None: ...
    async def unchecked_tree(self, run_id: str) -> list[Leaf]:
        """By day; in one day by id, which says nothing of the order."""

    async def unchecked_pulse_key(self, run_id: str) -> PulseKey | None: ...
    async def unchecked_pulse(self, run_id: str, *, moment: PulseMoment | None = None) -> list[PulseAnswer]:
        """Answers of a run, of one moment or of all, by key and item."""

    async def save_help(self, requests: Sequence[HelpRequest]) -> None: ...
    async def save_heard(self, things: Sequence[ThingHeard]) -> None: ...
    async def save_votes(self, votes: Sequence[Vote]) -> None:
        """A vote that is there already is left as it is."""

    async def drop_vote(self, vote: Vote) -> None: ...
    async def save_library(self, lines: Sequence[LibraryLine]) -> None: ...
    async def save_two_week_tests(self, tests: Sequence[TwoWeekTest]) -> None: ...
    async def save_leaves(self, leaves: Sequence[Leaf]) -> None: ...
    async def save_pulse_key(self, key: PulseKey) -> None: ...
    async def save_pulse(self, answers: Sequence[PulseAnswer]) -> None:
        """Insert, or replace the answer of the same run, moment, key and item."""

    async def destroy_pulse(self, run_id: str) -> None:
        """Delete the run's key and answers."""

    async def drop_pulse(self, run_id: str, moment: PulseMoment) -> None:
        """Delete the answers of one round; the key stays for the others."""

    async def unname_pulse(self, run_id: str, person_key: str, tombstone: str) -> None:
        """Put a tombstone in place of a pseudonym: the answers still count, and nobody finds them again."""

    async def forget_person(self, leader_id: str, tombstone: str) -> None:
        """Take the person out of everything here: a tombstone stands in help requests and tests, whose
        words go; things heard lose their author, and votes are deleted."""

    async def forget_words(self, partnership_id: str, *, before: date) -> None:
        """Take authors off things heard said before then, and delete help requests closed before then."""


class RecordRepository(Protocol):
    """Timers, the event log, the inbox, the change log and links into the open page."""

    async def unchecked_published(self) -> list[Published]: ...
    async def save_published(self, parts: Sequence[Published]) -> None: ...
    async def drop_published(self, kind: str, names: Sequence[str]) -> None: ...
    async def append_changes(self, changes: Sequence[Change]) -> None: ...
    async def unchecked_changes(self, partnership_id: str | None) -> list[Change]:
        """Those of this partnership and those of all, newest first."""

    async def save_entry_link(self, link: EntryLink) -> None: ...
    async def unchecked_entry_link(self, token_hash: str) -> EntryLink | None: ...
    async def unchecked_entry_links(self, leader_id: str) -> list[EntryLink]:
        """A leader's links that are still kept, the next to run out first."""

    async def use_entry_link(self, token_hash: str, *, at: datetime) -> EntryLink | None:
        """Use a link up, once and for one caller only; None where it is gone, used or out of date."""

    async def drop_entry_links(self, *, leader_id: str | None = None, before: datetime | None = None) -> None:
        """Delete the links of a leader, or those that ran out before then."""

    async def set_timers(self, timers: Sequence[Timer]) -> None:
        """Insert, or move the existing timer of the same kind and subject."""

    async def drop_timers(self, kind: str, subjects: Sequence[str]) -> None: ...
    async def due_timers(self, *, at: datetime, limit: int) -> list[Timer]:
        """Timers whose time has come, oldest first."""

    async def timers(self, partnership_id: str) -> list[Timer]: ...
    async def next_timer(self) -> datetime | None: ...
    async def append(self, events: Sequence[Event]) -> None: ...
    async def events(
        self,
        partnership_id: str,
        *,
        after: datetime | None = None,
        until: datetime | None = None,
        kinds: Sequence[EventKind] = (),
        run_id: str | None = None,
        leader_id: str | None = None,
    ) -> list[Event]:
        """Events with `after` < at <= `until`, in the order they were written."""

    async def tally(
        self,
        partnership_id: str,
        *,
        after: datetime | None = None,
        until: datetime | None = None,
        run_id: str | None = None,
    ) -> dict[EventKind, int]:
        """Kind -> how many in (after, until]; a count, so it stays fast over a long log."""

    async def seen(self, key: str) -> Outcome | None:
        """The outcome that was stored for this command's key, if it was handled before."""

    async def remember(self, key: str, outcome: Outcome, *, at: datetime) -> None: ...
    async def forget_inbox(self, *, before: datetime) -> int:
        """Delete the stored answers of commands handled before then; returns how many."""

    async def unname(self, leader_id: str, tombstone: str) -> None:
        """Replace the person in every event by a tombstone; counts survive."""

    async def replace_words(self, partnership_id: str, words: Mapping[str, str]) -> None:
        """Put other words in place of these wherever a person of this partnership may be named by others.

        Stored answers to taps that hold one of the words are emptied; the tap still counts once.
        """
