"""The learned ranking: small nets of one hidden layer over a table of signals, whose scores are averaged.

Score of a row x in one net:  tanh(x A + s) b + x c. The nets differ only in where learning began.
"""

from dataclasses import dataclass

import numpy as np

from knowledge.law_search.postings import Floats


@dataclass(frozen=True)
class Nets:
    """Attributes: enter (nets, signals, hidden), shift (nets, hidden), leave (nets, hidden), straight (nets,
    signals)."""

    enter: Floats
    shift: Floats
    leave: Floats
    straight: Floats

    def score(self, table: Floats) -> Floats:
        """A score for each row of a table of signals; the best row of a net counts as nought."""
        hidden = np.tanh(np.matmul(table, self.enter) + self.shift[:, None, :])
        scores = np.matmul(hidden, self.leave[:, :, None])[:, :, 0] + self.straight @ table.T
        scores -= scores.max(axis=1, keepdims=True)
        found: Floats = scores.mean(axis=0)
        return found
