"""Mutate a file's bytes."""

from random import Random

NUMBERS = (
    *(0, 1, 2, 7, 8, 16, 31, 32, 33, 64, 100, 127, 128, 255),
    *(256, 4096, 2**15, 2**16 - 1, 2**24, 2**31, 2**32 - 1),
)
"""Where widths, lengths and depths go over the edge."""
HEADER = 400
"""Bytes at the beginning, which decide how the rest is read."""


def mutated(whole: bytes, other: bytes, random: Random) -> bytes:
    """Return ``whole`` after one to six changes by chance; ``other`` is a second file, to take pieces from."""
    data = bytearray(whole)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        random.choice(_CHANGES)(data, other, random)
    return bytes(data)


def _place(data: bytearray, random: Random) -> int:
    """Return where to change: every second time in the header."""
    end = len(data) if random.random() < 0.5 else min(len(data), HEADER)
    return random.randrange(end + 1)


def _flip_bit(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    data[at : at + 1] = bytes(byte ^ (1 << random.randrange(8)) for byte in data[at : at + 1])


def _set_bytes(data: bytearray, _: bytes, random: Random) -> None:
    at, length = _place(data, random), random.randint(1, 8)
    data[at : at + length] = random.randbytes(length)


def _set_number(data: bytearray, _: bytes, random: Random) -> None:
    at, length = _place(data, random), random.choice((1, 2, 4))
    number = random.choice(NUMBERS) % 256**length
    data[at : at + length] = number.to_bytes(length, random.choice(("big", "little")))


def _add_to_byte(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    data[at : at + 1] = bytes((byte + random.choice((-1, 1))) % 256 for byte in data[at : at + 1])


def _cut_off(data: bytearray, _: bytes, random: Random) -> None:
    del data[_place(data, random) :]


def _cut_out(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    del data[at : at + random.choice((1, 2, 4, 8, 50))]


def _repeat(data: bytearray, _: bytes, random: Random) -> None:
    at, length = _place(data, random), random.choice((1, 2, 8, 50, 500))
    data[at:at] = data[at : at + length] * random.choice((1, 2, 8))


def _splice(data: bytearray, other: bytes, random: Random) -> None:
    at, start = _place(data, random), random.randrange(len(other) + 1)
    length = random.choice((4, 16, 64, len(other)))
    data[at : at + length] = other[start : start + length]


_CHANGES = (
    *(_flip_bit, _flip_bit, _set_bytes, _set_number, _set_number, _add_to_byte),
    *(_cut_off, _cut_out, _repeat, _splice),
)
