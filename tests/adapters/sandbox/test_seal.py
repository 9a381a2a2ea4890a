"""The sandbox's own seal against published and independently made samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree

from adapters.sandbox.seal import BadSeal, Seal
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import opened_reply

DATA = json.loads((Path(__file__).parent / "data" / "seals.json").read_text("utf-8"))


def seal_of(config: str) -> Seal:
    values = DATA["configs"][config]
    return Seal(values["token"], values["encoding_aes_key"], values["receive_id"])


@pytest.mark.parametrize("case", DATA["sealed"], ids=lambda case: case["id"])
def test_the_same_signature_and_text(case: dict[str, Any]) -> None:
    seal = seal_of(case["config"])
    assert seal.sign(str(case["timestamp"]), case["nonce"], case["encrypt"]) == case["signature"]
    assert seal.open(case["encrypt"]).decode() == case["plaintext"]
    if case["random16"]:
        chance = bytes.fromhex(case["random16"]) if len(case["random16"]) == 32 else case["random16"].encode()
        assert seal.close(case["plaintext"].encode(), chance) == case["encrypt"]


@pytest.mark.parametrize("case", DATA["refused"], ids=lambda case: case["id"])
def test_what_is_not_rightly_sealed_is_not_opened(case: dict[str, Any]) -> None:
    sealed = ElementTree.fromstring(case["body"]).findtext("Encrypt") or ""
    with pytest.raises(BadSeal):
        seal_of("app").open(sealed)


def test_a_round_trip_keeps_every_byte() -> None:
    seal = seal_of("app")
    for length in (0, 1, 11, 12, 13, 31, 32, 33, 5000):
        assert seal.open(seal.close(b"x" * length)) == b"x" * length
    assert seal.close(b"same") != seal.close(b"same")


def test_the_published_passive_reply_is_read() -> None:
    values = DATA["configs"]["app"]
    app = WecomApp("wecom", values["receive_id"], 1, "s", values["token"], values["encoding_aes_key"])
    case = next(one for one in DATA["sealed"] if one["id"] == "reply-update-button")
    reply = opened_reply(app, case["response_body"].encode())
    assert reply is not None
    assert reply["msg_type"] == "update_button"
    assert reply["button"]["replace_name"] in case["plaintext"]
    assert opened_reply(app, case["response_body"].replace(case["signature"], "0" * 40).encode()) is None


def test_the_default_app_has_a_key_of_the_right_size() -> None:
    app = WecomApp()
    assert len(app.aes_key) == 43
    assert app.aes_key.isalnum()
    assert app.seal.open(app.seal.close("钥匙合用".encode())).decode() == "钥匙合用"
