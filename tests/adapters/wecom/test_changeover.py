"""Token and key are changed in the console: for these days what fits the new or the old is taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from multidict import MultiDict

from adapters.errors import BadRequest, BadSignature, Stale
from adapters.wecom.signature import Lock, Locks
from tests.adapters.wecom.test_callback import message, signed
from tests.adapters.wecom.twins import APP, AT, config

TOKENS, KEYS = ("newToken2026", APP["token"]), ("Q" * 42 + "0", APP["encoding_aes_key"])
BOTH = Locks(TOKENS, KEYS, APP["receive_id"])


def opened(locks: Locks, lock: Lock, **more: Any) -> tuple[bytes, Lock]:
    url, body = signed(message(), lock=lock, **more)
    encrypt = body.decode().partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    return locks.opened(MultiDict(parse_qsl(urlsplit(url).query)), encrypt, AT, 600)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("key", KEYS)
def test_either_with_either(token: str, key: str) -> None:
    lock = Lock(token, key, APP["receive_id"])
    plain, used = opened(BOTH, lock)
    assert plain == message()
    assert used == lock  # the answer goes back in the same


def test_a_third_is_refused() -> None:
    with pytest.raises(BadSignature):
        opened(BOTH, Lock("thirdToken", KEYS[0], APP["receive_id"]))
    with pytest.raises(BadRequest):
        opened(BOTH, Lock(TOKENS[0], "Z" * 42 + "0", APP["receive_id"]))
    with pytest.raises(BadSignature):
        opened(BOTH, Lock(TOKENS[0], KEYS[0], "ww-another"))
    with pytest.raises(Stale):
        opened(BOTH, Lock(TOKENS[1], KEYS[0], APP["receive_id"]), stamp="1780000000")


def test_after_it_the_old_one_is_nobodys() -> None:
    with pytest.raises(BadSignature):
        opened(Locks((TOKENS[0], ""), (KEYS[0], ""), APP["receive_id"]), Lock(TOKENS[1], KEYS[0], APP["receive_id"]))


def test_an_old_one_that_is_none_is_a_fault() -> None:
    assert [key for key, _ in config(old_token="x y", old_aes_key="short").faults()] == ["old_token", "old_aes_key"]
    assert not list(config(old_token=TOKENS[0], old_aes_key=KEYS[0]).faults())
