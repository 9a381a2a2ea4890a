"""What /export and /privacy answer."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.messages import Card, Text
from bot.exchange.hand_out import FOLDER, HandedOut
from bot.exchange.privacy import Found
from bot.replies import words
from bot.replies.commands import piece, short
from bot.replies.wording import quote


def kinds() -> Mapping[str, str]:
    """Each kind that can be handed out, with its name."""
    table: Mapping[str, str] = words.entry("export_kinds")
    return table


def counted(kind: str, count: int) -> str:
    """1,187 家客户"""
    return str(words.entry("export_counted")[kind]).format(count=f"{count:,}")


def handed_out(what: str, form: str, done: HandedOut, public_url: str) -> Text:
    """1,187 家，xlsx，加密，24 小时内可下。已留痕。 What opens it, and apart from that where it lies: behind the login
    of the pages, or where there are none on the server."""
    name = done.path.name
    if not public_url:
        return words.text("cmd.export.server", what=what, form=form, file=f"data/{FOLDER}/{name}", word=done.word)
    page = words.button("download", url=f"{public_url}/sidebar/export/{name}")
    return words.text("cmd.export", what=what, form=form, word=done.word, buttons=[page])


def making(count: int) -> Text:
    return words.text("cmd.export.making", count=f"{count:,}")


def too_many(most: int, form: str) -> Text:
    return words.text("cmd.export.many", most=f"{most:,}", call=piece("export_terminal", form=form))


# -- one person ----------------------------------------------------------------------------------------------------

LABELLED = ("contacts", "messages", "activities", "commitments", "files")


def found(one: Found) -> Card:
    """江雪：联系人 1、原话 6 句、文件 1"""
    return words.card("cmd.privacy.found", name=_who(one), facts=_facts(one), why=_taught(one))


def preview(one: Found) -> Card:
    """What goes, and what the record must keep."""
    example = piece("privacy_example", said=quote(one.traces.examples[-1], 20)) if one.traces.examples else ""
    why = piece("privacy_stays") + example + _taught(one)
    return words.card("cmd.privacy.preview", name=_who(one), facts=_facts(one), why=why)


def erased(one: Found) -> Card:
    """Nobody is named any more."""
    return words.card("cmd.privacy.erased", facts=_facts(one), why=_taught(one))


def nobody(said: str) -> Text:
    return words.text("cmd.privacy.nobody", name=short(said))


def person_handed_out(done: HandedOut, public_url: str) -> Text:
    what = piece("privacy_counted", count=done.count)
    return handed_out(what, "json", done, public_url)


def _who(one: Found) -> str:
    return short(one.person.said)


def _facts(one: Found) -> list[tuple[str, str]]:
    counts = one.counts
    shown = [(piece(f"privacy_{name}_label"), piece(f"privacy_{name}", count=counts[name]))
             for name in LABELLED if name in counts]  # fmt: skip
    rest = sum(n for name, n in counts.items() if name not in LABELLED)
    return [*shown, *([(piece("privacy_others_label"), piece("privacy_others", count=rest))] if rest else [])]


def _taught(one: Found) -> str:
    return piece("privacy_taught") if one.taught else ""
