"""Who hears of the bot's own troubles: each admin on duty, on a card, and the admins' group (``[chats] admins``), in
two lines at most, without anything to tap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.messages import Push
from bot.house import House
from bot.letter import Letter
from bot.playbook.times import Away
from bot.replies import group as say
from storage import members
from storage.records import Member


async def on_duty(now: datetime) -> list[Member]:
    """The admins who are not on leave; all of them where nobody else is left."""
    admins = await members.with_role("admin")
    return [one for one in admins if not Away.of(one).on(now.date())] or admins


def place(written: str, accounts: Sequence[str]) -> tuple[str, str]:
    """(account, group) of a group as the configuration names it: ``feishu:oc_…``, or the group alone, of the first
    account."""
    account, colon, group = written.partition(":")
    if colon and account in accounts:
        return account, group
    return next(iter(accounts), ""), written


async def in_group(push: Push, once: str, house: House, now: datetime, *, silent: str = "") -> list[Letter]:
    """What the admins' group hears of the card or text that each admin gets; nothing where there is no group, or none
    but that of an account that is ``silent``."""
    account, group = place(house.admins_chat, list(house.hears_files))
    to = await on_duty(now) if group and account and account != silent else []
    return [Letter(say.line(push), to=one.id, once=f"{once}:group", account=account, chat=group) for one in to[:1]]
