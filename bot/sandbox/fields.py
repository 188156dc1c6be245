"""Typed looks into a JSON object, with TDLib's words for what is wrong (tdutils JsonBuilder.cpp)."""

from __future__ import annotations

import re
from typing import Any

JsonObject = dict[str, Any]
_INTEGER = re.compile(r"-?\d+")


class FieldError(ValueError):
    """What is wrong with a field; callers put their own words in front."""


def string(value: JsonObject, name: str, default: str | None = "") -> str:
    """A text (a number gives its digits).  `default=None` makes the field required."""
    found = value.get(name)
    if name not in value or found is None:
        if default is None:
            if name in value:
                raise FieldError(f'Field "{name}" must be of type String')
            raise FieldError(f'Can\'t find field "{name}"')
        return default
    if isinstance(found, str):
        return found
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return str(found)
    raise FieldError(f'Field "{name}" must be of type String')


def boolean(value: JsonObject, name: str) -> bool:
    found = value.get(name)
    if found is None:
        return False
    if not isinstance(found, bool):
        raise FieldError(f'Field "{name}" must be of type Boolean')
    return found


def integer(value: JsonObject, name: str, default: int | None = 0) -> int:
    """A whole number, or a text of one.  `default=None` makes the field required."""
    found = value.get(name)
    if found is None:
        if default is None:
            raise FieldError(f'Can\'t find field "{name}"')
        return default
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise FieldError(f'Field "{name}" must be of type Number')
    if isinstance(found, float) or (isinstance(found, str) and not _INTEGER.fullmatch(found)):
        raise FieldError(f'Field "{name}" must be a valid Number')
    return int(found)


def number(value: JsonObject, name: str, default: float | None = 0.0) -> float:
    found = value.get(name)
    if found is None:
        if default is None:
            raise FieldError(f'Can\'t find field "{name}"')
        return default
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise FieldError(f'Field "{name}" must be of type Number')
    try:
        return float(found)
    except ValueError:
        raise FieldError(f'Field "{name}" must be of type Number') from None


def array(value: JsonObject, name: str, *, required: bool = False) -> list[Any] | None:
    found = value.get(name)
    if found is None:
        if required:
            raise FieldError(f'Can\'t find field "{name}"')
        return None
    if not isinstance(found, list):
        raise FieldError(f'Field "{name}" must be of type Array')
    return found


def table(value: JsonObject, name: str, *, required: bool = False) -> JsonObject | None:
    found = value.get(name)
    if found is None:
        if required:
            raise FieldError(f'Can\'t find field "{name}"')
        return None
    if not isinstance(found, dict):
        raise FieldError(f'Field "{name}" must be of type Object')
    return found
