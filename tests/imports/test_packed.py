"""The head of an archive or a workbook is previewed as far as it goes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.packed import unpack_head
from chalicelib.imports.options import ImportOptions
from tests.imports.archives import PACKERS, zip_of
from tests.imports.mutants import Mutate, mutants
from tests.imports.workbooks import ods_of, xlsx_of

CSV = b"".join(b"A-%06d,Lamp %d\n" % (n, n * 7919 % 10007) for n in range(200_000))
PACKS: dict[str, Callable[[bytes], bytes]] = {
    **PACKERS,
    "zip": lambda raw: zip_of({"a.csv": raw, "b.csv": b"x"}),
}


@pytest.mark.parametrize("name", PACKS)
def test_start_of_an_archive_shows_the_start_of_its_text(name: str) -> None:
    found = unpack_head(PACKS[name](CSV)[: 256 * 1024], ImportOptions(), is_whole=False)
    assert (found.is_whole, found.encoding.codec) == (False, "utf-8")
    assert len(found.raw) > 1000
    assert CSV.startswith(found.raw)


@pytest.mark.parametrize("name", PACKS)
def test_whole_archive_shows_its_whole_text(name: str) -> None:
    text = "sku,name\nA,Läufer\n".encode("cp1252")
    found = unpack_head(PACKS[name](text), ImportOptions(member="a.csv"), is_whole=True)
    assert (found.raw, found.is_whole, found.encoding.codec) == (text, True, "cp1252")


@pytest.mark.parametrize("raw", [xlsx_of([["sku"], ["A"]]), ods_of([["sku"], ["A"]])])
def test_workbook_is_shown_only_as_a_whole(raw: bytes) -> None:
    found = unpack_head(raw, ImportOptions(), is_whole=True)
    assert (found.raw, found.is_whole) == (b"sku\nA\n", True)
    for part in (raw[:-1], PACKERS["gzip"](raw)[:-1], zip_of({"a.xlsx": raw})[:-1]):
        with pytest.raises(JobEndedError) as caught:
            unpack_head(part, ImportOptions(), is_whole=False)
        assert caught.value.code == "preview_unavailable"


def test_head_that_is_shorter_than_the_first_block_has_no_preview() -> None:
    with pytest.raises(JobEndedError) as caught:
        unpack_head(PACKS["bzip2"](CSV)[:1000], ImportOptions(), is_whole=False)
    assert caught.value.code == "preview_unavailable"


def test_other_member_than_the_first_needs_the_whole_archive() -> None:
    with pytest.raises(JobEndedError) as caught:
        unpack_head(PACKS["zip"](CSV)[:9000], ImportOptions(member="b.csv"), is_whole=False)
    assert caught.value.code == "preview_unavailable"


def test_several_files_of_a_whole_archive_are_named() -> None:
    with pytest.raises(JobEndedError) as caught:
        unpack_head(PACKS["zip"](CSV[:9]), ImportOptions(), is_whole=True)
    assert caught.value.code == "archive_has_several_files"


@pytest.mark.parametrize(
    "names",
    [
        ["__MACOSX/._a.csv", ".DS_Store", "a.csv"],
        ["README.txt", "a.csv"],
        ["images/1.jpg", "prices/a.CSV", "terms.pdf"],
        ["liesmich.txt", "a.txt"],
        ["readme.md", "a.dat"],
    ],
)
def test_only_likely_file_of_an_archive_is_read(names: list[str]) -> None:
    table = b"sku,name\nA-1,Lamp\n"
    files = {name: table if name.rpartition("/")[2][:2] == "a." else b"..." for name in names}
    assert unpack_head(zip_of(files), ImportOptions(), is_whole=True).raw == table


@pytest.mark.parametrize("name", PACKS)
@given(mutate=mutants(), is_whole=st.booleans())
def test_damaged_head_gives_text_or_a_clear_end(name: str, mutate: Mutate, is_whole: bool) -> None:
    try:
        unpack_head(mutate(PACKS[name](CSV[:300])), ImportOptions(), is_whole=is_whole)
    except JobEndedError as error:
        message = error.message
    else:
        message = "."
    assert message.endswith(".")
