"""What stands second in words of time: to look this up is quicker than to try the patterns of the first character."""

from __future__ import annotations

_FIRST_AND_SECOND = (
    "头:天一晌 那:天 同:一日 傍:晚 前:23三两一二儿半天年日晚 今:上下个中儿午后夜天年日早明晚晨 朝:早 夜:晚里间 "
    "半:个刻夜天小年星钟 晌:午 晏:昼 大:前后大寒年早晚暑清雪 中:元午旬秋 深:夜 凌:晨 后:儿半天年日晌晚 正:午月 "
    "上:z一上世个午半周季年旬星昼月礼 清:早明晨 下:z一下个午半周季工年旬星昼晌月班礼 午:后夜间 "
    "明:上下中儿午后夜天年日早晚晨 昨:上下中儿午夜天日早晚晨 听琴寻:日晚朝 次:个日月 翌:日 第:1234一三二四 转:天 "
    "当:夜天日晚月 收:假工 tT:EHMOUWehmouw yY:Ee dD:AEORaeor cC:HLOhlo xX:Mm sS:AEIPTUaeiptu nN:AEOaeo lLJ:AUau "
    "j:AUaui bB:ELel eE:ANOVanov mM:AIOaio vV:Aa h:Aao qQ:1234IiUu H:12Aa wW:EIei fF:EIOReior iI:Nn oO:CNcn pP:Aa "
    "z:u gkruGKRUZ: 夏:至 妇:女 国:庆际 护:士 双:1休十 龙:抬 腊:八月 霜:降 处:暑 植:树 鬼灯:节 农阳阴旧:历 愚情:人 "
    "冬:月至 重:阳 父母:亲 跨青去来:年 黑:五色 秋:分 感:恩 寒白:露 教医:师 儿:童 端:午阳 年:三中之以内初前后尾底末 "
    "记:者 新:年春 元:宵旦月 春:分节 消:费 万:圣 建:党军 光:棍 惊:蛰 谷:雨 芒:种 劳:动 除:夕 立:冬夏春秋 平:安 "
    "女:王神 复:活 圣:诞 小:寒年暑满长雪 雨:水 长放:假 假星:期 初:一七三九二五八六十四 本:z世个周季年星月礼 岁:尾末 "
    "季:中内初底度末 月:上下中内初头尾底最末 这:z一个周季星月礼 首:个季 呢:个 再:过 未:来 接:下 往:后 最:近 礼:拜 "
)
SECONDS = {
    first: seconds for firsts, seconds in (pair.split(":") for pair in _FIRST_AND_SECOND.split()) for first in firsts
}
"""By the character that a word of time begins with, all that may stand behind it; what is missing may have anything
behind it. A test holds this to every family of words."""
