"""Voices and pictures as a slice: what is said about them; their files go the way of their message."""

from bot.slice import Slice
from bot.work.facts import FileRefused
from handlers.media.chat import held, once, refused
from handlers.media.service import tell_refused

SLICE = Slice("media", listeners={FileRefused: (tell_refused,)}, holders=(held, refused), after=(once,))
