"""Routers of every handler, put together."""

from bot.routing import Router

router = Router()
