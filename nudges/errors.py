"""Every error that Milepost raises; its words say what happened, why, and what to do."""

from __future__ import annotations

from datetime import timedelta

from nudges.said import Said


class MilepostError(Exception):
    """Anything that we raise on purpose, with what a person can be told of it.

    The core gives a sentence, which a phrasebook puts into words (`in_words`); `str` of it is for logs alone.
    The rim and the storage give plain `text`, for those who run Milepost.
    """

    def __init__(self, words: str | Said) -> None:
        super().__init__(words)
        self.said = words if isinstance(words, Said) else None
        self.text = words if isinstance(words, str) else ""


class InvalidInput(MilepostError):
    """What was given cannot be used; nothing was changed."""


class IllegalTransition(MilepostError):
    """The step asked for does not follow from the present state; nothing was changed."""


class NotFound(MilepostError):
    """Absent, or not yours to see: the two look the same."""


class NotAllowed(MilepostError):
    """The actor's role does not allow this; nothing was changed."""


class RefusedText(MilepostError):
    """The text holds something that must not be stored, such as an NHS number."""


class SettingsError(MilepostError):
    """A setting is missing or wrong; the text names the variable."""


class StaleHome(MilepostError):
    """A person's page shows something newer than what we drew last: draw it without a mark."""


class DeliveryError(MilepostError):
    """A platform did not take a message.

    Exactly one of these holds: `permanent` (never again), `ambiguous` (it may have been taken:
    read back before sending again), or neither (wait `retry_after`, then send again). With
    `is_everywhere` the whole workspace has to wait, not this message alone.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: timedelta | None = None,
        is_everywhere: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after
        self.is_everywhere = is_everywhere
