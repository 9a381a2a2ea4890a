"""The sample company behind its API, with a token for each of its people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.members import tokens
from storage import audit, customers, members
from storage.connect import transaction
from storage.records import Binding, Claim, External, Member, Record, Unassigned, Visit, made, new_id
from tests.conversations.chat import Chat
from tests.conversations.conftest import open_chat

PEOPLE = ("admin", "wang.fang", "zhang.wei", "li.na", "liu.yang")


@dataclass
class Company:
    chat: Chat
    words: dict[str, str] = field(default_factory=dict)

    async def member(self, user: str) -> Member:
        found = await members.by_identity("wecom", user)
        assert found is not None
        return found

    async def token(self, user: str, *, read_only: bool = False) -> str:
        now = self.chat.demo.app.clock.now()
        member = await self.member(user)
        word, change = tokens.create(member, read_only=read_only, name="test", now=now)
        async with transaction():
            await audit.apply([change], actor=member.id, event="test", at=now)
        return word

    async def get(self, path: str, who: str = "", **params: Any) -> httpx.Response:
        return await self.chat.web.get(f"/api/v1{path}", params=params, headers=self._head(who))

    async def post(self, path: str, body: Any, who: str = "", **more: Any) -> httpx.Response:
        return await self.chat.web.post(f"/api/v1{path}", json=body, headers=self._head(who) | more)

    async def items(self, path: str, who: str, **params: Any) -> list[dict[str, Any]]:
        """All of them, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.get(path, who, **params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["items"]
            if page["next"] is None:
                return found
            params["cursor"] = page["next"]

    def _head(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.words.get(who, who)}"} if who else {}


@pytest.fixture
async def company(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Company]:
    async with open_chat(tmp_path, sqlite_url) as chat:
        yield await _with_tokens(chat)


@pytest.fixture
async def company_on_both(tmp_path: Path, database_url: str) -> AsyncIterator[Company]:
    async with open_chat(tmp_path, database_url) as chat:
        yield await _with_tokens(chat)


async def _with_tokens(chat: Chat) -> Company:
    found = Company(chat)
    for user in PEOPLE:
        found.words[user] = await found.token(user)
    return found


async def talked(company: Company) -> None:
    """Two reps have reported, so that every kind of record has something of each."""
    chat = company.chat
    await chat.says("zhang.wei", "王总说预算已批,等我们下周三签合同,我周五前把报价单发过去")
    await chat.says("li.na", "松涛何校长定了周四下午两点看演示，我明天发方案")
    await chat.web.post("/sandbox/api/lead", json={"company": "启明制造", "name": "小孟"})
    await chat.web.post("/sandbox/api/lead", json={"company": "恒川物流", "phone": "13912345678"})
    told = {"kind": "finance", "what": "payment", "company": "启明制造", "amount": "1.00"}
    await chat.web.post("/sandbox/api/lead", json=told)
    await _met(company)


async def _met(company: Company) -> None:
    """What needs a page, a group or somebody outside, of each of the two: a visit, a group, a person outside, something
    that waits to be placed; and either has claimed a customer of the other's."""
    now, found = company.chat.demo.app.clock.now(), list[Record]()
    for user, other, name in (("zhang.wei", "li.na", "松涛教育"), ("li.na", "zhang.wei", "启明制造")):
        rep, owner = await company.member(user), await company.member(other)
        [mine] = [one for one in await customers.search("") if one.owner_id == rep.id][:1]
        [theirs] = [one for one in await customers.search(name) if one.owner_id == owner.id]
        found += [
            Visit(id=new_id("vis", now), customer_id=mine.id, member_id=rep.id, goals=("看样机",), created_at=now),
            Binding(id=new_id("bnd", now), account="wecom", chat=user, customer_id=mine.id, by_id=rep.id, at=now),
            External(id=new_id("ext", now), account="wecom", external=f"wm_{user}", customer_id=mine.id, at=now),
            External(id=new_id("ext", now), account="wecom", external=f"wm_{user}_2", member_id=rep.id, at=now),
            Unassigned(id=new_id("una", now), kind="phone", key=user, what="来电", member_id=rep.id, at=now),
            Claim(
                id=new_id("clm", now), customer_id=theirs.id, owner_id=owner.id, member_id=rep.id, words=name, at=now
            ),
        ]  # fmt: skip
    found.append(Unassigned(id=new_id("una", now), kind="mail", key="nobody", what="邮件", at=now))
    async with transaction():
        await audit.apply([made(one) for one in found], actor="test", event="test", at=now)
