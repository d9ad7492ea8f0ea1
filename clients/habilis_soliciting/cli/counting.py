"""« Tableau de bord » and « Statistiques »: how many there are, and how long they waited."""

import typer

from habilis.v1 import soliciting_pb2
from habilis_companion.command_line.options import Json, spread
from habilis_companion.command_line.output import as_json
from habilis_companion.command_line.place import asking
from habilis_companion.command_line.shapes import shape_of
from habilis_soliciting.cli.criteria import Narrowed
from habilis_soliciting.cli.page import tell_dashboard, tell_statistics
from habilis_soliciting.cli.place import Looker, Place

__all__ = ["app", "dashboard", "statistics"]

app = typer.Typer(add_completion=False)


@app.command("dashboard")
@spread
def dashboard(looker: Looker, place: Place, narrowed: Narrowed, *, json: Json = False) -> None:
    """« Tableau de bord »: how many solicitations there are, by state and by age."""
    criteria = narrowed.criteria()
    with asking(place, json=json) as client:
        rows = client.get_solicitation_dashboard(criteria, **looker.terms(place))
    if json:
        as_json({"etats": {row.etat: row.counts for row in rows}})
    else:
        tell_dashboard(rows)


@app.command("statistics")
@spread
def statistics(looker: Looker, place: Place, narrowed: Narrowed, *, json: Json = False) -> None:
    """« Statistiques »: how many were sent of each subcategory, and how long they waited."""
    criteria = narrowed.criteria()
    with asking(place, json=json) as client:
        rows = client.get_solicitation_statistics(criteria, **looker.terms(place))
    if json:
        message = soliciting_pb2.SolicitationStatisticsRow
        as_json({"subcategories": [shape_of(row, message()) for row in rows]})
    else:
        tell_statistics(rows)
