"""Deeds that are mentioned but not told: within a description, a rule, a count, a rumour, an old story, or taken back.

`stages` asks this of every fact that a frame found; what is only mentioned puts no deal anywhere.
"""

from __future__ import annotations

import re
from datetime import timedelta

from nlp.clauses import Clause
from nlp.facts import Fact, Scene
from nlp.firsts import sought

CLOSING = ("won", "lost")
EARLY = ("initial_contact", "needs_confirmed", "solution_demo")
NUMBER = "(?:[0-9]+|[一二两三四五六七八九十百千几]+)多?"
HEARSAY = sought(
    r"外[面头边]都[说传讲]|听[^,。;说讲]{0,6}[说讲]|听口气|听[^,。;]{1,6}的(?:意思|口气|口风)|道听途说|[群帖网报新]\w{0,3}里(?:说|传|都在|炸|有人)|同行群|业内|圈子里|朋友圈|公告里|报道|播报|电视台|公众号"
    r"|吹[,，说]|有人[说讲传]|都在传|(?:门卫|保安|路人|邻居)[^,。;]{0,4}(?:说|讲|告诉)"
)
"""Told by somebody who was not there: what stands behind it (东立签了，听说金额不小) is told for sure."""
UNCONFIRMED = (
    "不知道(?:[报定签选]的|是?谁)|没证实|未经?证实|待核实|没核实|不属实|真假|真的假的"
    "|(?<!人家)(?<!是)(?<!早就)内定(?!了?[我咱])|谁[动改点标][了的]|怎么变成|听谁说|道听途说"
)
NOT_MINE = (
    "[跟和与](?:(?:我|咱)们?|[这本]次?[个单回次项]?目?)(?:没|无)关系?|没我们?(?:啥|什么)?事|不归我"
    "|是[小老][\u4e00-\u9fff](?:签|谈|拿|跟|做)(?:下来)?的"
)
"""是小马签的, 跟我没关系: a colleague's."""
DEMANDED = r"(?:痛快|准)话|[是签定用选中][^,。;]{0,6}还是[没不定签选用跑黄]"
GENERAL = (
    r"[,:。;]你(?:去|来|跟|盯|处理|对接|谈)(?:一?下|谈|吧|跟|盯)?$|甲方应|乙方(?:应|须|中标)|后须|须提交|之日起|应当于|须在|一律|一般(?!般)|通常|往往|平均|每[签丢成]|凡是|原则上|规矩(?<!老规矩)|不成文"
    r"|(?:案例|心法|技巧|经验|口诀)(?:(?<=^..)|(?<=[,。;]..))[:一二三四五第]|做(?:销售|业务)[^,。;]{0,3}年|第一次见[^,。;]{0,8}的$|(?:标准|标志|前提|条件|定义|含义)(?:就?是|为)|才算|才叫|不等于|不代表|不意味|的意思(?:就?是|为)|[都每]次都|政策[:,是]|(?:要|需|须|得)[^,。;]{0,4}审批"
)
AIMED_AT = re.compile(r"(?:本[周月季年]|下[周月季]|今年|个人)?(?:目标|计划|任务|预测|待办|安排)[:是]")
COUNTED = (
    rf"累计|截[至止](?:目前|今|昨|[0-9一-十])|到目前|迄今|至今为止|总共|排行|排名第|完成率|转化率|签约额|销售额|业绩"
    rf"|当年(?!度)|想当初|[签交丢输试报演成单][约单用价示]?[了下来过]*{NUMBER}[个]?(?:家|单(?!价)|大单|客户)|[签][了下]+(?:个|一)?大单"
    rf"|签[了下]+(?!一)[0-9二两三四五六七八九十百几]+份|[签赢输丢]单{NUMBER}[个家单]|签约{NUMBER}[个家单]|报价发了{NUMBER}份"
)
"""Several deals at once, a sum of them, or an old story."""
NO_TELLING = sought("|".join((NOT_MINE, UNCONFIRMED, DEMANDED, GENERAL, COUNTED)))
"""Any of these in its sentence, and a deed is not told: one look for all of them."""
LONG_AGO = sought(
    r"上[回次](?!那|这|的|说|见|聊|拜访|报|来|去|演)|(?<!从)(?<!自)(?:去年|前年)|大前年|[前上]一年|早在|早年|当时|当初|曾经?|以前|[几两三四五六七八九十0123456789]年前"
)
"""Won or lost then is an old story now."""
OLD_STORY = re.compile(
    "那[就都还]?是[^,。;]{0,6}(?:年|月|上次|上回|以前|之前|老)[^,。;]{0,3}的(?:事|单|合同|项目|账)"
    "|[是算]老黄历|陈年|旧账"
)
LONG_BEFORE = timedelta(days=150)
"""What is dated so far back is no news of a deal of now."""
AGAIN_AND_AGAIN = re.compile(r"(?:答应|约|同意|说好)[^,。;]{0,4}了?[二两三四五六七八九十几好多]+来?[次回趟遍]")
"""Agreed three times is not agreed."""
CONCEDED = re.compile(r"([\u4e00-\u9fff])(?:倒|就|也)?是\1[了过]|待确认|待核|待定|存疑")
"""签是签了: what follows takes it back."""
REVIVED = sought("又?恢复|重启|又续|又活|又回来|又要|又找|挽回|救回|还有转机|稳住|顶住|保住|拉回来|抢回来|扳回")
NEARLY = sought(
    "差一?点|快(?:要)?[黄丢输凉飞没]|险些|几乎|眼看|眼瞅|[就快]要|别给?[黄丢输]|怕|担心|免得|以免|避免|防止|万一|预感|迟早|早晚"
)
"""Lost only in fear."""
TERMS = sought(
    "(?:方式|条件|比例|节点|账期|月结|押一付|规矩|习惯|约定|按揭|合同[里上]?[写说])[^,。;]{0,12}[付结预]"
    "|[到后前时完期底内港单工格](?:再|一次|一起|全部?|就|才)?[付结]清(?!了)"
    "|(?:首付|首款|预付款?|定金|尾款|余款)[^,。;了到收打进转过付清结齐妥完]{1,8}(?:[,。;]|$)(?![^。;]*(?:到了|到账|收到|进账|[付打转汇交结]了))"
    "|(?:方式|条件|合同[里上]?)[^,。;]{0,6}约定"
)
"""How one is to pay, not that one paid: 首付三成, 货到付清, 账期60天月底结清."""
MOVED = sought("[了到来入进扫刷签]|成功|下单")
"""How one is to pay is told without any of these."""
STILL_TO_COME = sought("[就只还][差剩][^,。;]{0,6}(?:签|字|章|盖|审|批|董事长|老板|领导|总)|等[^,。;]{0,6}[签盖]")
"""Somebody has yet to sign."""
OTHER_FORM = sought(
    "(?:表|需求单|(?:退货|换货|返修|报损|退库|服务|变更|派工|维修|检修|工作|联系|任务|施工|交接|调拨|领料|盘点|对账|费用|整改|验收|确认|点检|交付)单|清单|图纸?|函|数据|记录|工单|纪要|报告|确认书)[^,。;]{0,6}签(?:字|了字|完字|个字|了|完)"
    "|签[了完好字]*(?:服务|变更|派工|维修|检修|工作|联系|任务|施工|交接|调拨|领料|盘点|对账|费用|整改|验收|确认|点检|交付)[单表书]"
)
"""They signed their name under something that is no contract."""
AFTER_SALE = re.compile("售后|报修|维修|巡检|签收")
EXPIRED = re.compile("到期|过期")
NOT_SO = re.compile(r"(?:并?不是|不存在|不代表|不等于|不意味|不算|谈不上|别以为|没有?哪)[^,。;]{0,12}$")
TAKEN_BACK = sought(
    r"(?:临时|突然|忽然|又|却|结果|最后关头)[^,。;]{0,8}(?:再等|等等|反悔|变卦|不签|不要|缓|停|换人|飞|不算|推|没付|没签|放鸽子|爽约|别人|别家|退|黄了)|不算数|没付出去|(?:发现|原来|才知道)是"
)
WHENEVER = re.compile(r"^[^,。;]{0,6}?(?:的时候|时候)")
FOLLOWED = re.compile(r"^(?:了?[之以]?后|之后|以后)(?![来续天面半台])(?!.*(?:了|已|过)[^。;]*$)")
"""收到首付款后我们排产: only when; nothing is told of it."""
FROM_THEN_ON = re.compile(
    r"^[去来过]*了?(?:之后|以后|后(?![来续天]))[^。;]{0,16}?(?:[要得再就才应须]|必须|应该|需要|多久|几天)(?!.*了$)"
)
"""报价发出去之后48小时内要跟进: a rule for any time, not a deed."""
DESCRIBED = re.compile(
    r"^用(?![印章])|^[了过完好到]*的(?:(?!是|,|。|;|$)[^,。;]{0,4}?)(?:客户|人|家|店|公司|项目|单子?|合同|协议|订单|报价单?|方案|截图|照片|通知|时候|那|这|事|版本?|流程|标准|前提|条件|消息|文件|名单|款项?|钱|设备|货|东西|机会|概率|几率|可能|理由|原因|难度|节奏|经验|技巧)"
)
"""签的那份, 中标的截图, 付了款的客户: the deed describes a thing; of the thing something else is told."""


def only_mentioned(fact: Fact, scene: Scene) -> bool:
    """The words stand there, and yet the message does not say that it happened in a deal of now."""
    clause, skeleton = scene.clauses[fact.clause], scene.skeleton
    mates = scene.mates(clause)
    sentence = skeleton.words(mates[0].start, mates[-1].end)
    if NO_TELLING.search(sentence) or AIMED_AT.match(sentence):
        return True
    upto = skeleton.text[skeleton.starts[mates[0].start] : skeleton.starts[clause.end]]
    if HEARSAY.search(upto) or (fact.value in EARLY and AFTER_SALE.search(upto)):
        return True
    if fact.rule.startswith("demo.trial") and EXPIRED.search(clause.words):
        return True
    if fact.rule.startswith(("signing.agreed", "demo.arranged")) and AGAIN_AND_AGAIN.search(sentence):
        return True
    old = sentence if fact.value in CLOSING else clause.words
    if fact.value in (*CLOSING, "contract_signing") and (
        LONG_AGO.search(old)
        or OLD_STORY.search(sentence)
        or any(when.end < scene.now - LONG_BEFORE for mate in mates for when in mate.dates)
    ):
        return True
    if fact.value in CLOSING and CONCEDED.search(sentence):
        return True
    if fact.value == "lost":
        return REVIVED.search(sentence) is not None or NEARLY.search(sentence) is not None or described(fact, scene)
    if fact.value == "won" and not MOVED.search(sentence) and TERMS.search(sentence):
        return True
    if fact.value == "won" and (STILL_TO_COME.search(sentence) or OTHER_FORM.search(sentence)):
        return True
    behind = skeleton.text[fact.span[1] : skeleton.starts[mates[-1].end]]
    return TAKEN_BACK.search(behind) is not None or _misfits(fact, clause, scene) or described(fact, scene)


def _misfits(fact: Fact, clause: Clause, scene: Scene) -> bool:
    """不是已经定了, 嫌贵的时候: denied from afar, or said of any time."""
    skeleton = scene.skeleton
    start, end = skeleton.starts[clause.start], skeleton.starts[clause.end]
    if NOT_SO.search(skeleton.text[start : fact.span[0]]):
        return True
    rest = skeleton.text[fact.span[1] : skeleton.starts[scene.clauses[-1].end]]
    if FROM_THEN_ON.match(rest) or FOLLOWED.match(rest.partition("。")[0]):
        return True
    behind = skeleton.text[fact.span[1] : end]
    return not clause.dates and (WHENEVER.match(behind) is not None or "的时候" in skeleton.text[fact.span[0] : end])


def described(fact: Fact, scene: Scene) -> bool:
    """The words describe a thing of which something else is told."""
    return fact.rule != "sealed.received.past" and DESCRIBED.match(scene.skeleton.text[fact.span[1] :]) is not None
