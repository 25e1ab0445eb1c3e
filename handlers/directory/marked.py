"""YAML whose values know their line, so that a fault can be found in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError


@dataclass(frozen=True)
class Marked:
    """A value of the file and the line it begins in.

    Attributes: value: a mapping of `Marked` by key, a list of `Marked`, or what YAML makes of a
    scalar; doubled: keys of the mapping that stand there twice.
    """

    value: Any
    line: int
    doubled: tuple[str, ...] = ()

    def fields(self) -> Mapping[str, "Marked"]:
        """The mapping; empty when it is none."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list["Marked"]:
        """The list; empty when it is none."""
        return self.value if isinstance(self.value, list) else []


class _Loader(yaml.SafeLoader):
    """Reads scalars as they stand: 'on' is no yes, 8:30 is no number of base sixty."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.endswith((":float", ":null"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_marked(path: Path) -> Marked:
    """Read a YAML file; numbers with a point are floats, all other scalars are text.

    Raises: SettingsError naming the file, and the line where YAML ends to be YAML.
    """
    try:
        loader = _Loader(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not readable as UTF-8 text: {error}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not readable as YAML: {error}") from error
    try:
        node = loader.get_single_node()
        return Marked({}, 1) if node is None else _marked(loader, node, 0)
    except (yaml.YAMLError, ValueError) as error:
        raise SettingsError(f"{path}: not readable as YAML: {error}") from error
    finally:
        loader.dispose()


_DEEPEST = 20


def _marked(loader: yaml.SafeLoader, node: yaml.Node, depth: int) -> Marked:
    line = node.start_mark.line + 1
    if depth > _DEEPEST:
        raise ValueError(f"line {line}: nested too deeply")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Marked] = {}
        doubled: list[str] = []
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                doubled.append(name)
            found[name] = _marked(loader, value, depth + 1)
        return Marked(found, line, tuple(doubled))
    if isinstance(node, yaml.SequenceNode):
        return Marked([_marked(loader, item, depth + 1) for item in node.value], line)
    return Marked(loader.construct_object(node), line)
