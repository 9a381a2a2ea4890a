"""The session archive of the stand-in WeCom: what is said in the company's chats lies sealed in a folder, numbered, and
the app is told that there is something new."""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64encode
from datetime import datetime
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from adapters.sandbox.standin import ChatLine
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import cdata

VERSION = 1
KEYS, CHATS, MEDIA = "keys", "chats", "media"
FORMS = {".jpg": "image", ".jpeg": "image", ".png": "image", ".amr": "voice"}


class ArchiveRoom:
    """``folder`` holds the key and the chats; ``settings`` is what the bot's account needs to read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._key: RSAPrivateKey | None = None

    def settings(self) -> dict[str, str]:
        for part in (KEYS, CHATS):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        return {"archive_dir": str(self._folder / CHATS), "archive_private_keys": str(self._folder / KEYS)}

    async def put(self, sender: str, to: list[str], said: ChatLine, room: str, at: datetime) -> str:
        """The id of the message, which is in the archive now."""
        return await asyncio.to_thread(self._put, sender, to, said, room, at)

    def _put(self, sender: str, to: list[str], said: ChatLine, room: str, at: datetime) -> str:
        outside = any(one.startswith(("wm", "wo")) for one in (sender, *to))
        id = f"{secrets.token_hex(12)}{'_external' if outside else ''}"
        form, held = self._body(said)
        message = {
            "msgid": id, "action": "recall" if said.recalls else "send", "from": sender, "tolist": to, "roomid": room,
            "msgtime": int(at.timestamp() * 1000), "msgtype": form, form: held,
        }  # fmt: skip
        seq = 1 + max((int(path.stem) for path in (self._folder / CHATS).glob("*.json")), default=0)
        entry = {"seq": seq, "msgid": id, "publickey_ver": VERSION, **self._sealed(json.dumps(message).encode())}
        body = json.dumps({"errcode": 0, "errmsg": "ok", "chatdata": [entry]})
        target = self._folder / CHATS / f"{seq:010d}.json"
        target.with_suffix(".new").write_text(body, "utf-8")
        target.with_suffix(".new").replace(target)
        return id

    def _body(self, said: ChatLine) -> tuple[str, dict[str, Any]]:
        """What kind of message it is, and what it holds; a file lies beside the chats."""
        if said.recalls:
            return "revoke", {"pre_msgid": said.recalls}
        if said.file is None:
            return "text", {"content": said.text}
        name, data = said.file
        handle = secrets.token_hex(16)
        folder = self._folder / CHATS / MEDIA
        folder.mkdir(exist_ok=True)
        (folder / sha256(handle.encode()).hexdigest()).write_bytes(data)
        form = FORMS.get(Path(name).suffix.casefold(), "file")
        held = {"sdkfileid": handle, "md5sum": md5(data, usedforsecurity=False).hexdigest()}
        return form, held | ({"filename": name, "filesize": len(data)} if form == "file" else {})

    def _sealed(self, plain: bytes) -> dict[str, str]:
        secret, start = secrets.token_bytes(32), secrets.token_bytes(16)
        random_key = b64encode(secret)
        left = 16 - len(plain) % 16
        closing = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
        body = start + closing.update(plain + bytes([left]) * left) + closing.finalize()
        key = self._private().public_key().encrypt(random_key, PKCS1v15())
        return {"encrypt_random_key": b64encode(key).decode(), "encrypt_chat_msg": b64encode(body).decode()}

    def _private(self) -> RSAPrivateKey:
        """Made at the first message, and kept."""
        path = self._folder / KEYS / f"{VERSION}.pem"
        if self._key is None and path.exists():
            found = load_pem_private_key(path.read_bytes(), password=None)
            assert isinstance(found, RSAPrivateKey)
            self._key = found
        if self._key is None:
            self._key = generate_private_key(public_exponent=65537, key_size=2048)
            path.write_bytes(self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return self._key


def notice(app: WecomApp, at: datetime) -> bytes:
    """``msgaudit_notify``: there is something new in the archive."""
    return (
        f"<xml><ToUserName>{cdata(app.corp_id)}</ToUserName><FromUserName>{cdata('sys')}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType>{cdata('event')}</MsgType>"
        f"<Event>{cdata('msgaudit_notify')}</Event><AgentID>{app.agent_id}</AgentID></xml>"
    ).encode()
