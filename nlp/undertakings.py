"""Promises that are plain only between the two who talk: 我把合同发您, 十点半到, 明天回您, 发您 after 案例有吗."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlp import dialogue, topics
from nlp.dues import day_of
from nlp.placing import all_at, moved
from nlp.reading import Commitment, Reading, Side, When
from nlp.toldpromises import PLAIN_WORDS
from nlp.turns import Turn

SURE = 0.78
_TO_ME = re.compile(r"(?:给|发|寄|传|推|送|报)(?:给)?(?:我|我们)(?!的)")
_HITHER = re.compile(r"(?:给|发|寄|传|推|送|报|打|转|回|带|拿|交)(?:给|过)?(?:我|来)")
_TO_YOU = re.compile(r"(?:发|给|寄|传|推|送|报|转)(?:给|过去)?(?:您|你)")
_TO_SOMEBODY = re.compile(f"{_TO_YOU.pattern}|(?:回复?|答复|联系|告诉|通知)(?:您|你)|给(?:您|你)[补换重送回]")
_DONE = re.compile(r"[了吗么?？没不]|过(?![去来])|如果|要是|的话|尽量|争取|可能|估计|已经|应该|想")
_ASKING_FIRST = re.compile("(?:问|查|看|算|核|确认|沟通|商量)(?:一下|清楚|好|完)?了(?=再?(?:回|给|告|发|联系))")
"""我问了回复您: what is done first is no past."""
_I = re.compile(r"我们?(?!的|方|司)")
_BEFORE = re.compile(
    r"^(?:好的?|嗯|行|那|收到|可以|没问题|ok)?[,，\s]*那?(?:我们?|咱们?|这边)?[\s]*(?:公司|财务|统一|我?让[^,，]{1,4}|就|再|会|准时|大概|一定|也)*$",
    re.I,
)
_AFTER = re.compile(
    r"(?:之?前|以前|之?内|内)?[\s]*(?:我们?|咱们?)?(?:(?:让|叫|安排|派)[^,，]{1,5}?|师傅|工程师|技术|同事|财务|公司|回家|一早)?(?:就|再|会|准时|一定|去|来|准能|都)*"
    r"(?P<deed>到(?:达|场|现场|厂里|贵司|(?:您|你们?)(?:那[边里]?|公司|厂里|单位|办公室|学校|医院))?$|过去(?:一趟|拜访|一下)?$|上门|登门|拜访|回访"
    r"|带.{1,6}(?:过去|过来|上门)|联系|回复|答复|回话|回电|反馈|回(?=您|你)|给(?:您|你)(?:个)?(?:答复|回复|回话|消息|准信|反馈|结果)"
    r"|(?:可以|能)?(?:付|打|转|汇|发|寄|出|报|查|催|量|装|修|换|拆|调|取|定|盖|退|补|拍|连|测|报|拉货|提货|取货|叫(?:快递|车|物流))(?:款|货|车|出|好|完|清|掉|回|过去|过来|回来|上去|出来|出去|一下|给?(?:您|你|我))*$)"
)
_ONLY_A_DAY = re.compile(
    r"(?:(?:好的?|还没呢?|没呢|没有呢?|快了|嗯|行|可以|大概|那|就|在|得|要|最晚|最迟|之?前|以前|吧|哈|哦|啊|左右|给(?:您|你|过来)?)|\W)*"
)
_VERBS_ONLY = re.compile(
    r"(?:(?:改|弄|整理|做|盖|核|签|写|画|补|算|查)(?:好|完|一下)章?)+(?:重新|再|马上|尽快)?(?:发|寄|传|闪送|快递|送|给|交|拿|带|回)(?:您|你|过去|给)*"
    r"|重新(?:发|寄|传|送|做|弄|改|给)(?:您|你|过去|给)*"
)
"""改好重新发您: of what, was said before."""
_LAST_VERB = re.compile("(发|寄|传|闪送|快递|送|给|交|拿|带|回|做|弄|改)(?:您|你|过去|给)*$")
_ANOTHER = re.compile(".(?:新|新的|最新的)")
_SMALL = re.compile(r"^(?:就|能|会|可以|就能|给(?:您|你)|统一|一起)+|(?:给(?:您|你)|好|完|出来?|过去|上|掉)$")
_OTHER = re.compile(r"你|您|贵|他|她|对方|甲方|客户|那边")
_CHANNEL = re.compile(r"[发传推](?:到|去)?(?:邮箱|邮件|微信|群里?|钉钉|飞书|企业微信)")
_CONTACT = {"回": "回复", "联系": "联系", "付": "付款", "打": "打款", "转": "转账", "汇": "汇款"}


def undertakings(turns: Sequence[Turn], n: int, reading: Reading, again: dialogue.Again) -> tuple[Commitment, ...]:
    """The promises of turn ``n``: those of its reading that are its speaker's own, and those the talk makes plain.
    ``again`` reads other words as said by the same speaker at the same moment."""
    turn, again = turns[n], _without_plain(again)
    told, reading = [one for one in reading.commitments if one.when], _unplain(reading)
    own = [_by_whom(one, turn, reading) for one in reading.commitments if not _only_wished(one, turn, reading)]
    own = [one for one in own if not (one.by == turn.side and _TO_ME.search(one.text))]
    plain = list(_coming(turn, reading))
    own = [one for one in own if not _borrowed(one, plain)]
    if not any(_complete(one) for one in own):
        said_of = [_of_the_topic(one, turns, n, again) for one in own]
        own = list(_with_topic(turns, n, reading, again)) or said_of or list(_dated(turns, n, reading, again))
        own = own or list(_another_day(turns, n, reading, again))
    said = [*own, *(one for one in plain if not _covered(one, own))]
    if not said:
        said = list(_at_once(turn, reading, again)) or [
            one for one in told if one.by == turn.side and (turn.side == "us" or "我" in one.text)
        ]
    return tuple(sorted(said, key=lambda one: one.span))


def _unplain(reading: Reading) -> Reading:
    """The reading without promises that only its words tell: the talk may tell them better."""
    kept = tuple(one for one in reading.commitments if not one.rule.startswith(PLAIN_WORDS))
    return reading if kept == reading.commitments else replace(reading, commitments=kept)


def _without_plain(again: dialogue.Again) -> dialogue.Again:
    return lambda words: _unplain(again(words))


def _only_wished(promise: Commitment, turn: Turn, reading: Reading) -> bool:
    """盖好章寄过来哈, said to the other's face: nobody is named, so it is a request."""
    if promise.by == turn.side or not _HITHER.search(promise.text):
        return False
    start = next(start for start, clause in dialogue.clauses(reading.text) if start + len(clause) > promise.span[0])
    before = reading.text[start : promise.span[1]]
    return not re.search(r"他|她|财务|同事|公司|领导|老板|法务", before)


def _by_whom(promise: Commitment, turn: Turn, reading: Reading) -> Commitment:
    """财务周五前付, our own department's word: nobody promises for the other side without a 你 or a name."""
    if promise.by == turn.side:
        return promise
    start = next(start for start, clause in dialogue.clauses(reading.text) if start + len(clause) > promise.span[0])
    before = reading.text[start : promise.span[1]]
    named = any(start <= one.span[0] < promise.span[1] for one in (*reading.contacts, *reading.customers))
    if named or _OTHER.search(before):
        return promise
    return replace(promise, by=turn.side, rule=f"promise.talk.{turn.side}")


def _complete(promise: Commitment) -> bool:
    """It says of what, not only through what: 发邮箱 is no thing yet."""
    if any(form.fullmatch(promise.what) for form in (_CHANNEL, _VERBS_ONLY, _ANOTHER)):
        return False
    return len(promise.what) > 2 or bool(re.match(r"[回来到签]", promise.what))


def _covered(promise: Commitment, others: Sequence[Commitment]) -> bool:
    return any(one.span[0] < promise.span[1] and promise.span[0] < one.span[1] for one in others)


def _borrowed(promise: Commitment, plain: Sequence[Commitment]) -> bool:
    """The day it leans on is the day of another promise, made in a clause of its own."""
    when = promise.when
    return when is not None and any(
        one.span[0] <= when.span[0] < one.span[1] and not _covered(promise, [one]) for one in plain
    )


def _coming(turn: Turn, reading: Reading) -> Iterator[Commitment]:
    """A day and a deed that needs no object: 十点半到, 周三上午去回访, 下周我再联系您."""
    for start, clause in dialogue.clauses(reading.text):
        days = [day for day in reading.dates if start <= day.span[0] and day.span[1] <= start + len(clause)]
        if not days or _DONE.search(clause):
            continue
        first, last = days[0], days[-1]
        before, after = clause[: first.span[0] - start], clause[last.span[1] - start :]
        deed = _AFTER.match(after) if _BEFORE.match(before) else None
        if deed and (last.end > (turn.at or reading.now)):
            yield _promise(turn, reading, last, _named(deed["deed"], reading), (start, start + len(clause)))


def _named(deed: str, reading: Reading) -> str:
    """The deed in its shortest words, with whom it is done to where that is the point."""
    deed = re.sub(r"^(?:可以|能)|(?:您|你)|(?<=给)个|(?:一趟|一下)$", "", deed)
    if deed == "联系" and reading.contacts:
        return f"联系{reading.contacts[0].text}"
    return _CONTACT.get(deed, deed)


def _promise(turn: Turn, reading: Reading, when: When, what: str, span: tuple[int, int]) -> Commitment:
    return Commitment(
        text=reading.text[slice(*span)],
        span=span,
        rule=f"promise.talk.{turn.side}",
        confidence=SURE,
        by=turn.side,
        what=what,
        due=when.due or (when.start if when.clock else when.last_day),
        when=when,
    )


def _with_topic(turns: Sequence[Turn], n: int, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """我今晚发您 after 案例有吗: the promise with the thing that was asked for."""
    things = (topics.asked_for(turns, n, again), topics.topic(turns, n), topics.spoken_of(turns, n))
    for thing in (*things, topics.first_named(turns, n)):
        if not thing or thing in reading.text:
            continue
        for start, clause in dialogue.clauses(reading.text):
            if not dialogue.wants_a_deed(clause):
                continue
            for words in (f"{thing}，{clause}", f"{thing}{clause}", *_hurried(thing, clause)):
                said = [_of(thing, one) for one in again(words).commitments if one.by == turns[n].side]
                whole = next((one for one in said if one.what.find(thing) > 0), None)
                if whole is not None:
                    yield _in_place(whole, reading, start, clause)
                    return


def _hurried(thing: str, clause: str) -> Iterator[str]:
    """我改好发您, said to the other's face without a day: done soon."""
    subject = _I.search(clause)
    if subject is not None and _TO_YOU.search(clause) and not _DONE.search(clause):
        yield f"{thing}，{clause[: subject.end()]}马上{clause[subject.end() :]}"


def _of_the_topic(promise: Commitment, turns: Sequence[Turn], n: int, again: dialogue.Again) -> Commitment:
    """盖好章闪送: the promise with the thing that was spoken of before."""
    verb = _LAST_VERB.search(promise.what) if _VERBS_ONLY.fullmatch(promise.what) else None
    if verb is None:
        return promise
    things = (
        topics.asked_for(turns, n, again),
        topics.topic(turns, n),
        topics.spoken_of(turns, n),
        topics.first_named(turns, n),
    )
    thing = next(filter(None, things), "")
    return replace(promise, what=verb[1] + thing) if thing else promise


def _dated(turns: Sequence[Turn], n: int, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """下周一 or 下周一回传, said to 对账单什么时候能回传: the answer is the day, the question the deed."""
    question = dialogue.question_of_time(turns, n)
    if not question:
        yield from _on_another_day(turns, n, reading, again)
        return
    if len(reading.dates) != 1 or not _only_a_day(_without_day(reading), question):
        return
    for one in again(dialogue.answered(question, reading.dates[0].text)).commitments:
        if one.by == turns[n].side:
            yield _in_place(one, reading, 0, reading.text)
            return


def _on_another_day(turns: Sequence[Turn], n: int, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """这周不行，月底吧, said to 尾款这周能安排吗: the deed of the question on the day of the answer."""
    question = dialogue.question_of_a_day(turns, n)
    asked = again(question).dates if question and reading.dates else ()
    if not asked and len(reading.dates) == 1 and _ONLY_A_DAY.fullmatch(_without_day(reading)):
        yield from _granted_on(dialogue.request(turns, n), turns[n].side, reading, again)
        return
    rest = reading.text[reading.dates[-1].span[0] :] if asked else ""
    if len(asked) != 1 or not _ONLY_A_DAY.fullmatch(rest.replace(reading.dates[-1].text, "", 1)):
        return
    day = reading.dates[-1]
    for one in again(dialogue.stated(question.replace(asked[0].text, day.text, 1))).commitments:
        if one.by == turns[n].side:
            yield replace(_in_place(one, reading, 0, reading.text), when=day, due=day_of(day))
            return


def _granted_on(request: str, side: Side, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """明天, said to 验收单麻烦签好发我: what was asked for, on that day."""
    if not request or not dialogue.wants_a_deed(request):
        return
    said, day = dialogue.stated(dialogue.turned(request)), reading.dates[0]
    for one in again(f"{said[0]}{day.text}{said[1:]}").commitments:
        if one.by == side:
            yield replace(_in_place(one, reading, 0, reading.text), when=day, due=day_of(day))
            return


def _another_day(turns: Sequence[Turn], n: int, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """那11号, after the other was not content with 12号给您出: the promise of the own turn before on another day."""
    if n < 2 or turns[n - 2].side != turns[n].side or turns[n - 1].side == turns[n].side or len(reading.dates) != 1:
        return
    if not _ONLY_A_DAY.fullmatch(_without_day(reading).removeprefix("那").removeprefix("就")):
        return
    day = reading.dates[0]
    for one in again(turns[n - 2].text).commitments:
        if one.by == turns[n].side and (one.when is not None or dialogue.question_of_time(turns, n)):
            due = day.due or (day.start if day.clock else day.last_day)
            yield replace(_in_place(one, reading, 0, reading.text), when=day, due=due)


def _only_a_day(words: str, question: str) -> bool:
    """The answer says no more than its day, but for the verb of the question."""
    if _ONLY_A_DAY.fullmatch(words):
        return True
    verb = words.strip(" ,，。!！~的哈啊呢哦")
    while (shorter := _SMALL.sub("", verb)) != verb:
        verb = shorter
    return 0 < len(verb) < 3 and verb in question


def _without_day(reading: Reading) -> str:
    start, end = reading.dates[0].span
    return reading.text[:start] + reading.text[end:]


def _of(thing: str, promise: Commitment) -> Commitment:
    """The promise with the thing in place of the channel that it goes through."""
    return replace(promise, what=promise.what[0] + thing) if _CHANNEL.fullmatch(promise.what) else promise


def _at_once(turn: Turn, reading: Reading, again: dialogue.Again) -> Iterator[Commitment]:
    """我把合同发您, said to the other's face without a day: done soon, or it would not be said."""
    for start, clause in dialogue.clauses(reading.text):
        subject = _I.search(clause)
        said = _ASKING_FIRST.sub("", clause)
        if subject is None or not _TO_SOMEBODY.search(said) or _DONE.search(said):
            continue
        hurried = f"{said[: subject.end()]}马上{said[subject.end() :]}"
        for one in again(hurried).commitments:
            if one.by == turn.side and _complete(one):
                yield _in_place(replace(one, when=None), reading, start, clause)
                return


def _in_place(promise: Commitment, reading: Reading, start: int, clause: str) -> Commitment:
    """The promise with the whole clause as its words, and the reading's own finding of its day."""
    there = moved(promise, all_at((start, start + len(clause))), reading.text)
    when = next((day for day in reading.dates if promise.when and day.start == promise.when.start), there.when)
    return replace(there, when=when)
