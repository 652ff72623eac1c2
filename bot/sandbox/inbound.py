"""What somebody does in the sandbox, as a command: a tap, a form, typed words."""

from __future__ import annotations

from collections.abc import Mapping

from nudges.model.commands import Command
from nudges.model.message import Button, Form
from nudges.model.people import Address


def tapped(actor: Address, button: Button, *, key: str, via: str = "tap") -> Command:
    """A tap on a button, of a message or of one's own page. One physical tap has one key."""
    args = {"value": button.value} if button.value else {}
    return Command(key=key, actor=actor, verb=button.verb, subject=button.subject, args=args, via=via)


def opened_home(actor: Address, *, key: str) -> Command:
    """Somebody looks at their own page."""
    return Command(key=key, actor=actor, verb="home_opened", via="home")


def answered(actor: Address, form: Form, fields: Mapping[str, str], *, key: str) -> Command:
    """A form that was sent; fields that the form does not ask for are left out."""
    asked = {field.name: fields.get(field.name, "").strip() for field in form.fields}
    return Command(key=key, actor=actor, verb=form.verb, subject=form.subject, args=asked, via="form")


def typed(actor: Address, text: str, *, key: str) -> Command:
    """Words typed to the bot."""
    return Command(key=key, actor=actor, verb="say", args={"text": text}, via="message")
