"""What /import answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.messages import Card, Text
from bot.exchange.bring_plan import Plan
from bot.replies import words
from bot.replies.commands import piece
from bot.replies.wording import cut
from storage.records import Change

SHOWN = 4
"""Faulty lines on the card; all of them stand in the report of the terminal."""
FAULT_MOST = 40
LINES_MOST = 30
"""Lines of a report in the chat."""
PICKS_MOST = 4


def kinds() -> Mapping[str, str]:
    table: Mapping[str, str] = words.entry("import_kinds")
    return table


def asked(kind: str, url: str, *, here: bool) -> Text:
    """``here``: the chat carries files."""
    key = "cmd.import.here" if here else "cmd.import"
    return words.text(key, what=kinds()[kind], kind=kind, buttons=[words.button("upload_table", url=url)])


def on_server(kind: str, *, here: bool) -> Text:
    return words.text("cmd.import.here.alone" if here else "cmd.import.server", what=kinds()[kind], kind=kind)


def which(name: str, found: Sequence[str]) -> Card:
    """A table that may be of several kinds."""
    picks = words.picks(kinds()[kind] for kind in found[:PICKS_MOST])
    return words.card("cmd.import.which", name=name, buttons=picks)


def unread(why: str) -> Text:
    return words.text("cmd.import.unread", why=why)


def gone(kind: str) -> Text:
    return words.text("cmd.import.gone", kind=kind)


def report(planned: Plan) -> Text:
    """The lines that cannot come in, each with why."""
    lines = [f"{piece('import_line', n=n)}｜{cut(why, FAULT_MOST)}" for n, why in planned.faults[:LINES_MOST]]
    if len(planned.faults) > LINES_MOST:
        lines.append(piece("import_rest", count=f"{len(planned.faults) - LINES_MOST:,}", kind=planned.kind))
    return words.text("cmd.import.report", lines="\n".join(lines))


def preview(planned: Plan) -> Card:
    """How many lines would come in, and the first that cannot."""
    facts = [(piece("import_line", n=n), cut(why, FAULT_MOST)) for n, why in planned.faults[:SHOWN]]
    rest = len(planned.faults) - len(facts)
    left_out = piece("import_left_out", names="、".join(planned.left_out)) if planned.left_out else ""
    report = [words.button("report")] if planned.faults else []
    buttons = [words.button("execute", words.entry("cmd.import.preview")["label"]), *report, words.button("not_now")]
    more = piece("import_more", count=rest) if rest else ""
    return words.card(
        "cmd.import.preview",
        what=kinds()[planned.kind],
        count=f"{planned.taken:,}",
        known=f"{len(planned.known):,}",
        faults=f"{len(planned.faults):,}",
        facts=facts,
        why=more + left_out,
        buttons=buttons,
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
