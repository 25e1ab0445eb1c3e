"""Everything that can happen: frozen dataclasses that hold ids, never text of residents."""
