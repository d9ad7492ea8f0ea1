"""The matrix: who may do what, drawn from the rules for the reader who approves a change."""

from collections.abc import Iterator
from typing import Final

from habilis_server.rulebook import Action, Effect, Profile, Role, Rule, Rulebook
from habilis_server.rulebook.rulebook import Application

__all__ = ["render"]

_HEAD: Final = """\
# Qui peut faire quoi

Tableau tiré des règles (`habilis matrix --write`) ; une modification de règle s'y voit ligne à
ligne. Sans ligne, c'est non. Une ligne « refuse » l'emporte sur toutes les autres, et une valeur
absente y vaut un refus. Les profils d'une ligne sont tous exigés, sur le même périmètre.
"""
_COLUMNS: Final = ("Action", "Sur", "Qui", "Profils", "Quand", "Règle", "Fondement")
_ROLES: Final = {
    Role.PRINCIPAL_MANAGER: "gestionnaire principal",
    Role.SUPPORT: "support",
    Role.SELF: "soi-même",
    Role.ANYONE: "toute personne",
}


def render(rulebook: Rulebook) -> str:
    """The whole matrix as Markdown: equal rulebooks give equal bytes."""
    parts = [_HEAD, *_profiles(rulebook)]
    for application in rulebook.vocabulary.applications.values():
        rows = [
            _row(action, rule)
            for action in rulebook.vocabulary.actions.values()
            if action.application == application.id
            for rule in rulebook.rules
            if action.id in rule.actions
        ]
        if rows:
            parts.append(_section(application, rows))
    return "\n".join(parts)


def _section(application: Application, rows: list[tuple[str, ...]]) -> str:
    return "\n".join([f"## {application.label} (`{application.id}`)", "", *_table(_COLUMNS, rows)])


def _profiles(rulebook: Rulebook) -> Iterator[str]:
    rows = [_profile_row(profile) for profile in rulebook.profiles.values()]
    yield "## Profils\n"
    yield "\n".join(_table(("Profil", "Libellé", "Par défaut", "Accordé par", "D'office"), rows))


def _profile_row(profile: Profile) -> tuple[str, ...]:
    return (
        f"`{profile.id}`",
        profile.label,
        "oui" if profile.default else "non",
        _listed(profile.granted_by) or "personne",
        _listed(profile.ex_officio) or "–",
    )


def _row(action: Action, rule: Rule) -> tuple[str, ...]:
    return (
        f"{action.label} `{action.id.partition('.')[2]}`",
        _listed(rule.resources[action.id]),
        _who(rule),
        _listed(rule.requires) or "–",
        _when(rule),
        f"{'**refuse** ' if rule.effect is Effect.DENY else ''}`{rule.id}`",
        ", ".join(rule.basis),
    )


def _who(rule: Rule) -> str:
    who = [f"`{rule.party}`"] if rule.party else []
    if rule.role is not None:
        who.append(_ROLES[rule.role])
    if rule.without:
        who.append(f"sans `{rule.without}`")
    return ", ".join(who) or "toute personne"


def _when(rule: Rule) -> str:
    rows = [row.wording.replace("|", "\\|") for row in rule.when]
    if rule.inactive:
        rows.append("même inactif")
    return " ; ".join(rows) or "–"


def _listed(words: tuple[str, ...] | frozenset[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
