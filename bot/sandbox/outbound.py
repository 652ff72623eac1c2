"""The sandbox as a chat platform: conversations in memory, and faults on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nudges.errors import DeliveryError, StaleHome
from nudges.model.message import Form, Message, MessageRef
from nudges.model.people import Address
from nudges.ports import Clock

PLATFORM = "sandbox"
WORKSPACE = "here"
RETRY_AFTER = timedelta(seconds=30)
DOWN_FOR = timedelta(minutes=10)


def sandbox_address(to: str) -> Address:
    """The address of a person (their e-mail address) or of a channel (`#name`)."""
    return Address(platform=PLATFORM, workspace=WORKSPACE, to=to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One message of a conversation as it stands now.

    `key` is empty for a word that only one person sees. `is_theirs` says that a person typed it, and not
    we. `edits` counts how often it was changed in place. `only_for` is the one person of a
    group conversation who sees it.
    """

    ref: MessageRef
    key: str
    at: datetime
    message: Message
    edits: int = 0
    edited_at: datetime | None = None
    is_whisper: bool = False
    is_theirs: bool = False
    only_for: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A person's own page as it is shown now; `drawn` counts how often it was."""

    page: Message
    drawn: int

    @property
    def mark(self) -> str:
        """What has to be named by whoever draws over it."""
        return f"h{self.drawn}"


@dataclass(kw_only=True, slots=True)
class Faults:
    """What goes wrong next. The first two happen once, the others until they are taken back."""

    rate_limited: bool = False
    answer_lost: bool = False
    left: set[str] = field(default_factory=set)
    is_down: bool = False


Seen = Callable[[Address, Posted, str], None]


class SandboxPlatform:
    """Fills `ChatPlatform` in memory.

    `on_change` is told of each post ("post"), edit ("edit") and word for one person ("whisper").
    """

    def __init__(self, clock: Clock, *, on_change: Seen | None = None) -> None:
        self._clock = clock
        self._on_change = on_change
        self._conversations: dict[str, list[Posted]] = {}
        self._where: dict[tuple[str, str], int] = {}
        self._forms: dict[str, Form] = {}
        self._people: dict[str, Address] = {}
        self._homes: dict[str, Home] = {}
        self._notices: dict[str, Message] = {}
        self._count = 0
        self.faults = Faults()

    def join(self, email: str) -> Address:
        """Somebody is in this workspace from now on."""
        self._people[email.lower()] = address = sandbox_address(email.lower())
        return address

    def listen(self, on_change: Seen) -> None:
        """Tell this of every change from now on."""
        self._on_change = on_change

    async def post(self, address: Address, message: Message, *, key: str) -> MessageRef:
        """Add the message to its conversation.

        Raises:
            DeliveryError: by a fault, or the person has left.
        """
        self._refuse(address)
        posted = self._add(address, message, key=key)
        self._tell(address, posted, "post")
        if self._loses_answer():
            raise DeliveryError("The message was taken, but the answer was lost.", ambiguous=True)
        return posted.ref

    async def edit(self, address: Address, ref: MessageRef, message: Message, *, key: str) -> MessageRef:
        """Replace a message in place.

        Raises:
            DeliveryError: by a fault, the person has left, or the message is not there.
        """
        self._refuse(address)
        earlier = self.posted(address, ref.message)
        if earlier is None:
            raise DeliveryError("The message to change is not there.", permanent=True)
        now = replace(earlier, message=message, edits=earlier.edits + 1, edited_at=self._clock.now())
        self._conversations[address.to][self._where[address.to, ref.message]] = now
        self._tell(address, replace(now, key=key), "edit")
        if self._loses_answer():
            raise DeliveryError("The answer was lost; changing a message twice does no harm.")
        return ref

    async def find(
        self, address: Address, *, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | None:
        """Look for the message with this key.

        Raises:
            DeliveryError: the platform is down.
        """
        if self.faults.is_down:
            raise DeliveryError("The platform is down.")
        for posted in reversed(self.conversation(address)):
            if posted.key == key and posted.at >= since - timedelta(minutes=2):
                return posted.ref
        return None

    async def open_form(self, address: Address, form: Form, *, trigger: str) -> None:
        """Show a form to this person; it replaces one that is open.

        Raises:
            DeliveryError: by a fault, or the person has left.
        """
        self._refuse_for_good(address)
        self._forms[address.to] = form

    async def show_home(self, address: Address, page: Message, *, mark: str) -> str:
        """Draw this person's own page.

        Raises:
            StaleHome: `mark` is not that of what is shown.
            DeliveryError: by a fault, or the person has left.
        """
        self._refuse(address)
        shown = self._homes.get(address.to)
        if mark and (shown is None or shown.mark != mark):
            raise StaleHome("The page shows something else by now.")
        home = self._homes[address.to] = Home(page=page, drawn=shown.drawn + 1 if shown else 1)
        return home.mark

    async def look_up(self, workspace: str, email: str) -> Address | None:
        """The address of somebody who has joined and not left.

        Raises:
            DeliveryError: the platform is down.
        """
        if self.faults.is_down:
            raise DeliveryError("The platform is down.")
        address = self._people.get(email.lower())
        return (
            None if address is None or workspace != WORKSPACE or address.to in self.faults.left else address
        )

    def whisper(self, address: Address, message: Message, *, place: Address | None = None) -> Posted:
        """Say something that only this person sees, where they look; it is not part of the ledger."""
        only_for = address.to if place is not None and place.is_group else ""
        posted = self._add(place or address, message, key="", is_whisper=True, only_for=only_for)
        self._tell(address, posted, "whisper")
        return posted

    def echo(self, address: Address, text: str) -> Posted:
        """What this person typed, as it stands in their own conversation."""
        return self._add(address, Message(text=text), key="", is_theirs=True)

    def conversation(self, address: Address) -> list[Posted]:
        """The messages of a person or channel as they stand now, oldest first."""
        return self._conversations.get(address.to, [])

    def groups_of(self, to: str) -> list[str]:
        """The conversations that this person shares with others, the oldest first."""
        return [one for one in self._conversations if "," in one and to in one.split(",")]

    def posted(self, address: Address, message: str) -> Posted | None:
        """One message by the `message` part of its ref."""
        index = self._where.get((address.to, message))
        return None if index is None else self._conversations[address.to][index]

    def form_of(self, address: Address) -> Form | None:
        """The form that this person has open."""
        return self._forms.get(address.to)

    def open_notice(self, address: Address, message: Message) -> None:
        """Show words in a small window over the person's own page; they replace those that are open."""
        self._notices[address.to] = message

    def notice_of(self, address: Address) -> Message | None:
        """The small window that this person has open."""
        return self._notices.get(address.to)

    def home_of(self, address: Address) -> Home | None:
        """The page of this person, where it was ever drawn."""
        return self._homes.get(address.to)

    def close_form(self, address: Address) -> None:
        """The person has sent the form, or put it away, and whatever else stands over the page."""
        self._forms.pop(address.to, None)
        self._notices.pop(address.to, None)

    def _refuse(self, address: Address) -> None:
        self._refuse_for_good(address)
        if self.faults.rate_limited:
            self.faults.rate_limited = False
            raise DeliveryError("Too many messages just now (429).", retry_after=RETRY_AFTER)

    def _refuse_for_good(self, address: Address) -> None:
        if self.faults.is_down:
            raise DeliveryError("The platform is down.", retry_after=DOWN_FOR)
        for member in address.members:
            if member in self.faults.left:
                raise DeliveryError("This person has left the workspace.", permanent=True)
            if not member.startswith("#") and member not in self._people:
                raise DeliveryError("There is nobody with this address.", permanent=True)

    def _loses_answer(self) -> bool:
        lost, self.faults.answer_lost = self.faults.answer_lost, False
        return lost

    def _add(
        self,
        address: Address,
        message: Message,
        *,
        key: str,
        is_whisper: bool = False,
        is_theirs: bool = False,
        only_for: str = "",
    ) -> Posted:
        self._count += 1
        conversation = self._conversations.setdefault(address.to, [])
        ref = MessageRef(conversation=address.to, message=f"m{self._count}")
        posted = Posted(
            ref=ref,
            key=key,
            at=self._clock.now(),
            message=message,
            is_whisper=is_whisper,
            is_theirs=is_theirs,
            only_for=only_for,
        )
        self._where[address.to, ref.message] = len(conversation)
        conversation.append(posted)
        return posted

    def _tell(self, address: Address, posted: Posted, what: str) -> None:
        if self._on_change is not None:
            self._on_change(address, posted, what)
