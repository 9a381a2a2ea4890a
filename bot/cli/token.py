"""``genjin token create|list|revoke``: tokens of programs that read with a member's rights."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.cli.common import DONE, Failed, opened, read_config, say, say_json
from bot.clock import SHANGHAI, SystemClock
from bot.members import tokens
from storage import apitokens, audit, members
from storage.connect import transaction
from storage.records import Change, Member, new_id


def create(member: str, name: str, config: Path, data: Path | None, *, read_only: bool, as_json: bool) -> int:
    now = SystemClock().now()

    async def work() -> tuple[str, str, Member]:
        async with opened(read_config(config, data)):
            whose = await _member(member)
            word, change = tokens.create(whose, read_only=read_only, name=name, now=now)
            await _keep(change)
            return word, change.record, whose

    word, id, whose = asyncio.run(work())
    if as_json:
        say_json({"token": word, "id": id, "member_id": whose.id, "read_only": read_only})
    else:
        say(word)
        may = "只读" if read_only else "可读，也能推进阶段、记备注"
        say(f"{whose.name} 的令牌，{may}；只显示这一次。收回：genjin token revoke {id}")
    return DONE


def listed(config: Path, data: Path | None, *, as_json: bool) -> int:
    async def work() -> list[dict[str, object]]:
        async with opened(read_config(config, data)):
            names = {one.id: one for one in await members.everyone(active=False)}
            return [
                {
                    "id": one.id, "member": names[one.member_id].name, "name": one.name, "read_only": one.read_only,
                    "created_at": one.created_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
                    "state": "revoked" if one.revoked_at else "on" if names[one.member_id].active else "member_left",
                }
                for one in await apitokens.all()
            ]  # fmt: skip

    found = asyncio.run(work())
    if as_json:
        say_json(found)
        return DONE
    words = {"on": "在用", "revoked": "已收回", "member_left": "成员已停用，不再有效"}
    for one in found:
        may = "只读" if one["read_only"] else "可写"
        told = (one["id"], one["member"], one["name"] or "—", may, one["created_at"], words[str(one["state"])])
        say("  ".join(map(str, told)))
    if not found:
        say("还没有令牌。生成：genjin token create --member 名字")
    return DONE


def revoke(id: str, config: Path, data: Path | None) -> int:
    now = SystemClock().now()

    async def work() -> None:
        async with opened(read_config(config, data)):
            token = await apitokens.get(id)
            if token is None:
                raise Failed(f"没有这个令牌：{id}。看有哪些：genjin token list")
            if token.revoked_at is None:
                await _keep(tokens.revoke(token, now))

    asyncio.run(work())
    say("收回了，从现在起不再有效")
    return DONE


async def _member(said: str) -> Member:
    found = [one for one in await members.everyone() if said in (one.id, one.name)] or await members.named(said)
    if len(found) != 1:
        raise Failed(f"{'没有' if not found else '有几个'}叫“{said}”的成员，写平台帐号或成员的 id")
    return found[0]


async def _keep(change: Change) -> None:
    """As the first admin's doing."""
    now = SystemClock().now()
    admins = await members.with_role("admin")
    if not admins:
        raise Failed("还没有管理员，先运行 genjin init")
    async with transaction():
        await audit.apply([change], actor=admins[0].id, event=new_id("cli", now), at=now)
