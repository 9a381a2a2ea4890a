"""A code by which somebody shows in the chat app whose account it is, where nobody can look the account's id up."""

from __future__ import annotations

import json
import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from storage import marks

LIFE = timedelta(days=7)
MOST_WRONG = 5
"""After so many wrong ones no code holds any more: nobody comes in by trying."""
SAID = re.compile(r"认领[\s:：]*(?P<code>\d{8})\W*")
_MARK, _WRONG = "enrol:", "enrol.wrong"


async def issue(member_id: str, now: datetime) -> str:
    """A code of eight digits, good once and for a week; the member's former one holds no more."""
    code = f"{secrets.randbelow(10**8):08d}"
    value = json.dumps({"digest": _digest(code), "until": (now + LIFE).isoformat()})
    await marks.put(_MARK + member_id, value)
    await marks.forget(_WRONG)
    return code


def said(text: str) -> str:
    """The code in 认领 12345678; "" where the text is no such word."""
    found = SAID.fullmatch(text.strip())
    return found["code"] if found else ""


async def redeem(code: str, now: datetime) -> str | None:
    """The id of the member whose code it is, which is spent by that; None for a wrong or an old one."""
    waiting = await marks.beginning(_MARK)
    for name, value in waiting.items():
        kept = json.loads(value)
        if compare_digest(kept["digest"], _digest(code)) and now < datetime.fromisoformat(kept["until"]):
            await marks.forget(name)
            return name.removeprefix(_MARK)
    if waiting and await marks.count(_WRONG) >= MOST_WRONG:
        for name in waiting:
            await marks.forget(name)
    return None


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
