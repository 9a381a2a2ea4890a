"""What /import answers."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.messages import Card, Text
from bot.exchange.bring_plan import Plan
from bot.replies import words
from bot.replies.commands import piece
from bot.replies.wording import cut
from storage.records import Change

SHOWN = 4
"""Faulty lines on the card; all of them stand in the report of the terminal."""
FAULT_MOST = 40


def kinds() -> Mapping[str, str]:
    table: Mapping[str, str] = words.entry("import_kinds")
    return table


def asked(kind: str, url: str) -> Text:
    return words.text("cmd.import", what=kinds()[kind], kind=kind, buttons=[words.button("upload_table", url=url)])


def on_server(kind: str) -> Text:
    return words.text("cmd.import.server", what=kinds()[kind], kind=kind)


def preview(planned: Plan) -> Card:
    """How many lines would come in, and the first that cannot."""
    facts = [(piece("import_line", n=n), cut(why, FAULT_MOST)) for n, why in planned.faults[:SHOWN]]
    rest = len(planned.faults) - len(facts)
    left_out = piece("import_left_out", names="、".join(planned.left_out)) if planned.left_out else ""
    more = piece("import_more", count=rest) if rest else ""
    return words.card(
        "cmd.import.preview",
        what=kinds()[planned.kind],
        count=f"{planned.taken:,}",
        known=f"{len(planned.known):,}",
        faults=f"{len(planned.faults):,}",
        facts=facts,
        why=more + left_out,
    )


def about(planned: Plan, file: str) -> dict[str, object]:
    """What the taps on the preview need."""
    return {"import": planned.kind, "file": file, "rows": planned.rows, "title": piece("import_title")}


def running(rows: int) -> Text:
    return words.text("cmd.import.running", count=f"{rows:,}")


def done(kind: str, taken: int, known: int, faults: int) -> Card:
    return words.card(
        "cmd.import.done", what=kinds()[kind], count=f"{taken:,}", known=f"{known:,}", faults=f"{faults:,}"
    )  # fmt: skip


def noted(kind: str, taken: int, job: str) -> Change:
    return Change("import.done", job, {"_kind": kind, "_count": taken})
