"""Every slash command in one registry."""

from bot.commands.registry import Registry

registry = Registry()
answer = registry.answer
