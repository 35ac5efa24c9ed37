"""Functions that Entra leaves to chance (reference §2.4).

Here they follow from the value's seed (target, object, attribute) and their place in the
expression: a plan and its apply agree, and a run that is repeated changes nothing. So they are no
secret: whoever can read the YAML can compute them.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function, literal_number
from reconciler.expr.tree import Call
from reconciler.values import Result

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_CAPITAL = _LOWER.upper()
_SPECIAL = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
"""The special characters of Windows' password rule (reference §2.4)."""
_LONGEST = 256
_NAMESPACE = uuid.UUID("6f1d6f66-6b7c-5a55-9c0b-6f9f8a5a4a11")
_MINIMUMS = (1, 2, 3, 4)
"""The arguments that ask for digits, special characters, capitals and lower-case letters."""


def guid(arguments: Arguments) -> Result:
    return str(uuid.uuid5(_NAMESPACE, _seed(arguments)))


def random_string(arguments: Arguments) -> Result:
    """Return text of the length asked for, with at least so many characters of each kind."""
    length = arguments.number(0, "Length")
    least = [arguments.number(index, "a minimum") for index in _MINIMUMS]
    if (fault := _fault(length, least)) is not None:
        raise EvaluationError(fault)
    avoided = set(arguments.text(5) or "")
    kinds = [
        "".join(letter for letter in kind if letter not in avoided)
        for kind in (_DIGITS, _SPECIAL, _CAPITAL, _LOWER)
    ]
    wanted = [kind for kind, number in zip(kinds, least, strict=True) for _ in range(number)]
    asked = [kind for kind, number in zip(kinds, least, strict=True) if number]
    rest = "".join(asked or kinds)
    wanted += [rest] * (length - len(wanted))
    if not all(wanted):
        raise EvaluationError("CharactersToAvoid leaves nothing to choose from")
    numbers = _numbers(_seed(arguments), 2 * length)
    chosen = [kind[next(numbers) % len(kind)] for kind in wanted]
    # Sorted by further numbers, so that the kinds do not stand in a fixed order.
    order = [(next(numbers), place) for place in range(length)]
    return "".join(chosen[place] for _, place in sorted(order))


def _seed(arguments: Arguments) -> str:
    return f"{arguments.context.seed}#{arguments.column}"


def _numbers(seed: str, count: int) -> Iterator[int]:
    digest = hashlib.shake_256(seed.encode("utf-8", "surrogatepass")).digest(4 * count)
    return (int.from_bytes(digest[at : at + 4]) for at in range(0, 4 * count, 4))


def _fault(length: int, least: list[int]) -> str | None:
    if not 0 < length <= _LONGEST:
        return f"Length is from 1 to {_LONGEST}, and it is {length}"
    if min(least) < 0:
        return "a minimum cannot be less than 0"
    if sum(least) > length:
        return f"the minimums add up to {sum(least)}, and Length is {length}"
    return None


def _check(call: Call) -> str | None:
    numbers = [literal_number(call, index) for index in (0, *_MINIMUMS)]
    length, *least = numbers
    if length is None or None in least:
        return None
    return _fault(length, [number for number in least if number is not None])


FUNCTIONS: Mapping[str, Function] = {
    "Guid": Function(
        guid,
        "Guid()",
        "A GUID that follows from the object and the attribute; only with `apply: create`.",
        0,
        0,
        0,
        gives="text",
        varies="chance",
    ),
    "RandomString": Function(
        random_string,
        "RandomString(Length, MinimumNumbers, MinimumSpecialCharacters, MinimumCapital, "
        "MinimumLowerCase, CharactersToAvoid)",
        "Text that follows from the object and the attribute, so it is no secret; "
        "only with `apply: create`.",
        5,
        6,
        5,
        takes={0: "integer", 1: "integer", 2: "integer", 3: "integer", 4: "integer"},
        gives="text",
        check=_check,
        varies="chance",
    ),
}
