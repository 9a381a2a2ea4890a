"""What stands in the way of reading the session archive is told once, and once that it is over."""

from __future__ import annotations

from adapters.errors import AdapterError, SendError
from adapters.wecom.archive_source import ArchiveFault
from adapters.wecom.archive_trouble import Trouble


def heard_by(trouble: Trouble) -> list[str]:
    said: list[str] = []

    async def tell(account: str, fault: AdapterError | None) -> None:
        said.append(fault.cause if isinstance(fault, SendError) else "back")
        assert account == "wecom"

    trouble.tell = tell
    return said


async def test_what_an_admin_must_mend_is_told_at_once_and_once() -> None:
    trouble = Trouble("wecom")
    said = heard_by(trouble)
    for _ in range(5):
        await trouble.met(ArchiveFault("address"))
    await trouble.met(ArchiveFault("key"))
    await trouble.over()
    await trouble.over()
    assert said == ["存档没放行这台服务器的 IP", "存档的 Secret 不对", "back"]


async def test_a_line_that_is_cut_twice_is_no_trouble() -> None:
    trouble = Trouble("wecom")
    said = heard_by(trouble)
    for _ in range(2):
        await trouble.met(ArchiveFault("network", again=True))
    await trouble.over()
    assert said == []
    for _ in range(4):
        await trouble.met(ArchiveFault("network", again=True))
    assert said == ["连不上会话存档"]


async def test_who_cannot_be_told_now_is_told_later() -> None:
    trouble = Trouble("wecom")

    async def busy(account: str, fault: AdapterError | None) -> None:
        raise RuntimeError("the database is busy")

    trouble.tell = busy
    await trouble.met(ArchiveFault("address"))
    said = heard_by(trouble)
    await trouble.met(ArchiveFault("address"))
    assert said == ["存档没放行这台服务器的 IP"]
