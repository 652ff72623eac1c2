"""One workspace of a small Slack: checks what it is sent, and keeps it."""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_limits import problem_of_blocks, problem_of_view

TOKEN = "xoxb-fake"
TEAM = "T0MILEPOST"
BOT = "U0BOT"
Given = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that goes wrong.

    slow: answers after `seconds` · refuse: ok=false with `code` · throttle: 429 with `retry_after`
    (None: no header) · drop: does it, then breaks the connection · reset: breaks it before doing
    anything · error: `status` without doing it · garbage: does it, answers something that is not JSON ·
    half_open: does it and never answers.
    """

    kind: str
    code: str = "fatal_error"
    seconds: float = 0.0
    retry_after: str | None = "1"
    status: int = 503


class Refusal(Exception):
    """ok=false with this code, and `more` beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.more = code, more


@dataclass
class FakeSlack:
    """The state of one workspace, or of an enterprise whose app is in all of its workspaces.

    `people` maps an e-mail address to an id; `channels` are ids, those in `archived` are closed; people in
    `deactivated` have left. `covers` are an enterprise's workspaces.
    `tokens` are taken, those in `expired` are not any more, and with `gone` (Slack's
    word for it) none is. `scopes` are those that each answer names, as Slack's do. `latency` is in seconds.
    `rates` holds the chance of each fault, drawn from `seed`; `faults` those that are planned. Without
    `takes_tables` native tables are refused as unknown blocks.
    """

    people: dict[str, str] = field(default_factory=dict)
    channels: set[str] = field(default_factory=lambda: {"C0PARTNERSHIP"})
    archived: set[str] = field(default_factory=set)
    deactivated: set[str] = field(default_factory=set)
    team: str = TEAM
    name: str = "Milepost"
    enterprise: str | None = None
    covers: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    expired: set[str] = field(default_factory=set)
    gone: str = ""
    scopes: set[str] | None = None
    takes_tables: bool = True
    groups: dict[frozenset[str], str] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    views: list[dict[str, Any]] = field(default_factory=list)
    whispers: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    pins: set[tuple[str, str]] = field(default_factory=set)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    latency: float = 0.0
    url: str = ""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._count = 0
        self.held = asyncio.Event()

    def fail(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` calls of this method go wrong."""
        self.faults[method].extend([fault] * times)

    def posts(self, channel: str | None = None) -> list[dict[str, Any]]:
        """What stands in a conversation (in all of them), oldest first."""
        chosen = [channel] if channel else list(self.messages)
        return [message for each in chosen for message in self.messages[each]]

    def direct(self, person: str) -> str:
        """The id of the direct message with a person."""
        return "D" + person[1:]

    # Methods of the Web API: arguments in, answer out.

    def chat_postMessage(self, given: Given) -> Given:  # noqa: N802 - Slack's name
        channel = self._conversation(given.get("channel", ""))
        self._check_content(given)
        if "thread_ts" in given:
            self._message(channel, given["thread_ts"])
        self._count += 1
        ts = f"{int(self.now())}.{self._count:06d}"
        kept = {name: given[name] for name in ("text", "blocks", "metadata", "thread_ts") if name in given}
        self.messages[channel].append({"type": "message", "bot_id": "B0BOT", "user": BOT, "ts": ts} | kept)
        return {"channel": channel, "ts": ts}

    def chat_update(self, given: Given) -> Given:
        self._check_content(given)
        message = self._message(self._open(given["channel"]), given["ts"])
        message |= {"text": given["text"], "blocks": given.get("blocks", []), "edited": True}
        return {"channel": given["channel"], "ts": given["ts"], "text": given["text"]}

    def chat_postEphemeral(self, given: Given) -> Given:  # noqa: N802 - Slack's name
        self._check_content(given)
        self.whispers.append({"channel": self._conversation(given["channel"])} | given)
        return {"message_ts": "1.000000"}

    def conversations_open(self, given: Given) -> Given:
        people = frozenset(str(given["users"]).split(","))
        if len(people) == 1:
            return {"channel": {"id": self._conversation(given["users"])}}
        if not people <= set(self.people.values()) - self.deactivated:
            raise Refusal("user_not_found")
        channel = self.groups.setdefault(people, f"G{len(self.groups):04d}")
        return {"channel": {"id": channel}}

    def conversations_history(self, given: Given) -> Given:
        result = [m for m in self.messages[given["channel"]] if m.get("thread_ts", m["ts"]) == m["ts"]]
        return self._page(given, result)

    def conversations_replies(self, given: Given) -> Given:
        self._message(given["channel"], given["ts"])
        result = [m for m in self.messages[given["channel"]] if m.get("thread_ts", m["ts"]) == given["ts"]]
        return self._page(given, result)

    def _page(self, given: Given, messages: list[dict[str, Any]]) -> Given:
        oldest, limit = float(given.get("oldest", 0)), int(given.get("limit", 100))
        start = int(given.get("cursor") or 0)
        result = [m for m in reversed(messages) if float(m["ts"]) > oldest]
        page = result[start : start + limit]
        if given.get("include_all_metadata") not in ("1", "true", True):
            page = [{name: value for name, value in m.items() if name != "metadata"} for m in page]
        more = str(start + limit) if start + limit < len(result) else ""
        return {"messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}

    def users_lookupByEmail(self, given: Given) -> Given:  # noqa: N802 - Slack's name
        if given.get("email") not in self.people:
            raise Refusal("users_not_found")
        person = self.people[given["email"]]
        is_gone = person in self.deactivated
        return {"user": {"id": person, "team_id": self.team, "deleted": is_gone, "is_bot": False}}

    def views_open(self, given: Given) -> Given:
        view = _read(given["view"])
        if not given.get("trigger_id"):
            raise Refusal("invalid_trigger_id")
        if any(each["trigger_id"] == given["trigger_id"] for each in self.views):
            raise Refusal("exchanged_trigger_id")
        if problem_of_view(view):
            raise Refusal("invalid_arguments")
        self.views.append({"trigger_id": given["trigger_id"], "view": view})
        return {"view": {"id": f"V{len(self.views)}"}}

    def views_update(self, given: Given) -> Given:
        view, shown = _read(given["view"]), str(given.get("view_id", ""))[1:]
        number = int(shown) if shown.isdigit() else 0
        if not 1 <= number <= len(self.views):
            raise Refusal("not_found")
        if problem_of_view(view):
            raise Refusal("invalid_arguments")
        self.views[number - 1]["view"] = view
        return {"view": {"id": f"V{number}"}}

    def views_publish(self, given: Given) -> Given:
        view, person = _read(given["view"]), given["user_id"]
        if person not in self.people.values() or person in self.deactivated:
            raise Refusal("user_not_found")
        if view.get("type") != "home" or problem_of_view(view):
            raise Refusal("invalid_arguments")
        shown = self.homes.get(person)
        if given.get("hash") and (shown is None or shown["hash"] != given["hash"]):
            raise Refusal("hash_conflict")
        self._count += 1
        self.homes[person] = {"view": view, "hash": f"{int(self.now())}.{self._count:08d}"}
        return {"view": {"type": "home", "hash": self.homes[person]["hash"]}}

    def blocks_validate(self, given: Given) -> Given:
        """Exactly one of blocks, message and view, each as JSON."""
        if "view" in given:
            wrong, what = problem_of_view(_read(given["view"])), "invalid_view"
        elif "message" in given:
            wrong, what = problem_of_blocks(_read(given["message"]).get("blocks", [])), "invalid_message"
        else:
            wrong, what = problem_of_blocks(_read(given["blocks"])), "invalid_blocks"
        if wrong:
            blocks = _read(given["blocks"]) if "blocks" in given else []
            number = next((at for at, block in enumerate(blocks) if problem_of_blocks([block])), 0)
            told = {"pointer": f"/{number}", "code": "failed_constraint", "message": wrong}
            raise Refusal(what, errors=[told])
        return {}

    def pins_add(self, given: Given) -> Given:
        pin = (given["channel"], given["timestamp"])
        if pin in self.pins:
            raise Refusal("already_pinned")
        self._message(*pin)
        self.pins.add(pin)
        return {}

    def auth_test(self, given: Given) -> Given:
        told = {"team_id": self.team, "user_id": BOT, "bot_id": "B0BOT", "url": "https://milepost.slack.com/"}
        return told | ({"enterprise_id": self.enterprise} if self.enterprise else {})

    def auth_teams_list(self, given: Given) -> Given:
        """A page holds two, so that there is more than one."""
        first = int(given.get("cursor") or 0)
        teams = [{"id": one, "name": one} for one in self.covers[first : first + 2]]
        more = str(first + 2) if first + 2 < len(self.covers) else ""
        return {"teams": teams, "response_metadata": {"next_cursor": more}}

    def auth_revoke(self, given: Given) -> Given:
        """The server takes the token away: only it knows which one was sent."""
        return {"revoked": True}

    def files_getUploadURLExternal(self, given: Given) -> Given:  # noqa: N802 - Slack's name
        self.files.append({"id": f"F{len(self.files)}", "filename": given["filename"]})
        return {"file_id": self.files[-1]["id"], "upload_url": f"{self.url}/upload/{self.files[-1]['id']}"}

    def files_completeUploadExternal(self, given: Given) -> Given:  # noqa: N802 - Slack's name
        named = json.loads(given["files"]) if isinstance(given["files"], str) else given["files"]
        for each in named:
            next(f for f in self.files if f["id"] == each["id"])["channel"] = given["channel_id"]
        return {"files": named}

    def _conversation(self, to: str) -> str:
        if to[:1] in ("U", "W") and to in self.people.values():
            if to in self.deactivated:
                raise Refusal("user_disabled")
            return self.direct(to)
        if to in self.channels or to in self.groups.values():
            return self._open(to)
        if to[:1] == "D" and to in map(self.direct, self.people.values()):
            return to
        raise Refusal("channel_not_found")

    def _open(self, channel: str) -> str:
        if channel in self.archived:
            raise Refusal("is_archived")
        return channel

    def _message(self, channel: str, ts: str) -> dict[str, Any]:
        for message in self.messages[channel]:
            if message["ts"] == ts:
                return message
        raise Refusal("message_not_found")

    def _check_content(self, given: Given) -> None:
        text = given.get("text", "")
        if not text:
            raise Refusal("no_text")
        if len(text) > 4000:
            raise Refusal("msg_too_long")
        blocks = given.get("blocks", [])
        is_table = any(block.get("type") == "data_table" for block in blocks)
        if problem_of_blocks(blocks) or (is_table and not self.takes_tables):
            raise Refusal("invalid_blocks")

    def planned(self, method: str) -> Fault | None:
        """What goes wrong with this call."""
        for name in (method, "*"):
            if self.faults[name]:
                return self.faults[name].pop(0)
        for kind, rate in self.rates.items():
            if self._random.random() < rate:
                return Fault(kind=kind)
        return None

    def answer(self, method: str, given: Given) -> Given:
        """What the method says."""
        work: Callable[[Given], Given] | None = getattr(self, method.replace(".", "_"), None)
        if work is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True} | work(given)
        except Refusal as refusal:
            return {"ok": False, "error": refusal.code} | refusal.more

    def refusal_of(self, token: str) -> str:
        """Slack's word for a token that it does not take; "" for one that it does."""
        if self.gone:
            return self.gone
        return "token_expired" if token in self.expired else ""


def _read(view: Any) -> Any:
    return json.loads(view) if isinstance(view, str) else view
