"""Transcode a source of another encoding to UTF-8, the one encoding that later steps read.

A character that can't be decoded becomes a byte that UTF-8 never has. Only the records that contain
it are rejected later.
"""

import codecs
from collections.abc import Iterable, Iterator

from chalicelib.imports.csv.languages import PYTHON_CODECS


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    """Decode undecodable bytes to a lone surrogate, which is encoded as the byte 0xFF."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("mark-undecodable", _mark_undecodable)


def transcode(pieces: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """Yield UTF-8 for `pieces` of text in `codec`, cut anywhere."""
    decoder = codecs.getincrementaldecoder(PYTHON_CODECS.get(codec, codec))("mark-undecodable")
    for piece in pieces:
        yield _encode(decoder.decode(piece))
    yield _encode(decoder.decode(b"", final=True))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
