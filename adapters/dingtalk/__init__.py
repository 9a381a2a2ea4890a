"""DingTalk 钉钉: one app with a robot an account."""

from adapters.dingtalk.adapter import Adapter
from adapters.dingtalk.config import Config

__all__ = ["Adapter", "Config"]
