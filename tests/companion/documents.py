"""Documents for the tests: PDFs as they should be, and as nobody should send them."""

import io
import zlib

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

__all__ = ["BAD_PDFS", "a_pdf", "locked_pdf", "signed_pdf"]


def a_pdf(pages: int = 1, note: str = "") -> bytes:
    """A PDF of blank pages; another note makes another document."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    writer.add_metadata({"/Subject": note})
    return _bytes(writer)


def signed_pdf() -> bytes:
    """A PDF with a field for a signature, deep in a group of fields."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=100, height=100)
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): TextStringObject("signature"),
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
        }
    )
    group = DictionaryObject(
        {
            NameObject("/T"): TextStringObject("group"),
            NameObject("/Kids"): ArrayObject([writer._add_object(field)]),
        }
    )
    page[NameObject("/Annots")] = ArrayObject([])
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([writer._add_object(group)]),
            NameObject("/SigFlags"): NumberObject(3),
        }
    )
    return _bytes(writer)


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.encrypt("secret", algorithm="RC4-128")
    return _bytes(writer)


def _bytes(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _bomb() -> bytes:
    """A table of objects that is a few kilobytes, and a hundred megabytes once unpacked."""
    packed = zlib.compress(bytes(100_000_000), 9)
    head = (
        b"%%PDF-1.5\n1 0 obj\n<</Type/XRef/Filter/FlateDecode/W[1 8 8]/Size 9999999"
        b"/Root 1 0 R/Length %d>>\nstream\n" % len(packed)
    )
    return head + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


BAD_PDFS = {
    "no PDF": b"this is a letter",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a page for a browser": b"<html>" + b" " * 2_000 + a_pdf(),
    "a head alone": b"%PDF-1.7\n",
    "a PDF cut short": a_pdf()[:200],
    "no page": _bytes(PdfWriter()),
    "locked": locked_pdf(),
    "a bomb": _bomb(),
    "rubbish that looks like objects": b"%PDF-1.4\n" + b"1 0 obj << /A " * 20_000 + b"%%EOF",
    "lists in lists": b"%PDF-1.4\n1 0 obj\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF",
}
