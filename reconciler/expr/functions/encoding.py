"""Functions between text and its bytes (reference §2.1)."""

import base64
import binascii
from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function
from reconciler.values import Result

_ENCODINGS = {"Unicode": "utf-16-le", "ASCII": "ascii", "UTF8": "utf-8"}


def convert_to_base64(arguments: Arguments) -> Result:
    """Encode UTF-16LE, which .NET calls Unicode."""
    source = arguments.text(0)
    return None if source is None else base64.b64encode(_bytes(source, "utf-16-le")).decode()


def convert_from_base64(arguments: Arguments) -> Result:
    source = arguments.text(0)
    if source is None:
        return None
    name = arguments.text(1) if arguments.is_given(1) else "Unicode"
    encoding = _ENCODINGS.get(name or "")
    if encoding is None:
        raise EvaluationError(
            f"there is no encoding '{name}'", hint=f"Known are {', '.join(_ENCODINGS)}."
        )
    try:
        return base64.b64decode("".join(source.split()), validate=True).decode(encoding)
    except (binascii.Error, ValueError):
        raise EvaluationError(f"this is no {name} text in Base64") from None


def convert_to_utf8_hex(arguments: Arguments) -> Result:
    source = arguments.text(0)
    return None if source is None else _bytes(source, "utf-8").hex().upper()


def _bytes(source: str, encoding: str) -> bytes:
    """Encode; half a surrogate pair becomes a question mark, as in .NET."""
    return source.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode(encoding)


FUNCTIONS: Mapping[str, Function] = {
    "ConvertFromBase64": Function(
        convert_from_base64,
        "ConvertFromBase64(source, encoding)",
        "The text that Base64 stands for: Unicode (UTF-16LE, the default), ASCII or UTF8.",
        1,
        2,
        gives="text",
        words={1: frozenset(_ENCODINGS)},
        examples=(
            ('ConvertFromBase64("SABlAGwAbABvACAAdwBvAHIAbABkACEA")', "Hello world!"),
            ('ConvertFromBase64("SGVsbG8gd29ybGQh", UTF8)', "Hello world!"),
        ),
    ),
    "ConvertToBase64": Function(
        convert_to_base64,
        "ConvertToBase64(source)",
        "Base64 of the text in UTF-16LE.",
        1,
        1,
        gives="text",
        examples=(('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),),
    ),
    "ConvertToUTF8Hex": Function(
        convert_to_utf8_hex,
        "ConvertToUTF8Hex(source)",
        "The bytes of the text in UTF-8, as upper-case hexadecimal digits.",
        1,
        1,
        gives="text",
        examples=(('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421"),),
    ),
}
