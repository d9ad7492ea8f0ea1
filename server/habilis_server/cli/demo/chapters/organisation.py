"""How the world of the dossier comes about: by commands, each as its people would give it."""

from typing import Final

from habilis import Reason, Resource
from habilis.organisation import Moa, StructureType
from habilis_server.cli.demo.cast import (
    ACADEMIE,
    ANCIENS_CHANTIERS,
    BATI_SUD,
    ETAT,
    MB_INGENIERIE,
    NAMES,
    NICOLAS,
    email_of,
)
from habilis_server.cli.demo.chapters.gestures import (
    admits,
    closes,
    facts,
    founder,
    joins,
    limits,
    opens,
    service_of,
)
from habilis_server.cli.demo.scene import Act, Chapter, Import, Known, Scene, do, no, refused, yes

__all__ = ["ORGANISATION"]

_READS: Final = "factures_travaux:consultation"
_WRITES: Final = "factures_travaux:modification"
_RECEIVES: Final = "factures_recues:consultation"


_SUPPORT: Final = Import(
    "the support's first agent; a company that closed long ago",
    facts(
        {
            "kind": "account",
            "id": "samir",
            "email": email_of("samir"),
            "state": "active",
            "support": True,
        },
        {"kind": "account", "id": "viviane", "email": email_of("viviane"), "state": "active"},
        {"kind": "account", "id": "denis", "email": email_of("denis"), "state": "active"},
        {
            "kind": "structure",
            "id": ANCIENS_CHANTIERS.structure,
            "identifier_type": "SIRET",
            "type": "private",
            "name": NAMES[ANCIENS_CHANTIERS],
            "active": False,
            "moa": "none",
            "principal_manager": "viviane",
        },
        {
            "kind": "attachment",
            "account": "denis",
            "structure": ANCIENS_CHANTIERS.structure,
            "service": None,
            "profiles": "default",
        },
    ),
)
_SECONDARY: Final = Import(
    "a secondary manager, a role abolished in 2022",
    facts(
        {"kind": "account", "id": "bernard", "email": email_of("bernard"), "state": "active"},
        {
            "kind": "attachment",
            "account": "bernard",
            "structure": ACADEMIE.structure,
            "service": None,
            "profiles": "default",
            "legacy_secondary_manager": True,
        },
    ),
)

_FOUNDING: Final[tuple[Act | Import, ...]] = (
    _SUPPORT,
    founder("hugo", ETAT, StructureType.PUBLIC),
    founder("delphine", ACADEMIE, StructureType.PUBLIC),
    do("samir", "Approuver le compte : hugo", "approve_account", approval=Known("compte-hugo")),
    do(
        "samir",
        "Approuver le compte : delphine",
        "approve_account",
        approval=Known("compte-delphine"),
    ),
    founder("marc", MB_INGENIERIE, StructureType.PRIVATE),
    founder("paul", NICOLAS, StructureType.PRIVATE),
    founder("sara", BATI_SUD, StructureType.PRIVATE),
    refused(
        "IDENTIFIER_INVALID",
        "sara",
        "Créer la structure 12345678900011, dont la clé est fausse",
        "create_structure",
        identifier_type="SIRET",
        identifier="12345678900011",
        structure_type=StructureType.PRIVATE,
    ),
    refused(
        "IDENTIFIER_NOT_IN_REGISTRY",
        "sara",
        "Créer la structure 12345678200010, inconnue de l'INSEE",
        "create_structure",
        identifier_type="SIRET",
        identifier="12345678200010",
        structure_type=StructureType.PRIVATE,
    ),
    do(
        "delphine",
        "Paramétrer la structure : exclusivement MOA",
        "modify_structure",
        structure=ACADEMIE.structure,
        fields={"moa": Moa.ONLY},
    ),
    opens("hugo", ETAT, "RECCHOR034", "CSP"),
    opens("hugo", ETAT, "FAC0000034", "SFACT"),
    opens("hugo", ETAT, "CGF0000034", "CGF"),
    opens("marc", MB_INGENIERIE, "AGENCE34", "Agence de Montpellier"),
    opens("marc", MB_INGENIERIE, "AGENCE30", "Agence de Nîmes"),
    opens("paul", NICOLAS, "LOT04", "Équipe du lot 4"),
)

_JOINING: Final[tuple[Act | Import, ...]] = (
    *(joins(who, NICOLAS) for who in ("alice", "ines", "omar", "emma")),
    joins("eric", service_of(NICOLAS, "LOT04")),
    admits("paul", "alice", "ines", "omar", "eric"),
    *(joins(who, MB_INGENIERIE) for who in ("julie", "lucas")),
    joins("ugo", service_of(MB_INGENIERIE, "AGENCE34")),
    admits("marc", "julie", "lucas", "ugo"),
    *(joins(who, ACADEMIE) for who in ("claire", "nadia", "pierre")),
    admits("delphine", "claire", "nadia", "pierre"),
    joins("sophie", ETAT),
    joins("karim", service_of(ETAT, "RECCHOR034")),
    *(joins(who, service_of(ETAT, "FAC0000034")) for who in ("lea", "gaelle")),
    joins("yann", service_of(ETAT, "CGF0000034")),
    admits("hugo", "sophie", "karim", "lea", "gaelle", "yann"),
    joins("zoe", BATI_SUD),
    admits("sara", "zoe"),
    _SECONDARY,
)

_SETTLING: Final[tuple[Act | Import, ...]] = (
    limits("paul", "ines", NICOLAS, _READS, _RECEIVES),
    limits("paul", "omar", NICOLAS, _WRITES),
    limits("marc", "lucas", MB_INGENIERIE, _READS),
    limits("delphine", "nadia", ACADEMIE, _READS),
    limits("hugo", "gaelle", service_of(ETAT, "FAC0000034"), _RECEIVES),
    refused(
        "PROFILE_NOT_GRANTABLE",
        "delphine",
        "Donner organisation:modification à claire",
        "add_entitlements",
        account=Known("claire"),
        perimeter=ACADEMIE,
        profiles=("organisation:modification",),
    ),
    do(
        "hugo",
        "Transférer le rôle de gestionnaire principal : sophie",
        "transfer_principal_manager",
        structure=ETAT.structure,
        account=Known("sophie"),
    ),
    refused(
        "PROFILE_MISSING",
        "hugo",
        "Désactiver le service CGF0000034, lui qui n'est plus GP",
        "deactivate_service",
        perimeter=service_of(ETAT, "CGF0000034"),
    ),
    closes("sophie", ETAT, "CGF0000034"),
    closes("marc", MB_INGENIERIE, "AGENCE30"),
    do("pierre", "Désactiver son compte", "deactivate_account"),
)

_DECIDING: Final[tuple[Act | Import, ...]] = (
    do(
        "nadia",
        f"Demander une habilitation : {_RECEIVES}",
        "request_entitlement_change",
        "demande-nadia",
        perimeter=ACADEMIE,
        add=(_RECEIVES,),
        comment="Je suis les factures de l'académie.",
    ),
    do("delphine", "Approuver la demande de nadia", "approve", approval=Known("demande-nadia")),
    do(
        "nadia",
        f"Demander une habilitation : {_WRITES}",
        "request_entitlement_change",
        "habilitation-nadia",
        perimeter=ACADEMIE,
        add=(_WRITES,),
    ),
    do(
        "delphine",
        "Demander le retrait d'une habilitation : suivi_flux",
        "request_entitlement_change",
        "habilitation-delphine",
        perimeter=ACADEMIE,
        remove=("suivi_flux:consultation",),
    ),
    refused(
        "COMMENT_REQUIRED",
        "sara",
        "Demander un rattachement, sans commentaire",
        "request_attachment",
        perimeter=ACADEMIE,
        comment="",
    ),
    do(
        "sara",
        "Demander un rattachement : ACADEMIE DE MONTPELLIER",
        "request_attachment",
        "rattachement-sara",
        perimeter=ACADEMIE,
        comment="Mon entreprise travaille pour vous.",
    ),
    refused(
        "PRINCIPAL_MANAGER_ONLY",
        "claire",
        "Approuver le rattachement de sara",
        "approve",
        approval=Known("rattachement-sara"),
    ),
    refused(
        "REASON_REQUIRED",
        "delphine",
        "Refuser le rattachement de sara, sans motif",
        "refuse",
        approval=Known("rattachement-sara"),
        reason="",
    ),
    do(
        "delphine",
        "Refuser : « une entreprise n'est pas de l'académie »",
        "refuse",
        approval=Known("rattachement-sara"),
        reason="Une entreprise n'est pas de l'académie.",
    ),
    do(
        "zoe",
        "Demander un rattachement : ACADEMIE DE MONTPELLIER",
        "request_attachment",
        "rattachement-zoe",
        perimeter=ACADEMIE,
        comment="J'ai rejoint le service des constructions.",
    ),
    do(
        "delphine",
        "Approuver le rattachement de zoe",
        "approve",
        approval=Known("rattachement-zoe"),
    ),
    do("zoe", "Quitter la structure BATI SUD", "leave_structure", perimeter=BATI_SUD),
)

_LEAVING: Final[tuple[Act | Import, ...]] = (
    refused(
        "DENIED_BY_RULE",
        "delphine",
        "Quitter la structure, dont elle est GP",
        "leave_structure",
        perimeter=ACADEMIE,
    ),
    do(
        "delphine",
        "Détacher zoe",
        "detach_user",
        account=Known("zoe"),
        perimeter=ACADEMIE,
    ),
)

_PIECE: Final = Resource(
    type="piece_travaux",
    id="EA1+F20220094",
    parties={"moa": ACADEMIE},
    properties={"cadre": "A15", "etat": "MISE_A_DISPOSITION_MOA"},
)

ORGANISATION: Final = Chapter(
    title="L'organisation",
    scenes=(
        Scene(title="structures, their services, and who answers for them", acts=_FOUNDING),
        Scene(title="people ask for accounts, and managers let them in", acts=_JOINING),
        Scene(title="everyone gets the profiles of their work", acts=_SETTLING),
        Scene(title="requests: made, decided, and still waiting", acts=_DECIDING),
        Scene(
            title="somebody leaves, and every right ends at once",
            acts=_LEAVING,
            lines=(
                yes(
                    "zoe",
                    "factures_travaux.refuser",
                    _PIECE,
                    "attached a moment ago, with all profiles",
                    earlier=True,
                ),
                no(Reason.NOT_ATTACHED, "zoe", "factures_travaux.refuser", _PIECE),
            ),
        ),
    ),
)
"""From an empty journal to the people and structures of the dossier."""
