"""Whether a bare number is money, told by the words around it: a sum's name before or behind it, an "each"."""

from __future__ import annotations

import re

from nlp.edges import Before, Behind
from nlp.figures import IN_CODE, Said
from nlp.firsts import sought

_MEASURES = (
    "平方米?|平米|立方米?|公斤|千克|公里|人次|人份|课时|小时|组(?!合)|车位|点位|账号|席位|端口|户头|间房|门课|张床|床|[台套件个只支箱盒瓶桶"
    "袋包米吨斤平方张条双把份辆部块片根卷家店间人位年月天日晚次户栋幢层本单车站组吨亩颗粒头扇樘付副副趟节场顿"
    "集页幅批柜板罐坛提听扎捆筐篮串对款样种期版盏趟辆匹件缸垛针支艘尺寸斗杯碗桌席例剂瓦棵株头尾羽枚枝管孔芯路口门窗墙桩井槽炉锅匣匝圈环字]"
)
_THINGS = (
    "台套件人支批份箱吨斤辆架张根颗只双平米字步页篇名户座栋亩间票袋瓶盒桶组道公千毫微升克瓦伏安度粉"
    "位床车罐卷片层幢盘柜板樘扇盏匹缸艘杯碗桌例棵株尾羽枚枝"
)
COUNTED = re.compile(
    rf"\s?(?:多|来|余)?(?:[{_THINGS}]|包(?![安运邮干含括税送工年月季吃住])|把(?=[刀伞椅锁扫剪])|个(?!税)|方(?![案面便式向])|里(?![面头含])|家(?!里)|块(?=价签|[屏板砖玻])|条(?!款)|次(?!条)|头(?!款)|款(?=[式产商])|小时|像素|用户|会员|下载|播放|粉丝|英尺|英里|公里|流量|年|岁|分(?!期|批|两|三|次|开)|倍|种|级(?!别的?(?:项目|单|合同|预算|工程|订单|采购))|点赞|阅读"
    r"|单(?![价品个])|大军|兆|%|‰|折|转|赫兹|毫安|流明|师生|学生|员工|职工|人口|门店|订单量|单量|日活|月活)"
)
"""A thing is counted by the number."""
WATT = Behind(
    r"\s?(?:[A-Za-z0-9]|电|功率|充|快充|灯|瓦|激光|音[响箱]|屏|分辨率|高清|画质|显示|视频|摄像|投影|电视|内存|缓存|以上功率|风扇|主机|的(?:灯|LED|led|电机|喇叭|马达))"
)
_SUMS = (
    "折后|折下来|打完折|算下来|摊下来|底线|心理价位?|目标价|违约金|罚款|一共|总共|拢共|统共|加起来|"
    "优惠后|优惠价|活动价|促销价|原价|现价|折前|税前|税后|未税|不含税|含税价|报价单?|报的?|总价格?|价格|价钱|价|金额|合同额|合同价款?|合同总额|合同金额|总额|总计|合计|共计|预算|经费|单价|均价|底价|起步价|到手价|打包价?|最低价|"
    "成交价?|售价|零售价|批发价|出厂价|供货价|进货价|市场价|结算价|拿货价|一口价|年付|季付|半年付|货款|尾款|余款|欠款|首款|二期款|进度款|工程款|设备款|提货款|"
    "定金|订金|押金|首付款?|预付款?|预付|保证金|质保金|回款|到账|打款|付款|转账|汇款|结款|收款|应收|补贴|成本|费用|年费|月费|学费|运费|租金|月租|"
    "年租|月供|月付|电费|水费|气费|标书费|房款|车款|首年|次年|实付|应付|保费|保底|工费|工钱|人工费|安装费|服务费|维保费|实施费|加盟费|设计费|检测费|培训费|授权费|管理费|材料费|加工费|开模费|模具费|"
    "费|差价|补差|另收|另算|另付|另加|外加|订单额|单子|大单|盘子|标的|标底|限价|控制价|拦标价|中标价|最终价|收费|算你|算他|算我|算|赔偿|违约金|额度|授信|信用额度"
)
SUM_BEFORE = Before(
    rf"(?:{_SUMS})(?:一共|总共|大概|大约|差不多|控制在|[别不](?:能|要|可)?[低高]于|[别不](?:能|要|可)?超过|不到|最低|最多|最高|目前|现在|还有|这边|已经?|还|又|先|都|只|就|才|也|要|能|给|报|交|"
    r"付|收|占|下来|出来|完|好|打|转|差|欠|剩|到|退|补|定|谈|压|砍|卡|降|涨|调|改|做|拿|算|加|出|了|是|在|至|为|成|按|按照|各|约|我们?|他们?|您|你|:|\s){0,5}$"
)
"""The name of a sum, and at most small words between it and the number."""
_PAYING = Before(
    r"(?:转|付|报销|便宜|优惠|降|少|加|让|收|砍|压|打|卖|花|值|给|赚|亏|赔|退|缴|交|欠|差|剩|补|涨|贵|出|报|要|回|按|做到|谈到|压到|降到|涨到|"
    r"改到|调到|砍到|谈到|才|只要|得|最多|顶多|撑死)(?:[下的]?[那这])?(?:了|客户|人家|对方|到|在|至|的?是|为|成|个|大概|大约|约|差不多|就|才|要|能|我们?|他们?|您|你|:|\s){0,3}$"
)
"""A deed of paying or bargaining: enough before a number with a scale (降到五千)."""
_TAKEN_OFF = sought(
    r"输(?:给|了|在)[^,。;!?\d一二两三四五六七八九十]{0,8}$|(?:便宜|优惠|降|少|(?<!你)(?<!您)再?让|减|抹(?!零)|返|抹掉|扣|砍)(?:了|掉|下|去|出|个|我们?|他们?|您|你|点|大概|差不多|将近|整整|足足|\s){0,3}$"
    r"|(?:比[^,。;!?]{1,10}(?:低|高|贵|便宜|多|少)|(?<![价提])[贵高低涨](?=[了出])|(?<![太不很更最昂珍宝名高嫌真好])贵)(?:出|了|个|大概|差不多|将近|整整|足足){0,3}$"
)
"""By how much less or more: no sum of the deal."""
_RIVALS = re.compile(
    r"(?:别家|别人家?|友商|竞品|竞对|对手|对家|隔壁|另外?一家|对面|同行|其他家|外面|原厂)[^,。;!?]{0,8}?(?:报到了?|报价?|只要|才|卖|收|给|做到|出价?|开价?)[^,。;!?到]{0,4}$"
)
"""别家只要18万, 友商报了16万8: what others ask."""
_EACH = Before(
    rf"(?:(?:每|一|单)(?:(?:个|{_MEASURES}){{1,2}}|笔)|[这那]笔|(?:\d|[两三四五六七八九十])[晚桌]|半[天日年月]|按(?:人头|[人件只个台套])|(?:\d|[一二两三四五六七八九十百千])(?:个|{_MEASURES})(?:以上|以下|以内))(?:才|就|要|是|按|大概|只要|差不多|收|给|算|卖|报|得|[涨降跌]到|:|\s){{0,2}}$"
)
"""每台3200, 按人头68, 十台以上一千六百五."""
_ONE_OF_THEM = Before(rf"(?<![\d.])1(?:{_MEASURES})\s?$")
"""1吨8400."""
_EACH_SUM = Before(
    rf"(?:每|一|单)(?:个|{_MEASURES}){{1,2}}的?(?:{_SUMS})(?:才|就|要|是|按|大概|只要|差不多|收|给|算|:|\s){{0,2}}$"
)
"""一平米工费85: what is paid for each."""
_MEASURED = Before(r"[长宽高厚深粗径距重]度?(?:是|为|大概|约)?$")
_EACH_BEHIND = Behind(
    rf"(?:左右|上下|出头|不到|多)?(?:\s?[/／]\s?|[每一]|\s[每一](?![年月天日人次]))(?:个|{_MEASURES}|[A-Za-z]{{2,4}})(?![半直些定般再起])|包[年月季](?!数)"
)
_SUM_BEHIND = Behind(
    r"(?:左右|多|出头)?的?(?:尾款|余款|定金|订金|押金|首付|预付|违约金|罚款|补贴|货款|回款|保证金|质保金|运费|差价|是?最低(?!消费)|就?是底线|是底价|是我们底价|欠款|进度款|保底|年费|服务费|预算|的?老价|的?价格?|报价|授信|含税|不含税|包邮|包安装|到手|成交|全包|包干|包工包料|打包价?|[那这]一?笔|不能再[少低降便]|整(?=$|[,。;!?、)\s一]))"
)
_CLOSED = re.compile(r"\s?(?:$|[,。;!?、)\n\u4e00-\u9fff])")
_CODED_BEHIND = re.compile(
    rf"\s?(?:[A-Za-z0-9年月日号度点%％:/.\-版寸厘倍克升瓦折转]|(?:多|来|余)?(?:个|{_MEASURES})|行业|平台|系列|型)"
)


_ENDS = re.compile(r"\s?(?:$|[,。;!?、)\n])")
_FREE = re.compile(r"\s[\u4e00-\u9fff]")
"""到账 23,450 惠民药房."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_TO_THE_CENT = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{2}")


_MOVED = Before(r"(?:单价|均价|售价|价格?|报价)从\d[\d.,]*(?:元|块)?[降涨压砍调谈改让]{1,2}[到至为]$")
_UNIT_PRICE = Before(
    r"(?:底线|(?:批发|出厂|供货|零售|到手|含税|不含税|结算|拿货|开票|裸|成交|目标|心理|全|半|团购|会员|协议|学生|内部|员工)价|单价|均价|售价|单支|单个|单件)(?:从|是|为|到|按|只要|:|\s)?$"
)
_AGREED_AT = Before("[按照以]$")
_AGREED = Behind("(?:元|块)?(?:签|成交|走(?![了路])|结(?!果)|算|执行|开票|做|给|定|下单|打款|付)")
"""按68000签."""
_AT_THAT_PRICE = Behind("(?:左右|上下)?(?:能|可以|就|才|行|也|都|做得|做不|接|含|不含|起(?!步)|封顶|打底|以内)")
"""单价27能做: what can be done at it."""
_FROM_TO = Before(r"从$")
_BARGAINED_TO = Behind(
    "(?:元|块)?(?:直接|一路|一下|一口气|又|再|硬|慢慢){0,2}(?:砍|压|杀|降|谈|磨|让|还|涨|提|调|改|抬)(?:价)?(?:到|至|成)了?\\d"
)
_TO_FROM = Before(
    r"从\d[\d.,]*(?:元|块)?(?:直接|一路|一下|一口气|又|再|硬|慢慢){0,2}(?:砍|压|杀|降|谈|磨|让|还|涨|提|调|改|抬)价?[到至成]了?$"
)
"""从6800直接砍到5500: both are prices."""
_SHARE = re.compile("(?:税率|税点|比例|折扣|账期|质保|年限|工期|[人台套]数|数量)[^,。;]{0,3}从")
"""税率从13改成9."""
_MOVING = Before(rf"(?:{_SUMS})[从由]$")
_MOVED_BEHIND = Behind("(?:又|再|直接|一路)?[涨降砍压谈让磨提调改][到至成]")
_SUM_AND_STOP = Before(rf"(?:{_SUMS})[,;]\s?$")
_SUM_DONE_AND_STOP = Before(rf"(?:{_SUMS})(?:交|付|打|转|给|结|收|退)(?:了|完|掉|过去|过来){{0,2}}[,;]\s?$")
_TERM_AND_STOP = Before(
    r"(?:签|续|续费|续约|买|交|订|包)(?:了|的)?[一两三四五半\d]{1,2}(?:年|个月|个?季度?)[,;]\s?$|[账款钱](?:今天|昨天|刚刚?|已经?|都)?(?:付|结|还)?清了[,;]\s?$"
)
"""又签了一年,9800."""
_OF_A_LOAD = re.compile(rf"(?:一|每)(?:{_MEASURES})[\u4e00-\u9fff]{{1,3}}$")
"""一车煤7800: what so much of a thing costs."""


def is_a_sum_behind(text: str, at: int) -> bool:
    """The name of a sum stands here: 50块定金."""
    return _SUM_BEHIND.match(text, at) is not None


_OF_THEIR_FIRM = Before(
    "(?i:营收|营业额|年产值|产值|市值|注册资[本金]|年销售额|GMV|净利润?|融资|KPI|业绩目标|任务|指标)(?:大概|差不多|有|是|了|就|才|也|能|到|做到|达到|一年|去年|今年|:|\\s){0,3}$"
)
"""年营收30亿: how large a firm is, or what we are to reach."""
_THEIR_OFFER = Before("(?<![我们方司])(?:报的?|给的?|开的?|出的?)价?(?:是|到)?$")
_ADDED = Before("[加添抬]了?$")
_TO_THE_RESULT = Behind("(?:块|元)?钱?[,;]?(?:加|提|抬|涨)?(?:到|变成)了?[\\d一二两三四五六七八九十]")
"""又加了两千,到四万二: what it comes to counts."""
_THAN_OURS = re.compile("[^。!?]{0,4}[,;]?比(?:我们|咱们?|我方|我)的?[^,。;!?]{0,4}(?:低|便宜|高|贵|少|多)")
"""用友报的28万,比我们便宜: what a rival asks."""


def of_no_deal(text: str, said: Said) -> bool:
    """How much less or more something costs, or what others ask for it."""
    before = text[max(0, said.start - 24) : said.start]
    if _TAKEN_OFF.search(before) is not None or _RIVALS.search(before) is not None:
        return True
    if _OF_THEIR_FIRM.search(before) or (_ADDED.search(before) and _TO_THE_RESULT.match(text, said.end)):
        return True
    return _THEIR_OFFER.search(before) is not None and _THAN_OURS.match(text, said.end) is not None


def names_a_sum(text: str, said: Said) -> bool:
    """A number without currency and scale is money: 单价 1,280; 尾款还差6800; 一家4600; 6800尾款; 86000一套."""
    before = text[max(0, said.start - 16) : said.start]
    if _EACH_BEHIND.match(text, said.end) and (said.value >= 10 or said.value % 1):
        return not (re.search(r"[第共买有要订下出来装发送缺差]$", before) or _MEASURED.search(before))
    if _SUM_BEHIND.match(text, said.end) and said.value >= 100:
        return True
    if "," in text[said.start : said.end] and _stands_in_groups(text, said, before):
        return not IN_CODE.search(before)
    if said.value >= 100 and _AGREED_AT.search(before) and _AGREED.match(text, said.end):
        return True
    if said.value >= 10 and (
        (_FROM_TO.search(before) and _BARGAINED_TO.match(text, said.end))
        or (_TO_FROM.search(before) and _ENDS.match(text, said.end))
    ):
        return not (_CROWD.search(before) or _SHARE.search(before)) and "%" not in text[said.end : said.end + 12]
    if _MOVING.search(before) and _MOVED_BEHIND.match(text, said.end):
        return True
    if _MOVED.search(text[max(0, said.start - 24) : said.start]):
        return True
    if _UNIT_PRICE.search(before.removesuffix("从")) and (
        said.value % 1 or _ENDS.match(text, said.end) or _AT_THAT_PRICE.match(text, said.end)
    ):
        return True
    if _CODED_BEHIND.match(text, said.end) or not _CLOSED.match(text, said.end):
        return False
    if _EACH.search(before) and not re.search("第一[^一]{1,2}$", before) and not text.startswith("的", said.end):
        return _in_figures(text, said) and (said.value >= 10 or said.value % 1 != 0)
    if said.value >= 100 and _ONE_OF_THEM.search(before):
        return True
    if said.value >= 10 and _in_figures(text, said) and _EACH_SUM.search(before):
        return True
    if said.value >= 1000 and _SUM_AND_STOP.search(before):
        return True
    if said.value >= 100 and _TERM_AND_STOP.search(before) and _ENDS.match(text, said.end):
        return True
    if said.value >= 100 and text[said.start].isdecimal() and _OF_A_LOAD.search(before):
        return not before.endswith(("的", "共", "有", "第"))
    return said.value >= 100 and SUM_BEFORE.search(before) is not None


def _stands_in_groups(text: str, said: Said, before: str) -> bool:
    """12,800.50, or 23,450 that stands free."""
    if _TO_THE_CENT.fullmatch(text, said.start, said.end) and _CLOSED.match(text, said.end):
        return True
    stands_free = _ENDS.match(text, said.end) or (_FREE.match(text, said.end) and not COUNTED.match(text, said.end))
    return bool(_GROUPED.fullmatch(text, said.start, said.end) and stands_free and not _CROWD.search(before))


def _in_figures(text: str, said: Said) -> bool:
    return text[said.start].isdecimal() or "十" in text[said.start : said.end]


def scaled_is_money(text: str, said: Said) -> bool:
    """A number with a scale (二十万, 8千, 12k, 三百) is money where nothing is counted by it; a small scale needs a
    price, a payment or an "each" around it."""
    last, after = text[said.end - 1], said.end
    before = text[max(0, said.start - 16) : said.start]
    if _EACH_BEHIND.match(text, after):
        return not re.search(r"第$", before)
    if _SUM_BEHIND.match(text, after):
        return True
    if before.endswith(("从", "由")) and _MOVED_BEHIND.match(text, after):
        return True
    if _UP_TO.match(text, after) and said.scale >= 1000 and not _CROWD.search(before):
        return True
    if before.endswith("满") or COUNTED.match(text, after) or text.startswith(("分之", "折"), after):
        return False
    if last in "wWkK" and (WATT.match(text, after) or (last in "kK" and said.value in _OF_SCREENS_AND_LAMPS)):
        return False
    if said.scale >= 10**4:
        return not _NO_SUM_BEHIND.match(text, after) and not _CROWD.search(before)
    if last in "kK" or text[said.end - 2] in "kK":
        return not _CROWD.search(before)
    if _SUM_DONE_AND_STOP.search(before):
        return True
    if _A_DEAL_BEHIND.match(text, after):
        return True
    return bool(SUM_BEFORE.search(before) or _PAYING.search(before) or _EACH.search(before))


_OF_SCREENS_AND_LAMPS = frozenset((2000, 4000, 8000, *(n * 10**5 for n in (27, 30, 35, 40, 50, 57, 60, 65))))
"""4K is how fine a picture is, 5000K how warm a light."""
_A_DEAL_BEHIND = Behind(
    "(?:块|元)?(?:左右|上下|以内|不到|出头|多)?的(?:小|大|新|老)?(?:活儿?|单子|单(?![子位价元])|生意|项目|预算|合同|工程|订单|尾款|货款)"
)
"""七八千的小活."""
_UP_TO = Behind("(?:以内|以下|之内|封顶|打底|起步|包干|全包|搞定|拿下|打住|出头)(?=$|[,。;!?、 的就吧])")
"""八千以内, 五千包干: so a sum is bounded; 以上 counts people as often."""
_NO_SUM_BEHIND = Behind(r"[里分]|一(?![笔台个套分])|能[手胶量源耗级险表卡锁钥工]|岁|年|事|幸|物|般")
_CROWD = re.compile(
    r"(?:粉丝|涨粉|吸粉|掉粉|加粉|播放量?|浏览量?|阅读量?|下载量?|用户数?|功率|电压|电流|转速|扭矩|压力|温度|容量|精度|频率|内存|带宽|分辨率|保有量|供货量|出货量|人口|日活|月活|产能|年产|产量|销量|库存|面积|客流|访问量|曝光|点赞|寿命|转速|人次|流量|会员|行驶|跑了|公里数|里程)"
    r"[^,。;\d]{0,4}$"
)
"""Before a number with a scale: what is counted is no money (粉丝20万)."""
