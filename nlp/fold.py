"""The text as the grammars read it: full-width to half-width, traditional to simplified, one code point to one.

Only characters that the grammars of dates, numbers and phones know are folded; spans stay those of the text as given.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\xa0": " "}
_TRADITIONAL = (
    "週周 點点 號号 後后 個个 開开 內内 兩两 雙双 紙纸 節节 這这 幾几 時时 鐘钟 鍾钟 從从 過过 國国 慶庆 勞劳 動动 "
    "陽阳 陰阴 農农 曆历 歷历 晝昼 禮礼 間间 達达 遲迟 對对 還还 當当 將将 來来 與与 發发 會会 現现 萬万 億亿 "
    "圓圆 塊块 錢钱 幣币 歲岁 婦妇 兒儿 聖圣 誕诞 師师 親亲 軍军 建建 黨党 臘腊 月月 舊旧 闇暗 剛刚 說说 錯错 "
    "應应 該该 約约 訂订 給给 寄寄 簽签 見见 談谈 聯联 絡络 電电 話话 機机 傳传 真真 線线 轉转 門门 單单 價价 "
    "報报 預预 貨货 產产 業业 認认 沒没 為为 買买 賣卖 繼继 續续 結结 終终 頭头 隻只 條条 張张 臺台 "
    "聽听 尋寻 夠够 長长 類类 輛辆 層层 樓楼 廳厅 館馆 區区 縣县 鎮镇 課课 廠厂 車车 頁页 遊游 總总 關关 "
    "擬拟 準准 備备 問问 題题 個个 離离 處处 審审 評评 實实 際际 辦办 陸陆 參参 貳贰 佰百 仟千 拾十 "
    "〇零 ○零 年年 廿廿 幺一 賬账 帳账 戶户 導导 導导 黃黄 贏赢 購购 陳陈 劉刘 趙赵 吳吴 孫孙 馬马 許许 鄭郑 謝谢 鄧邓 "
    "馮冯 蕭萧 蔣蒋 葉叶 閻阎 鐵铁 錄录 選选 週周 檔档 壞坏 嗎吗 麼么 讓让 請请 訪访 請请 寫写 "
    "計计 劃划 爭争 記记 煩烦 須须 務务 試试 經经 "
)
_TABLE = _WIDE | {pair[0]: pair[1] for pair in _TRADITIONAL.split() if pair[0] != pair[1]}
_TABLE |= dict.fromkeys("〜∼～﹣−–—―‐‑", "-") | dict.fromkeys("﹕∶", ":") | {"￥": "¥", "￡": "£", "·": "."}


_STRANGE = re.compile(f"[{re.escape(''.join(_TABLE))}]")
"""A character that is changed: to look for these few is quicker than to look each of a text up."""


@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """The text in half-width and simplified characters; as long as the text, code point for code point."""
    return _STRANGE.sub(_folded, text.replace("，", ",").replace("？", "?").replace("：", ":"))


def _folded(strange: re.Match[str]) -> str:
    return _TABLE[strange[0]]
