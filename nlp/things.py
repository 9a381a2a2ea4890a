"""What an undertaking is about: the thing beside its verb (发 报价单), before its subject, or in the clauses before."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.facts import Scene
from nlp.firsts import sought
from nlp.lexicon import ANY_MARK, MARK_OF, Lexicon, table, unveiled
from nlp.segment import unmarked

MARKS_OF_ENTITIES = frozenset(MARK_OF.values())
"""No words stand behind these: what follows them is another's."""
HELD = re.compile(rf"[把将]{ANY_MARK}*(.*)$")
_THEM = r"(?:贵司|贵公司|贵方|他们|她们|你们|您们|我们|咱们|大家|各位|对方|客户|人家|他家|他|她|您|你|我|咱)"
_PLACE = r"(?:那边|邮箱|微信|公司|财务|采购|法务|前台|仓库|技术|老板)"
RECIPIENT = re.compile(
    rf"(?:(?:到|给|去)?{_THEM}{_PLACE}?|(?:到|给|去){_PLACE}|那边|(?:到|给)?(?:微信|大|业主|客户|项目)?群里?)?"
)
"""Whom a thing goes to. A department is one only behind 给 or 你们: 采购流程图 is a thing."""
TO_WHOM = re.compile(
    r"(?<=..)(?:发|寄|送|交)?给(?:他们|她们|你们|您们|我们|咱们|大家|对方|客户|他家|他|她|您|你|我|咱|的)*$"
)
"""发报价单给她: whom it is for is no part of the thing."""
PASSED_ON = re.compile("(?:发|给|寄|传|送)(?:给)?(?:您|你们?|他们?|她们?|我们?|客户|对方)")
WHERETO = re.compile(r"^(?:到|进|往|去)(?!货|款|期|岸|口|度|年)")
"""送两份到后厨: what stands behind is where it goes."""
DONE_SO = re.compile(r"(?:一[遍下次版份]|好|完|妥|齐|清楚|出来|下来|出|成|了)*(?:给(?:您|你|他|她|客户|我)?们?)?")
"""How a deed before the handing over ends."""
OWED = re.compile(
    r"([^的,]{2,8})的(?:事情?|事儿|东西)|^([^的我他她您你说,]{2,8})(?<![帮给跟让叫替和问找约催请对向陪与送要说讲望求])我(?!们?的)|(?:要|改|说|提|问|欠|定|订|缺|应)[^,的]{0,6}的((?!事|东西)[^的说讲了过]{2,10})$"
)
"""您要的陈列道具，我后天带过去: what the clause before names without saying a thing of it."""
WANTED = re.compile(table("promises")["patterns"]["wanted"])
ALSO = re.compile("[^\ue000-\uf8ff]+\uf8ff?[和与跟及]")
AGENT = re.compile(
    "(?:财务|老?师傅|工人|司机|技术员?|业务员|工程师|客服|会计|出纳|同事|快递员?|送货员|安装队|维修工|工地|厂里|店里)(?:们|那边|这边)?$|^(?:让|叫|请|由|派|安排|跟|和|向|给|对|同|自己|亲自|答复|回复|告诉|通知)|(?:部|科|处|室|组|车间|中心)$"
)
SENT = re.compile("[让叫派由]")
"""我让配送周五送到: who is sent is no thing."""
TOGETHER = re.compile("(?:跟|和|同|与|随)[^的,]{1,10}?一[起块道并同]")
"""支架的钱跟货款一起给: with what it goes along is not the thing."""
FORM = re.compile("(?:cad|pdf|word|excel|纸质|电子|扫描|复印|打印|盖章|正式|最新|中文|英文)(?:版|件|档)|原件|初稿|终稿")
"""方案的纸质版 is the proposal."""
OF_FORM = re.compile("[^的我他她您你]{2,6}$")
"""授权书原件: what it is the original of."""
ACCOUNT = re.compile("发票|(?:打款)?账[号户]|卡号|户名|收款码|对公账户")
"""账号发我，明早打过去: what goes there is money."""
SINGLE = frozenset("图钱货票款证料账表样标单章")
"""图我今晚发你: things of one character."""
TO = "给到"
HANDED_TO = re.compile(f"[^\ue000-\uf8ff][{TO}]$")
"""寄给, 发到: what stands behind is who gets it."""
UNSAID = re.compile(
    "(?:自己.?|.{1,2}(?:[完好]|[到好完]了)|那个?|这个?|对的|全|齐|来|去|[审看核签用挑选批]|负责|确认|过目|参考|试用|盖章|签字|"
    "它|一样的?|同样的?)的?|下|[一两三几]?批|.了.|店?群|公账|对公|公户|[^的]{0,4}[签改做弄写谈看查批盖测]完[字章]?|(?:店|厂|家|公司|学校|医院|库|部|车间)里|工地|现场|办公室|总部|前台|法院|医院|酒店|银行|海关|学校|公司|门店|仓库|传达室|物业|qq|企微|钉钉|飞书|共享盘|网盘|.{0,4}群|一声|"
    r"[^的]{0,3}[他她您你我]们?|.{1,4}[完好到]了?(?:之|以)?后"
)
"""给全, 核实一下: no thing."""
NOT_YET = re.compile("(?<=..)(?:还|都)?[没未](?!来)[^的]{1,4}$")
"""排产表还没做 is the schedule."""
NAMING = re.compile(r"[^\W_]")
UNMARKED = re.compile("[^\ue000-\uf8ff]*")
KIND_BEHIND = re.compile(
    "\uf8ff?([^\ue000-\uf8ff的我他她您你把给]{0,3}?(?:单|表|图|书|证|号|卡|码|函|册|员|清单|照片|数据|目录)$)"
)
"""校服尺码单: the words behind a thing that say of what kind it is."""
UNMARKED_BEFORE = re.compile(r"\uf8ff([^\ue000-\uf8ff]*)$|^([^\ue000-\uf8ff]*)$")
TO_HIM = re.compile("[你您我他她]们?$")
ASIDE = re.compile(r"[(:;]")
DIRECTION = re.compile(r"(?:过去|过来|出来|出去|回来|下来|上来|上去|上)")
COUNT = re.compile(
    r"(?:[那这](?:几?[个份张台套批款种件本条把支只块版箱盒]|些)(?=.)|几个|第?[一二两三四五六七八九十几\d.]+(?:份|个|版|张|本|套|台|盒|条|封|家|箱|件|单|遍|笔|些|点|下|块|批|组|袋|桶|瓶|车|柜|卷|根|只|支|包|幅|副|捆|吨|公斤|码(?!头)|匹|斤|株|筐|罐|颗|双|册)(?:的)?|些|点|份|个|版)"
)
EDGE = sought(
    r"^(?:之?前(?!台)|以前|之内|以内)|^(?:(?:顺丰|德邦|快递|ems|dhl)(?=..)|[的了将一就也都再先还给好完和与及]|说(?!明|法)|请(?!柬|帖|示))+|[的了吧哈呀啊哦呢就先再也都还给]+$"
)
_TAIL = (
    r"(?<=..)[^\W的]一下|看看|看一下|看下|过目|参考|核对一下|确认一下|审一下|审核|弄好|整理好|整理一下|整理|准备好|做好|弄|发|过去|过来|出来|"
    r"以邮件形式|书面|以书面形式|于|全部|一起|这边|那边|单独|分别|给|亲自|重新|马上|顺便|一定|肯定|抓紧|尽快|争取|前|之前|以前|之内|以内"
)
TAIL = re.compile(f"(?:{_TAIL})$")
TAILS = tuple(frozenset(one[-1] for one in _TAIL.split("|")))
"""What words with such a tail end in."""
TRAIL = re.compile(r"(?:过去|过来|出来|出去|回去|上去|下来|一下|一份|一版|一个|两份|两个|一遍|去|来|个|份|给|到|上)+$")
OBJECTS = (
    "quote", "contract", "draft", "proposal", "sample", "invoice", "case", "compare", "trial", "order", "need", "price",
    "demo", "nda", "terms", "payment", "delivery", "period", "bid", "project",
)  # fmt: skip
ENGLISH = re.compile("[a-z]+")
FEW = 12
"""Longer words beside a verb are no thing that one could name shortly."""


@lru_cache(maxsize=64)
def _objects(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.marks(*OBJECTS)) | frozenset(lexicon.marks("amount"))


@lru_cache(maxsize=64)
def _nameable(lexicon: Lexicon) -> frozenset[str]:
    """The marks of things that can be promised, also those by which no deal is spoken of."""
    return _objects(lexicon) | frozenset(lexicon.marks("paper"))


def is_nameable(words: str, lexicon: Lexicon) -> bool:
    """The words hold a thing that is promised in sales."""
    return not _nameable(lexicon).isdisjoint(_spoken(words, lexicon))


@lru_cache(maxsize=256)
def _spoken(words: str, lexicon: Lexicon) -> frozenset[str]:
    """The marks of some words, also of those behind a verb that is one word with its thing (发报价单). Several rules
    ask for the same words, one after the other."""
    return frozenset(word.mark for part in (words, words[1:]) for word in lexicon.find(part))


def _short(words: str) -> bool:
    """Few enough words for a name; one in Latin letters counts as two characters."""
    return 0 < len(ENGLISH.sub("xx", words)) <= FEW


@lru_cache(maxsize=64)
def _handing(lexicon: Lexicon) -> re.Pattern[str]:
    """A verb of handing over with its mark."""
    return re.compile(f"[{lexicon.marks('hand', 'deed')}]([^\ue000-\uf8ff]+)")


@lru_cache(maxsize=64)
def _parting(lexicon: Lexicon) -> re.Pattern[str]:
    """A word that a thing cannot stand across: who does it, when, and what is said of it."""
    names = (
        "we",
        "he",
        "hemark",
        "date",
        "person",
        "customerword",
        "promise",
        "said",
        "you",
        "cust",
        "soon",
        "outside",
    )
    stops = frozenset(lexicon.marks(*names)) - _nameable(lexicon)
    words, entities = stops - MARKS_OF_ENTITIES, stops & MARKS_OF_ENTITIES
    return re.compile(f"[{''.join(sorted(words))}][^\ue000-\uf8ff]*\uf8ff?|[{''.join(sorted(entities))}]")


@lru_cache(maxsize=64)
def _people(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.marks("person", "cust"))


def is_business(words: str, lexicon: Lexicon) -> bool:
    """The words name a thing of sales."""
    return not _objects(lexicon).isdisjoint(_spoken(words, lexicon))


def is_recipient(after: str, people: frozenset[str]) -> bool:
    """The words behind 给 begin with the one it is given to."""
    return bool(after) and (after[0] in people or bool(RECIPIENT.match(unmarked(after[:4]))[0]))  # type: ignore[index]


def bare(verb: str) -> str:
    """The verb without where to and how many: 发过去 → 发, 寄回来 → 寄回."""
    short = TRAIL.sub("", TO_HIM.sub("", verb.replace("回来", "回"))) or verb[:1]
    return "回复" if short == "回" else short


def of(n: int, start: int, end: int, scene: Scene, *, whole: bool = False) -> tuple[str, int]:
    """The thing of the verb at ``line[start:end]`` and where the undertaking's words end in the line. A ``whole`` deed
    (打款) has a thing only where one stands behind it."""
    clause, line = scene.clauses[n], scene.skeleton.line
    before, after = line[clause.start : start], line[end : clause.end]
    if "一" in before:
        before = TOGETHER.sub("", before)
    handed = line[end - 1] in TO and HANDED_TO.search(line[start + 1 : end])
    behind = "" if handed or not after else clean(_addressed(line[end - 1], after, scene))
    if _short(behind) and is_nameable(behind, scene.skeleton.lexicon):
        return behind, clause.end
    if held := HELD.search(before):
        thing = clean(_until_done(held[1], scene))
        if thing:
            return thing, clause.end if len(after) <= 12 else end
    if _short(behind):
        return behind, clause.end
    if whole:
        return "", end
    led_with = topic(before, scene)
    if led_with:
        return led_with, clause.end if len(after) <= 12 else end
    return _spoken_of_before(n, scene), clause.end if len(after) <= 8 else end


def before(n: int, at: int, scene: Scene) -> str:
    """The thing that stands before ``line[at]`` in the clause, or that the clauses before were about."""
    return topic(scene.skeleton.line[scene.clauses[n].start : at], scene) or _spoken_of_before(n, scene)


def _addressed(last: str, after: str, scene: Scene) -> str:
    """发施主任邮箱: who stands right behind the verb gets it, as 他 does; 发我微信: who ends it as well."""
    if last in "我你您他她们":
        return f"他{after}"
    return f"他{after[1:]}" if after[:1] and after[0] in _people(scene.skeleton.lexicon) else after


def _until_done(held: str, scene: Scene) -> str:
    """把合同盖好章寄您: the thing ends where what is done to it first begins."""
    we = frozenset(scene.skeleton.lexicon.marks("we"))
    for found in _handing(scene.skeleton.lexicon).finditer(held):
        rest = held[found.end() :]
        if found.start() and (DONE_SO.fullmatch(unmarked(rest)) or not we.isdisjoint(rest)):
            return held[: found.start()]
    return held


def clean(raw: str) -> str:
    """The thing among the words behind or before a verb, without those it is for and how many there are."""
    words = unveiled(unmarked(raw)).strip()
    if not words or PASSED_ON.fullmatch(words):
        return ""
    words = ASIDE.split(_behind(DIRECTION, words), 1)[0]
    if "没" in words or "未" in words:
        words = NOT_YET.sub("", words)
    words = _behind(RECIPIENT, words)
    if "给" in words:
        words = TO_WHOM.sub("", words)
    for _ in range(3):
        before, words = words, TAIL.sub("", words) if words.endswith(TAILS) else words
        words = _behind(COUNT, EDGE.sub("", _behind(RECIPIENT, words)))
        if words == before:
            break
    if WHERETO.match(words) or UNSAID.fullmatch(words) or not NAMING.search(words):
        return ""
    if len(words) > 8 and "的" in words:
        head, tail = words.rsplit("的", 1)
        words = head.rsplit("的", 1)[-1] if FORM.fullmatch(tail) else tail
    return words.strip()


def _behind(beginning: re.Pattern[str], words: str) -> str:
    """The words without what they begin with, if it is of this kind."""
    found = beginning.match(words)
    return words[found.end() :] if found else words


def topic(before: str, scene: Scene) -> str:
    """方案我今晚发他: what stands before the one who does it, or before the date."""
    lexicon = scene.skeleton.lexicon
    parts = _parting(lexicon).split(before)
    for part in parts:
        if SENT.match(unmarked(part)):
            continue
        marked = [k for k, mark in enumerate(part) if mark in _nameable(lexicon)]
        if marked:
            if len(marked) > 1 and ALSO.fullmatch(part[marked[-2] + 1 : marked[-1]]):
                return clean(unmarked(part[marked[-2] :]))
            return _named(part, marked[-1])
    speaking = lexicon.marks("said", "promise")
    stops = [found[0][0] for found in _parting(lexicon).finditer(before)]
    told = [unmarked(part) for part, stop in zip(parts, stops, strict=False) if stop not in speaking]
    named = [clean(part.rsplit("的", 1)[-1]) for part in told if not AGENT.match(part)]
    return next((thing for thing in reversed(named) if 2 <= len(thing) <= FEW or thing in SINGLE), "")


def _named(part: str, at: int) -> str:
    """The words that end with the thing at ``part[at]``, with what stands unmarked before it and narrows it."""
    word = UNMARKED.match(part, at + 1)
    if word is not None and FORM.fullmatch(word[0]) and (owner := re.search(r"([^的]+)的$", unmarked(part[:at]))):
        return clean(owner[1])
    if word is not None and FORM.fullmatch(word[0]) and (whole := OF_FORM.search(unmarked(part[:at]))):
        return clean(whole[0] + word[0])
    ending = KIND_BEHIND.match(part, word.end()) if word is not None else None
    before = UNMARKED_BEFORE.search(part[:at])
    narrowing = (before[1] or before[2] or "").rsplit("的", 1)[-1] if before else ""
    named = (word[0] if word else "") + (ending[1] if ending else "")
    return clean((narrowing if len(narrowing) <= 4 else "") + named)


def _spoken_of_before(n: int, scene: Scene) -> str:
    """The thing that the clauses before in the sentence were about: 把案例整理一下,周五发您."""
    objects, wanted = _nameable(scene.skeleton.lexicon), ""
    for k in range(n - 1, max(-1, n - 4), -1):
        clause = scene.clauses[k]
        if clause.sentence != scene.clauses[n].sentence:
            break
        if held := HELD.search(clause.line):
            words = re.split(f"[{scene.skeleton.lexicon.marks('hand')}]", _until_done(held[1], scene))[0]
            if thing := clean(re.split("[\u4e00-\u9fff]了", unmarked(words))[0]):
                return thing if len(thing) <= FEW else ""
        owed = OWED.search(unmarked(clause.line))
        if owed and (thing := clean(owed[1] or owed[2] or owed[3])):
            return thing
        marked = [at for at, mark in enumerate(clause.line) if mark in objects]
        if marked:
            return _named(clause.line, marked[-1])
        if not wanted and (asked := WANTED.search(unmarked(clause.line))):
            wanted = clean(asked["thing"]) or TRAIL.sub("", asked["thing"])
        for deed in () if wanted else _handing(scene.skeleton.lexicon).finditer(clause.line):
            handed = _behind(RECIPIENT, unmarked(clause.line[deed.end() :]))
            wanted = clean(handed) if COUNT.match(handed) else ""
    return wanted if 1 < len(wanted) <= FEW else ""
