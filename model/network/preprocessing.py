"""From a radiograph's pixels to the network's input; training and reading share it."""

import numpy as np
from PIL import Image


def network_input(pixels: np.ndarray, size: int) -> np.ndarray:
    """Resize a radiograph to the network's square.

    Args:
        pixels: float32 of shape (height, width), 0 (black) to 1 (white).
        size: side of the square in pixels.

    Returns:
        float32 of shape (size, size, 1), 0 to 255, not rounded: a 16-bit radiograph keeps its depth.

    The square ignores the aspect ratio, as the training images do. Of the usual filters, Pillow's
    antialiased triangle comes closest to how those were made from the published files.
    """
    image = Image.fromarray(np.ascontiguousarray(pixels, np.float32) * np.float32(255))
    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    return np.clip(np.asarray(image, np.float32), 0, 255)[..., None]
