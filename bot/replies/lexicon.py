"""What /lexicon answers: previews, lists, a sentence read aloud, what was learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adapters.messages import Card, Push, Text
from bot.playbook.model import Playbook
from bot.replies import words
from bot.replies.commands import STATUS_MOST, TITLE_MOST, VALUE_MOST, WHY_MOST, listed, piece
from bot.replies.wording import cut, day_of, money
from nlp.reading import Reading
from nlp.teaching import RULE, Meaning, Pack

WORDS_SHOWN = 8


def preview(count: int, example: str, more: bool, what: str, label: str) -> Card:
    """How many messages would read differently, and one of them."""
    said = " ".join(example.split())
    key = "cmd.lexicon.preview" if count else "cmd.lexicon.preview.none"
    number = piece("at_least", count=count) if more else str(count)
    return words.card(
        key, count=number, example=cut(said, STATUS_MOST - 5), facts=[(label, cut(what, VALUE_MOST))]
    )  # fmt: skip


def done(title: str, n: int, back: str) -> Card:
    """It holds from now on; ``back`` is the call that takes it back."""
    return words.card(
        "cmd.lexicon.done", title=cut(title, TITLE_MOST), n=n, why=cut(piece("take_back", call=back), WHY_MOST)
    )


def overview(taught: Mapping[str, Sequence[str]], packs: Sequence[Pack], others: Sequence[Pack]) -> Text:
    """The team's own words by meaning, and the packs."""
    lines = [piece("taught_line", name=name, words="、".join(_few(found))) for name, found in taught.items()]
    on = "、".join(pack.name for pack in packs) or piece("no_pack")
    off = "、".join(pack.name for pack in others)
    key = "cmd.lexicon.list" if lines else "cmd.lexicon.list.none"
    return words.text(key, lines=listed(lines), on=on, off=off or piece("no_pack"))


def _few(found: Sequence[str]) -> list[str]:
    return [
        *found[:WORDS_SHOWN],
        *([piece("and_more", count=len(found) - WORDS_SHOWN)] if len(found) > WORDS_SHOWN else []),
    ]


def of_meaning(one: Meaning, own: Sequence[str], of_packs: Sequence[str], known: int) -> Text:
    """What is taught for one meaning."""
    return words.text(
        "cmd.lexicon.meaning",
        name=one.name,
        own="、".join(_few(own)) or piece("nothing_yet"),
        packs=piece("of_packs", words="、".join(_few(of_packs))) if of_packs else "",
        known=piece("known_words", count=known) if known else "",
    )


def names(found: Iterable[Meaning]) -> str:
    return "、".join(one.name for one in found)


# -- a sentence read aloud -----------------------------------------------------------------------------------------


def tried(sentence: str, reading: Reading, playbook: Playbook) -> Text:
    """What the sentence would be read as: each field with its value, its words, how sure, and by which rule."""
    values = dict(_values(reading, playbook))
    lines = [
        piece(
            "tried_line",
            field=words.named("fields", one.field.partition("[")[0]),
            value=values[one.field],
            said=cut(reading.text[slice(*one.span)], 16),
            sure=_sureness(one.confidence),
            rule=piece("own_rule") if one.rule.startswith(RULE) else one.rule,
        )
        for one in reading.why
    ]
    if not lines:
        return words.text("cmd.lexicon.test.none", said=cut(sentence, WHY_MOST))
    return words.text("cmd.lexicon.test", said=cut(sentence, WHY_MOST), lines="\n".join(lines))


def _sureness(confidence: float) -> str:
    return words.bit("sure" if confidence >= 0.9 else "fairly_sure" if confidence >= 0.75 else "not_sure")


def _values(reading: Reading, playbook: Playbook) -> Iterable[tuple[str, str]]:
    today = reading.now.date()
    yield from ((f"dates[{n}]", day_of(one.start.date(), today)) for n, one in enumerate(reading.dates))
    yield from ((f"customers[{n}]", one.name) for n, one in enumerate(reading.customers))
    yield from ((f"contacts[{n}]", f"{one.name}{one.title or ''}") for n, one in enumerate(reading.contacts))
    yield from ((f"phones[{n}]", one.value) for n, one in enumerate(reading.phones))
    yield from ((f"emails[{n}]", one.value) for n, one in enumerate(reading.emails))
    yield from ((f"amounts[{n}]", money(one.value, one.currency)) for n, one in enumerate(reading.amounts))
    yield from ((f"signals[{n}]", words.named("signals", one.value)) for n, one in enumerate(reading.signals))
    yield from ((f"commitments[{n}]", one.what) for n, one in enumerate(reading.commitments))
    if reading.action:
        yield "action", words.named("actions", reading.action.value)
    if reading.stage:
        stage = playbook.main.stage_reading(reading.stage.value)
        yield "stage", stage.name if stage else reading.stage.value


# -- what was learnt -----------------------------------------------------------------------------------------------


def learnt(
    aliases: Sequence[tuple[str, str]],
    people: Sequence[tuple[str, str]],
    said: Sequence[tuple[str, str, str]],
    right: int,
    given: int,
    offer: str,
) -> Text:
    """Words for customers, people read in talk, and fields put right, newest first; how many of the ``given``
    corrected fields are read right by now, and the call that ``offer``s to teach one that is not."""
    lines = [piece("learnt_alias", words=cut(text, 12), customer=customer) for text, customer in aliases]
    lines += [piece("learnt_person", name=name, customer=customer) for name, customer in people]
    lines += [piece("learnt_phrase", field=field, old=cut(old, 12), new=cut(new, 12)) for field, old, new in said]
    if not lines and not given:
        return words.text("cmd.lexicon.learnt.none")
    after = [piece("learnt_score", given=given, right=right)] if given else []
    after += [piece("learnt_offer", call=offer)] if offer else []
    after += [piece("learnt_forget", example=one[0]) for one in (*aliases, *people)[:1]]
    return words.text("cmd.lexicon.learnt", count=len(lines), lines="\n".join([*lines, *after]))


def forgotten(said: str, was: str) -> Push:
    return words.card("cmd.lexicon.forgotten", said=cut(said, 12), was=cut(was, VALUE_MOST))


def every(found: Iterable[Meaning]) -> Text:
    """All meanings that words can be taught for."""
    kinds: dict[str, list[str]] = {}
    for one in found:
        kinds.setdefault(one.kind if one.kind and not one.concepts else "lists", []).append(one.name)
    lines = [piece(f"meanings_{kind}", names="、".join(names)) for kind, names in kinds.items()]
    return words.text("cmd.lexicon.every", lines="\n".join(lines))
