"""What comes compressed is unpacked a piece at a time, once, and as it was asked for."""

import gzip
import zlib

import httpx
import pytest

from reconciler.scim.http.unpack import unpacked

TEXT = b'{"userName": "ada"}' * 1000
MUCH = gzip.compress(b"0" * (64 << 20))


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        (" X-GZip ", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_any_way_of_packing_gives_the_text(coding, content, size):
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    assert b"".join(unpacked(chunks, coding)) == TEXT


def test_no_piece_is_large_however_well_it_was_packed():
    sizes = [len(piece) for piece in unpacked([MUCH], "gzip")]
    assert max(sizes) <= 1 << 20
    assert sum(sizes) == 64 << 20


def test_what_follows_the_end_is_read_over():
    chunks = [gzip.compress(TEXT), b"more", b"and more"]
    assert b"".join(unpacked(chunks, "gzip")) == TEXT


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "gzip,identity"])
def test_what_nobody_asked_for_is_refused(coding):
    with pytest.raises(httpx.DecodingError, match="nobody asked for"):
        unpacked([MUCH], coding)


def test_broken_data_are_named():
    with pytest.raises(httpx.DecodingError):
        list(unpacked([b"no"], "gzip"))
