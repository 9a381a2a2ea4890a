"""考虑 taken apart (NLP-8): five behaviours tell whether who considers is keen. Pure."""

from __future__ import annotations

from bot.playbook.behaviours import BEHAVIOURS, shown

__all__ = ["BEHAVIOURS", "SIGNAL", "shown"]

SIGNAL = "considering"
