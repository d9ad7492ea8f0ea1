"""What is written: the part of a solicitation that its sender fills in."""

from dataclasses import dataclass

from habilis import Perimeter
from habilis_companion.attachments import FileRef

__all__ = ["Message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is written; what it does not say is None, "" or ().

    `recepteur` None: the support. What it is about is named by its number or by
    its id. Attachments are uploads of the person who writes.
    """

    category: str = ""
    subcategory: str = ""
    recepteur: Perimeter | None = None
    object_number: str = ""
    object_id: str = ""
    title: str = ""
    description: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    attachments: tuple[FileRef, ...] = ()
