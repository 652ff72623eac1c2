"""The environment as one frozen value, checked once; an error names the variable."""

from __future__ import annotations

import os
import re
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

WEAK_UNDER = 32
WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]{1,63}")


class SettingsRefused(ValueError):
    """A setting is missing or wrong; one line for each, with its name."""


class Settings(BaseSettings):
    """Everything that the environment decides. Secrets never show in a repr."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", populate_by_name=True)

    database_url: str = Field("sqlite:///milepost.db", alias="MILEPOST_DATABASE_URL")
    base_url: str = Field("http://127.0.0.1:8765", alias="MILEPOST_BASE_URL")
    host: str = Field("127.0.0.1", alias="MILEPOST_HOST")
    port: int = Field(8765, alias="MILEPOST_PORT", ge=1, le=65535)
    env: Literal["development", "production"] = Field("development", alias="MILEPOST_ENV")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field((), alias="MILEPOST_SECRET_KEYS")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, alias="SLACK_CLIENT_SECRET")
    slack_allowed_workspaces: Annotated[tuple[str, ...], NoDecode] = Field(
        (), alias="SLACK_ALLOWED_WORKSPACES"
    )
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_config_token: SecretStr | None = Field(None, alias="SLACK_CONFIG_TOKEN")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    slack_messages_per_minute: int = Field(300, alias="SLACK_MESSAGES_PER_MINUTE", ge=1, le=100_000)

    @field_validator("secret_keys", "slack_allowed_workspaces", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///file.db or postgresql://user@host/name")
        return value

    @field_validator("slack_api_url", "base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("this is an address that starts with https://")
        return value

    @field_validator("slack_allowed_workspaces")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # A name or an address in place of an id would shut everybody out, or nobody see why.
        if any(not WORKSPACE_ID.fullmatch(one) for one in value):
            raise ValueError("these are ids of workspaces (T…) or enterprises (E…), with commas between")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_level(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("this is an app-level token, which starts with xapp-")
        return value

    @property
    def has_slack(self) -> bool:
        """Whether Slack is configured: one workspace by its token, or many that are added by themselves."""
        is_heard = self.slack_signing_secret is not None or self.slack_app_token is not None
        return is_heard and (self.slack_bot_token is not None or self.has_slack_install)

    @property
    def allowed_workspaces(self) -> frozenset[str]:
        """Where the app may be added; empty means anywhere."""
        return frozenset(self.slack_allowed_workspaces)

    @property
    def has_slack_install(self) -> bool:
        """Whether workspaces can add the app by themselves."""
        return self.slack_client_id is not None and self.slack_client_secret is not None


def load_settings() -> Settings:
    """Read the environment (and `.env` in development).

    `PORT` counts where `MILEPOST_PORT` is not set.

    Raises:
        SettingsRefused: each line names the variable, what is wrong, and what to do.
    """
    given = (
        {}
        if "MILEPOST_PORT" in os.environ or "PORT" not in os.environ
        else {"MILEPOST_PORT": os.environ["PORT"]}
    )
    production = os.environ.get("MILEPOST_ENV") == "production"
    try:
        settings = Settings(_env_file=None if production else ".env", **given)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        raise SettingsRefused("\n".join(_line(one["loc"], one["msg"]) for one in error.errors())) from None
    problems = _missing(settings)
    if problems:
        raise SettingsRefused("\n".join(problems))
    return settings


def _line(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]) if location else "a setting"
    return f"{name}: {message.removeprefix('Value error, ')}. Change it in the environment and start again."


def _missing(settings: Settings) -> list[str]:
    problems = _missing_for_slack(settings)
    if settings.env == "production":
        weak = [one for one in settings.secret_keys if len(one.get_secret_value()) < WEAK_UNDER]
        if weak or not settings.secret_keys:
            problems.append(
                f"MILEPOST_SECRET_KEYS: needs at least one key of {WEAK_UNDER} characters in production. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
    return problems


def _missing_for_slack(settings: Settings) -> list[str]:
    problems: list[str] = []
    where = "missing, though its partner is set. Both are on the Slack app's pages."
    if (settings.slack_client_id is None) != (settings.slack_client_secret is None):
        lost = "SLACK_CLIENT_ID" if settings.slack_client_id is None else "SLACK_CLIENT_SECRET"
        problems.append(f"{lost}: {where}")
        return problems
    can_send = settings.slack_bot_token is not None or settings.has_slack_install
    can_hear = settings.slack_signing_secret is not None or settings.slack_app_token is not None
    if can_send != can_hear:
        problems.append(f"{'SLACK_SIGNING_SECRET' if can_send else 'SLACK_BOT_TOKEN'}: {where}")
    if not settings.has_slack_install:
        return problems
    if not settings.secret_keys and settings.env != "production":  # production asks for it anyway
        problems.append(
            "MILEPOST_SECRET_KEYS: needed with SLACK_CLIENT_ID: the tokens of workspaces are kept under it. "
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if settings.env == "production" and not settings.base_url.startswith("https://"):
        problems.append(
            "MILEPOST_BASE_URL: has to start with https:// with SLACK_CLIENT_ID: "
            "Slack sends people back to this address when they have added the app."
        )
    return problems
