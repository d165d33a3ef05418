"""Alignments and maps of a made-up chest that is moved by a known transform."""

import cv2
import numpy as np
import pytest

from training.registration import affine_map, align, centre_maps, compose_maps, identity_map, invert_map


def ribbed_chest(height: int = 180, width: int = 200) -> np.ndarray:
    """Two dark lungs with seven ribs across, a bright spine, soft edges; float32, 0 to 1."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    image = np.full((height, width), 0.6, np.float32)
    for middle in (0.3, 0.7):
        lung = ((x / width - middle) / 0.16) ** 2 + ((y / height - 0.5) / 0.36) ** 2 < 1
        image[lung] = 0.2
    image += 0.15 * (np.cos((y + 0.12 * np.abs(x - width / 2)) * 2 * np.pi / 20) > 0.5)
    image[:, int(0.46 * width) : int(0.54 * width)] += 0.2
    return cv2.GaussianBlur(image, (0, 0), 1.2)


def moved(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return the image whose pixel at ``matrix`` of a place is the original's at that place."""
    return cv2.warpAffine(image, matrix, image.shape[::-1], borderMode=cv2.BORDER_REPLICATE)


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y]], np.float64)


@pytest.mark.parametrize("matrix", [shift(5, -7), shift(0, 0), np.array([[1.05, 0.03, -4.0], [-0.02, 0.97, 6.0]])])
@pytest.mark.parametrize("width", [200, 400])
def test_align_recovers_an_affine_transform_at_any_resolution(matrix: np.ndarray, width: int) -> None:
    image = ribbed_chest(180 * width // 200, width)
    found, similarity = align(image, moved(image, matrix))
    corners = np.array([[60, 50, 1], [width - 60, 50, 1], [60, 130, 1], [width - 60, 130, 1]])
    np.testing.assert_allclose(corners @ found.T, corners @ matrix.T, atol=0.6 * width / 200)
    assert 0.6 < similarity <= 1.001


def test_nothing_aligns_with_an_even_field() -> None:
    assert align(ribbed_chest(), np.full((180, 200), 0.5, np.float32))[1] < 0.05


def test_geometry_of_a_composite_is_the_mean_of_its_patients_not_the_reference() -> None:
    """The first patient lies 12 pixels right of the others: the mean lies an eighth of that off them."""
    away = [moved(ribbed_chest(), shift(12, 0))] + [ribbed_chest()] * 7
    maps = [affine_map(align(away[0], image)[0], (180, 200)) for image in away]
    centred = centre_maps(maps)
    offsets = [float((m - identity_map((180, 200)))[90, 100, 0]) for m in centred]
    np.testing.assert_allclose(offsets, [10.5] + [-1.5] * 7, atol=0.2)


def test_inverse_undoes_a_smooth_map() -> None:
    pixels = identity_map((80, 100))
    bent = pixels + 4 * np.sin(pixels[..., ::-1] / 15).astype(np.float32)
    back = compose_maps(bent, invert_map(bent))
    np.testing.assert_allclose(back[15:-15, 15:-15], pixels[15:-15, 15:-15], atol=0.1)
