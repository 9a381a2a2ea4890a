"""Words around a time that make it a deadline, a habit or a greeting."""

from __future__ import annotations

import re

from nlp.edges import firsts, lasts
from nlp.when.terms import NUM

HABIT = re.compile(
    r"(?:每(?:[一二两三四五六\d]个?(?:周|月)|个?(?:星期|礼拜|周)|个|逢|到|年|月|周|天|日|一个|年的|个月的?|个月)?|每?逢|隔"
    r"|(?:每?逢|每|(?:^|[\s,，。、]))[单双](?:[周月]的?)?|[每隔][单双]?周的|(?<![么那这样])(?:一般|通常|往往|经常|习惯)(?:是|在|都|于){0,2}"
    r"|平时|平日|工作日|日常|历年|往年"
    r"|(?:每[天日晚]|天天|每个?(?:工作日|周末)|每个?周[一二三四五六日])(?:早上?|上午|中午|下午|晚上?|傍晚|凌晨)?)$"
)
HABIT_ENDS = lasts(HABIT.pattern)
MAY_BE_HABIT = re.compile("[每逢隔单双平工日历往天般常惯]")
WISH = re.compile(r"(?:快乐|愉快|安康|吉祥|好(?=$|[,，。.!！~?？\s呀啊哦]|各位|大家|[一-龥]总))")
"""周末愉快 and 周一好 greet; they name no date."""
HABIT_AFTER = re.compile(
    rf"早?{NUM}点?(?:到)?晚{NUM}|早{NUM}|[\s,，]{{0,2}}(?:天天|每天|每周|每个?月|每年)|(?<=[末六日])[单双]休"
)
BY_THEN = re.compile(r"就(?:说|讲|提过|开始|在|已|答应|承诺|[^要会得能可给]{1,3}[过了](?!吧|再))")
"""国庆前就说要签 tells of something past; it sets no deadline."""
OPENING_HOURS = re.compile(
    r"\s?(?:早上?|上午)?\s?\d{1,2}(?::\d\d|点半?)\s?(?:-{1,2}|~|到|至)\s?(?:晚上?|下午)?\s?\d{1,2}(?::\d\d|点半?)"
    r"|\s?(?:都|正常)?(?:上班|营业|坐班|开门)"
)
"""The hours of every such day (周一至周五 9:00-18:00)."""
_CLOSINGS = "结束|收盘|下班|放假|放学|打烊|闭馆|关门|收工|散会|开盘|开会|开市|午休|上班|下课|熄灯"
DEADLINE_AFTER = re.compile(
    rf"\s?\)?(?:(?:{_CLOSINGS})?(?:之前|以前)|(?:{_CLOSINGS})前|前(?![台面期往后言端夕脚途头]|[一二两三\d]+[天日周]|不久|前)"
    r"|(?:之内|以内|内(?![部容存陆地勤科分外]))|(?:为止|截止|截稿|截标)|底?前(?=[要给把交发完])|(?i:\s?eod|\s?之前))"
)
DEADLINE_BEFORE = re.compile(
    r"(?:不晚于|不迟于|最迟|最晚|至迟|截止(?:日期|时间|日)?[到在是为]?|截至|赶在|不超过|(?i:(?<![A-Za-z])(?:by|before|until|due(?:\son)?|no\slater\sthan"
    r"|eod|cob|eob|end\sof\sday)(?:\sthe)?|deadline))[是为到在:]?\s{0,2}$"
)
DEADLINE_ENDS = lasts(DEADLINE_BEFORE.pattern)
MAY_BE_DEADLINE = re.compile("[不最至截赶A-Za-z]")
BEHIND = frozenset().union(*(firsts(one.pattern) for one in (WISH, HABIT_AFTER, OPENING_HOURS, DEADLINE_AFTER)))
"""What one of those that stand behind a time begins with."""
