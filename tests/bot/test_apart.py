"""Long texts are read on a thread, once, and never with half of the names."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.capture.apart import KEYS, LONG, TRIES, Apart

TEXT = "长" * LONG


class Reads:
    """Counts, and says on which thread it was asked."""

    def __init__(self) -> None:
        self.times = 0
        self.on_loop = False

    def __call__(self) -> int:
        self.times += 1
        self.on_loop = threading.current_thread() is threading.main_thread()
        return self.times


async def test_a_short_text_is_read_where_it_stands_once_for_all_who_ask_in_a_row() -> None:
    apart, read = Apart(), Reads()
    assert [await apart.of("短", "k", read) for _ in range(2)] == [1, 1]
    assert read.on_loop
    assert await apart.of("短", "another moment", read) == 2
    assert await apart.of("别的", "another moment", read) == 3
    apart.renewed()
    assert await apart.of("别的", "another moment", read) == 4


async def test_a_text_that_everybody_says_is_not_kept_for_each_of_them() -> None:
    apart, read = Apart(), Reads()
    assert [await apart.of("好的", n, read) for n in range(KEYS + 1)] == list(range(1, KEYS + 2))
    assert await apart.of("好的", KEYS, read) == KEYS + 1
    assert await apart.of("好的", 0, read) == KEYS + 2


async def test_what_was_read_ahead_is_taken_as_long_as_no_name_has_changed() -> None:
    apart, read = Apart(), Reads()
    apart.keep("短", apart.version, {"alone": 70, "spoken of": 71})
    assert [await apart.of("短", key, read) for key in ("spoken of", "alone", "else")] == [71, 70, 1]
    asked = apart.version
    apart.renewed()
    apart.keep("短", asked, {"alone": 80})
    assert await apart.of("短", "alone", read) == 2


async def test_a_long_text_is_read_once_on_a_thread_until_a_name_changes() -> None:
    apart, read = Apart(), Reads()
    assert [await apart.of(TEXT, "k", read) for _ in range(2)] == [1, 1]
    assert not read.on_loop
    assert await apart.of(TEXT, "another moment", read) == 2
    apart.renewed()
    assert await apart.of(TEXT, "k", read) == 3


async def test_who_asks_at_once_for_the_same_waits_for_the_one_reading() -> None:
    apart, read = Apart(), Reads()
    assert await asyncio.gather(*(apart.of(TEXT, "k", read) for _ in range(5))) == [1] * 5


@pytest.mark.parametrize("falls_over", [True, False])
async def test_names_that_change_meanwhile_are_read_again(falls_over: bool) -> None:
    apart, read = Apart(), Reads()

    def disturbed() -> int:
        if read() < TRIES:
            apart.renewed()
            if falls_over:
                raise RuntimeError("changed size during iteration")
        return read.times

    assert await apart.of(TEXT, "k", disturbed) == TRIES
    assert not read.on_loop


async def test_names_that_never_rest_are_read_on_the_loop_in_the_end() -> None:
    apart, read = Apart(), Reads()

    def disturbed() -> int:
        read()
        if not read.on_loop:
            apart.renewed()
        return read.times

    assert await apart.of(TEXT, "k", disturbed) == TRIES + 1
    assert read.on_loop


async def test_a_fault_of_its_own_is_raised() -> None:
    def broken() -> int:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await Apart().of(TEXT, "k", broken)
