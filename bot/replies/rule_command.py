"""What /rule answers: lists, a rule in words, what a test came to, trials, health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.messages import Button, Card, Push, Text
from bot.playbook.model import Playbook
from bot.playbook.rules import Rule
from bot.playbook.tell_rule import WHEN, lines
from bot.process.replay import KINDS, Doing, Replay
from bot.replies import words
from bot.replies.commands import VALUE_MOST, WHY_MOST, listed, piece
from bot.replies.wording import cut, short_day
from storage.records import Team
from storage.rulerun import Runs

LINES_MOST, DIFFERENCES_MOST, TEAMS_MOST = 25, 12, 4
SLOWER, SLOW_FROM = 5, 20_000
"""An hour is slow when it takes so many times the week's mean, and at least so many microseconds a run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A rule as it is in force (None: not yet) and as the draft would have it (None: the same)."""

    now: Rule | None
    new: Rule | None

    @property
    def rule(self) -> Rule:
        found = self.new or self.now
        assert found is not None
        return found


def line(found: Found, is_off: bool, teams: Sequence[str]) -> str:
    """演示后发方案 · 在用 · 记了动作"""
    rule = found.now or found.rule
    how = "rule_draft" if found.now is None else "rule_off" if is_off else "rule_on" if rule.on else "rule_unused"
    said = [rule.name, piece(how), "、".join(WHEN[one] for one in rule.when)]
    if found.now is not None and found.new is not None:
        said.append(piece("rule_changed"))
    if teams:
        said.append(piece("rule_tried", team="、".join(teams)))
    return " · ".join(said)


def rules(shown: Sequence[str], playbook: str) -> Text:
    if not shown:
        return words.text("cmd.rule.list.none", name=playbook)
    return words.text("cmd.rule.list", name=playbook, count=len(shown), lines=listed(shown, LINES_MOST))


def shown(found: Found, playbook: Playbook, is_off: bool) -> Text:
    rule = found.now or found.rule
    said = lines(rule, playbook)
    if found.now is not None and found.new is not None:
        said += [piece("rule_draft_says"), *lines(found.new, playbook)]
    state = piece("rule_off" if is_off else "rule_draft" if found.now is None else "rule_on")
    return words.text("cmd.rule.show", name=rule.name, state=state, lines="\n".join(said))


def tested(found: Found, result: Replay) -> Card:
    """过去 90 天会触发 41 次，多推进 3 单、少提醒 12 次。"""
    count = piece("at_least", count=result.after.fired) if result.more else str(result.after.fired)
    facts = [(piece("rule_label"), found.rule.name)]
    if found.now is not None and found.new is not None:
        facts.append((piece("rule_now_label"), piece("rule_fires", count=result.before.fired)))
    facts.append((piece("rule_seen_label"), piece("rule_seen", deals=result.deals, count=result.happenings)))
    if result.after.failed:
        facts.append((piece("rule_failed_label"), f"{result.after.failed} 次：{result.after.reason}"))
    buttons = [*(["one_team"] if found.new is not None else []), "compare"]
    return words.card(
        "cmd.rule.test", facts=[(label, cut(value, VALUE_MOST)) for label, value in facts], buttons=buttons,
        count=count, what=differs(result),
    )  # fmt: skip


def differs(result: Replay) -> str:
    """多推进 3 单、少提醒 12 次"""
    found = []
    for kind in KINDS:
        more = result.after.count(kind) - result.before.count(kind)
        if more:
            found.append(piece(f"rule_{kind}", way=piece("more" if more > 0 else "fewer"), count=abs(more)))
    if found:
        return "、".join(found)
    return piece("rule_other_deals" if result.differences() else "rule_no_difference")


def difference_lines(
    result: Replay, now: datetime, playbook: Playbook, most: int | None = DIFFERENCES_MOST
) -> list[str]:
    """Each a line: 多｜周二 3月10日 松涛教育 推进到「方案演示」"""
    differences = result.differences()
    said = [_difference(sign, one, now, playbook) for sign, one in differences[:most]]
    if most is not None and len(differences) > most:
        said.append(piece("and_more", count=len(differences) - most))
    return said


def _difference(sign: int, one: Doing, now: datetime, playbook: Playbook) -> str:
    stages = {stage.id: stage.name for pipeline in playbook.pipelines for stage in pipeline.stages}
    what = f"「{stages.get(one.what, one.what)}」" if one.kind == "advance" else cut(one.what, 16)
    day = short_day(one.at.astimezone(now.tzinfo).date(), now.date())
    return f"{piece('more' if sign > 0 else 'fewer')}｜{day} {one.customer} {piece(f'rule_did_{one.kind}')}{what}"


def compared(shown: Iterable[object]) -> Text:
    said = [str(one) for one in shown]
    return words.text("cmd.rule.compare" if said else "cmd.rule.compare.none", lines="\n".join(said))


def which_team(name: str, teams: Sequence[str]) -> Card:
    buttons: list[str | Button] = list(words.picks(cut(team, 6) for team in teams[: TEAMS_MOST - 1]))
    return words.card("cmd.rule.team", name=name, buttons=[*buttons, "not_now"])


def on_trial(rule: Rule, team: Team, n: int) -> Text:
    return words.text("cmd.rule.trial", name=rule.name, team=team.name, n=n)


def trial_ended(rule: Rule, teams: Sequence[Team]) -> Text:
    return words.text("cmd.rule.trial.ended", name=rule.name, team="、".join(team.name for team in teams))


def publish(rule: Rule, test: tuple[str, int], now: datetime) -> Card:
    at, fired = test
    day = short_day(datetime.fromisoformat(at).astimezone(now.tzinfo).date(), now.date())
    facts = [(piece("rule_tested_label"), piece("rule_tested", day=day, count=fired))]
    return words.card("cmd.rule.publish", name=rule.name, facts=facts)


def published(name: str, n: int, *, gone: bool) -> Text:
    return words.text("cmd.rule.gone" if gone else "cmd.rule.live", name=name, n=n)


def off(rule: Rule) -> Text:
    return words.text("cmd.rule.off", name=rule.name)


def on(rule: Rule) -> Text:
    return words.text("cmd.rule.on", name=rule.name)


def health(every: Sequence[Rule], week: Mapping[str, Runs], hour: Mapping[str, Runs], why: Mapping[str, str]) -> Push:
    said = [_health(rule, week.get(rule.id, Runs()), hour.get(rule.id, Runs()), rule.id in why) for rule in every]
    if not said:
        return words.text("cmd.rule.health.none")
    return words.text("cmd.rule.health", lines=listed(said, LINES_MOST))


def _health(rule: Rule, week: Runs, hour: Runs, is_off: bool) -> str:
    """演示后发方案：问 41，触发 12，失败 0，平均 0.1 毫秒，最慢 2.0"""
    if not week.runs:
        said = piece("rule_idle", name=rule.name)
    else:
        rate = f"（{week.failures / week.runs:.0%}）" if week.failures else ""
        said = piece(
            "rule_health", name=rule.name, runs=week.runs, fired=week.fired, failures=week.failures, rate=rate,
            mean=f"{week.micros / week.runs / 1000:.1f}", slowest=f"{week.slowest / 1000:.1f}",
        )  # fmt: skip
        if _slow(week, hour):
            said += piece("rule_slow", mean=f"{hour.micros / hour.runs / 1000:.1f}")
        if week.failures and week.reason:
            said += piece("rule_last", reason=cut(week.reason, WHY_MOST // 2))
    return f"{said}{piece('rule_is_off') if is_off else ''}"


def _slow(week: Runs, hour: Runs) -> bool:
    if not hour.runs:
        return False
    mean = hour.micros / hour.runs
    return mean >= SLOW_FROM and mean > SLOWER * (week.micros - hour.micros) / max(1, week.runs - hour.runs)
