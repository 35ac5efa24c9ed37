"""Unpack what came compressed, never more of it than asked for; pure.

httpx unpacks whatever comes, as often as the header says: 2 KB packed twice become a gigabyte.
"""

import zlib
from collections.abc import Iterable, Iterator

import httpx

ACCEPTED = "gzip, deflate"
"""What a server is told that we can unpack."""

_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER = zlib.MAX_WBITS | 32  # With the head of gzip or of zlib, whichever it has.
_AT_ONCE = 1 << 20
"""Bytes that are unpacked before somebody looks how many there are."""


def unpacked(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield the plain bytes of *chunks*, at least one piece for each; it may be empty.

    Raise `httpx.DecodingError` for a coding that nobody asked for, for two, and for broken data.
    """
    coding = coding.strip().lower()
    if coding in _PLAIN:
        return iter(chunks)
    if coding not in _PACKED:
        raise httpx.DecodingError(f"the answer is packed as {coding}, which nobody asked for")
    return _inflated(chunks)


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packed = zlib.decompressobj(_EITHER)
    try:
        for chunk in chunks:
            # What follows the end is read over, so that the connection can be used again.
            yield b"" if packed.eof else packed.decompress(chunk, _AT_ONCE)
            while packed.unconsumed_tail:
                yield packed.decompress(packed.unconsumed_tail, _AT_ONCE)
        yield packed.flush()
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
