"""Files: kept once, whole, by who may; a PDF is looked at, and nothing it holds stops the rest."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from habilis import Resource
from habilis_companion.errors import FileDamagedError, FileMissingError, FileRefusedError
from habilis_companion.files import (
    EXTENSIONS,
    LONGEST_NAME,
    MOST_BYTES,
    Files,
    Kept,
    need_name,
)
from habilis_companion.guard import Guard, Permit, UnaskedError, asks
from habilis_companion.pdf import Pdf, PdfReading
from tests.companion.answering import Habilis
from tests.companion.documents import BAD_PDFS, a_pdf, signed_pdf
from tests.conftest import Figure

Made = TypeVar("Made")
ACTION = "factures_emises.saisir_brouillon"


@pytest.fixture(scope="module")
def reading() -> Iterator[PdfReading]:
    with PdfReading() as reading:
        yield reading


@pytest.fixture
def files(tmp_path: Path, reading: PdfReading) -> Files:
    return Files(tmp_path / "files", reading)


def allowed(body: Callable[[Permit], Made]) -> Made:
    """What a method does that was allowed to."""

    @asks(ACTION)
    def method() -> Made:
        return body(Guard(Habilis()).ask("anna", ACTION, Resource(type="facture", id="F1")))

    return method()


def keep(files: Files, name: str, *parts: bytes, sha256: str = "") -> Kept:
    return allowed(lambda permit: files.keep(permit, name, parts, sha256=sha256))


def read(files: Files, digest: str) -> bytes:
    return allowed(lambda permit: files.read(permit, digest))


def on_disk(files: Files) -> list[Path]:
    return sorted(path for path in files._folder.rglob("*") if path.is_file())


def test_what_is_kept_is_read_back(files: Files) -> None:
    kept = keep(files, "lettre.txt", b"un", b"", b"deux")

    assert (kept.sha256, kept.size) == (hashlib.sha256(b"undeux").hexdigest(), 6)
    assert kept.pdf is None
    assert read(files, kept.sha256) == b"undeux"
    assert [path.relative_to(files._folder).parts for path in on_disk(files)] == [
        (kept.sha256[:2], kept.sha256[2:4], kept.sha256)
    ]


def test_the_same_content_is_once_on_the_disk(files: Files) -> None:
    first, second = keep(files, "a.pdf", a_pdf()), keep(files, "b.PDF", a_pdf())

    assert first == second
    assert len(on_disk(files)) == 1


def test_without_a_permit_nothing_is_written_and_nothing_is_read(files: Files) -> None:
    kept = keep(files, "lettre.txt", b"x")
    stranger = allowed(lambda permit: permit)

    for attempt in (
        lambda: files.keep(stranger, "autre.txt", [b"y"]),
        lambda: files.read(stranger, kept.sha256),
        lambda: allowed(lambda _: files.keep(stranger, "autre.txt", [b"y"])),
        lambda: allowed(lambda _: files.read(stranger, kept.sha256)),
    ):
        with pytest.raises(UnaskedError):
            attempt()
    assert len(on_disk(files)) == 1


NAMES = {
    "": "empty",
    "facture": "no accepted extension",
    "facture.": "no accepted extension",
    "facture.exe": "no accepted extension",
    "pdf": "no accepted extension",
    ".pdf": "a path",
    "..": "a path",
    "../facture.pdf": "a path",
    "a/b.pdf": "a path",
    "a\\b.pdf": "a path",
    "C:facture.pdf": "a path",
    "fac\x00ture.pdf": "U\\+0000",
    "fac\nture.pdf": "U\\+000A",
    "fac\u202eture.pdf": "U\\+202E",
    " facture.pdf": "space",
    "facture.pdf ": "space",
    "f" * (LONGEST_NAME - 3) + ".pdf": "at most 50",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_file_may_bear_is_refused(files: Files, name: str) -> None:
    with pytest.raises(FileRefusedError, match=NAMES[name]) as refused:
        keep(files, name, b"x")
    assert refused.value.field == "name"
    assert on_disk(files) == []


def test_a_name_that_is_accepted_is_accepted_in_any_case() -> None:
    for extension in EXTENSIONS:
        need_name(f"Situation n° 3.{extension.upper()}")
    need_name("f" * (LONGEST_NAME - 4) + ".pdf")
    need_name("archive.tar.gz")
    assert len(EXTENSIONS) == 35


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([], "is empty"),
        ([b"", b""], "is empty"),
        ([bytes(MOST_BYTES), b"x"], "more than"),
        ([bytes(MOST_BYTES + 1)], "more than"),
    ],
)
def test_content_that_is_too_little_or_too_much_is_refused(
    files: Files, parts: list[bytes], why: str
) -> None:
    with pytest.raises(FileRefusedError, match=why):
        keep(files, "x.txt", *parts)
    assert on_disk(files) == []


def test_what_never_ends_is_stopped_at_the_limit(files: Files) -> None:
    read_so_far = 0

    def endless() -> Iterator[bytes]:
        nonlocal read_so_far
        while True:
            read_so_far += 1
            yield bytes(1024 * 1024)

    with pytest.raises(FileRefusedError, match="more than"):
        allowed(lambda permit: files.keep(permit, "x.txt", endless()))
    assert read_so_far == 11
    assert keep(files, "x.txt", bytes(MOST_BYTES)).size == MOST_BYTES


def test_content_that_is_not_what_its_digest_says_is_refused(files: Files) -> None:
    good = hashlib.sha256(b"x").hexdigest()

    for digest in (hashlib.sha256(b"y").hexdigest(), good.upper(), "x"):
        with pytest.raises(FileRefusedError, match="not what its digest says"):
            keep(files, "x.txt", b"x", sha256=digest)
    assert on_disk(files) == []
    assert keep(files, "x.txt", b"x", sha256=good).sha256 == good


def test_an_interrupted_write_leaves_nothing_half(files: Files) -> None:
    def cut() -> Iterator[bytes]:
        yield b"the beginning"
        raise ConnectionError("the line was cut")

    with pytest.raises(ConnectionError):
        allowed(lambda permit: files.keep(permit, "x.txt", cut()))
    assert on_disk(files) == []


def test_what_was_abandoned_long_ago_is_given_up(files: Files, reading: PdfReading) -> None:
    old, young = files._aside / "old", files._aside / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    then = time.time() - 90_000
    os.utime(old, (then, then))

    Files(files._folder, reading)
    assert on_disk(files) == [young]


@pytest.mark.parametrize("damage", [b"", b"lettrE", b"lettre!"])
def test_damaged_content_is_told_and_mended_by_the_same_content(
    files: Files, damage: bytes
) -> None:
    kept = keep(files, "x.txt", b"lettre")
    files._place(kept.sha256).write_bytes(damage)

    with pytest.raises(FileDamagedError, match="not what was kept"):
        read(files, kept.sha256)
    keep(files, "x.txt", b"lettre")
    assert read(files, kept.sha256) == b"lettre"


@pytest.mark.parametrize("digest", ["", "0" * 64, "../" * 3, "0" * 63, "G" * 64, "0" * 64 + "\n"])
def test_a_file_that_is_not_there_is_told(files: Files, digest: str) -> None:
    with pytest.raises(FileMissingError, match="there is no file"):
        read(files, digest)


# PDFs


def test_a_pdf_is_told_by_its_pages_and_signatures(files: Files) -> None:
    assert keep(files, "a.pdf", a_pdf(3)).pdf == Pdf(pages=3, signed=False)
    assert keep(files, "b.pdf", signed_pdf()).pdf == Pdf(pages=1, signed=True)


@pytest.mark.parametrize("name", BAD_PDFS)
def test_what_is_no_pdf_to_be_read_is_refused(files: Files, name: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        keep(files, "facture.pdf", BAD_PDFS[name])
    assert refused.value.field == "content"
    assert on_disk(files) == []
    assert keep(files, "facture.pdf", a_pdf()).pdf == Pdf(pages=1, signed=False)


def test_a_document_that_takes_for_ever_is_given_up_and_the_next_is_read(
    tmp_path: Path, figure: Figure
) -> None:
    endless, good = tmp_path / "endless.pdf", tmp_path / "good.pdf"
    os.mkfifo(endless)  # who opens it waits for somebody who never comes
    good.write_bytes(a_pdf())
    with PdfReading(patience=0.5) as reading:
        began = time.monotonic()
        with pytest.raises(FileRefusedError, match="takes too much"):
            reading.look(endless)
        waited = time.monotonic() - began
    with PdfReading() as reading:
        assert reading.look(good).pages == 1
    assert waited < 60
    figure(f"given up after {waited:.1f} s")


def test_a_reader_that_died_is_replaced(tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(a_pdf())
    with PdfReading() as reading:
        assert reading.look(good).pages == 1
        assert reading._process is not None
        reading._process.kill()
        reading._process.wait()
        assert reading.look(good).pages == 1
