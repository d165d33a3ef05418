"""The hardest images: the pneumonias of the lowest scores, the normals of the highest."""

from collections.abc import Sequence

import numpy as np

MOST = 200
"""Of each; more are counted, not listed."""

Listed = list[tuple[str, str, float]]


def hardest(
    labels: np.ndarray, scores: np.ndarray, files: Sequence[str], kinds: Sequence[str]
) -> dict[str, Listed]:
    """List the hardest images: ``pneumonia`` from the lowest score up, ``normal`` from the highest down.

    Args:
        labels, scores: shape (n,).
        files, kinds: of every image, n.

    Returns:
        File name, kind and score of each, at most ``MOST`` of a class.

    Returns:
        File name, kind and score of each, at most ``MOST`` of a class.
    """
    order = np.argsort(scores, kind="stable")
    positives, negatives = order[labels[order] == 1][:MOST], order[::-1][labels[order[::-1]] == 0][:MOST]

    def listed(rows: np.ndarray) -> Listed:
        return [(files[row].rsplit("/", 1)[-1], kinds[row], float(scores[row])) for row in rows]

    return {"pneumonia": listed(positives), "normal": listed(negatives)}
