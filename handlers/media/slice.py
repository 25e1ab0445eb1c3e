"""Voices and pictures as a slice: what is said about them; their files go the way of their message."""

from bot.slice import Slice
from handlers.media.chat import held, once

SLICE = Slice("media", holders=(held,), after=(once,))
