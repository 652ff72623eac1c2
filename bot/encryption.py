"""Secrets at rest: encrypted, and bound to whom they belong, so that a row copied elsewhere opens nothing."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence

from nudges.errors import MilepostError, SettingsError

VERSION = "1."
NONCE_BYTES = 12
PURPOSE = b"milepost.tokens"


class NotDecrypted(MilepostError):
    """A sealed value that none of the keys opens, or that belongs to somebody else; says nothing of it."""


class Encryption:
    """AES-256-GCM under keys derived from the secret keys: the first one seals, every one opens.

    To change the key put the new one first, keep the old one until everything was sealed anew (`is_old`),
    then drop it.

    Raises:
        SettingsError: there is no key.
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SettingsError("MILEPOST_SECRET_KEYS is needed to keep the tokens of workspaces.")
        # Loaded here, since one workspace whose token was set by hand needs none of it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._keys = [AESGCM(_derived(key)) for key in keys]

    def seal(self, value: str, *, owner: str) -> str:
        """The value for this owner alone; the same value is never sealed the same way twice."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[0].encrypt(nonce, value.encode(), owner.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, owner: str) -> str:
        """What was sealed for this owner.

        Raises:
            SealBroken: it was changed, belongs to somebody else, or its key is gone.
        """
        return self._opened(sealed, owner)[0]

    def is_old(self, sealed: str, *, owner: str) -> bool:
        """Whether another key than the first one opens it, so that it wants to be sealed anew.

        Raises:
            SealBroken: as for `open`.
        """
        return self._opened(sealed, owner)[1] > 0

    def _opened(self, sealed: str, owner: str) -> tuple[str, int]:
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(sealed.removeprefix(VERSION), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        for number, key in enumerate(self._keys if sealed.startswith(VERSION) else ()):
            try:
                return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode(), number
            except (InvalidTag, ValueError):
                continue
        raise NotDecrypted(f"What is kept for {owner} cannot be opened. Check MILEPOST_SECRET_KEYS.")


def _derived(key: str) -> bytes:
    """A key of its own for this purpose: signing and sealing never share one."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
