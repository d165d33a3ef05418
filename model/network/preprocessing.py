"""From a radiograph's pixels to the network's input; training and reading share it."""

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array


def network_input(pixels: np.ndarray, size: int) -> np.ndarray:
    """Resize a radiograph to the network's square.

    Args:
        pixels: float32 of shape (height, width), 0 (black) to 1 (white).
        size: side of the square in pixels.

    Returns:
        float32 of shape (size, size, 1), 0 to 255, not rounded: a 16-bit radiograph keeps its depth.

    The square ignores the aspect ratio, as the training images do. Of the usual filters, the antialiased triangle
    comes closest to how those were made from the published files. It is Pillow's ``BILINEAR``, as two products
    with sparse matrices, which are faster.
    """
    height, width = pixels.shape
    squeezed = np.asarray(pixels, np.float32)
    if height != size:
        squeezed = triangle_filter(height, size) @ squeezed
    if width != size:
        squeezed = (triangle_filter(width, size) @ squeezed.T).T
    return np.clip(squeezed * np.float32(255), 0, 255)[..., None]


@lru_cache(maxsize=64)
def triangle_filter(length: int, size: int) -> csr_array:
    """Return the antialiased triangle as a matrix, float32 of shape (size, length), whose rows add up to 1.

    Each target position averages what lies within one target pixel either side of its centre or, where the target
    is larger, interpolates between its two neighbours.
    """
    scale = length / size
    reach = max(scale, 1.0)
    centres = (np.arange(size) + 0.5) * scale
    first = np.maximum((centres - reach + 0.5).astype(int), 0)
    last = np.minimum((centres + reach + 0.5).astype(int), length)
    columns = np.concatenate([np.arange(low, high) for low, high in zip(first, last, strict=True)])
    rows = np.repeat(np.arange(size), last - first)
    weights = np.maximum(1 - np.abs((columns + 0.5 - centres[rows]) / reach), 0)
    weights /= np.bincount(rows, weights)[rows]
    return csr_array((weights.astype(np.float32), (rows, columns)), shape=(size, length))
