"""Templates of pages: a slice's own, on one page that all of them share."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_SHARED = Path(__file__).parent / "templates"


def templates(folder: Path) -> Environment:
    """The templates of a folder, which may extend ``page.html``; a name that is not given is an error."""
    return Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
