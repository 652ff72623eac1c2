"""What the log holds, and what never gets into it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import JsonLines


@pytest.fixture
def told() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("milepost.of-this-test")
    logger.handlers, logger.propagate = [handler], False
    yield logger, stream
    logger.handlers = []


def test_a_record_is_one_line_of_json(told: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = told
    logger.error("two\nlines of %s", "words", extra={"kind": "offer", "body": "not to be kept"})
    [line] = stream.getvalue().splitlines()
    result = json.loads(line)
    assert (result["level"], result["message"], result["kind"]) == ("error", "two\nlines of words", "offer")
    assert "body" not in result


def test_an_error_is_told_by_its_kind_and_place_without_its_words(
    told: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, stream = told
    try:
        raise ValueError("what somebody wrote")
    except ValueError:
        logger.exception("It failed.")
    [line] = stream.getvalue().splitlines()
    assert "what somebody wrote" not in line
    assert json.loads(line)["error"] == "ValueError"
    assert "test_logs.py" in json.loads(line)["places"][0]
