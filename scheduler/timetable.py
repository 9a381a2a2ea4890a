"""The jobs as data: which kinds of moment are fired by whom, and what is done every day at what time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.capture.chat_file import KIND as CHAT_FILES
from bot.capture.mail_told import KIND as MAILS
from bot.exchange.hand_out import OVER
from bot.exchange.privacy import FORGET
from bot.followup.due import KINDS, MANAGER, OFFER
from bot.followup.visits import ARRIVAL
from bot.playbook.model import Playbook
from scheduler.effect import Around, Effect
from scheduler.jobs import (
    chat_files,
    digest,
    digest_manager,
    due,
    files,
    heat,
    late_offer,
    mails,
    month,
    prune,
    questions,
    region,
    risk,
    rules,
    seal,
    silent,
    visit,
    watch,
)
from storage.records import Moment
from storage.watching import WATCH

MomentJob = Callable[[Sequence[Moment], Around], Awaitable[Effect]]
DailyJob = Callable[[Around], Awaitable[Effect]]


@dataclass(frozen=True, slots=True)
class Daily:
    """Done once a day at ``at`` (local time, from the playbook), at the latest ``grace`` after it."""

    name: str
    at: Callable[[Playbook], time]
    grace: timedelta
    run: DailyJob
    workdays: bool = True
    apart: bool = False
    """It goes through everything: in transactions of its own, once its slot is taken, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Timetable:
    moments: Mapping[str, MomentJob] = field(default_factory=dict)
    daily: tuple[Daily, ...] = ()
    whole: frozenset[str] = frozenset()
    """Kinds of which all of a moment belong together, since several members' may stand on one card."""


def _nightly(_: Playbook) -> time:
    return time(3, 10)


def _before_morning(_: Playbook) -> time:
    return time(8, 20)


def _after_morning(playbook: Playbook) -> time:
    """Behind the manager's list of the day."""
    at = playbook.windows.manager_morning
    return time(at.hour, min(59, at.minute + 2))


def _after_nightly(_: Playbook) -> time:
    return time(5, 20)


def _after_swing(playbook: Playbook) -> time:
    """Five minutes on: at the full hour everybody speaks."""
    at = playbook.watch.swing_from
    return time(at.hour, (at.minute + 5) % 60)


def shipped() -> Timetable:
    """All that the scheduler does."""
    return Timetable(
        moments={
            **dict.fromkeys(KINDS, due.fire),
            WATCH: watch.fire,
            OFFER: late_offer.fire,
            OVER: files.over,
            FORGET: files.erased,
            heat.KIND: heat.fire,
            heat.DAY: heat.fire,
            digest.PART: digest.fire,
            **dict.fromkeys(rules.KINDS, rules.fire),
            ARRIVAL: visit.fire,
            MAILS: mails.fire,
            CHAT_FILES: chat_files.fire,
        },
        whole=frozenset({MANAGER, OFFER}),
        daily=(
            Daily("questions.unassigned", _before_morning, timedelta(hours=12), questions.park, workdays=False),
            Daily("silent.noon", lambda playbook: playbook.windows.before_noon, timedelta(hours=2), silent.summed),
            Daily("silent.afternoon", lambda playbook: playbook.windows.afternoon, timedelta(hours=1), silent.summed),
            Daily("unassigned.alarm", _after_morning, timedelta(hours=8), questions.alarm),
            Daily("digest.rep", lambda playbook: playbook.windows.morning, timedelta(hours=3), digest.rep),
            Daily("risk.list", lambda playbook: playbook.windows.manager_morning, timedelta(hours=3), risk.listed),
            Daily("watch.recount", _after_nightly, timedelta(hours=12), watch.recounted, workdays=False, apart=True),
            Daily("anomaly", _after_swing, timedelta(hours=2), region.swings),
            Daily("pipeline.month", lambda playbook: playbook.windows.month, timedelta(hours=3), month.report),
            Daily("heat.week", lambda playbook: playbook.windows.week, timedelta(hours=3), heat.week),
            Daily("area.slow", lambda playbook: playbook.windows.week, timedelta(hours=3), region.slow),
            Daily(
                "digest.manager",
                lambda playbook: playbook.windows.manager_evening,
                timedelta(hours=1),
                digest_manager.evening,
            ),
            Daily("seal.day", lambda playbook: playbook.windows.seal, timedelta(hours=12), seal.day),
            Daily("prune", _nightly, timedelta(hours=12), prune.old, workdays=False),
        ),
    )
