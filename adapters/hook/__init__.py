"""Other systems that push what they know over signed HTTP: one secret a system."""

from adapters.hook.adapter import Adapter
from adapters.hook.config import Config

__all__ = ["Adapter", "Config"]
