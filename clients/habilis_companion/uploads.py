"""Files that were handed in, and by whom: what a person names is what he has handed in himself.

A companion has one table of them beside its own:

    UPLOADS: Final = Uploads(upload_table(metadata))
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, select, true

from habilis_companion.attachments import FileRef
from habilis_companion.columns import TEXT, Moment
from habilis_companion.refusals import COMMON, CommonCode, Problem
from habilis_companion.store import ReadSession, WriteSession

__all__ = ["Upload", "Uploads", "upload_table"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person has handed in; `signed`: it is a PDF that somebody has signed."""

    file: FileRef
    signed: bool


def upload_table(metadata: MetaData) -> Table:
    """Where a companion notes who has handed in what."""
    return Table(
        "upload",
        metadata,
        Column("sha256", TEXT, primary_key=True),
        Column("subject", TEXT, primary_key=True),
        Column("name", TEXT, primary_key=True),
        Column("size", Integer, nullable=False),
        Column("signed", Boolean, nullable=False),
        Column("at", Moment, nullable=False),
    )


class Uploads:
    """What was handed in, as that table has it."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    def keep(self, session: WriteSession, subject: str, upload: Upload, at: datetime) -> None:
        """Note that this person has handed this file in; handed in twice it is noted once."""
        row = {**asdict(upload.file), "subject": subject, "signed": upload.signed, "at": at}
        session.insert_once(self._table, [row])

    def of(self, session: ReadSession, subject: str, file: FileRef) -> Upload | None:
        """The file as this person has handed it in under this name; None if he has not.

        A size of 0 is not compared.
        """
        upload = self._table
        theirs = select(upload.c.size, upload.c.signed).where(
            upload.c.sha256 == file.sha256,
            upload.c.subject == subject,
            upload.c.name == file.name,
            upload.c.size == file.size if file.size else true(),
        )
        row = session.connection.execute(theirs).one_or_none()
        return None if row is None else Upload(replace(file, size=row.size), row.signed)

    def handed_in(  # what is asked of a file is all of this
        self,
        session: ReadSession,
        subject: str,
        field: str,
        files: Sequence[FileRef],
        held: Collection[FileRef] = (),
        *,
        unsigned: bool = False,
    ) -> tuple[tuple[FileRef, ...], Sequence[Problem]]:
        """The files as this person has handed them in, and what is wrong with those he names.

        Those of `held` he may go on naming, whoever handed them in. `unsigned`:
        none of the others may be signed.
        """
        known: list[FileRef] = []
        wrong: list[Problem] = []
        for file in files:
            upload = None if file in held else self.of(session, subject, file)
            known.append(file if upload is None else upload.file)
            if upload is None and file not in held:
                told = f"`{file.name}` was not handed in by you; upload it"
                wrong.append(COMMON.problem(CommonCode.FILE_UNKNOWN, field, told))
            elif upload is not None and upload.signed and unsigned:
                told = f"`{file.name}` is signed; give the PDF without its signature"
                wrong.append(COMMON.problem(CommonCode.FILE_SIGNED, field, told))
        return tuple(known), wrong
