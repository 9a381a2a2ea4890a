"""Mailboxes that are read: IMAP, or a maildir on this machine. Nothing is ever sent from one."""

from adapters.email.adapter import Adapter, Told
from adapters.email.config import Config

__all__ = ["Adapter", "Config", "Told"]
