"""Archives are unpacked as the usual programs do, in pieces, and a bad one has a clear end."""

import gzip
import struct
import tracemalloc
import zipfile
from collections import deque
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv import unpack
from chalicelib.imports.csv.unpack import StreamKind, find_stream, unpack_stream
from chalicelib.imports.csv.zips import find_member, open_zip, unpack_member
from tests.fakes.source import MemorySource
from tests.imports.archives import PACKERS, zip_of
from tests.imports.mutants import Mutate, mutants
from tests.imports.reading import cut

RAW = "sku,name\nA-1,Läufer\n".encode() * 1000
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]


def kind_of(packed: bytes) -> StreamKind:
    kind = find_stream(packed)
    assert kind
    return kind


def unpack_zip(packed: bytes, member: str | None = None, piece_bytes: int = 1000) -> bytes:
    with open_zip(MemorySource(packed, piece_bytes)) as archive:
        return b"".join(unpack_member(archive, find_member(archive, member)))


@pytest.mark.parametrize("name", PACKERS)
@given(raw=st.binary(max_size=200), times=st.integers(0, 3), piece_bytes=st.integers(1, 50))
def test_stream_in_pieces_gives_the_same_bytes(
    name: str, raw: bytes, times: int, piece_bytes: int
) -> None:
    packed = PACKERS[name](raw) + PACKERS[name](b"more") * times
    assert kind_of(packed) == name
    found = b"".join(unpack_stream(cut(packed, piece_bytes), kind_of(packed)))
    assert found == raw + b"more" * times


@pytest.mark.parametrize("name", PACKERS)
def test_large_stream_is_never_held_as_a_whole(name: str) -> None:
    packed = PACKERS[name](bytes(20_000_000))
    pieces = list(map(len, unpack_stream([packed], kind_of(packed))))
    assert (sum(pieces), max(pieces) <= unpack.PIECE_BYTES) == (20_000_000, True)


def test_nul_padding_after_a_stream_is_ignored() -> None:
    packed = gzip.compress(RAW) + bytes(512)
    assert b"".join(unpack_stream(cut(packed, 7), "gzip")) == RAW


@pytest.mark.parametrize("name", PACKERS)
def test_truncated_stream_says_so(name: str) -> None:
    packed = PACKERS[name](RAW)
    with pytest.raises(JobEndedError) as caught:
        list(unpack_stream([packed[:-9]], kind_of(packed)))
    assert caught.value.code == "archive_truncated"


@pytest.mark.parametrize("name", PACKERS)
@given(mutants())
def test_damaged_stream_gives_bytes_or_a_clear_end(name: str, mutate: Mutate) -> None:
    packed = PACKERS[name](RAW[:300])
    with suppress(JobEndedError):
        list(unpack_stream([mutate(packed)], kind_of(packed)))


@given(mutants())
def test_damaged_zip_gives_bytes_or_a_clear_end(mutate: Mutate) -> None:
    packed = zip_of({"a.csv": RAW[:300], "b.csv": b"x"})
    with suppress(JobEndedError):
        unpack_zip(mutate(packed), "a.csv")


def test_bomb_ends_early() -> None:
    packed = PACKERS["bzip2"](bytes(200_000_000))
    with pytest.raises(JobEndedError) as caught:
        for _ in unpack_stream([packed], "bzip2"):
            pass
    assert caught.value.code == "archive_suspicious"


def test_bomb_in_a_zip_ends_early_whatever_size_its_directory_declares() -> None:
    packed = bytearray(zip_of({"a.csv": bytes(unpack.RATIO_FREE_BYTES + 1)}))
    for declared in (None, 2**32 - 2):
        if declared:
            struct.pack_into("<I", packed, packed.rindex(b"PK\x01\x02") + 20, declared)
        with pytest.raises(JobEndedError) as caught:
            unpack_zip(bytes(packed), piece_bytes=unpack.PIECE_BYTES)
        assert caught.value.code == "archive_suspicious"


def test_bomb_in_a_zip_is_never_held_as_a_whole() -> None:
    packed = zip_of({"a.csv": bytes(100_000_000)}, zipfile.ZIP_BZIP2)
    tracemalloc.start()
    with pytest.raises(JobEndedError) as caught, open_zip(MemorySource(packed)) as archive:
        deque(unpack_member(archive, find_member(archive, None)), 0)
    most_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "archive_suspicious"
    assert most_bytes < 20_000_000


def test_file_of_a_zip_that_differs_from_what_was_packed_is_damaged() -> None:
    packed = zip_of({"a.csv": RAW}, zipfile.ZIP_STORED)
    with pytest.raises(JobEndedError) as caught:
        unpack_zip(packed.replace(b"A-1", b"A-2", 1))
    assert caught.value.code == "archive_broken"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("piece_bytes", [1, 10, 4096])
def test_only_file_of_a_zip_is_read(method: int, piece_bytes: int) -> None:
    files = {
        "data/": b"",
        "__MACOSX/._a.csv": b"junk",
        ".DS_Store": b"junk",
        "data/a.csv": RAW[:2000],
    }
    assert unpack_zip(zip_of(files, method), piece_bytes=piece_bytes) == RAW[:2000]


def test_member_of_a_zip_is_chosen_by_name() -> None:
    packed = zip_of({"a.csv": b"a", "b/b.csv": b"b"})
    assert unpack_zip(packed, "b/b.csv") == b"b"
    for member, code in ((None, "archive_has_several_files"), ("c", "archive_member_unknown")):
        with pytest.raises(JobEndedError) as caught:
            unpack_zip(packed, member)
        assert caught.value.code == code
        assert "'a.csv', 'b/b.csv'" in caught.value.message


def test_zip_without_files_says_so() -> None:
    with pytest.raises(JobEndedError) as caught:
        unpack_zip(zip_of({"folder/": b""}))
    assert caught.value.code == "archive_empty"


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [(6, 1, "archive_encrypted"), (8, 9, "archive_unsupported"), (8, 14, "archive_unsupported")],
)
def test_zip_that_needs_more_than_unpacking_says_so(place: int, value: int, code: str) -> None:
    packed = bytearray(zip_of({"a.csv": RAW}))
    directory = packed.rindex(b"PK\x01\x02")
    packed[place] = packed[directory + place + 2] = value
    with pytest.raises(JobEndedError) as caught:
        unpack_zip(bytes(packed))
    assert caught.value.code == code
    assert caught.value.message.count(". ") >= 1


def test_huge_directory_of_a_zip_is_not_read() -> None:
    packed = zip_of({f"{n:0100}": b"" for n in range(30_000)}, zipfile.ZIP_STORED)
    with pytest.raises(JobEndedError) as caught:
        open_zip(MemorySource(packed))
    assert caught.value.code == "archive_too_many_files"
