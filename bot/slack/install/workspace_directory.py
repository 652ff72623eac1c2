"""The workspaces that the app was added to: how to talk in each, and what happens when one goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.encryption import Encryption, NotDecrypted
from bot.slack.api.failures import EXPIRED, FAILURES, GONE, error_code
from bot.slack.api.rate_limits import PER_MINUTE, Limits, workspace_rate
from bot.slack.install.enterprises import Enterprises, is_enterprise
from bot.slack.install.token_rotation import AHEAD, Came, Rotation, SlackApp
from bot.slack.install.tokens import Tokens, decrypt_tokens, encrypt_tokens
from bot.slack.outbound import SlackPlatform
from nudges.model.installation import Installation
from nudges.model.playbook import Playbook
from nudges.ports import ChatPlatform, Clock, Store
from nudges.use_cases.delivery import installation_changes

PLATFORM = "slack"
INSTALL = "/slack/install"
LOOK_AGAIN = timedelta(seconds=5)
OTHERS_RENEW_SECONDS, OTHERS_RENEW_LOOKS = 0.2, 10
# Slack's own "the app was removed", confirmed by these answers to a question with the present token.
CONFIRMS = GONE | {"invalid_auth", "not_authed"}

_log = logging.getLogger("milepost.slack")


@dataclass(kw_only=True, slots=True)
class _Entry:
    """One workspace that can be written to; `row` is None for the one whose token was set by hand."""

    workspace: str
    platform: SlackPlatform
    token: str = field(repr=False)
    row: Installation | None = None


class Workspaces:
    """The directory of connected workspaces, each with one platform that lives as long as the workspace.

    What another process adds, renews or loses is seen at the next `refresh`. With `token` (set by hand) there
    is one fixed workspace beside those that were installed; `meet` learns which. `book` gives the present
    rules, `on_connected` hears of each workspace that can be written to from now on. `link` is where the app
    can be added. `per_minute` is how many messages each workspace is sent at most; None: as many as it takes.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        book: Callable[[], Playbook],
        make: Callable[[str | None], AsyncWebClient],
        encryption: Encryption | None = None,
        app: SlackApp | None = None,
        token: str | None = None,
        link: str = "",
        per_minute: int | None = PER_MINUTE,
        on_connected: Callable[[str], None] | None = None,
    ) -> None:
        self.platforms: dict[str, ChatPlatform] = {}
        self.on_connected = on_connected
        self._store, self._clock, self._book, self._make = store, clock, book, make
        self.encryption, self._link = encryption, link
        self._rate = workspace_rate(per_minute) if per_minute is not None else None
        self.rotation = (
            Rotation(store=store, encryption=encryption, app=app, clock=clock, client=lambda: make(None))
            if encryption is not None and app is not None
            else None
        )
        self._entries: dict[str, _Entry] = {}
        self._enterprises = Enterprises(clock=clock, client=make)
        self._fixed = self._entry("", token, None) if token else None
        self._is_fixed_lost = False
        self._gone: dict[str, str] = {}
        self._unreadable: set[str] = set()
        self._looked_at: datetime | None = None
        self._locks: dict[str, asyncio.Lock] = {}
        self._work: set[asyncio.Task[None]] = set()

    # -- who is there -----------------------------------------------------------

    async def platform(self, workspace: str) -> SlackPlatform | None:
        """How to talk there; None where the app is not, or not any more.

        A workspace whose enterprise has the app as a whole is reached through the enterprise.
        """
        entry = self._entries.get(_id(workspace))
        if entry is None and self._fixed is not None and self.rotation is None:
            return None if self._is_fixed_lost else self._fixed.platform
        if entry is None and (self._looked_at is None or self._clock.now() - self._looked_at >= LOOK_AGAIN):
            await self.refresh()
            entry = self._entries.get(_id(workspace))
        if entry is None and (enterprise := await self._enterprise_of(workspace)) is not None:
            entry = self._entries.get(_id(enterprise))
            if entry is not None:
                self.platforms[_id(workspace)] = entry.platform
        return entry.platform if entry is not None else None

    async def reached_through(self, workspace: str) -> str:
        """The id under which this workspace is connected: its own, or that of its enterprise."""
        if _id(workspace) in self._entries:
            return workspace
        return await self._enterprise_of(workspace) or workspace

    async def _enterprise_of(self, workspace: str) -> str | None:
        known = [one for one in self._entries.values() if is_enterprise(one.workspace)]
        return await self._enterprises.covering(workspace, {one.workspace: one.token for one in known})

    async def connected(self) -> list[str]:
        """The ids of the workspaces that can be written to, those that were added first before the others."""
        await self.refresh()
        first = sorted(
            self._entries.values(),
            key=lambda one: (one.row is not None, one.row and one.row.installed_at, one.workspace),
        )
        return [one.workspace for one in first]

    def names(self) -> dict[str, str]:
        """Workspace id -> what it is called, as far as is known."""
        return {one.workspace: one.row.name if one.row else one.workspace for one in self._entries.values()}

    def told(self) -> str:
        """How things stand, in a few words without any name."""
        wrong = len(self._gone) + len(self._unreadable)
        if wrong == 0 and len(self._entries) == 1 and self.rotation is None:
            return "connected"
        if not self._entries and not wrong:
            return "no workspace yet" if self._fixed is None else "not reached yet"
        parts = [f"{len(self._entries)} connected"]
        parts += [f"{len(self._gone)} gone"] if self._gone else []
        parts += [f"{len(self._unreadable)} unreadable"] if self._unreadable else []
        return ", ".join(parts)

    @property
    def gone(self) -> frozenset[str]:
        """The ids of installations whose messages wait for the app to be added again."""
        return frozenset(self._gone)

    @property
    def unreadable(self) -> frozenset[str]:
        """The ids of installations whose tokens no key opens."""
        return frozenset(self._unreadable)

    # -- what changes ------------------------------------------------------------

    async def refresh(self) -> None:
        """See what was added, renewed or lost meanwhile, here or by another process."""
        async with self._store.reading() as tx:
            rows = [one for one in await tx.installations.unchecked_all() if one.platform == PLATFORM]
        self._looked_at = self._clock.now()
        self._gone = {one.id: one.because for one in rows if not one.is_connected}
        present = {one.id: one for one in rows if one.is_connected and one.sealed}
        for row in present.values():
            self._see(row)
        for known in [one for one, entry in self._entries.items() if entry.row is not None]:
            if known not in present:
                self._drop(known)

    def _see(self, row: Installation) -> None:
        entry = self._entries.get(row.id)
        if entry is not None and entry.row == row:
            return
        try:
            if self.encryption is None:
                raise NotDecrypted(
                    f"What is kept for {row.id} needs MILEPOST_SECRET_KEYS and SLACK_CLIENT_ID."
                )
            tokens = decrypt_tokens(row, self.encryption)
            is_old = self.encryption.is_old(row.sealed, owner=row.id)
        except NotDecrypted as error:
            if row.id not in self._unreadable:
                _log.error("%s", error, extra={"installation": row.id})
            self._unreadable.add(row.id)
            self._drop(row.id)
            return
        self._unreadable.discard(row.id)
        if is_old:
            self._spawn(self._seal_anew(row, tokens))
        if entry is not None:
            entry.row, entry.token = row, tokens.access
            return
        self._add(self._entry(row.workspace, tokens.access, row))

    def _add(self, entry: _Entry) -> None:
        installation = _id(entry.workspace)
        self._entries[installation] = entry
        self.platforms[installation] = entry.platform
        _log.info("A workspace is connected.", extra={"installation": installation})
        if self.on_connected is not None:
            self.on_connected(installation)

    def _drop(self, installation: str) -> None:
        entry = self._entries.pop(installation, None)
        # Those of an enterprise's workspaces, too.
        for workspace in [
            name for name, platform in self.platforms.items() if entry and platform is entry.platform
        ]:
            del self.platforms[workspace]

    def client(self) -> AsyncWebClient:
        """A client on the shared session, without any token."""
        return self._make(None)

    async def uses(self, workspace: str, token: str) -> bool:
        """Whether this workspace is written to already, or any with this very token."""
        await self.refresh()
        known = [*self._entries.values(), *([self._fixed] if self._fixed else [])]
        return any(one.workspace == workspace or one.token == token for one in known)

    async def add(self, installation: Installation, tokens: Tokens) -> bool:
        """The app was added: keep its tokens in place of those before; whether it had been gone.

        What waited goes out.
        """
        assert self.encryption is not None
        sealed = encrypt_tokens(tokens, self.encryption, owner=installation.id)
        row = replace(installation, sealed=sealed)
        is_back = await installation_changes.connect(self._store, self._book(), row, at=self._clock.now())
        _log.info("The app was added%s.", " again" if is_back else "", extra={"installation": row.id})
        await self.refresh()
        if self.on_connected is not None:
            self.on_connected(row.id)
        return is_back

    async def meet(self) -> None:
        """Learn which workspace the token that was set by hand belongs to; nothing where there is none.

        Raises:
            DeliveryError: Slack could not be asked, or refuses the token.
        """
        fixed = self._fixed
        if fixed is None or (fixed.workspace and not self._is_fixed_lost):
            return
        workspace = await fixed.platform.workspace()
        async with self._store.reading() as tx:
            row = await tx.installations.unchecked(_id(workspace))
        fixed.workspace = workspace
        if row is not None and row.sealed:
            return  # it was installed as well: those tokens are newer
        if row is not None and not row.is_connected:
            back = replace(row, state=type(row.state).CONNECTED, gone_at=None, because="")
            await installation_changes.connect(self._store, self._book(), back, at=self._clock.now())
            self._gone.pop(row.id, None)
        self._is_fixed_lost = False
        self._add(fixed)

    @property
    def wants_to_meet(self) -> bool:
        """Whether it is not known (any more) which workspace the fixed token opens."""
        return self._fixed is not None and (not self._fixed.workspace or self._is_fixed_lost)

    async def lost(self, workspace: str, because: str) -> None:
        """The app was taken out there, or its token was revoked: that workspace alone waits.

        Slack is asked with the present token first: word of a removal may come after a reinstall. Saying so
        twice changes nothing; where Slack cannot be asked now, the next message finds out.
        """
        installation = _id(workspace)
        async with self._locks.setdefault(installation, asyncio.Lock()):
            await self.refresh()
            entry = self._entries.get(installation)
            if entry is None or not await self._is_refused(entry):
                return
            row = entry.row or Installation(
                platform=PLATFORM,
                workspace=workspace,
                name=workspace,
                sealed="",
                installed_at=self._clock.now(),
            )
            await self._lose(row, because)

    async def _lose(self, row: Installation, because: str) -> None:
        at = self._clock.now()
        is_fixed = not row.sealed
        link = "" if is_fixed else self._link
        if await installation_changes.lose(self._store, self._book(), row, because=because, at=at, link=link):
            _log.error(
                "The app is gone from a workspace (%s): what is for it waits until it is added again.",
                because,
                extra={"installation": row.id},
            )
        if is_fixed:
            self._is_fixed_lost = True
            self._drop(row.id)
        await self.refresh()

    async def _is_refused(self, entry: _Entry) -> bool:
        """Whether Slack itself says that the present token opens nothing any more."""
        try:
            await self._make(entry.token).auth_test()
        except FAILURES as error:
            code = error_code(error)
            if code == EXPIRED:
                await self._renew(entry, refused=entry.token)
            return code in CONFIRMS
        return False

    # -- tokens that end -----------------------------------------------------------

    def renew_soon(self) -> None:
        """Renew, beside everything else, the tokens that end within two hours."""
        soon = self._clock.now() + AHEAD
        for entry in list(self._entries.values()):
            if entry.row is not None and entry.row.expires_at is not None and entry.row.expires_at <= soon:
                self._spawn(self._renew(entry))

    async def _renew(self, entry: _Entry, *, refused: str = "") -> None:
        """Renew in one call, whoever asks meanwhile; another worker's claim is waited for a little."""
        row = entry.row
        if row is None or self.rotation is None:
            return
        async with self._locks.setdefault(f"renew {row.id}", asyncio.Lock()):
            if refused and entry.token != refused:
                return
            came = await self.rotation.rotate(row.id, refused=refused)
            for _ in range(OTHERS_RENEW_LOOKS if refused and came is Came.NOT_NOW else 0):
                await asyncio.sleep(OTHERS_RENEW_SECONDS)
                await self.refresh()
                if entry.token != refused:
                    return
            await self.refresh()
        if came is Came.SPENT and entry.row is not None:
            await self._lose(entry.row, "token_expired")

    async def _seal_anew(self, row: Installation, tokens: Tokens) -> None:
        """The first secret key has changed: once every row is sealed under it, the old one can go."""
        assert self.encryption is not None
        async with self._store.transaction() as tx:
            if await tx.installations.locked(row.id) == row:
                sealed = encrypt_tokens(tokens, self.encryption, owner=row.id)
                await tx.installations.save(replace(row, sealed=sealed))

    # -- how to talk -----------------------------------------------------------------

    def _entry(self, workspace: str, token: str, row: Installation | None) -> _Entry:
        made = self._make(token)

        async def present() -> str:
            return entry.token

        async def lost(code: str) -> None:
            # Beside the call that was refused: its outcome must not wait for this.
            self._spawn(self.lost(entry.workspace, code))

        async def expired() -> None:
            try:
                await self._renew(entry, refused=entry.token)
            except Exception:  # noqa: BLE001 - a hook of a call: the call itself says what came of it
                _log.exception("A token could not be renewed.", extra={"installation": _id(entry.workspace)})

        platform = SlackPlatform(
            made,
            limits=Limits(workspace=self._rate),
            token=present,
            on_lost=lost,
            on_expired=expired,
        )
        entry = _Entry(workspace=workspace, platform=platform, token=token, row=row)
        return entry

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        ours = asyncio.get_running_loop().create_task(self._guarded(work))
        self._work.add(ours)
        ours.add_done_callback(self._work.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - nobody waits for it, and the next wake tries again
            _log.exception("Looking after a workspace went wrong.")

    async def settle(self) -> None:
        """Wait for what was begun beside everything else."""
        while self._work:
            await asyncio.wait(set(self._work))


def _id(workspace: str) -> str:
    return f"{PLATFORM}:{workspace}"
