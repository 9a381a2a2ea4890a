"""What ``genjin init`` asks: of everybody, and for the platform that the team is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``secret``: it is typed unseen and kept in a file of its own."""

    key: str
    words: str
    default: str = ""
    optional: bool = False
    secret: bool = False

    @property
    def option(self) -> str:
        return f"--{self.key.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Platform:
    """``questions`` are for keys of its section of config.toml. ``needs_address``: it calls the bot, so that
    ``public_url`` must be reachable from outside."""

    label: str
    account_words: str
    questions: tuple[Question, ...]
    needs_address: bool = False
    template: tuple[str, str] = ("", "")
    """(package, file) of what is imported at the platform, and laid beside the configuration."""
    template_words: str = ""


PLATFORM = Question("platform", "团队用哪个：wecom 企业微信、dingtalk 钉钉、feishu 飞书", default="wecom")
ADMIN_NAME = Question("admin_name", "管理员的名字（例如 王芳）")
ACCOUNT = Question("account", "这个应用叫什么，会出现在回调地址里", default="main")
PUBLIC_URL = Question("public_url", "手机和平台打得开的地址（https://…，可以先空着）", optional=True)

PLATFORMS: Mapping[str, Platform] = {
    "wecom": Platform(
        "企业微信",
        "管理员在企业微信里的帐号（userid；不知道就空着，启动后认领）",
        (
            Question("corp_id", "企业 ID（「我的企业」页面底部）"),
            Question("agent_id", "应用的 AgentId"),
            Question("secret", "应用的 Secret", secret=True),
            Question("token", "「接收消息」里的 Token", secret=True),
            Question("aes_key", "「接收消息」里的 EncodingAESKey", secret=True),
        ),
        needs_address=True,
    ),
    "dingtalk": Platform(
        "钉钉",
        "管理员在钉钉里的 userId（不知道就空着，启动后认领）",
        (
            Question("client_id", "应用的 Client ID（开发者后台 → 凭证与基础信息）"),
            Question("client_secret", "应用的 Client Secret", secret=True),
        ),
        template=("adapters.dingtalk", "card-template.json"),
        template_words="卡片平台新建消息卡片 → 更多 → 导入，保存、发布，模板 ID 填进 card_template_id",
    ),
    "feishu": Platform(
        "飞书",
        "管理员在飞书里的 open_id（不知道就空着，启动后认领）",
        (
            Question("app_id", "应用的 App ID（开发者后台 → 凭证与基础信息）"),
            Question("app_secret", "应用的 App Secret", secret=True),
        ),
    ),
}


def asked_of(platform: str) -> tuple[Question, ...]:
    """All questions of that platform, in their order. Raises KeyError."""
    own = PLATFORMS[platform]
    user = Question("admin_user", own.account_words, optional=True)
    return (ADMIN_NAME, user, ACCOUNT, *own.questions, PUBLIC_URL)


KEYS = tuple(dict.fromkeys(one.key for name in PLATFORMS for one in (PLATFORM, *asked_of(name))))
"""Every key that may be given as an option."""
