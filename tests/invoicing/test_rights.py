"""Every act of every party, by people of every profile and every perimeter: who may is who should."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from habilis import AccessDenied, Perimeter
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.model.asked import Draft, PieceRef
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Piece
from habilis_server.world import Account, AccountState, Attachment, Record, Service
from tests.conftest import Figure
from tests.invoicing.depositor import UPLOADED
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import NOON, a_piece
