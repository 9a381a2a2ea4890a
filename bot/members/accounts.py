"""One person on several platforms: the accounts of a member, each as the changes it comes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from storage import inbox, members, outbox
from storage.members import PREFERRED
from storage.records import Change, Identity, Member, changed, made, new_id
from storage.rows import fold


def link(member: Member, account: str, user: str, now: datetime) -> tuple[Change, ...]:
    """The account is the member's from now on: what is said from it, the member says."""
    identity = Identity(id=new_id("idn", now), member_id=member.id, account=account, user=user)
    return (made(identity, "identity.linked"),)


def move(identity: Identity, member: Member) -> tuple[Change, ...]:
    """The account goes from whoever has it to the member."""
    return (changed(identity, "identity.moved", member_id=member.id),)


def unlink(identity: Identity, now: datetime) -> tuple[Change, ...]:
    """The account is nobody's any more: who writes from it is a stranger."""
    return (Change("identity.unlinked", identity.id, {"undone_at": now}, {"undone_at": None}),)


def prefer(member: Member, account: str) -> tuple[Change, ...]:
    """Pushes go to this account wherever the member speaks; "": to the one from which he spoke last."""
    others = {name: value for name, value in member.prefs.items() if name != PREFERRED}
    change = changed(member, "member.prefers", prefs={**others, **({PREFERRED: account} if account else {})})
    return (change,) if change.after else ()


def called(said: str, labels: Mapping[str, str], accounts: Collection[str]) -> str:
    """The configured account that a word means, by its name or its platform's (飞书); "" for none or several."""
    word = fold(said)
    exact = [name for name in accounts if fold(name) == word]
    return exact[0] if exact else next(iter(_of_platform(word, labels, accounts)), "")


def _of_platform(word: str, labels: Mapping[str, str], accounts: Collection[str]) -> list[str]:
    found = [name for name in accounts if fold(labels.get(name, "")) == word]
    return found if len(found) == 1 else []


async def read_what_was_kept(account: str, user: str) -> int:
    """How many messages that a stranger sent from there are read now, in the order of their coming (VOICE.md G3)."""
    kept = await inbox.of_sender(account, user, ("refused",))
    await inbox.reopen([row.seq for row in kept])
    return len(kept)


async def send_elsewhere(gone: Identity, to: Identity) -> int:
    """How many pushes that wait for an account go to another of the same person."""
    return await outbox.readdress(gone.member_id, gone.account, gone.user, to.account, to.user)


async def one_of(member: Member, account: str, user: str) -> list[Identity]:
    """Those of the member's accounts that are on this configured account, or called so, or both."""
    return [
        one
        for one in await members.identities(member.id)
        if (not account or one.account == account) and (not user or fold(one.user) == fold(user))
    ]
