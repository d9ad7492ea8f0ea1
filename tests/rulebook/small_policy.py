"""A small policy with every word of the format in it, which the tests of the reader bend."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from habilis_server.rulebook import PolicyError, Rulebook, build

__all__ = [
    "FACTURES",
    "FILES",
    "MODEL",
    "PORTAIL",
    "PROFILES",
    "VOCABULARY",
    "problems_of",
    "read",
    "small",
    "with_rules",
    "with_text",
]

VOCABULARY: Final = "rules/vocabulary.yaml"
PROFILES: Final = "rules/profiles.yaml"
FACTURES: Final = "rules/factures.yaml"
PORTAIL: Final = "rules/portail.yaml"
MODEL: Final = "models/portal.conf"

_VOCABULARY: Final = """\
# yaml-language-server: $schema=../vocabulary.schema.json
domains:
  argent: {label: Argent}
  vie: {label: Vie du portail}
values:
  etats: [BROUILLON, ENVOYEE, PAYEE]
  types: [PUBLIQUE, PRIVEE]
  demandes: [DEMANDE, APPROUVE, REFUSE, ANNULE]
resources:
  structure: {label: Structure, looked_up: "yes", parties: [structure]}
  compte: {label: Compte, looked_up: "yes", parties: [structure]}
  approbation: {label: Approbation, looked_up: "yes", parties: [structure]}
  facture:
    label: Facture
    looked_up: "no"
    parties: [vendeur, acheteur, tiers]
    properties: {etat: etats, auteur: identifiant}
attributes:
  facture.etat: {of: [facture], property: etat}
  facture.auteur: {of: [facture], property: auteur}
  acheteur.type: {of: [facture], party: acheteur, world: structure.type, values: types}
  approbation.etat: {of: [approbation], world: approval.etat, values: demandes}
  approbation.demandeur: {of: [approbation], world: approval.requester}
  sujet.id: {of: every, world: subject.id}
applications:
  factures:
    label: Factures
    domain: argent
    profiles: [consultation, modification]
    actions:
      consulter: {label: Consulter, access: consultation, resources: [facture]}
      envoyer: {label: Envoyer, access: modification, resources: [facture]}
      payer: {label: Payer, access: modification, resources: [facture]}
  portail:
    label: Portail
    domain: vie
    profiles: [modification]
    actions:
      lire: {label: Lire, access: consultation, resources: [structure, compte]}
      rouvrir: {label: Rouvrir, access: modification, resources: [structure]}
      transmettre: {label: Transmettre, access: modification, resources: [structure]}
      approuver: {label: Approuver, access: modification, resources: [approbation]}
readings:
  structure_attachment_covers: [structure, services]
  allowed_on_inactive_structure: [consultation]
  allowed_on_inactive_service: [consultation]
"""

_PROFILES: Final = """\
# yaml-language-server: $schema=../profiles.schema.json
profiles:
  factures:consultation: {label: Lire, default: "yes", granted_by: [principal_manager]}
  factures:modification:
    label: Agir
    default: "no"
    granted_by: [principal_manager, portail:modification]
  portail:modification:
    label: Ouvrir
    default: "no"
    granted_by: []
    ex_officio: [principal_manager, legacy_secondary_manager]
"""

_FACTURES: Final = """\
# yaml-language-server: $schema=../rules.schema.json
application: factures
rules:
  - id: consulter-vendeur
    label: Le vendeur consulte
    effect: allow
    actions: [factures.consulter]
    as: vendeur
    requires: [factures:consultation]
    because: Qui vend relit ses factures.
    basis: [R1, R144]
  - id: consulter-acheteur
    label: L'acheteur consulte
    effect: allow
    actions: [factures.consulter]
    as: acheteur
    requires: [factures:consultation]
    when:
      facture.etat: {not: [BROUILLON]}
    because: Un brouillon n'appartient qu'au vendeur.
    basis: [R2, §4.1]
  - id: envoyer-sans-tiers
    label: Le vendeur envoie
    effect: allow
    actions: [factures.envoyer]
    as: vendeur
    without: tiers
    requires: [factures:consultation, factures:modification]
    when:
      facture.etat: [BROUILLON]
      facture.auteur: {present: "yes"}
    because: Sans tiers, nul autre n'a à se prononcer.
    basis: [Q3]
  - id: payer-acheteur
    label: L'acheteur paie
    effect: allow
    actions: [factures.payer]
    as: acheteur
    requires: [factures:consultation, factures:modification]
    when:
      facture.etat: [ENVOYEE]
    because: Qui a reçu la facture la paie.
    basis: [R3, "Code de la commande publique, article L. 2192-10"]
  - id: payer-jamais-soi
    label: Nul ne paie sa propre facture
    effect: deny
    actions: [factures.payer]
    when:
      facture.auteur: {same_as: sujet.id}
    because: Deux personnes valent mieux qu'une.
    basis: [R4]
  - id: payer-jamais-prive
    label: Un acheteur privé ne paie pas ici
    effect: deny
    actions: [factures.payer]
    when:
      acheteur.type: [PRIVEE]
    because: Le portail ne sert que les paiements publics.
    basis: [R5]
"""

_PORTAIL: Final = """\
# yaml-language-server: $schema=../rules.schema.json
application: portail
rules:
  - id: lire-structure
    label: Chacun lit les structures
    effect: allow
    actions: [portail.lire]
    as: structure
    role: anyone
    because: Un annuaire se lit.
    basis: [R6]
  - id: lire-son-compte
    label: Chacun lit son compte
    effect: allow
    actions: [portail.lire]
    role: self
    because: Nul n'a de secret pour soi.
    basis: [R7]
  - id: rouvrir-support
    label: Le support rouvre
    effect: allow
    actions: [portail.rouvrir]
    role: support
    because: Une structure fermée n'a plus personne pour la rouvrir.
    basis: [R8]
  - id: transmettre-gestionnaire
    label: Le gestionnaire principal transmet sa charge
    effect: allow
    actions: [portail.transmettre]
    as: structure
    role: principal_manager
    inactive: allowed
    because: La charge est à lui.
    basis: [R9]
  - id: approuver-autrui
    label: Un modificateur approuve la demande d'un autre
    effect: allow
    actions: [portail.approuver]
    as: structure
    requires: [portail:modification]
    when:
      approbation.etat: [DEMANDE]
      approbation.demandeur: {differs_from: sujet.id}
    because: Nul n'approuve sa propre demande.
    basis: [R10]
"""

_CHECKOUT: Final = Path(__file__).resolve().parents[2]

FILES: Final[Mapping[str, bytes]] = {
    MODEL: (_CHECKOUT / "policy" / MODEL).read_bytes(),
    VOCABULARY: _VOCABULARY.encode(),
    PROFILES: _PROFILES.encode(),
    FACTURES: _FACTURES.encode(),
    PORTAIL: _PORTAIL.encode(),
}


def small() -> Rulebook:
    return build(FILES)


def with_text(
    file: str, old: str, new: str, files: Mapping[str, bytes] = FILES
) -> dict[str, bytes]:
    """The files with the first `old` of one file replaced; it must be there."""
    text = files[file].decode()
    assert old in text, f"`{old}` is not in {file}"
    return {**files, file: text.replace(old, new, 1).encode()}


def with_rules(*rules: str, file: str = FACTURES) -> dict[str, bytes]:
    """The files with these rules, each a block at column 1, behind those of one file."""
    blocks = "".join(
        "".join(f"  {'- ' if not number else '  '}{line}\n" for number, line in enumerate(lines))
        for lines in (rule.strip().splitlines() for rule in rules)
    )
    return {**FILES, file: FILES[file] + blocks.encode()}


def problems_of(files: Mapping[str, bytes], *, lint: bool = True) -> list[str]:
    """What the reader says of these files, as it is printed; nothing for a good policy."""
    try:
        build(files, lint=lint)
    except PolicyError as error:
        return [str(problem) for problem in error.problems]
    return []


def read(files: Mapping[str, bytes]) -> Rulebook:
    """The rulebook of these files, whatever a reviewer would say of it."""
    return build(files, lint=False)
