"""`genjin extract`: a line in, a line out, in order; a bad line answers and the rest goes on."""

from __future__ import annotations

import io
import json
from pathlib import Path

from bot.cli.measure import evaluate
from bot.cli.read import extract

NOW = "2026-03-10T10:00:00+08:00"


def run(lines: list[str], customers: Path | None = None) -> tuple[int, list[dict]]:
    out = io.StringIO()
    code = extract(customers, source=lines, target=out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def ask(id: str, text: str, **more: object) -> str:
    return json.dumps({"id": id, "text": text, "now": NOW, **more}, ensure_ascii=False)


def test_lines_are_answered_in_order_and_own_customers_stay_with_their_line() -> None:
    first = ask("1", "华东医械要报价", customers=["华东医疗器械有限公司"])
    code, found = run([first, ask("2", "华东医械要报价"), "\n"])
    assert code == 0 and [line["id"] for line in found] == ["1", "2"]
    assert found[0]["customers"][0]["known"] is True
    assert all(not mention["known"] for mention in found[1]["customers"])


def test_the_customers_file_is_loaded_once_with_aliases_and_contacts(tmp_path: Path) -> None:
    file = tmp_path / "customers.jsonl"
    rows = [
        {
            "name": "华东医疗器械有限公司",
            "aliases": ["老东家"],
            "contacts": ["王总", {"name": "李娜", "title": "经理"}],
        },
        {"name": "恒川物流有限公司"},
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    _, found = run([ask("1", "老东家预算批了"), ask("2", "李娜经理说预算批了")], file)
    assert found[0]["customers"][0]["name"] == "华东医疗器械有限公司"
    assert found[1]["customers"] == [] and found[1]["deals"][0]["customer"] == "华东医疗器械有限公司"


def test_a_bad_line_says_what_is_wrong_and_the_next_is_read() -> None:
    naive = json.dumps({"id": "8", "text": "x", "now": "2026-03-10"})
    strange = [ask("9", "x", speaker="boss"), ask("10", "x", customers=[1])]
    code, found = run(["{", "[]", json.dumps({"id": 7}), naive, *strange, ask("11", "合同签了")])
    codes = [line.get("error", {}).get("code") for line in found]
    assert code == 0
    assert codes == ["bad_json", "bad_line", "text_missing", "bad_now", "bad_speaker", "bad_customers", None]
    assert [line["id"] for line in found] == [None, None, "7", "8", "9", "10", "11"]
    assert found[-1]["stage"] == "won"


def test_answers_are_in_the_offset_of_now() -> None:
    line = json.dumps({"id": "1", "text": "明天签合同", "now": "2026-03-10T02:00:00Z"})
    _, found = run([line])
    assert found[0]["dates"][0]["start"] == "2026-03-11T00:00:00+00:00"


def test_a_customers_file_that_cannot_be_read_is_wrong_use(tmp_path: Path, capsys) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"aliases": []}\n', encoding="utf-8")
    assert extract(file, source=[], target=io.StringIO()) == 2
    assert "第 1 行" in capsys.readouterr().err
    assert extract(tmp_path / "none.jsonl", source=[], target=io.StringIO()) == 2


def test_eval_prints_the_figures_of_a_labelled_file(tmp_path: Path, capsys) -> None:
    empty = {"dates": [], "customers": [], "contacts": [], "phones": [], "emails": [], "amounts": [], "action": None,
             "signals": [], "commitments": []}  # fmt: skip
    labelled = {"id": "1", "text": "合同签了", "now": NOW, "expect": empty | {"stage": "won"}}
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps(labelled, ensure_ascii=False), encoding="utf-8")
    assert evaluate(file, as_json=True) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["fields"]["stage"]["f1"] == 1.0 and figures["false_closings"] == 0
    assert evaluate(file) == 0 and "误推进 0/0" in capsys.readouterr().out
    assert evaluate(tmp_path / "none.jsonl") == 2
