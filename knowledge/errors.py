"""What can be wrong with the knowledge files; messages are English, for authors and operators."""


class KnowledgeError(Exception):
    """A knowledge file cannot be used; the message says which, where and why."""


class ReadingError(KnowledgeError):
    """A content file does not follow the form.

    Args: file: its name; what: the fault; entry, field: where; line: counted from 1.
    """

    def __init__(self, file: str, what: str, *, entry: str = "", field: str = "", line: int = 0) -> None:
        parts = [file + (f":{line}" if line else "")]
        parts += [f"entry {entry}"] if entry else []
        parts += [f"field {field}"] if field else []
        super().__init__(f"{', '.join(parts)}: {what}")
        self.file, self.what, self.entry, self.field, self.line = file, what, entry, field, line


class TamperedError(KnowledgeError):
    """A pinned file differs from the one that was signed off."""
