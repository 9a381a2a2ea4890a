"""Cards of a gate that waits for something (VOICE.md B1), and of the fields that 赢单 wants."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.messages import Button, Card
from bot.capture.values import Entry
from bot.playbook.model import Playbook
from bot.replies import facts, words
from bot.replies.reading import TITLE_NAME_MOST, Eyes, title_name
from bot.replies.wording import cut, quote


def gate_missing(entry: Entry, eyes: Eyes, have: Sequence[str]) -> Card:
    """B1: the blocked move is all that the message brings."""
    assert entry.decision and entry.opportunity and entry.stage
    stage = eyes.playbook.pipeline(entry.opportunity.pipeline).stage(entry.decision.to)
    assert stage is not None
    return gate_card(title_name(entry.name), stage.name, entry.decision.missing, eyes, have, said=entry.stage.text,
                     may_pass=not entry.decision.final)  # fmt: skip


def fields_wanted(name: str, stage: str, missing: Sequence[str], playbook: Playbook) -> Card:
    """What 赢单 still wants that no file gives: said in one sentence."""
    lines = [(words.bit("short_of"), playbook.called(field)) for field in missing]
    return words.card(
        "gate.fields", customer=title_name(name), stage=stage, count=len(missing), facts=lines,
        example=fields_example(name, missing),
    )  # fmt: skip


def fields_example(name: str, missing: Sequence[str]) -> str:
    """主体是启明制造，首付 30%，验收 70%: of what is missing, and nothing else."""
    bits = words.entry("bits")
    known = [f"example_{field}" for field in missing if f"example_{field}" in bits]
    return "，".join(words.bit(key, name=cut(name, TITLE_NAME_MOST)) for key in known)


def gate_card(
    name: str, stage: str, missing: Sequence[str], eyes: Eyes, have: Sequence[str], said: str = "",
    may_pass: bool = False,
) -> Card:  # fmt: skip
    """B1; ``have`` are kinds of evidence, or one of them in words (预算证明（3月5日 截图）)."""
    lines = [(words.bit("recorded"), quote(said, 20))] if said else []
    if have:
        lines.append((words.bit("have"), "、".join(eyes.playbook.called(kind) for kind in have)))
    lines += _short_of(missing, facts.MOST - len(lines), eyes.playbook)
    buttons: list[str | Button] = [words.button("add_evidence", url=eyes.upload)] if eyes.upload else []
    return words.card(
        "gate.missing", customer=name, stage=stage, count=len(missing), facts=facts.shorten(lines),
        send_file=send_file(eyes), buttons=[*buttons, "ask_customer", *(["request_pass"] if may_pass else []), "later"],
    )  # fmt: skip


def _short_of(missing: Sequence[str], room: int, playbook: Playbook) -> list[tuple[str, str]]:
    """采购流程图（客户内部谁签、几步), each on a line; the last says how many more there are."""
    shown = missing if len(missing) <= room else missing[: room - 1]
    lines = []
    for kind in shown:
        hint = playbook.evidence[kind].hint if kind in playbook.evidence else ""
        lines.append((words.bit("short_of"), playbook.called(kind) + (f"（{hint}）" if hint else "")))
    rest = len(missing) - len(shown)
    return [*lines, *([("…", words.bit("more_kinds", count=rest))] if rest else [])]


def send_file(eyes: Eyes) -> str:
    return words.bit("send_file_chat" if eyes.files_by_chat else "send_file_page")
