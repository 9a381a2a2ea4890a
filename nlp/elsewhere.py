"""Deeds that are no step of a deal of ours, though the words are those of selling: somebody else's sale, our own
purchase, a count, a rumour, a rule, a mention, a step taken back.

Frames say what a clause says; this says of whom. Where it cannot be ours, the reader keeps silent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.about import FUNCTIONAL
from nlp.clauses import Clause
from nlp.facts import Fact, Scene
from nlp.lexicon import ANY_MARK, END, common_nouns

LOOSE = ("lost.other", "lost.phrase")
"""Rules whose words are also those of every day (没选上)."""
THEIR_QUOTE = re.compile(r"(?!.*[我咱])(?:某某|[^,。;给向]{1,6}(?:公司|厂家?|店|商|那边))[又也刚才]*(?:给|出|发)来?了")
"""物流公司给了报价: who gives it is not we."""
MARK = re.compile(ANY_MARK)
OF_A_SALE = ("customerword", "dealword", "thedeal", "project", "order", "contract", "bid", "we")

NUMBER = "(?:[0-9]+|[一二两三四五六七八九十百千几]+)多?"
US = "(?:我们|咱们?|我司|我方|我)"
OWN_TEAM = (
    "(?:[一二三四五六七八九十0-9]|东|南|西|北|华.|销售|政企|渠道|国际|市场|产品|售后|研发|运营|人事|人力|电商|大客户)"
    "(?:部门?|[小一二三四五六]?组|大?区|团队|战队)"
)
"""Parts of a selling firm; those of a customer (设备部, 采购部, 信息科) are called by other work."""
OUTSIDER = re.compile(
    rf"(?<![跟和与被让给比对向找])(?:竞品|友商|竞争对手|对手|同行|对家|对面|隔壁|{OWN_TEAM}|.{{2}}(?:团队|分公司|办事处)(?!采购)"
    rf"|[你他她]们?组|同事|新人|实习生|徒弟|师傅|冠军|(?:大学|高中|老)?同学|朋友(?!圈)|哥们|亲戚|邻居|老乡|发小|闺蜜|室友)"
)
"""Who sells or deals beside us: rivals, other teams of ours, friends."""
HEARSAY = re.compile(
    r"听[^,。;说讲]{0,6}[说讲]|听口气|听[^,。;]{1,6}的(?:意思|口气|口风)|道听途说|[群帖网报新]\w{0,3}里(?:说|传|都在|炸|有人)|同行群|业内|圈子里|朋友圈|公告里|报道|播报|电视台|公众号"
    r"|吹[,，说]|有人[说讲传]|都在传|(?:门卫|保安|路人|邻居)[^,。;]{0,4}(?:说|讲|告诉)|不知道(?:[报定签选]的|是?谁)|没证实|未经?证实|待核实|没核实|不属实|真假|内定"
)
"""Told by somebody who was not there, or not confirmed."""
DEMANDED = re.compile(r"(?:痛快|准)话|[是签定用选中][^,。;]{0,6}还是[没不定签选用跑黄]")
GENERAL = re.compile(
    r"甲方应|乙方(?:应|须|中标)|后须|须提交|之日起|应当于|须在|一律|一般(?!般)|通常|往往|平均|每[签丢成]|凡是|原则上|规矩|不成文"
)
COUNTED = re.compile(
    rf"累计|截[至止](?:目前|今|昨|[0-9一-十])|到目前|迄今|至今为止|总共|排行|排名第|完成率|转化率|签约额|销售额|业绩"
    rf"|当年(?!度)|想当初|[签交丢输试报演成单][约单用价示]?[了下来过]*{NUMBER}[个]?(?:家|单(?!价)|大单|客户)|[签][了下]+(?:个|一)?大单"
    rf"|签[了下]+(?!一)[0-9二两三四五六七八九十百几]+份|报价发了{NUMBER}份"
)
"""Several deals at once, a sum of them, or an old story."""
OWN_PURCHASE = re.compile(
    rf"(?<![跟和与给让叫被对向])(?:{US}|(?<![\u4e00-\u9fff])公司|行政(?!采购|部?主任))[^,。;]{{0,6}}"
    rf"(?:选了|换了|续了|续费|续签了|买了|租了|把[^,。;]{{1,10}}(?:换了|停了|退了|下了))"
    rf"|(?<![\u4e00-\u9fff])行政|(?<![\u4e00-\u9fff])公司(?:给|跟|和|买|租|付|续)|咱们?(?:食堂|公司|办公室)|供应商换了|代工厂|猎头"
    r"|我们?(?:小区|班|村|宿舍|楼|家|学校|爸|妈)"
)
"""We are the ones who buy."""
PAID_OUT = re.compile(
    rf"给(?!{US}|公司|您|你)[^,。;]{{1,10}}(?:付|打|转|汇|交)[了款]|(?<![\u4e00-\u9fff])(?:{US}|财务)(?:这边|已经?|刚|上午|下午|都)*付"
)
SHOWN_TO_US = re.compile(rf"[来给]{{1,2}}(?:给)?(?:{US}|公司|大家)(?:做|讲|演示|介绍|宣讲)")
OTHER_PAPER = re.compile(
    r"奖金|工资|补贴|津贴|提成|补助|退税|大赛|比赛|竞赛|评选|海选|考试|面试|(?:技术|保密|入场|安全|廉洁|竞业)协议|(?:送货|验收|回|出库|入库|登记|派工|收货|借用)单|登记|签到|意向书|备忘录|责任[状书]|军令状|告知书|同意书|意见书|竞业|劳动合同|劳务合同|审计合同|租[房赁]合?同|物业|保洁|补充协议|请假|加班单|报销"
)
"""Papers that are signed in every office and sell nothing."""
EXPIRED = re.compile("到期|过期")
KIND_OF_PAPER = re.compile("[\u4e00-\u9fff]{2,3}(?=#)")
"""车位合同: unlisted words before the word for a contract say which."""
NOT_SO = re.compile(r"(?:并?不是|不存在|不代表|不等于|不意味|不算|谈不上|别以为|没有?哪)[^,。;]{0,12}$")
TAKEN_BACK = re.compile(
    r"(?:临时|突然|忽然|又|却|结果|最后关头)[^,。;]{0,8}(?:再等|等等|反悔|变卦|不签|不要|缓|停|换人|飞|不算|推|没付|没签)|不算数|没付出去"
)
WHENEVER = re.compile(r"^[^,。;]{0,6}?(?:的时候|时候)")
BETWEEN_OTHERS = re.compile(
    rf"^(?!.*{US})(?P<one>[^,。;跟和与]{{2,12}})[跟和与](?P<other>[^,。;]{{2,10}}?)(?!.*都)(?:谈|签|达成|敲定|聊)"
)
KIN = re.compile(
    r"弟弟|哥哥|姐姐|妹妹|爷爷|奶奶|外[公婆]|舅舅|叔叔|阿姨|侄[子女]|外甥|[表堂][哥姐弟妹]|爱人|儿子|孙[子女]|闺女|对象"
)
AWARDED = re.compile(r"由(?!我|咱)[^,。;]{1,12}(?:中标|承建|中选|拿下)")
LONG_AGO = re.compile(
    r"上[回次](?!那|这|的|说|见|聊|拜访|报|来|去|演)|去年|前年|大前年|[前上]一年|早在|早年|当时|当初|曾经?|以前|[几两三四五六七八九十0-9]年前"
)
"""Won or lost then is an old story now."""
AMONG_US = re.compile(r"(?:跟|和|与)(?:仓库|车间|研发|产品|售后|运维|实施|行政|领导|同事|组里|内部)|^内部|[,。]内部把")
AGAIN_AND_AGAIN = re.compile(r"(?:答应|约|同意|说好)[^,。;]{0,4}了?[二两三四五六七八九十几好多]+来?[次回趟遍]")
"""Agreed three times is not agreed."""
CONCEDED = re.compile(r"([\u4e00-\u9fff])(?:倒|就|也)?是\1[了过]|待确认|待核|待定|存疑")
"""签是签了: what follows takes it back."""
REVIVED = re.compile("又?恢复|重启|又续|又活|又回来|又要|又找|挽回|救回|还有转机")
IN_PUBLIC = re.compile("(?:展会|发布会|博览会|峰会|论坛)上?[^,。;]{0,4}(?:演示|展示)了")
HOUSE_PLAN = re.compile("(?:分红|薪酬|提成|激励|考核|绩效|预案|活动|股权|值班|搬迁|年会|培训|放假|调整)方案|股东会")
ANOTHER_HAND = re.compile("(?<!我)(?<!我们)(?<!咱)手[里上头](?:的|那|有)")
"""陈姐手里那个客户: a colleague's."""
LEADING = re.compile(
    "^(?:一?整?[上下中]午|一天|刚刚?才?|已经?|又|还|先|今|昨|前|天|晚|早|这次|终于|总算|也|再|都|就是|然后|后来|最后|一直|直接|当面|成功|正式)+"
)
RECOMMENDED = re.compile("介绍|推荐|引荐|转给我")


def told_of_another_deal(fact: Fact, scene: Scene) -> bool:
    """The fact is said of a deal that is not ours, or of none in particular."""
    clause, skeleton = scene.clauses[fact.clause], scene.skeleton
    mates = [other for other in scene.clauses if other.sentence == clause.sentence]
    sentence = skeleton.words(mates[0].start, mates[-1].end)
    said = skeleton.words(clause.start, clause.end)
    if HEARSAY.search(sentence) or DEMANDED.search(sentence) or GENERAL.search(sentence) or COUNTED.search(sentence):
        return True
    if fact.rule.startswith("demo.trial") and EXPIRED.search(said):
        return True
    if AWARDED.search(said) or (not scene.told and (KIN.search(said) or AMONG_US.search(sentence))):
        return True
    if fact.rule.startswith(("signing.agreed", "demo.arranged")) and AGAIN_AND_AGAIN.search(sentence):
        return True
    if fact.value in ("won", "lost") and (LONG_AGO.search(sentence) or CONCEDED.search(sentence)):
        return True
    if fact.value == "lost" and REVIVED.search(sentence):
        return True
    if (fact.value in ("won", "lost", "contract_signing") and OTHER_PAPER.search(said)) or _misfits(
        fact, clause, scene, said
    ):
        return True
    if fact.value != "lost" and TAKEN_BACK.search(skeleton.text[fact.span[1] : skeleton.starts[mates[-1].end]]):
        return True
    return _ours_as_buyer(fact, scene, sentence) or _by_outsiders(fact, clause, scene, mates)


def _misfits(fact: Fact, clause: Clause, scene: Scene, said: str) -> bool:
    """不是已经定了, 嫌贵的时候: denied from afar, or said of any time."""
    skeleton = scene.skeleton
    before = skeleton.text[skeleton.starts[clause.start] : fact.span[0]]
    behind = skeleton.text[fact.span[1] : skeleton.starts[clause.end]]
    if fact.value != "lost" and NOT_SO.search(before):
        return True
    return not clause.dates and (
        WHENEVER.match(behind) is not None or "的时候" in said[fact.span[0] - skeleton.starts[clause.start] :]
    )


def _ours_as_buyer(fact: Fact, scene: Scene, sentence: str) -> bool:
    if scene.speaker == "customer":
        return False
    if fact.rule.startswith("paid") and PAID_OUT.search(sentence):
        return True
    if fact.value == "solution_demo" and SHOWN_TO_US.search(sentence):
        return True
    return OWN_PURCHASE.search(sentence) is not None


def _by_outsiders(fact: Fact, clause: Clause, scene: Scene, mates: Sequence[Clause]) -> bool:
    """A rival, another team or a friend does it; or two others do it with each other."""
    skeleton = scene.skeleton
    upto = skeleton.text[skeleton.starts[clause.start] : fact.span[1]]
    sentence = skeleton.text[skeleton.starts[mates[0].start] : fact.span[1]]
    if _rival_named(clause, scene) or ANOTHER_HAND.search(sentence):
        return True
    if fact.value == "lost" and not scene.told and _about_a_thing(fact, clause, scene):
        return True
    if fact.value == "lost":
        return re.match(OWN_TEAM, upto) is not None or (fact.rule.startswith(LOOSE) and not _of_a_sale(fact, scene))
    if fact.value == "negotiation" and any(THEIR_QUOTE.match(_undated(mate, scene)) for mate in mates):
        return True
    if fact.value == "won" and not scene.told and _about_a_thing(fact, clause, scene):
        return True
    if fact.rule.startswith("demo.done") and HOUSE_PLAN.search(upto):
        return True
    if fact.value == "solution_demo" and IN_PUBLIC.search(upto):
        return True
    reach = sentence if fact.value == "won" and not RECOMMENDED.search(sentence) else upto
    return OUTSIDER.search(reach) is not None or any(
        BETWEEN_OTHERS.match(_undated(mate, scene)) for mate in mates if mate.start <= clause.start
    )


def _about_a_thing(fact: Fact, clause: Clause, scene: Scene) -> bool:
    """打印纸下单了: before the deed stands a thing of every day, and nobody is named."""
    skeleton = scene.skeleton
    start, end = skeleton.starts[clause.start], fact.span[1]
    words = list(skeleton.text[start:end])
    papers = scene.skeleton.lexicon.marks("contract", "order")
    for at, (first, last) in skeleton.tokens.items():
        if start <= first < end:
            sign = "#" if skeleton.line[at] in papers else ","
            words[first - start : last - start] = sign * (last - first)
    for entity in skeleton.entities.values():
        if start <= entity.span[0] < end:
            words[entity.span[0] - start : entity.span[1] - start] = "," * (entity.span[1] - entity.span[0])
    left = "".join(words)
    if any(not FUNCTIONAL.search(kind[0]) for kind in KIND_OF_PAPER.finditer(left)):
        return True
    return any(left[at : at + long] in common_nouns() for long in (2, 3) for at in range(len(left) - long + 1))


def _undated(clause: Clause, scene: Scene) -> str:
    """The words of a clause, names as 某某, times left out."""
    named = scene.skeleton.lexicon.marks("cust", "person")
    return LEADING.sub("", MARK.sub(lambda mark: "某某" if mark[0] in named else "", clause.line))


def _rival_named(clause: Clause, scene: Scene) -> bool:
    """人家金格公司签了: who is so set apart is not the customer."""
    at = clause.line.find("人家")
    behind = clause.line[at + 2 : at + 4].lstrip(END)
    return at >= 0 and behind[:1] in scene.skeleton.lexicon.marks("cust")


def _of_a_sale(fact: Fact, scene: Scene) -> bool:
    """A customer, a person of theirs or a deal is in the message or was just before."""
    skeleton = scene.skeleton
    start, end = fact.span
    if skeleton.text[start : start + 1] in ("他", "她"):  # 她跟经纪公司签约了: who that is must have been said
        return any(not start <= entity.span[0] < end for entity in skeleton.entities.values())
    marks = skeleton.lexicon.marks(*OF_A_SALE)
    return (
        (scene.named if fact.rule.startswith("lost.other") else scene.told)
        or "人家" in skeleton.text
        or not frozenset(marks).isdisjoint(skeleton.line)
    )
