"""The month's calls of an account, counted in memory, whatever the clock does."""

from datetime import datetime

from adapters.meter import CHINA, Meter
from bot.clock import MovableClock


def at(text: str) -> MovableClock:
    return MovableClock(datetime.fromisoformat(text).replace(tzinfo=CHINA))


def test_what_is_left() -> None:
    meter = Meter(20, at("2026-03-10T10:00"))
    levels = []
    while meter.take():
        levels.append(meter.level)
    assert levels == [""] * 15 + ["low"] * 3 + ["scarce"] * 2
    meter.count()
    assert meter.used == 21


def test_without_a_limit_nothing_is_counted() -> None:
    meter = Meter(0, at("2026-03-10T10:00"))
    assert meter.take()
    meter.count()
    assert (meter.used, meter.level, meter.untold()) == (0, "", {})


def test_the_month_turns_by_chinas_clock() -> None:
    clock = at("2026-03-31T23:59")
    meter = Meter(10, clock)
    assert all(meter.take() for _ in range(10)) and not meter.take()
    clock.advance(seconds=60)
    assert meter.month == "2026-04" and meter.used == 0 and meter.take()


def test_a_clock_that_jumps_to_another_month_and_back_finds_its_count() -> None:
    clock = at("2026-03-10T10:00")
    meter = Meter(10, clock)
    for _ in range(9):
        meter.take()
    clock.advance(hours=24 * 40)
    assert meter.take() and meter.used == 1
    clock.set(datetime(2026, 3, 10, 10, 1, tzinfo=CHINA))
    assert meter.used == 9 and meter.take() and not meter.take()


def test_the_database_is_told_what_it_does_not_know() -> None:
    meter = Meter(100, at("2026-03-10T10:00"))
    assert meter.untold() == {"2026-03": 0}
    meter.told("2026-03", 0, 40)
    assert meter.untold() == {} and meter.used == 40
    for _ in range(3):
        meter.take()
    told = meter.untold()
    meter.take()  # while the database takes it in
    meter.told("2026-03", told["2026-03"], 50)  # another process had added 7
    assert (meter.used, meter.untold()) == (51, {"2026-03": 1})
