"""The Slack guide as it is written: from a token and three columns to a first real message."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.slack_api import TEAM, TOKEN, FakeSlack, serving
from tests.fakes.slack_requests import payload
from tests.fakes.slack_socket import APP_TOKEN, FakeSocket
from tests.source import ROOT

GUIDE = ROOT / "docs" / "guides" / "slack.md"
PEOPLE = """\
name,e-mail,organisation
Tom,tom@example.org,Riverside Hospitals
Joe,joe@example.org,Brookvale Council
Ama,ama@example.org,Riverside Hospitals
"""
RUN = re.compile(r"^python3 run\.py (.+)$", re.MULTILINE)

pytestmark = pytest.mark.slow


def steps(part: str) -> list[list[str]]:
    """The commands of one part of the guide, as they are typed."""
    text = GUIDE.read_text(encoding="utf-8")
    _, _, after = text.partition(f"## {part}")
    body = after.partition("\n## ")[0]
    return [shlex.split(line.partition("#")[0]) for line in RUN.findall(body)]


async def milepost(folder: Path, given: dict[str, str], *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", *arguments),
        cwd=folder,
        env=os.environ | given | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@asynccontextmanager
async def running(folder: Path, given: dict[str, str], *arguments: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", *arguments),
        cwd=folder,
        env=os.environ | given | {"PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def event(name: str, **given: str) -> dict[str, Any]:
    """A recorded event as if Tom had caused it."""
    result = payload(name)
    result["event"] |= {"user": "U0TOM", "channel": "D0TOM", **given}
    return result


async def until(happened: Callable[[], bool]) -> None:
    """Wait until this is true, for ten seconds at most."""
    for _ in range(200):
        if happened():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


def fill_in(path: Path) -> None:
    """What the guide asks its reader to write."""
    text = path.read_text(encoding="utf-8")
    text = text.replace('shared_goal: ""', 'shared_goal: "People get home sooner."')
    path.write_text(text.replace('better_off: ""', 'better_off: "People in hospital."'), encoding="utf-8")


async def test_the_guide_leads_from_a_token_and_three_columns_to_a_first_message(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    fake = FakeSlack(people={"tom@example.org": "U0TOM", "joe@example.org": "U0JOE"})
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    pack, files, start = steps("1."), steps("3."), steps("4.")
    assert [one[0] for one in (*pack, *files, *start)] == [
        *("pack", "init", "check", "apply"),
        *("serve", "doctor", "hello"),
    ]
    line = FakeSocket()
    async with serving(fake, socket=line) as url:
        given = {
            "MILEPOST_DATABASE_URL": "sqlite:///milepost.db",
            "MILEPOST_PORT": str(port),
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": url,
        }
        code, told = await milepost(tmp_path, given, *pack[0])
        assert code == 0, told
        assert "socket_mode_enabled: true" in (tmp_path / pack[0][-1]).read_text(encoding="utf-8")
        for step in files:
            code, told = await milepost(tmp_path, given, *step)
            assert code == 0, told
            if step[0] == "init":
                fill_in(tmp_path / "ours" / "partnership.yaml")
        assert "found in Slack: 2" in told
        assert "Ama" in told
        hello = asyncio.create_task(milepost(tmp_path, given, *start[-1]))
        async with running(tmp_path, given, *start[0]):
            code, told = await hello
            assert (code, told) == (0, f"Tom: it has arrived in slack, workspace {TEAM}\n")
            (message,) = fake.posts()
            await line.until_connected()
            await line.asks(event("message_im", text="help"))
            await line.asks(event("app_home_opened"))
            await until(lambda: len(fake.posts()) == 2 and "U0TOM" in fake.homes)
        code, told = await milepost(tmp_path, given, *start[1])
        assert f"reached, workspace {TEAM}" in told
    answer = fake.posts(fake.direct("U0TOM"))[1]
    assert fake.posts(fake.direct("U0TOM")) == [message, answer]
    assert "today" in answer["text"]
    assert "I have found 2 of 3 people in chat, from 2 organisations" in message["text"]
