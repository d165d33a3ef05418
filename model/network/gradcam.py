"""The heat map: Grad-CAM (Selvaraju et al. 2017) in closed form.

What is explained is pneumonia's log-odds, z = log(exp z1 + exp z2) - z0, of a network whose logits are means of
class maps M_c = sum_k w_kc A_k over positions p, each weighted by how far it is lung: z_c = sum_p l_p M_cp. The
gradient of z with respect to w_kc A_kp, over all its ways through the classes, gives

    L_p = ReLU(l_p sum_c (dz/dz_c) M_cp):

no gradient needs to be computed, and before the ReLU the positions add up to sum_c (dz/dz_c) z_c. With the same
weight everywhere, l_p = 1/Z, this is Grad-CAM (eq. 1 and 2); with weights that differ it is HiResCAM (Draelos and
Carin 2020, eq. 4), gradient and activation multiplied where they are. The network file has this as its second
output; here are the general form, to check it against, and how a map is scaled and drawn.
"""

import cv2
import numpy as np

VISIBLE = 0.15
"""Of the full scale: what stays below shows nothing, so that faint evidence is no wash over the anatomy."""


BRIGHT_FROM = 0.35
"""Of a colour map: the third below is dark, and would not be seen on dark lungs."""


def grad_cam(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Compute Grad-CAM from activations and gradients (Selvaraju et al. 2017, eq. 1 and 2).

    Args:
        activations: the last convolution's output, shape (height, width, channels).
        gradients: of the explained score with respect to it, same shape.

    Returns:
        The heat map, shape (height, width), not negative, in units of the score.
    """
    weights = gradients.mean(axis=(0, 1))
    return np.maximum(activations @ weights, 0)


def scale_heat(heat: np.ndarray, full_scale: float) -> np.ndarray:
    """Scale a heat map to a share of a fixed full scale, at most 1; float32 of its shape.

    The scale is the same for every radiograph, so that a normal one stays cold: dividing by each map's
    own maximum would paint its warmest spot, however faint, as red as a consolidation.

    Raises:
        ValueError: the scale is not positive.
    """
    if not full_scale > 0:
        raise ValueError(f"expected a positive full scale of the heat map; received {full_scale}.")
    return np.clip(heat / full_scale, 0, 1).astype(np.float32)


def enlarge_heat(heat: np.ndarray, width: int, height: int) -> np.ndarray:
    """Interpolate a coarse map to the radiograph's size; float32 of shape (height, width), 0 to 1."""
    smooth = cv2.resize(heat.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(smooth, 0, 1)


def drawn_heat(heat: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return a map, 0 to 1, as it is drawn: float32 of shape (height, width), 0 where it is at most ``VISIBLE``."""
    return np.maximum(enlarge_heat(heat, width, height) - VISIBLE, 0) / np.float32(1 - VISIBLE)


def colour_heat(heat: np.ndarray) -> np.ndarray:
    """Colour a map, 0 to 1, as an overlay, uint8 RGBA of shape (height, width, 4).

    Inferno, perceptually uniform and safe for colour-blind readers; the hotter, the more opaque, so
    that a cold region shows the radiograph alone.
    """
    levels = np.rint(heat * 255).astype(np.uint8)
    return np.dstack([colour_table(cv2.COLORMAP_INFERNO)[levels], levels])


def colour_table(colour_map: int) -> np.ndarray:
    """Return the bright part of one of OpenCV's colour maps, uint8 RGB of shape (256, 3), least evidence first."""
    levels = np.rint(np.linspace(255 * BRIGHT_FROM, 255, 256)).astype(np.uint8)[:, None]
    return cv2.cvtColor(cv2.applyColorMap(levels, colour_map), cv2.COLOR_BGR2RGB)[:, 0]
