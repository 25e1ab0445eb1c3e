"""What people say and what the law calls it: words of the law that a question means but does not hold."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.errors import KnowledgeError
from knowledge.normal import Normal, bare

FILE = Path(__file__).with_name("lay_words.yaml")


class LayWords:
    """Immutable. Args: meant: by what people say, the words of the law."""

    def __init__(self, meant: Mapping[str, tuple[str, ...]]) -> None:
        self._meant = meant
        longest_first = sorted(meant, key=lambda said: (-len(said), said))
        self._said = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    @classmethod
    def load(cls, path: Path = FILE) -> "LayWords":
        """Read the table. Raises: KnowledgeError for a form that is wrong."""
        normal = Normal()
        try:
            rows = yaml.safe_load(path.read_text("utf-8"))
            return cls({
                bare(normal.clean(said)): tuple(bare(normal.clean(word)) for word in meant.split())
                for said, meant in rows.items()
            })  # fmt: skip
        except (OSError, yaml.YAMLError, AttributeError) as error:
            raise KnowledgeError(f"{path.name}: {error}") from error

    def of(self, plain: str) -> list[str]:
        """The words of the law that a plain question means, without those that it holds."""
        meant = (word for found in self._said.finditer(plain) for word in self._meant[found[0]])
        return [word for word in dict.fromkeys(meant) if word not in plain]
