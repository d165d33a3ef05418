"""``card.json`` as frozen dataclasses: every key is there and of its type, or the artefact is refused."""

import dataclasses
from typing import Any, get_args, get_origin, get_type_hints

from model.io.wording import quoted
from model.metrics.estimate import Estimate

RESTORE = "Restore model/artifact from the repository, or make it with python -m training.export."


class ArtifactMismatch(RuntimeError):
    """The network, its card or a file that belongs to them is missing or is another one."""


def keys(*names: str) -> dict[str, Any]:
    """Return metadata of a dataclass field that is filled from the first of these keys that the JSON has."""
    return {"keys": names}


def parsed(kind: Any, given: Any, where: str) -> Any:
    """Return a JSON value as a value of a type, in depth.

    Args:
        kind: a dataclass, whose fields are the keys of an object and optional where they have a default;
            ``Estimate[float]``; ``dict[str, T]``; ``list[T]``; ``T | None``; ``float``, ``int``, ``str``, ``bool``.
        given: what ``json.loads`` returned.
        where: the key, for the error.

    Raises:
        ArtifactMismatch: a key is missing, or its value is of another type.
    """
    if kind is Any:
        return given
    if dataclasses.is_dataclass(kind):
        return _parsed_object(kind, _checked(given, dict, where), where)
    container, inside = get_origin(kind), get_args(kind)
    if container is dict:
        return {key: parsed(inside[1], one, f"{where}.{key}") for key, one in _checked(given, dict, where).items()}
    if container is list:
        return [parsed(inside[0], one, f"{where}[{at}]") for at, one in enumerate(_checked(given, list, where))]
    if container is Estimate:
        bounds = _checked(given, dict, where)
        return Estimate(*(parsed(float, _at(bounds, (name,), where), where) for name in Estimate._fields))
    if type(None) in inside:
        return parsed(inside[0], given, where)
    return _checked(given, (int, float) if kind is float else kind, where)


def _parsed_object(kind: Any, given: dict[str, Any], where: str) -> Any:
    types, values = get_type_hints(kind), {}
    for field in dataclasses.fields(kind):
        names = field.metadata.get("keys", (field.name,))
        optional = (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
        if not (optional and given.keys().isdisjoint(names)):
            values[field.name] = parsed(types[field.name], _at(given, names, where), f"{where}.{names[0]}")
    return kind(**values)


def _at(given: dict[str, Any], names: tuple[str, ...], where: str) -> Any:
    for name in names:
        if name in given:
            return given[name]
    raise ArtifactMismatch(
        f"{where}: expected {' or '.join(names)}; received {', '.join(given) or 'nothing'}. {RESTORE}"
    )


def _checked(given: Any, kind: Any, where: str) -> Any:
    if isinstance(given, kind):
        return given
    named = "a number" if kind == (int, float) else f"a value of type {kind.__name__}"
    raise ArtifactMismatch(f"{where}: expected {named}; received {quoted(given)}. {RESTORE}")
