"""The published figures hold: a drop below these lines fails. The held-back sets are scored, never read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.cli.measure import chatted, dated, lines_of, reliability_of, scored
from bot.playbook.load import parse, shipped
from nlp.customers import NameIndex
from nlp.lexicon import shipped as lexicon
from nlp.read import Context, read
from nlp.reliability import EDGES
from nlp.scoring import Count, Score
from nlp.scoring_chats import ChatScore
from nlp.scoring_when import DateScore
from nlp.wire import moment
from nlp.workdays import Calendar

HERE = Path(__file__).parent
LEAST = {
    "dev": {
        "dates": 0.96, "customers": 0.96, "contacts": 0.98, "phones": 1.0, "emails": 1.0, "amounts": 0.98,
        "action": 0.95, "stage": 0.92, "signals": 0.95, "commitments": 0.88,
    },
    "held": {
        "dates": 0.94, "customers": 0.83, "contacts": 0.90, "phones": 1.0, "emails": 1.0, "amounts": 0.86,
        "action": 0.88, "stage": 0.74, "signals": 0.82, "commitments": 0.73,
    },
}  # fmt: skip
"""F1 over messages, a little under what it was when the line was last drawn. Draw it higher as the reader improves."""
MOST_ADVANCED = {"dev": 0.005, "held": 0.005}
"""The share of messages without a stage in which one was found."""
MOST_CLOSED = {"dev": 0, "held": 0}
"""Messages read as won or lost that are neither."""
STAGES_AMONG_OTHERS = 0.9
"""The share of stages found in the set of sentences that mostly tell of no step of ours (LABELS.md)."""
STAGES_TOLD = {"dev": 0.64, "held": 0.75}
"""F1 over sentences of many voices, written before the reader was asked; weights are learnt from the first part."""
STAGES_IN_OTHER_WORDS = 0.9
"""F1 over the batches that were written to find words nobody had thought of (LABELS.md)."""
SIGNALS_AMONG_THEMSELVES = {"signals": 0.92, "action": 0.88}
"""F1 over sentences written to tell signals and contact in as many ways as there are, with their near misses."""
MEANING_AT_LARGE = {"stage": 0.92, "signals": 0.94, "action": 0.93}
"""F1 over the batches that hold all three, most of whose sentences advance nothing."""
VOICES = {"stage": 0.84, "signals": 0.66, "action": 0.65}
"""F1 over the batches from which words learn what frames do not know."""
SHORT = 0.84
"""F1 of stages over three to ten characters each, where a customer was just spoken of."""
TRADES = {"stage": 0.82, "signals": 0.83, "action": 0.78}
"""F1 over what people of many trades write, half of it everyday talk in the words of selling; by a hand that saw
neither the reader nor what it learns from."""
FRESH = {
    "dates": 0.97, "customers": 0.97, "contacts": 0.94, "phones": 1.0, "emails": 1.0, "amounts": 0.97,
    "action": 0.94, "stage": 0.91, "signals": 0.86, "commitments": 0.88,
}  # fmt: skip
"""F1 over the messages by which no setting was ever chosen."""
TRAPPED, TRAPPED_TO_A_CLOSING = 0.01, 7
"""The share of everyday lines written to trap that advance, and how many of them to a closing."""
DATES_LEAST = {"dev": 0.99, "held": 0.945}
TURNS_LEAST = {"dev": 0.99, "held": 0.93}


@cache
def messages(part: str) -> Score:
    return scored(lines_of(HERE / f"messages-{part}.jsonl"))


@cache
def fresh() -> Score:
    return scored(lines_of(HERE / "fresh-held.jsonl"))


@cache
def dates(part: str) -> DateScore:
    return dated(lines_of(HERE / f"time-{part}.jsonl"))


@cache
def chats(part: str) -> ChatScore:
    return chatted(lines_of(HERE / f"transcripts-{part}.jsonl"))


both = pytest.mark.parametrize("part", ["dev", "held"])


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, fields in LEAST.items() for name in fields])
def test_f1_of_a_field_holds(part: str, name: str) -> None:
    assert messages(part).fields[name].f1 >= LEAST[part][name]


@both
def test_hardly_anything_is_advanced_that_must_not_be(part: str) -> None:
    assert messages(part).false_advance_rate <= MOST_ADVANCED[part]
    assert messages(part).false_closings <= MOST_CLOSED[part]


def test_deals_of_others_refusals_hopes_and_counts_advance_nothing_and_facts_among_them_do() -> None:
    total = scored(lines_of(HERE / "advances-dev.jsonl"))
    assert total.false_advance_rate <= MOST_ADVANCED["dev"]
    assert total.false_closings <= 1
    assert total.fields["stage"].recall >= STAGES_AMONG_OTHERS


def test_steps_in_other_words_are_seen_and_what_only_sounds_like_one_is_not() -> None:
    total = scored(lines_of(HERE / "stages-dev.jsonl"))
    assert total.false_advance_rate <= MOST_ADVANCED["dev"]
    assert total.false_closings <= 1
    assert total.fields["stage"].f1 >= STAGES_IN_OTHER_WORDS


@both
def test_steps_told_in_words_that_no_frame_knows_are_seen(part: str) -> None:
    total = scored(lines_of(HERE / f"told-{part}.jsonl"))
    assert total.fields["stage"].f1 >= STAGES_TOLD[part]
    assert total.false_advance_rate <= 0.015
    assert total.false_closings <= {"dev": 5, "held": 1}[part]


@pytest.mark.parametrize(
    ("name", "least"), [("customers", 0.96), ("contacts", 0.98), ("phones", 1.0), ("emails", 1.0), ("amounts", 0.985)]
)
def test_short_names_names_without_a_trade_people_of_theirs_and_sums_are_told_from_their_doubles(
    name: str, least: float
) -> None:
    assert scored(lines_of(HERE / "names-dev.jsonl")).fields[name].f1 >= least


@pytest.mark.parametrize(
    ("name", "least"), [("customers", 0.92), ("contacts", 0.93), ("amounts", 0.98), ("commitments", 0.87)]
)
def test_known_and_new_houses_people_sums_and_promises_are_read_together(name: str, least: float) -> None:
    total = scored(lines_of(HERE / "mixed-dev.jsonl"))
    assert total.fields[name].f1 >= least
    assert total.wrong_due_rate <= 0.02


def test_signals_and_contact_are_found_in_the_many_ways_they_are_told() -> None:
    total = scored(lines_of(HERE / "signals-dev.jsonl"))
    for name, least in SIGNALS_AMONG_THEMSELVES.items():
        assert total.fields[name].f1 >= least, name


def test_stage_signals_and_contact_are_told_from_what_only_sounds_like_them() -> None:
    total = scored(lines_of(HERE / "meaning-dev.jsonl"))
    assert total.false_advance_rate <= MOST_ADVANCED["dev"]
    assert total.false_closings <= 1
    for name, least in MEANING_AT_LARGE.items():
        assert total.fields[name].f1 >= least, name


def test_steps_in_many_voices_are_heard_and_their_near_misses_are_not() -> None:
    total = scored(lines_of(HERE / "voices-dev.jsonl"))
    assert total.false_advance_rate <= 0.015
    assert total.false_closings <= 2
    for name, least in VOICES.items():
        assert total.fields[name].f1 >= least, name


def test_people_of_trades_the_reader_never_saw_are_understood_and_their_small_talk_is_left_alone() -> None:
    total = scored(lines_of(HERE / "trades-held.jsonl"))
    assert total.false_advance_rate <= 0.005
    assert total.false_closings <= 1
    for name, least in TRADES.items():
        assert total.fields[name].f1 >= least, name


@pytest.mark.parametrize("name", FRESH)
def test_what_no_setting_was_chosen_by_is_read_as_well(name: str) -> None:
    assert fresh().fields[name].f1 >= FRESH[name]


def test_of_what_no_setting_was_chosen_by_hardly_anything_is_advanced_falsely() -> None:
    assert fresh().false_advances <= 1
    assert fresh().false_closings == 0
    assert fresh().wrong_due_rate <= 0.02


def test_everyday_lines_written_to_trap_seldom_do() -> None:
    said = (HERE / "everyday-dev.txt").read_text(encoding="utf-8").splitlines()[1::2]  # weights learn from the others
    names, calendar, now = NameIndex(), Calendar.national(), moment("2026-03-10T10:00:00+08:00")
    stages = [read(line, now, names=names, lexicon=lexicon(), calendar=calendar).stage for line in said]
    assert sum(stage is not None for stage in stages) <= TRAPPED * len(said)
    assert sum(stage is not None and stage.value in ("won", "lost") for stage in stages) <= TRAPPED_TO_A_CLOSING


def test_a_few_words_tell_a_step_of_the_customer_just_spoken_of() -> None:
    total, names, calendar = Count(), NameIndex(), Calendar.national()
    for row in lines_of(HERE / "short-dev.jsonl"):
        talk = Context(row["context"]["customer"])
        found = read(
            row["text"], moment(row["now"]), names=names, lexicon=lexicon(), calendar=calendar, context=talk
        ).stage
        label, stage = row["expect"]["stage"], found.value if found else None
        total.add(label == stage is not None, stage not in (None, label), label not in (None, stage))
    assert total.f1 >= SHORT
    assert total.precision >= 0.98


def test_full_names_are_known_by_what_reps_make_of_them() -> None:
    total = scored(lines_of(HERE / "shortened-dev.jsonl")).fields["customers"]
    assert total.recall >= 0.85
    assert total.precision >= 0.95


@both
def test_dues_are_right(part: str) -> None:
    assert messages(part).wrong_due_rate <= 0.08


def test_promises_are_told_from_plans_requests_and_refusals_and_found_across_turns() -> None:
    said = scored(lines_of(HERE / "promises-dev.jsonl"))
    assert said.fields["commitments"].precision >= 0.87
    assert said.fields["commitments"].recall >= 0.86
    assert said.wrong_due_rate <= 0.02
    assert chatted(lines_of(HERE / "promise-chats-dev.jsonl")).fields["commitments"].f1 >= 0.78


@both
def test_dates_of_single_sentences_hold(part: str) -> None:
    total = dates(part)
    assert total.dates.f1 >= DATES_LEAST[part]
    assert total.silent >= 0.97 * total.empty
    assert total.wrong_dues <= 0.05 * total.dues


def test_times_of_many_voices_hold() -> None:
    total = dated(lines_of(HERE / "time-voices-dev.jsonl"))
    assert total.dates.f1 >= 0.97
    assert total.silent >= 0.9 * total.empty  # most of its sentences without a time hold words that look like one
    assert total.wrong_dues <= 0.05 * total.dues


@both
def test_pasted_chats_are_taken_apart(part: str) -> None:
    total = chats(part)
    assert total.turns.f1 >= TURNS_LEAST[part]
    assert total.untouched == total.plain


def test_what_is_recorded_unasked_is_mostly_right() -> None:
    """The asking thresholds rest on the reliability table: above each of them at most one finding in four is wrong."""
    table = reliability_of(line for part in LEAST for line in lines_of(HERE / f"messages-{part}.jsonl"))
    playbook = parse(shipped())
    for name, asked in (("customers", "customer"), ("contacts", "contact"), ("dates", "date"), ("amounts", "amount"),
                        ("action", "action"), ("stage", "stage"), ("signals", "signal"),
                        ("commitments", "commitment")):  # fmt: skip
        above = table.fields[name][sum(edge <= playbook.asks_below(asked) for edge in EDGES) :]
        assert sum(one.right for one in above) * 4 >= 3 * sum(one.found for one in above), name
