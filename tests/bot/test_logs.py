"""A log line is one clean line: no body, no secret, no phone, nothing that a terminal obeys."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import structlog

from bot import logs
from bot.clock import SHANGHAI, MovableClock


class Written(io.StringIO):
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().split("\n") if line]


@pytest.fixture
def out() -> Iterator[Written]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = Written()
    clock = MovableClock(datetime(2026, 3, 10, 10, tzinfo=SHANGHAI))
    logs.configure(clock, secrets={"known-secret-word"}, to=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = before, level


def test_one_line_an_event_in_chinese(out: Written) -> None:
    structlog.get_logger("bot.worker").info("event.handled", customer="华东医械\n假的一行\r\x1b[31m红", n=3)
    assert out.getvalue().count("\n") == 1
    assert "华东医械" in out.getvalue()
    (line,) = out.lines()
    assert (line["at"], line["level"], line["what"], line["from"]) == (
        "2026-03-10T10:00:00.000+08:00", "info", "event.handled", "bot.worker"
    )  # fmt: skip
    assert line["customer"] == "华东医械\\n假的一行\\r\\x1b[31m红"


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029", "\x9b31m", "\u202e", "\u2066", "\x00", "\ud800"])
def test_what_a_terminal_obeys_is_written_out(out: Written, mark: str) -> None:
    structlog.get_logger().info("x", name=f"a{mark}b")
    assert mark not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "said",
    [
        "GET https://qyapi.weixin.qq.com/cgi-bin/x?access_token=SECRETWORD&debug=1",
        "corpid=ww1&corpsecret=SECRETWORD",
        '{"errcode": 0, "access_token": "SECRETWORD"}',
        "{'secret': 'SECRETWORD'}",
        "Authorization: Bearer SECRETWORD.abc",
        "postgres://genjin:SECRETWORD@db/genjin",
        "/upload/SECRETWORDSECRETWORD12",
        "msg_signature=SECRETWORD",
        "it was known-secret-word",
    ],
)
def test_secrets_fall_into_the_net(out: Written, said: str) -> None:
    structlog.get_logger().warning("x", where=said, deeper={"a": [said]})
    assert "SECRETWORD" not in out.getvalue()
    assert "known-secret" not in out.getvalue()


@pytest.mark.parametrize(
    "key", ["token", "access_token", "secret", "aes_key", "Authorization", "body", "payload", "text"]
)
def test_some_keys_are_never_written(out: Written, key: str) -> None:
    structlog.get_logger().info("x", **{key: "王总说预算批了"}, more={key: "王总说预算批了"})
    assert "王总" not in out.getvalue()


def test_phones_are_masked_and_ids_are_not(out: Written) -> None:
    structlog.get_logger().info(
        "x", said="电话 13912345678，+86 139-1234-5678", push="psh_" + "0139123456780" + "a" * 19
    )
    (line,) = out.lines()
    assert line["said"] == "电话 139****5678，+86 139****5678"
    assert line["push"].startswith("psh_0139123456780")


def test_an_exception_is_told_without_its_variables(out: Written) -> None:
    try:
        password = "hidden-variable"  # noqa: F841 (it is what must not show)
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger().exception("event.failed")
    (line,) = out.lines()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "hidden-variable" not in out.getvalue()


def test_libraries_take_the_same_way(out: Written) -> None:
    logging.getLogger("some.library").warning("token=%s\nnew line", "SECRETWORD")
    logging.getLogger("httpx").info("HTTP Request: GET https://x?access_token=SECRETWORD")
    (line,) = out.lines()
    assert (line["what"], line["from"], line["said"]) == ("library", "some.library", "token=***\\nnew line")


def test_the_event_at_hand_stands_in_the_line(out: Written) -> None:
    with structlog.contextvars.bound_contextvars(event="msg_1"):
        structlog.get_logger().info("event.handled")
    assert out.lines()[0] | {"of": "msg_1", "what": "event.handled"} == out.lines()[0]


def test_bytes_are_counted_not_written(out: Written) -> None:
    structlog.get_logger().info("x", plain_bytes=b"secret bytes")
    assert out.lines()[0]["plain_bytes"] == "12 bytes"
