"""Long regular expressions put together from named parts."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"<([A-Z_]+)>")


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with each ``<NAME>`` replaced by its part, parts within parts too.

    Raises: KeyError for a name without a part.
    """
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda name: parts[name.group(1)], pattern)
    return pattern
