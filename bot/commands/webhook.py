"""/webhook: which addresses outside are told what, and how that goes; add, test, retry, remove."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot import webhooks as service
from bot.commands.registry import Call, Registry, Wrong
from bot.replies import webhooks as say
from bot.replies.commands import short
from bot.routing import Reply
from bot.turn import Turn
from storage import sql, webhooks
from storage.records import Webhook
from storage.rows import fold

own = Registry()
INSIDE = ("内网", "inside")
APART = re.compile(r"[,，、;；]+")
WORDS: Mapping[str, tuple[str, ...]] = {
    "stage.changed": ("stage.changed", "stage", "阶段", "阶段变化", "商机"),
    "lead.assigned": ("lead.assigned", "lead", "线索", "线索分配"),
    "commitment.kept": ("commitment.kept", "kept", "承诺", "闭环", "做到"),
    "commitment.overdue": ("commitment.overdue", "overdue", "承诺", "逾期", "过期"),
}
"""What people call the events; 承诺 is both, nothing at all is every event."""


@own.command("webhook", roles=("admin",))
async def webhook(turn: Turn, call: Call) -> Reply:
    if not call.words or fold(call.words[0]) in ("list", "列表"):
        return Reply(push=say.listed([await _told(one) for one in await webhooks.standing()]))
    act = ACTS.get(fold(call.words[0]))
    if act is None:
        if "://" in call.words[0]:
            raise Wrong("webhook.how", nearest=f"/webhook add {call.rest}")
        raise Wrong("webhook.how")
    return await act(turn, call.words[1:])


async def _told(one: Webhook) -> say.Told:
    counts = (await webhooks.counts()).get(one.id, {})
    return say.Told(
        one, counts.get("sent", 0), counts.get("new", 0), counts.get("dead", 0), await webhooks.last_reason(one.id)
    )


async def add(turn: Turn, said: Sequence[str]) -> Reply:
    """URL, the events in any words, 内网 where the address lies inside."""
    if not said:
        raise Wrong("webhook.url")
    address = unicodedata.normalize("NFKC", said[0])
    address = address if "://" in address or "." not in address else f"https://{address}"
    words = [word for part in said[1:] for word in APART.split(part) if word]
    inside = any(fold(word) in INSIDE for word in words)
    events = _events(address, [word for word in words if fold(word) not in INSIDE])
    standing = await webhooks.standing()
    if len(standing) >= service.MOST:
        raise Wrong("webhook.many", most=service.MOST)
    url = service.address(address, inside=inside)
    if any(one.url == url for one in standing):
        raise Wrong("webhook.taken", n=next(n for n, one in enumerate(standing, 1) if one.url == url))
    one, secret, change = service.add(url, events, inside=inside, by=turn.member, now=turn.now)
    await webhooks.keep_secret(one.id, secret)
    return Reply(push=say.added(one, secret, len(standing) + 1), changes=(change,))


def _events(url: str, said: Sequence[str]) -> list[str]:
    """Raises Wrong for a word that is none."""
    found: list[str] = []
    for word in said:
        meant = [event for event, names in WORDS.items() if fold(word) in names]
        if not meant:
            raise Wrong("webhook.event", word=short(word), nearest=f"/webhook add {url} 阶段 线索 承诺")
        found += meant
    return [event for event in service.EVENTS if event in found or not found]


async def remove(turn: Turn, said: Sequence[str]) -> Reply:
    one = await _meant(said, "remove")
    await webhooks.forget_secret(one.id)
    await webhooks.drop(one.id)
    return Reply(push=say.removed(one), changes=(service.remove(one, turn.now),))


async def test(turn: Turn, said: Sequence[str]) -> Reply:
    """One signed call at once; how it went stands in the list."""
    one = await _meant(said, "test")
    await webhooks.put([service.delivery(one, service.TEST, {}, event=turn.row.id, at=turn.now)])
    sql.after_commit(turn.house.post)
    return Reply(push=say.tested(one))


async def retry(turn: Turn, said: Sequence[str]) -> Reply:
    one = await _meant(said, "retry")
    count = await webhooks.revive(one.id, turn.now)
    sql.after_commit(turn.house.post)
    return Reply(push=say.retried(one, count))


async def _meant(said: Sequence[str], verb: str) -> Webhook:
    """The one of that number or address; the only one where none is said. Raises Wrong."""
    standing = await webhooks.standing()
    if not standing:
        raise Wrong("webhook.none")
    if not said and len(standing) == 1:
        return standing[0]
    word = said[0] if said else ""
    if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= len(standing):
        return standing[int(word[:4]) - 1]
    found = [one for one in standing if word and word in one.url]
    if len(found) == 1:
        return found[0]
    raise Wrong("webhook.which", nearest=f"/webhook {verb} 1")


ACTS: Mapping[str, Callable[[Turn, Sequence[str]], Awaitable[Reply]]] = {
    "add": add, "remove": remove, "test": test, "retry": retry, "加": add, "去掉": remove, "删除": remove, "试": test,
    "试一条": test, "重送": retry,
}  # fmt: skip
