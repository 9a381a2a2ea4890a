"""WeCom 企业微信: one self-built app an account."""

from adapters.wecom.adapter import Adapter
from adapters.wecom.config import Config

__all__ = ["Adapter", "Config"]
