"""Feishu 飞书: one self-built app an account."""

from adapters.feishu.adapter import Adapter
from adapters.feishu.config import Config

__all__ = ["Adapter", "Config"]
