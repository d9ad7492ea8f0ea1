"""The chapters of the demonstration, in the order in which they are played."""

from typing import Final

from habilis_server.cli.demo.chapters.dossier import DOSSIER
from habilis_server.cli.demo.chapters.organisation import ORGANISATION

__all__ = ["CHAPTERS"]

CHAPTERS: Final = (ORGANISATION, DOSSIER)
"""Each is played on what those before it have made."""
