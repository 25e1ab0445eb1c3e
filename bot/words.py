"""Sentences for residents and staff go through gettext, so that another language can be added."""

import gettext

_translations = gettext.NullTranslations()


def _(sentence: str) -> str:
    """The sentence in the language of the deployment; Chinese is the source and the default."""
    return _translations.gettext(sentence)
