"""Whose app received a request of Slack, and to which workspace the person who acted belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nudges.model.people import Address

_ID = re.compile(r"[A-Z0-9]{2,64}")


class Malformed(ValueError):
    """A payload without the parts that Slack always sends."""


def installation_of(body: Mapping[str, Any]) -> str:
    """The workspace whose app received this; the enterprise, where the app covers all of its workspaces.

    Events name it in `authorizations`, of which Slack sends one: `team_id` beside it can be the workspace
    in which somebody wrote. A form opened from a connected workspace names it in its view.
    https://docs.slack.dev/apis/events-api/#authorizations

    Raises:
        Malformed: nothing names it.
    """
    named: Mapping[str, Any] = next(iter(body.get("authorizations") or ()), body)
    if named.get("is_enterprise_install") in (True, "true"):
        return an_id(named.get("enterprise_id") or (body.get("enterprise") or {}).get("id"))
    if "authorizations" in body and named is not body and named.get("team_id"):
        return an_id(named["team_id"])
    return an_id(
        (body.get("view") or {}).get("app_installed_team_id")
        or _team(body)
        or body.get("context_team_id")
        or body.get("team_id")
        or body.get("enterprise_id")
        or (body.get("enterprise") or {}).get("id")
    )


def person(user: Mapping[str, Any], *, home: object, here: str) -> Address:
    """Whoever acted, at home: people of connected workspaces carry their own, others belong `here`.

    An enterprise is a home too: its people can have an id (W…) of the whole enterprise.
    """
    own = home if isinstance(home, str) and home[:1] in ("T", "E") else here
    return Address(platform="slack", workspace=an_id(own), to=an_id(user["id"]))


def home_of(body: Mapping[str, Any]) -> object:
    """The home workspace of whoever tapped or filled in a form, as far as the payload says."""
    return body["user"].get("team_id") or _team(body)


def writer_home(body: Mapping[str, Any]) -> object:
    """The same of whoever caused an event; an enterprise that is our own stands for the workspace in it."""
    event = body["event"]
    home = event.get("user_team") or event.get("team") or body.get("team_id")
    if isinstance(home, str) and home.startswith("E"):
        for enterprise, team in (("enterprise_id", "team_id"), ("context_enterprise_id", "context_team_id")):
            if body.get(enterprise) == home and body.get(team):
                return body[team]
    return home


def an_id(value: object) -> str:
    """An id of Slack's shape.

    Raises:
        Malformed: it is not.
    """
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise Malformed("an id of Slack is expected")
    return value


def _team(body: Mapping[str, Any]) -> object:
    team = body.get("team")
    return team.get("id") if isinstance(team, Mapping) else team
