"""What /export and /privacy answer."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.messages import Text
from bot.exchange.hand_out import FOLDER, HandedOut
from bot.replies import words
from bot.replies.commands import piece


def kinds() -> Mapping[str, str]:
    """Each kind that can be handed out, with its name."""
    table: Mapping[str, str] = words.entry("export_kinds")
    return table


def counted(kind: str, count: int) -> str:
    """1,187 家客户"""
    return str(words.entry("export_counted")[kind]).format(count=f"{count:,}")


def handed_out(what: str, form: str, done: HandedOut) -> Text:
    """1,187 家，xlsx，加密，24 小时内可取。已留痕。 Then where it lies and, apart from it, what opens it."""
    return words.text("cmd.export", what=what, form=form, file=f"data/{FOLDER}/{done.path.name}", word=done.word)


def too_many(most: int, form: str) -> Text:
    return words.text("cmd.export.many", most=f"{most:,}", call=piece("export_terminal", form=form))
