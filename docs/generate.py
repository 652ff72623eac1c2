"""Writes docs/reference/ from the code and its configuration: python -m docs.generate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.content import product_reference
from bot.content.product_reference import KEPT, MESSAGES
from bot.rendering.message_renderer import TemplateRenderer
from bot.slack.install import manifest
from config.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
CORE = ROOT / "nudges"
# The floors that have the same subjects as folders, and two that have none.
BY_SUBJECT = ("rules", "use_cases", "answers")
WITHOUT_SUBJECTS = ("model", "unit_of_work")
MADE = "<!-- Made by `python -m docs.generate`. Change the source, then run it again. -->"
SETTING_WORDS = {
    "MILEPOST_DATABASE_URL": "Where everything is kept: `sqlite:///file.db` or `postgresql://user@host/name`",
    "MILEPOST_BASE_URL": "The address at which Slack reaches this machine; links are built from it",
    "MILEPOST_HOST": "The network address to listen on",
    "MILEPOST_PORT": "The port to listen on; `PORT` counts where this is not set",
    "MILEPOST_ENV": "`development`, or `production`, which refuses weak or missing keys and reads no `.env`",
    "MILEPOST_SECRET_KEYS": "Comma-separated keys of 32 characters or more; needed in production",
    "SLACK_SIGNING_SECRET": "Shows that a request comes from Slack; from the app's Basic Information page",
    "SLACK_BOT_TOKEN": "Lets Milepost post; from the app's OAuth & Permissions page",
    "SLACK_CLIENT_ID": "Lets workspaces add the app by a link; from the app's Basic Information page",
    "SLACK_CLIENT_SECRET": "The partner of `SLACK_CLIENT_ID`, from the same page",
    "SLACK_ALLOWED_WORKSPACES": "Where the app may be added: ids (`T…`, `E…`) with commas; empty means any",
    "SLACK_APP_TOKEN": "Socket Mode: requests come through a connection that Milepost opens (`xapp-…`)",
    "SLACK_MESSAGES_PER_MINUTE": "How many messages a workspace is sent a minute (Slack: several hundred)",
    "SLACK_CONFIG_TOKEN": "For `doctor --online` alone: asks Slack about the manifest; lasts twelve hours",
    "SLACK_API_URL": "Slack's own address; another one only for an emulator",
}


def pages() -> dict[str, str]:
    """Every generated page: its file name and its whole text."""
    return {
        "messages.md": _page("Every message", _messages()),
        "rules.md": _page("Every rule", _rules()),
        "settings.md": _page("Every setting", _settings()),
        "fields.md": _page("Every stored field", _fields()),
        "house.md": _page("Every module of the core", _house()),
        "slack-scopes.md": _page("What the Slack app may do, and why", _scopes()),
    }


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", MADE, "", *lines]) + "\n"


def _messages() -> Iterator[str]:
    """Each event with its longest sample, in each of its wordings."""
    yield "Each message as it is written, filled with its longest sample. Buttons come with it in chat."
    for shown in product_reference.messages(TemplateRenderer(MESSAGES)):
        yield from ("", f"## {shown.event}")
        for text in shown.texts:
            yield from ("", "```text", *(line.rstrip() for line in text.splitlines()), "```")


def _rules() -> Iterator[str]:
    """Every number and every choice of config/rules.yaml, one to a line."""
    yield "From [config/rules.yaml](../../config/rules.yaml). No number is written anywhere else."
    for section, inside in product_reference.rules().items():
        yield from ("", f"## {section}", "", "| rule | value |", "|---|---|")
        yield from (f"| {_cell(name)} | {_cell(value)} |" for name, value in product_reference.leaves(inside))


def _settings() -> Iterator[str]:
    """The environment variables that are read, and what holds without them."""
    yield "Read from the environment at the start; in development also from a file called `.env`."
    yield from ("", "| name | without it | what it is |", "|---|---|---|")
    for field in Settings.model_fields.values():
        name = str(field.alias)
        without = f"`{field.default}`" if field.default not in (None, ()) else "–"
        yield f"| `{name}` | {without} | {_cell(SETTING_WORDS.get(name, ''))} |"


def _fields() -> Iterator[str]:
    """The field register: a stored field that is not in it fails a test."""
    yield "Every column of every table. A stored field that is missing here fails a test."
    for table, lines in product_reference.fields().items():
        yield from ("", f"## {table}", "", "| field | for | read by | kept |", "|---|---|---|---|")
        for stored_field in lines:
            readers = ", ".join(stored_field.read_by)
            purpose, kept = _cell(stored_field.purpose), KEPT[stored_field.keep]
            yield f"| `{stored_field.column}` | {purpose} | {_cell(readers)} | {kept} |"


def _scopes() -> Iterator[str]:
    """Each scope of the Slack app with its reason, and what of Slack needs it."""
    yield "From [config/slack/scopes.yaml](../../config/slack/scopes.yaml). The app asks for no user token,"
    yield "reads no channel that it was not invited to, and is not sent what people write to each other."
    yield from ("", "| scope | why | for |", "|---|---|---|")
    for scope in manifest.scopes():
        methods = [f"[{one}](https://docs.slack.dev/reference/methods/{one})" for one in scope.methods]
        events = [f"[{one}](https://docs.slack.dev/reference/events/{one})" for one in scope.events]
        features = [one.replace("_", " ") for one in scope.features]
        yield f"| `{scope.name}` | {_cell(scope.why)} | {', '.join([*methods, *events, *features])} |"


def _house() -> Iterator[str]:
    """The modules of the core by subject and floor, each with the line that it says of itself."""
    yield "What `nudges/` is made of: each module, and what it says of itself in its first line."
    yield "[The architecture](../architecture.md) shows how the floors stand on each other."
    yield from ("", "## Subjects", "", "| subject | rules | use cases | answers |", "|---|---|---|---|")
    subjects = {path.name for floor in BY_SUBJECT for path in (CORE / floor).iterdir() if _is_package(path)}
    for subject in sorted(subjects):
        cells = ("<br>".join(_lines_of(CORE / floor / subject)) or "–" for floor in BY_SUBJECT)
        yield f"| **{subject}** | {' | '.join(map(_cell, cells))} |"
    for floor in WITHOUT_SUBJECTS:
        yield from ("", f"## {floor}", "", *(f"- {line}" for line in _lines_of(CORE / floor)))
    yield from ("", "## By themselves", "", *(f"- {line}" for line in _lines_of(CORE)))


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


def _lines_of(folder: Path) -> list[str]:
    """Each module of a folder, as a link, with its first line."""
    return [
        f"[`{path.stem}`](../../{path.relative_to(ROOT).as_posix()}) {_first_line(path)}"
        for path in sorted(folder.glob("*.py"))
        if path.stem != "__init__"
    ]


def _first_line(path: Path) -> str:
    """What a module says of itself."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0].strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write all pages."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
