"""The part of our Slack that hands out tokens: codes once, refresh tokens once, over one app."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_workspace import BOT, FakeSlack, Refusal

CLIENT_ID = "111.222"
CLIENT_SECRET = "fake-client-secret"
SCOPES = "chat:write,commands,im:history,im:write,mpim:write,users:read,users:read.email"
LASTS_SECONDS = 43_200


@dataclass
class FakeApp:
    """One app as Slack knows it. With `rotates` its tokens end after twelve hours.

    A refresh token works once; with `is_patient` it works again, as long as nobody heard of the new one.
    With `is_steady` a workspace gets the token that it has, as from Slack where tokens do not end.
    `lost_answers`: so many answers are never heard.
    `codes` are those that Slack would put into the address of the browser: code -> workspace.
    """

    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    rotates: bool = False
    is_patient: bool = False
    is_steady: bool = False
    lost_answers: int = 0
    codes: dict[str, FakeSlack] = field(default_factory=dict)
    refreshes: dict[str, FakeSlack] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    given: int = 0

    def code_for(self, workspace: FakeSlack) -> str:
        """Somebody there has said yes: a code that works once."""
        code = f"code-{workspace.team}-{len(self.codes) + self.given}"
        self.codes[code] = workspace
        return code

    def access(self, given: dict[str, Any]) -> dict[str, Any]:
        """oauth.v2.access: https://docs.slack.dev/reference/methods/oauth.v2.access

        Raises:
            Refusal: in Slack's words.
        """
        self.calls.append(given)
        if given.get("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        if given.get("client_secret") != self.client_secret:
            raise Refusal("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            spent = str(given.get("refresh_token"))
            workspace = self.refreshes.get(spent) if self.is_patient else self.refreshes.pop(spent, None)
            if workspace is None or workspace.gone:
                raise Refusal("invalid_refresh_token")
            return self._tokens(workspace)
        workspace = self.codes.pop(str(given.get("code")), None)
        if workspace is None:
            raise Refusal("invalid_code")
        workspace.gone = ""
        return self._tokens(workspace) | {"authed_user": {"id": "U0INSTALLER"}}

    def _tokens(self, workspace: FakeSlack) -> dict[str, Any]:
        self.given += 1
        token = f"xoxb-{workspace.team}-{self.given}"
        if self.is_steady and workspace.tokens:
            token = min(workspace.tokens)
        workspace.tokens.add(token)
        is_org = workspace.team.startswith("E")
        enterprise = workspace.enterprise or (workspace.team if is_org else None)
        answer: dict[str, Any] = {
            "access_token": token,
            "token_type": "bot",
            "scope": SCOPES,
            "bot_user_id": BOT,
            "app_id": "A0MILEPOST",
            "team": None if is_org else {"id": workspace.team, "name": workspace.name},
            "enterprise": {"id": enterprise, "name": workspace.name} if enterprise else None,
            "is_enterprise_install": is_org,
        }
        if self.rotates:
            refresh = f"xoxe-1-{workspace.team}-{self.given}"
            self.refreshes[refresh] = workspace
            answer |= {"refresh_token": refresh, "expires_in": LASTS_SECONDS}
        return answer
