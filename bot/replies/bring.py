"""What /import answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.messages import Card, Text
from bot.exchange.bring_job import Job
from bot.exchange.bring_plan import Plan
from bot.replies import words
from bot.replies.commands import piece
from bot.replies.wording import clock_of, cut
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


def report_page(public_url: str, key: str) -> str:
    """Where the report is looked at and taken from; "" where there are no pages."""
    return f"{public_url}/sidebar/import/{key}" if public_url else ""


def preview(planned: Plan, page: str) -> Card:
    """How many lines would come in, and the first that cannot; ``page``: where the report of all of them lies."""
    facts = [(piece("import_line", n=n), cut(why, FAULT_MOST)) for n, why in planned.faults[:SHOWN]]
    rest = len(planned.faults) - len(facts)
    left_out = piece("import_left_out", names="、".join(planned.left_out)) if planned.left_out else ""
    go = words.button("execute", words.entry("cmd.import.preview")["label"])
    wrong = [words.button("report")] if planned.faults and not page else []
    link = [words.button("get_report", url=page)] if page else []
    buttons = [go, *link, *wrong, words.button("not_now")]
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


def running(job: Job, *, live: bool, at: datetime | None = None) -> Card:
    """612 / 1,187. ``live``: the card changes by itself; else it says ``at`` when that was so, and a tap asks anew."""
    how = words.entry("cmd.import.running")
    status = how["live"] if live else how["then"].format(clock=clock_of(at)) if at else how["once"]
    return words.card(
        "cmd.import.running", what=kinds()[job.kind], done=f"{job.done:,}", rows=f"{job.rows:,}", status=status,
        buttons=[] if live else [words.button("see_progress")],
    )  # fmt: skip


def stopped(job: Job, why: str) -> Card:
    """What stands stays; a tap goes on behind it."""
    label = words.entry("cmd.import.stopped")["again"]
    return words.card(
        "cmd.import.stopped", what=kinds()[job.kind], done=f"{job.done:,}", rows=f"{job.rows:,}", why=why,
        buttons=[words.button("execute", label), words.button("not_now")],
    )  # fmt: skip


def done(job: Job, page: str, *, untold: bool = False) -> Card:
    """``untold``: addresses outside were told of none of its leads."""
    return words.card(
        "cmd.import.done", what=kinds()[job.kind], count=f"{job.taken:,}", known=f"{job.known:,}",
        faults=f"{job.faults:,}", why=piece("import_untold") if untold else "",
        buttons=[words.button("get_report", url=page)] if page else [],
    )  # fmt: skip


def noted(kind: str, taken: int, job: str) -> Change:
    return Change("import.done", job, {"_kind": kind, "_count": taken})
