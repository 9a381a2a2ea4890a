"""What the admin's commands answer: members, teams, the record's chain, health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.messages import Card, Text
from adapters.meter import Meter
from bot.playbook.times import Away
from bot.replies import words
from bot.replies.commands import NAME_MOST, TITLE_MOST, listed, piece, role_names
from bot.replies.wording import clock_of, cut, day_of, short_day
from storage.figures import Traffic
from storage.records import AuditEntry, Identity, Member, Team, Verdict

SEVERAL = "零一两三四五六七八九十"


# -- members -------------------------------------------------------------------------------------------------------


def members(found: Sequence[Member], teams: Mapping[str, Team], today: date) -> Text:
    lines = [_member_line(one, teams, today) for one in found]
    return words.text("cmd.member.list", count=len(found), lines=listed(lines))


def _member_line(member: Member, teams: Mapping[str, Team], today: date) -> str:
    """王芳 · 主管 · 华东一组"""
    state = "" if member.active else piece("left")
    parts = [member.name, role_names(member.roles), team_name(member, teams), _away(member, today), state]
    return " · ".join(filter(None, parts))


def team_name(member: Member, teams: Mapping[str, Team]) -> str:
    team = teams.get(member.team_id or "")
    return team.name if team else piece("no_team")


def _away(member: Member, today: date) -> str:
    last = member.leave_until or member.leave_from
    return piece("on_leave", day=short_day(last, today)) if Away.of(member).on(today) and last else ""


@dataclass(frozen=True, slots=True)
class Load:
    """What a member has in hand."""

    customers: int
    deals: int
    promises: int


def member(one: Member, team: str, identities: Sequence[Identity], load: Load, today: date) -> Text:
    away = _away(one, today) if one.active else piece("left")
    return words.text(
        "cmd.member.one", name=one.name, roles=role_names(one.roles), team=team, customers=load.customers,
        accounts=_written(identities),
        deals=load.deals, promises=load.promises, away=f"；{away}" if away else "",
    )  # fmt: skip


def added(one: Member, team: str) -> Text:
    return words.text("cmd.member.added", name=one.name, roles=role_names(one.roles), team=team)


def accounts(one: Member, has: Sequence[Identity]) -> Text:
    return words.text("cmd.member.accounts", name=one.name, accounts=_written(has))


def _written(has: Sequence[Identity]) -> str:
    return "、".join(f"{identity.account} {identity.user}" for identity in has) or "—"


def linked(one: Member, has: Sequence[str]) -> Text:
    return words.text("cmd.member.linked", name=one.name, accounts="、".join(dict.fromkeys(has)))


def linked_here(one: Member, platform: str) -> Text:
    """To the person, on the platform that has come to his others."""
    return words.text("cmd.member.linked.here", name=one.name, platform=platform)


def unlinked(one: Member, gone: Identity, left: Sequence[Identity]) -> Text:
    return words.text("cmd.member.unlinked", name=one.name, gone=_written([gone]), accounts=_written(left))


def move_preview(holder: Member, to: Member, taken: Identity) -> Card:
    """An account that was added as a person of its own goes to whom it belongs."""
    shown = [
        (words.bit("account"), f"{taken.account} {taken.user}"),
        (words.bit("moves_from"), holder.name),
        (words.bit("moves_to"), to.name),
    ]
    return words.card("cmd.member.move.preview", name=cut(to.name, NAME_MOST), facts=shown)


def on_leave(one: Member, first: date, last: date, today: date, deputy: Member | None = None) -> Text:
    start, end = day_of(first, today), day_of(last, today)
    said = piece("leave_deputy", name=deputy.name) if deputy else ""
    return words.text("cmd.member.leave", name=one.name, start=start, end=end, deputy=said)


def off_preview(one: Member, load: Load) -> Card:
    """What goes quiet when somebody is taken out, before it is done."""
    shown = [
        (words.bit("customer"), piece("in_hand_customers", count=load.customers)),
        (words.bit("opportunity"), piece("deals", count=load.deals)),
        (words.bit("commitment"), piece("in_hand_promises", count=load.promises)),
    ]
    return words.card("cmd.member.off.preview", name=cut(one.name, NAME_MOST), facts=shown)


def off(one: Member) -> Card:
    return words.card("cmd.member.off", name=cut(one.name, TITLE_MOST - 4))


# -- teams ---------------------------------------------------------------------------------------------------------


def team(manager: str, deputy: str, count: int, playbook: str) -> Text:
    """主管王芳，代理李娜；3 人；打法「默认五阶段」。"""
    return words.text(
        "cmd.team", manager=piece("manager", name=manager) if manager else piece("no_manager"),
        deputy=piece("deputy", name=deputy) if deputy else "", count=count, playbook=playbook,
    )  # fmt: skip


def teams(found: Sequence[tuple[Team, str, int]]) -> Text:
    """Each team with its manager's name and how many sell in it."""
    lines = [
        f"{one.name} · {piece('manager', name=leader) if leader else piece('no_manager')} · {piece('heads', count=n)}"
        for one, leader, n in found
    ]
    return words.text("cmd.team.list", count=len(found), lines=listed(lines))


# -- the chain -----------------------------------------------------------------------------------------------------


def verified(verdict: Verdict, last: datetime | None, now: datetime) -> Text:
    """8,530 条连续，到 3月10日 10:30，无断点。"""
    if verdict.broken is not None:
        return words.text(
            "cmd.audit.broken", n=f"{verdict.broken:,}", reason=verdict.reason, count=f"{verdict.entries:,}"
        )
    if last is None:
        return words.text("cmd.audit.empty")
    erased = piece("erased", count=f"{verdict.erased:,}") if verdict.erased else ""
    return words.text("cmd.audit.verify", count=f"{verdict.entries:,}", when=_when(last, now), erased=erased)


def head(n: int, hash_: str, last: datetime | None, now: datetime) -> Text:
    if last is None:
        return words.text("cmd.audit.empty")
    return words.text("cmd.audit.head", n=f"{n:,}", when=_when(last, now), hash=hash_)


def history(customer: str, entries: Sequence[AuditEntry], names: Mapping[str, str], now: datetime) -> Text:
    """The latest changes around a customer, youngest first: 3月10日 10:02 张伟 改阶段"""
    lines = [
        f"{_when(entry.at, now)} {names.get(entry.actor) or words.named('actors', entry.actor)} {_what(entry.kind)}"
        for entry in entries
    ]
    return words.text("cmd.audit.customer", customer=customer, count=len(lines), lines="\n".join(lines))


def _what(kind: str) -> str:
    """改阶段; 撤销：改阶段"""
    head, _, rest = kind.partition(".")
    if head in ("undo", "redo"):
        return f"{words.label('undo' if head == 'undo' else 'restore')}：{words.named('kinds', rest)}"
    return words.named("kinds", kind)


def _when(at: datetime, now: datetime) -> str:
    local = at.astimezone(now.tzinfo)
    return f"{short_day(local.date(), now.date())} {clock_of(local)}"


# -- health --------------------------------------------------------------------------------------------------------


def health(traffic: Traffic, ill: Sequence[str], accounts: int) -> Text:
    """都正常。今天收 1,284，处理 1,284，等发 3，发不出 0；最慢 0.8 秒；库、日历、三个平台都通。"""
    verdict = piece("not_well", what="；".join(ill)) if ill else piece("all_well")
    ways = "" if ill else f"；{piece('ways', accounts=_accounts(accounts))}"
    return words.text("cmd.health", verdict=verdict, ways=ways, **_figures(traffic))


def account_health(account: str, traffic: Traffic, month: int, now: datetime, meter: Meter | None = None) -> Text:
    last = traffic.last_sent
    sent = piece("last_sent", clock=clock_of(last.astimezone(now.tzinfo))) if last else ""
    called = f"，{calls(meter)}" if meter else ""
    return words.text(
        "cmd.health.account", account=account, last=sent, month=f"{month:,}", calls=called, **_figures(traffic)
    )


def calls(meter: Meter, platform: str = "") -> str:
    """钉钉接口用了 8,012 / 10,000 次"""
    return piece("calls", platform=platform, used=f"{meter.used:,}", most=f"{meter.most:,}")


def _figures(traffic: Traffic) -> dict[str, str]:
    slowest = ""
    if traffic.slowest is not None:
        slowest = piece("slowest", seconds=f"{traffic.slowest.total_seconds():.1f}")
    return {
        "received": f"{traffic.received:,}", "handled": f"{traffic.handled:,}", "waiting": f"{traffic.waiting:,}",
        "dead": f"{traffic.dead:,}", "slowest": slowest,
    }  # fmt: skip


def _accounts(count: int) -> str:
    if count < 2:
        return piece("account") if count else ""
    return piece("accounts", count=SEVERAL[count] if count < len(SEVERAL) else f" {count} ")
