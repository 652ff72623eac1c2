"""The weekly cap: how many counted messages a person may still get in a week, over all their partnerships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from nudges.model import cadence
from nudges.model.people import Leader
from nudges.model.playbook import Playbook
from nudges.ports import Transaction
from nudges.unit_of_work.read_roster import week_of_run


@dataclass(kw_only=True, slots=True)
class WeeklyCap:
    """Counts what was sent and what is about to be; each week's count of a person is read once."""

    tx: Transaction
    book: Playbook
    _counted: dict[tuple[str, date], int] = field(default_factory=dict)
    _pulse_weeks: dict[tuple[str, date], bool] = field(default_factory=dict)

    async def take(self, leader: Leader, week_on: date) -> bool:
        """Take one of the week's places; False where there is none left."""
        if await self.room(leader, week_on) < 1:
            return False
        self._counted[leader.person, week_on] += 1
        return True

    async def room(self, leader: Leader, week_on: date) -> int:
        """How many places are left; a pulse week has one more."""
        await self.read([leader], week_on)
        counted = self._counted[leader.person, week_on]
        room = cadence.room_this_week(counted, is_pulse_week=False, rules=self.book.rules)
        if room or not await self._is_pulse_week(leader, week_on):
            return room
        return cadence.room_this_week(counted, is_pulse_week=True, rules=self.book.rules)

    async def read(self, leaders: Sequence[Leader], week_on: date) -> None:
        """Read the counts of these people in one statement."""
        missing = {one.person for one in leaders if (one.person, week_on) not in self._counted}
        if missing:
            by_person = await self.tx.deliveries.counted(sorted(missing), week_on)
            for person in missing:
                self._counted[person, week_on] = by_person.get(person, 0)

    async def _is_pulse_week(self, leader: Leader, week_on: date) -> bool:
        """Whether a campaign that this leader takes part in asks its pulse in this week."""
        roster = await self.tx.people.unchecked_roster(leader.partnership_id)
        for run in roster.live_runs(leader) if roster else ():
            known = self._pulse_weeks.get((run.id, week_on))
            if known is None:
                campaign_and_week = week_of_run(run, week_on, self.book)
                known = self._pulse_weeks[run.id, week_on] = (
                    campaign_and_week is not None and campaign_and_week[1].kind == "pulse"
                )
            if known:
                return True
        return False
