"""The tokens of one workspace: as Slack gives them, and as they are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.encryption import Encryption, NotDecrypted
from nudges.model.installation import Installation


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What opens a workspace. None of it shows in a repr.

    `claimed_until`: some worker is fetching new ones, and nobody else does before then.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    claimed_until: datetime | None = None

    @property
    def can_rotate(self) -> bool:
        """Whether new ones can be had for these."""
        return bool(self.refresh)


def encrypt_tokens(tokens: Tokens, encryption: Encryption, *, owner: str) -> str:
    """The tokens as they are kept; `owner` is the installation's id."""
    until = tokens.claimed_until
    value = [tokens.access, tokens.refresh, until.isoformat() if until else None]
    return encryption.seal(json.dumps(value), owner=owner)


def decrypt_tokens(installation: Installation, encryption: Encryption) -> Tokens:
    """The tokens in this row.

    Raises:
        SealBroken: no key opens them, or the row was copied from another workspace.
    """
    value = json.loads(encryption.open(installation.sealed, owner=installation.id))
    try:
        access, refresh, until = value
        claimed = datetime.fromisoformat(until) if until else None
        return Tokens(access=access, refresh=refresh, claimed_until=claimed)
    except (TypeError, ValueError):
        raise NotDecrypted(f"What is kept for {installation.id} is not a token.") from None


def given_tokens(answer: Mapping[str, Any], *, at: datetime) -> tuple[Tokens, datetime | None]:
    """The bot's tokens in an answer of `oauth.v2.access`, and when they end; None for those that do not.

    `at` is an instant before the call, so that they never end earlier than we think.
    https://docs.slack.dev/authentication/using-token-rotation

    Raises:
        ValueError: there is no bot token in it.
    """
    access, refresh, lasts = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(access, str) or not access or answer.get("token_type", "bot") != "bot":
        raise ValueError("Slack gave no bot token.")
    tokens = Tokens(access=access, refresh=refresh if isinstance(refresh, str) else "")
    if not isinstance(lasts, int) or lasts <= 0:
        return tokens, None
    return tokens, at + timedelta(seconds=lasts)
