"""What is looked for in chats that the company keeps, and who hears of it (CAP-6, CAP-7)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.playbook.value import Days, Hours, Name, Value

Word = Annotated[str, Field(min_length=1, max_length=20)]


class KeywordGroup(Value):
    """Words of one concern, and who looks at what holds one of them: a role, or a member's name."""

    id: Word
    name: Name
    words: tuple[Word, ...] = Field(min_length=1)
    reviewer: Name = "manager"


class Silent(Value):
    words: tuple[Word, ...] = ("报价", "试用", "合同", "签约", "付款", "盖章", "下周", "下月")
    """A chat that holds one of them and stands in no record is asked about."""
    groups: tuple[KeywordGroup, ...] = Field((), alias="group")
    summary_hours: Hours = 48
    """So long without an update, though there is talk, and what was said is summed up."""
    forget_days: Days = 7
    """What somebody says who is nobody's customer is kept so long."""
