"""What each failure of Slack means for the ledger: never again, wait, or it may have been taken."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from nudges.errors import DeliveryError

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""Everything that slack_sdk and aiohttp let out of a call."""

WAIT_DEFAULT = timedelta(seconds=30)
WAIT_SHORTEST = timedelta(seconds=1)
WAIT_LONGEST = timedelta(hours=1)
WAIT_FOR_A_TOKEN = timedelta(minutes=15)
# Nothing is called while the app is gone: this long after it is back, what waited goes out.
WAIT_FOR_THE_APP = timedelta(minutes=1)


class Meaning(StrEnum):
    """What the ledger does next."""

    PERMANENT = "permanent"
    WAIT = "wait"
    REPAIR = "repair"
    AMBIGUOUS = "ambiguous"


class SlackError(DeliveryError):
    """A failure of Slack, with its own word for it: "" where it is not one of Slack's answers."""

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: timedelta | None = None,
        is_everywhere: bool = False,
    ) -> None:
        super().__init__(
            reason,
            permanent=permanent,
            ambiguous=ambiguous,
            retry_after=retry_after,
            is_everywhere=is_everywhere,
        )
        self.code = code


# https://docs.slack.dev/reference/methods/chat.postMessage#errors, chat.update, conversations.open,
# conversations.history, conversations.replies, users.lookupByEmail, views.open, views.publish. A code that
# is not here waits: a refusal for good would lose the message in silence, and the ledger stops by itself.
MEANINGS: Mapping[str, Meaning] = {
    # The person or the channel cannot be reached.
    "channel_not_found": Meaning.PERMANENT,
    "is_archived": Meaning.PERMANENT,
    "is_inactive": Meaning.PERMANENT,
    "not_in_channel": Meaning.PERMANENT,
    "user_not_found": Meaning.PERMANENT,
    "users_not_found": Meaning.PERMANENT,
    "user_disabled": Meaning.PERMANENT,
    "user_not_visible": Meaning.PERMANENT,
    "cannot_dm_bot": Meaning.PERMANENT,
    "messages_tab_disabled": Meaning.PERMANENT,
    "restricted_action": Meaning.PERMANENT,
    "restricted_action_read_only_channel": Meaning.PERMANENT,
    "restricted_action_thread_only_channel": Meaning.PERMANENT,
    "slack_connect_blocked_channel": Meaning.PERMANENT,
    "not_enough_users": Meaning.PERMANENT,
    "too_many_users": Meaning.PERMANENT,
    "invalid_user_combination": Meaning.PERMANENT,
    "cannot_find_user": Meaning.PERMANENT,
    "not_enabled": Meaning.PERMANENT,  # the app has no home page
    "thread_not_found": Meaning.PERMANENT,
    # The message is not one that Slack takes.
    "invalid_blocks": Meaning.PERMANENT,
    "invalid_blocks_format": Meaning.PERMANENT,
    "msg_blocks_too_long": Meaning.PERMANENT,
    "msg_too_long": Meaning.PERMANENT,
    "no_text": Meaning.PERMANENT,
    "metadata_too_large": Meaning.PERMANENT,
    "invalid_arguments": Meaning.PERMANENT,
    "view_too_large": Meaning.PERMANENT,
    # What was to be edited is no longer there.
    "message_not_found": Meaning.PERMANENT,
    "cant_update_message": Meaning.PERMANENT,
    "edit_window_closed": Meaning.PERMANENT,
    # The tap is too old, or was used.
    "expired_trigger_id": Meaning.PERMANENT,
    "trigger_expired": Meaning.PERMANENT,
    "exchanged_trigger_id": Meaning.PERMANENT,
    "trigger_exchanged": Meaning.PERMANENT,
    "invalid_trigger": Meaning.PERMANENT,
    "invalid_trigger_id": Meaning.PERMANENT,
    # Too many, or not now.
    "ratelimited": Meaning.WAIT,
    "rate_limited": Meaning.WAIT,
    "message_limit_exceeded": Meaning.WAIT,
    "team_added_to_org": Meaning.WAIT,
    "request_timeout": Meaning.WAIT,  # Slack did not receive the whole request
    # The installation is broken, not the message: keep it until somebody repairs the token.
    "invalid_auth": Meaning.REPAIR,
    "not_authed": Meaning.REPAIR,
    "account_inactive": Meaning.REPAIR,
    "app_uninstalled": Meaning.REPAIR,
    "token_revoked": Meaning.REPAIR,
    "token_expired": Meaning.REPAIR,
    "missing_scope": Meaning.REPAIR,
    "no_permission": Meaning.REPAIR,
    "org_login_required": Meaning.REPAIR,
    "team_access_not_granted": Meaning.REPAIR,
    "ekm_access_denied": Meaning.REPAIR,
    "access_denied": Meaning.REPAIR,
    # "It's possible some aspect of the operation succeeded before the error was raised."
    "internal_error": Meaning.AMBIGUOUS,
    "fatal_error": Meaning.AMBIGUOUS,
    "service_unavailable": Meaning.AMBIGUOUS,
}
TAKES_NO_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
THROTTLED = frozenset({"ratelimited", "rate_limited"})
GONE = frozenset({"account_inactive", "token_revoked", "app_uninstalled"})
"""Somebody has taken the app away: only adding it again helps."""
EXPIRED = "token_expired"
# What keeps every message of the workspace from going out, and not this one alone.
_EVERYWHERE = GONE | {
    EXPIRED,
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "access_denied",
}


def error_code(error: Exception) -> str:
    """Slack's word for what was wrong, or "" where the failure is not one of Slack's answers."""
    if not isinstance(error, SlackApiError):
        return ""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def delivery_error(error: Exception, *, is_repeatable: bool) -> SlackError:
    """The ledger's reading of a failed call.

    `is_repeatable`: doing it twice is harmless, so that a lost answer needs no reading back.
    """
    if isinstance(error, SlackApiError):
        return _from_answer(error, is_repeatable=is_repeatable)
    reason = f"Slack could not be reached ({type(error).__name__})."
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return SlackError(reason)  # nothing was sent
    return SlackError(reason, ambiguous=not is_repeatable)


def _from_answer(error: SlackApiError, *, is_repeatable: bool) -> SlackError:
    # For an answer that is not JSON slack_sdk gives aiohttp's response instead of its own.
    status: int = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0
    headers = getattr(error.response, "headers", None) or {}
    code = error_code(error)
    reason = f"Slack answered {code or status}."
    if status == 429 or code in THROTTLED:
        return SlackError(reason, code=code or "ratelimited", retry_after=retry_after(headers))
    if not code:
        # 4xx without a word comes from something before Slack, such as a proxy: nothing was taken.
        return SlackError(reason, ambiguous=not is_repeatable and not 400 <= status < 500)
    match MEANINGS.get(code, Meaning.WAIT):
        case Meaning.PERMANENT:
            return SlackError(reason, code=code, permanent=True)
        case Meaning.REPAIR:
            is_everywhere = code in _EVERYWHERE
            wait = WAIT_FOR_THE_APP if code in GONE or code == EXPIRED else WAIT_FOR_A_TOKEN
            return SlackError(reason, code=code, retry_after=wait, is_everywhere=is_everywhere)
        case Meaning.AMBIGUOUS:
            return SlackError(reason, code=code, ambiguous=not is_repeatable)
        case Meaning.WAIT:
            return SlackError(reason, code=code)


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """How long to wait after a 429: a second to an hour, whatever the header says.

    Seconds as documented; a date is read against the answer's own `Date`; absent or odd is 30 seconds.
    """
    by_name = {str(name).lower(): str(value) for name, value in headers.items()}
    value = by_name.get("retry-after", "").strip()
    try:
        wait = timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        try:
            until = email.utils.parsedate_to_datetime(value)
            wait = until - email.utils.parsedate_to_datetime(by_name.get("date", ""))
        except (ValueError, TypeError, OverflowError):
            return WAIT_DEFAULT
    return min(max(wait, WAIT_SHORTEST), WAIT_LONGEST)
