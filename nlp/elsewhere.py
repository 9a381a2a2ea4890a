"""Deeds that are no step of a deal of ours, though the words are those of selling: somebody else's sale, our own
purchase, a count, a rumour, a rule, a mention, a step taken back.

Frames say what a clause says; this says of whom. Where it cannot be ours, the reader keeps silent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from nlp.about import FUNCTIONAL
from nlp.clauses import Clause
from nlp.facts import Fact, Scene
from nlp.firsts import sought
from nlp.lexicon import ANY_MARK, END, Lexicon, common_nouns
from nlp.segment import unmarked

LATE = ("won", "lost", "contract_signing")
LOOSE = ("lost.other", "lost.phrase")
"""Rules whose words are also those of every day (没选上)."""
THEIR_QUOTE = re.compile(r"(?!.*[我咱])(?:某某|[^,。;给向]{1,6}(?:公司|厂家?|店|商|那边))[又也刚才]*(?:给|出|发)来?了")
"""物流公司给了报价: who gives it is not we."""
MARK = re.compile(ANY_MARK)
SURE_SIGNS = (
    "contract", "draft", "order", "thedeal", "dealword", "project", "payment", "amount", "bid", "role", "boss", "we",
    "he", "you", "signdone", "title", "dealsign",
)  # fmt: skip
OF_A_SALE = ("customerword", "dealword", "thedeal", "project", "order", "contract", "bid", "we")

US = "(?:我们|咱们?|我司|我方|我)"
OWN_TEAM = (
    "(?:[一二三四五六七八九十0123456789]|东|南|西|北|华.|销售|政企|渠道|国际|市场|产品|售后|研发|运营|人事|人力|电商|大客户)"
    "(?:部门?|[小一二三四五六]?组|大?区|团队|战队)"
)
"""Parts of a selling firm; those of a customer (设备部, 采购部, 信息科) are called by other work."""
_TO_WHOM = "跟和与被让给比对向找"
OUTSIDER = sought(
    rf"(?<![{_TO_WHOM}])(?:竞品|友商|竞争对手|对手|同行|对家|(?<!面)对面|隔壁|{OWN_TEAM}"
    rf"|[你他她]们?组|同事|新人|实习生|徒弟|师傅|冠军|(?:大学|高中|老)?同学|(?<!小)朋友(?!圈)|哥们|亲戚|邻居|老乡|发小|闺蜜|室友)"
    rf"|(?<=..)(?<![{_TO_WHOM}]..)(?:团队|分公司|办事处)(?!采购)"
)
"""Who sells or deals beside us: rivals, other teams of ours, friends."""
THEIR_TEAM = re.compile("(?:客户|对方|甲方|他们|院方|校方|业主)那?边?的?[^,。;]{0,4}(?:团队|部门?|组)")
"""Part of a customer, whatever it is called."""
OWN_PURCHASE = sought(
    rf"(?<![跟和与给让叫被对向知诉问请催找约邀求])(?:{US}|(?<![\u4e00-\u9fff])公司|行政(?!采购|部?主任))[^,。;]{{0,6}}"
    rf"(?:(?<!中)选了|换了|续了|续费|续签了|买了|租了|把[^,。;]{{1,10}}(?:换了|停了|退了|下了))"
    rf"|(?<![\u4e00-\u9fff])行政|(?<![\u4e00-\u9fff])公司(?:给|跟|和|买|租|付|续)|咱们?(?:食堂|公司|办公室)|供应商换了|代工厂|猎头"
    r"|我们?(?:小区|班|村|宿舍|楼|家|学校|爸|妈)"
)
"""We are the ones who buy."""
PAID_OUT = re.compile(
    rf"给(?!{US}|公司|您|你)[^,。;]{{1,10}}(?:付|打|转|汇|交)[了款]|(?<![\u4e00-\u9fff])(?:{US}|财务)(?:这边|已经?|刚|上午|下午|都)*付"
)
WITH_A_SUPPLIER = sought(
    r"(?:跟|和|与|(?<!合)同|给|找|付给|打给)[^,。;]{0,4}(?:供应商|房东|物流|快递|货代|车队|运营商|电信|移动公司|联通|银行|保险公司|律所|广告公司|劳务|外包|保洁|中介|代账|印刷厂|投资人|投资方|股东|员工|厂家|上游|代工|顺丰|德邦|中通|圆通|京东物流)"
    r"|(?:我们|咱们?|我司|我方)(?:才|就)?是(?:甲方|买方|采购方|客户)|(?:我们|咱们?|我司)自己(?:的|要|用|租|买|采购)|我们(?:it|财务|行政|采购|人事|后勤)(?!总)"
)
"""Whom a selling firm pays, or that it is the buyer itself."""
QUOTED_TO_US = re.compile(
    "(?:给|向|对)(?:我们|咱们?)(?:发|报|出|涨)[^,。;]{0,6}价|我们(?:自己|公司|出口|生产|内部)[^,。;]{0,3}用$"
)
BY_A_SUPPLIER = re.compile(
    r"(?:^|[,。;])[^,。;换]{0,4}(?:(?:供应商|厂家|上游|原料商|工厂)[^,。;]{0,3}(?:给|跟|对|向|报|涨|通知)|(?:供应商|上游|原料商)[^,。;]{0,2}(?:要|想|让|把))"
)
OUR_NEED = re.compile(
    r"(?:^|[,。;])(?:今年|明年|最近|现在)?(?:我们|咱们?|我司|公司|部门|单位|家里|我们公司|我们部门)[^,。;给跟和]{0,4}(?:要|想|准备|打算|计划|在)(?:上|换|买|采购|装|做|招|选)"
)
SHOWN_INSIDE = re.compile(
    r"(?:给|向|跟|为)(?:我们|咱们?)?(?:领导|老板|主管|经理|总监|大家|同事|部门|团队|研发|产品部|自己人|新人|公司)"
)
LENT = re.compile("贷款|按揭|借钱|借款合同")
SHOWN_TO_US = re.compile(rf"[来给]{{1,2}}(?:给)?(?:{US}|公司|大家)(?:做|讲|演示|介绍|宣讲)")
SMALL_FEE = re.compile("(?:快递|样品|打样|邮寄|测试|标书|停车|餐)费(?!.*(?:合同|首付|货款|定金|全款|尾款|预付))")
"""What is paid before there is a deal, or beside it."""
THEIR_OWN = sought(
    "(?:客户|他们|对方|人家|甲方|业主|某某)(?:那边)?(?:自己|自家)的?[^,。;我咱]{0,4}(?:单|项目|订单|生意|标|合同)"
    "|(?:恭喜|祝贺|恭贺)(?:客户|他们|对方|人家|甲方|某某)"
    "|(?:客户|他们|对方|人家|甲方|业主|某某)(?:公司|那边|家|也|又|刚|这次|今天|昨天|上周)*(?:中标|中了|丢了)(?!的?(?:是|通知)[^,。;]{0,4}[我咱])[^,。;我咱]{0,3}(?:个|一|省|市|大|地铁|工程)"
)
"""恭喜客户中标, 客户自己的单子黄了: a deal in which the customer sells."""
OTHER_PAPER = sought(
    r"(?:请购|申购|请款|付款|申请|审批|用车)单|标书[费款]|验收|家长[^,。;]{0,4}签字|(?:孩子|小孩)[^,。;]{0,6}签|奖金|工资|补贴|津贴|提成|补助|退税|大赛|比赛|竞赛|评选|海选|考试|面试|(?:技术|保密|入场|安全|廉洁|竞业|试用|测试|借用|借测|样机)协议|(?:送货|验收|回|出库|入库|登记|派工|收货|借用)单|登记|签到|意向书|备忘录|责任[状书]|军令状|告知书|同意书|意见书|竞业|劳动合同|劳务合同|审计合同|租[房赁]合?同|物业费|保洁|补充协议|请假|加班单|报销"
)
"""Papers that are signed in every office and sell nothing."""
KIND_OF_PAPER = re.compile("[\u4e00-\u9fff]{2,3}(?=#)")
"""车位合同: unlisted words before the word for a contract say which."""
BETWEEN_OTHERS = re.compile(
    rf"^(?=[^,。;跟和与]{{2,12}}[跟和与])(?!.*{US})(?!去|到|来|在|电话|微信|饭桌|线上|视频|当面|约|[^,。;跟和与]*(?:价|期|款|付|供|金|费|税|点|合同|条|保|量|细节|方案))(?P<one>[^,。;跟和与]{{2,12}})[跟和与](?P<other>[^,。;]{{2,10}}?)(?!.*都)(?:谈|签|达成|敲定|聊)"
)
KIN = re.compile(
    r"弟弟|哥哥|姐姐|妹妹|爷爷|奶奶|外[公婆]|舅舅|叔叔|阿姨|侄[子女]|外甥|[表堂][哥姐弟妹]|爱人|儿子|孙[子女]|闺女|对象"
)
KIN_DOES = re.compile("^我?(?:儿子|女儿|闺女|孩子|娃|老婆|老公|媳妇|爱人|侄子|外甥|我[爸妈弟哥姐妹])")
AWARDED = re.compile(r"由(?!我|咱)[^,。;]{1,12}(?:中标|承建|中选|拿下)")
INSIDERS = re.compile("质检|品控|研发|车间|仓库|实验室|生产部|产品部|工艺部")
OUR_SUPPLY = sought(
    "(?:原材料|原料|外包|外协|代工|展位|广告|投放|场地|物流|办公用品|模具|产学研)[^,。;]{0,6}(?:合同|协议|订单)"
    "|发?(?:各区域|各部门|各大区|各位|各门店|全员)"
)
"""What a selling firm buys itself, or hands to its own people."""
TEMPLATE = re.compile("模板|范本|范文")
THEIR_TEMPLATE = re.compile(
    "(?:他们|对方|甲方|客户|人家|贵司)[^,。;]{0,6}(?:模板|范本)|(?:模板|范本)[^,。;]{0,4}(?:客户|对方|甲方)"
    "|(?:模板|范本)[^,。;]{0,8}(?:[发给传寄]来|过来|收到|给了我|发我|发给我)"
)
"""A form of ours stands for no deal; theirs, when it is sent, does."""
HONOUR = re.compile("示范|高新|补贴|称号|牌照|摇号|专精特新|课题|奖[项励]?")
AMONG_US = re.compile(
    r"(?:跟|和|与)(?:仓库|车间|研发|产品|售后|运维|实施|行政|领导|同事|组里|内部)"
    r"|^内部(?!立项|审|流程|批|过会|评审|走|通过|都|也)|[,。]内部把"
)
IN_PUBLIC = re.compile(
    "(?:展会|发布会|博览会|峰会|论坛)上?[^,。;]{0,4}(?:演示|展示)了|参加了?[^,。;]{0,8}(?:发布会|大会|论坛|峰会)"
)
HOUSE_PLAN = sought("(?:分红|薪酬|提成|激励|考核|绩效|预案|活动|股权|值班|搬迁|年会|培训|放假|调整)方案|股东会")
ANOTHER_HAND = sought(
    "[跟和与](?:我|咱)们?[没无]关系|不关(?:我|咱)|是[小老阿][\u4e00-\u9fff]{1,2}[签谈跟做拿]的|[老小阿][\u4e00-\u9fff](?:的)?那[单个](?!客户)|(?<!我)(?<!我们)(?<!咱)手[里上头](?:的|那|有)"
)
"""陈姐手里那个客户: a colleague's."""
LEADING = re.compile(
    "^(?:一?整?[上下中]午|一天|刚刚?才?|已经?|又|还|先|今|昨|前|天|晚|早|这次|终于|总算|也|再|都|就是|然后|后来|最后|一直|直接|当面|成功|正式)+"
)
ADVERBS = frozenset({"最后", "后来", "当时", "时候", "人家"})
RECOMMENDED = re.compile("介绍|推荐|引荐|转给我")


def told_of_another_deal(fact: Fact, scene: Scene) -> bool:
    """The fact is said of a deal that is not ours, or of none in particular."""
    clause, skeleton = scene.clauses[fact.clause], scene.skeleton
    mates = scene.mates(clause)
    sentence = skeleton.words(mates[0].start, mates[-1].end)
    said = clause.words
    if (
        AWARDED.search(said)
        or (fact.value in ("won", "lost") and KIN_DOES.search(said))
        or (not scene.told and (KIN.search(said) or AMONG_US.search(sentence) or OUR_SUPPLY.search(sentence)))
    ):
        return True
    if fact.value == "contract_signing" and TEMPLATE.search(said) and not THEIR_TEMPLATE.search(said):
        return True
    if fact.rule.startswith("signing.bid") and HONOUR.search(sentence):
        return True
    undated = [_undated(mate, scene) for mate in mates]
    if fact.value in LATE and (OTHER_PAPER.search(said) or THEIR_OWN.search(",".join(undated))):
        return True
    if fact.value == "won" and SMALL_FEE.search(sentence) and "签" not in sentence:
        return True
    if scene.speaker != "customer" and _ours_as_buyer(fact, scene, mates, sentence, undated):
        return True
    return _by_outsiders(fact, clause, scene, mates, undated)


def _ours_as_buyer(fact: Fact, scene: Scene, mates: Sequence[Clause], sentence: str, undated: Sequence[str]) -> bool:
    if fact.value != "lost" and WITH_A_SUPPLIER.search(",".join(undated)):
        return True
    if fact.rule.startswith("paid") and PAID_OUT.search(sentence):
        return True
    if fact.value == "solution_demo" and SHOWN_TO_US.search(sentence):
        return True
    if fact.value == "negotiation" and (BY_A_SUPPLIER.search(sentence) or QUOTED_TO_US.search(sentence)):
        return True
    if fact.value == "needs_confirmed" and OUR_NEED.search(sentence):
        return True
    if not scene.told and not _a_customer_acts(scene, mates):
        inside = fact.value == "solution_demo" and (SHOWN_INSIDE.search(sentence) or INSIDERS.search(sentence))
        if inside:
            return True
    if not scene.told and LENT.search(sentence):
        return True
    return OWN_PURCHASE.search(sentence) is not None


def _by_outsiders(fact: Fact, clause: Clause, scene: Scene, mates: Sequence[Clause], undated: Sequence[str]) -> bool:
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
    if fact.value == "negotiation" and any(map(THEIR_QUOTE.match, undated)):
        return True
    if (
        fact.value == "won"
        and not scene.told
        and (_about_a_thing(fact, clause, scene) or not _of_some_deal(scene, mates))
    ):
        return True
    if fact.rule.startswith("demo.done") and HOUSE_PLAN.search(upto):
        return True
    if fact.value == "solution_demo" and IN_PUBLIC.search(sentence):
        return True
    if fact.value == "initial_contact" and RECOMMENDED.search(sentence):
        return False
    reach = sentence if fact.value == "won" and not RECOMMENDED.search(sentence) else upto
    upto_here = undated[: fact.clause - clause.first + 1]
    return OUTSIDER.search(THEIR_TEAM.sub("", reach)) is not None or any(map(BETWEEN_OTHERS.match, upto_here))


def _a_customer_acts(scene: Scene, mates: Sequence[Clause]) -> bool:
    """A word for the customer, or its kind with some name before it (和顺茶楼, not 幼儿园), stands in the sentence."""
    acting = _customers_acting(scene.skeleton.lexicon)
    return any(acting.search(mate.line) for mate in mates)


@lru_cache(maxsize=64)
def _customers_acting(lexicon: Lexicon) -> re.Pattern[str]:
    marks, kinds = lexicon.marks("customerword", "cust", "person"), lexicon.marks("orgkind")
    return re.compile(f"[{marks}]|客户|[\u4e00-\u9fff{END}][{kinds}]")


@lru_cache(maxsize=64)
def _sure_signs(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.marks(*SURE_SIGNS))


def _of_some_deal(scene: Scene, mates: Sequence[Clause]) -> bool:
    """A customer, a contract, an order or a payment is named in the sentence: 大闸蟹下单了 alone wins nothing."""
    marks = _sure_signs(scene.skeleton.lexicon)
    return _a_customer_acts(scene, mates) or any(not marks.isdisjoint(mate.line) for mate in mates)


def _about_a_thing(fact: Fact, clause: Clause, scene: Scene) -> bool:
    """打印纸下单了: before the deed stands a thing of every day, and nobody is named."""
    skeleton = scene.skeleton
    if fact.value in ("won", "lost") and _a_customer_acts(scene, [clause]):
        return False
    start, end = skeleton.starts[clause.start], fact.span[1]
    words = list(skeleton.text[start:end])
    papers, kinds = skeleton.lexicon.marks("contract", "order"), skeleton.lexicon.marks("orgkind")
    for mark in MARK.finditer(skeleton.line):
        first, last = skeleton.token(mark.start()) or (-1, -1)
        if start <= first < end and mark[0] not in kinds:
            sign = "#" if mark[0] in papers else ","
            words[first - start : last - start] = sign * (last - first)
    for entity in skeleton.entities.values():
        if start <= entity.span[0] < end:
            words[entity.span[0] - start : entity.span[1] - start] = "," * (entity.span[1] - entity.span[0])
    left = "".join(words)
    if any(not FUNCTIONAL.search(kind[0]) for kind in KIND_OF_PAPER.finditer(left)):
        return True
    runs = (left[at : at + long] for long in (2, 3) for at in range(len(left) - long + 1))
    return any(run in common_nouns() and run not in ADVERBS for run in runs)


def _undated(clause: Clause, scene: Scene) -> str:
    """The words of a clause, names as 某某, times left out."""
    return _without_times(clause.line, scene.skeleton.lexicon)


@lru_cache(maxsize=64)
def _without_times(line: str, lexicon: Lexicon) -> str:
    """Asked up to three times a clause, by one rule after the other."""
    return LEADING.sub("", unmarked(_named(lexicon).sub("某某", line)))


@lru_cache(maxsize=64)
def _named(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"[{lexicon.marks('cust', 'person')}]")


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
