"""When a partner step is looked at: before its date, after it, and when a gift is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nudges.model.calendar import instant_of, weekday_after, weekday_before
from nudges.model.ruleset import Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class Mornings:
    """Whose mornings count: the partnership's zone and bank holidays."""

    zone: str
    holidays: frozenset[date]
    rules: Rules

    def _morning(self, day: date) -> datetime:
        return instant_of(day, self.rules.quiet.ends, self.zone)

    def soon_at(self, due_on: date) -> datetime:
        """The morning, some working days before the date, on which the owner is asked how it goes."""
        days = self.rules.support_partner_step.ask_working_days_before
        return self._morning(weekday_before(due_on, days, self.holidays))

    def board_at(self, due_on: date) -> datetime:
        """The morning, some working days after the date, on which the board is asked what would help."""
        days = self.rules.support_partner_step.board_working_days_after
        return self._morning(weekday_after(due_on, days, self.holidays))

    def review_at(self, review_on: date) -> datetime:
        """The morning on which a gift is looked at again; on a day off, the working day after it."""
        return self._morning(weekday_after(weekday_before(review_on, 1, self.holidays), 1, self.holidays))

    def contact_by(self, asked_on: date) -> datetime:
        """The end of the working day by which a helper is in touch with somebody who asked on `asked_on`."""
        days = self.rules.support_partner_step.contact_within_working_days
        return instant_of(weekday_after(asked_on, days, self.holidays), self.rules.quiet.starts, self.zone)

    def remind_at(self, asked_on: date) -> datetime:
        """The morning after that."""
        days = self.rules.support_partner_step.contact_within_working_days + 1
        return self._morning(weekday_after(asked_on, days, self.holidays))
