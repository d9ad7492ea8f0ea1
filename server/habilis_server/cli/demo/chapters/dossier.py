"""The dossier 20220094 as the portal's real screens date it, from its A4 to its payment."""

from typing import Final

from habilis import Perimeter, Reason, Resource
from habilis_server.cli.demo.cast import ACADEMIE, ANCIENS_CHANTIERS, ETAT, MB_INGENIERIE, NICOLAS
from habilis_server.cli.demo.scene import Chapter, Line, Scene, do, following, in_state, no, yes

__all__ = ["DOSSIER", "NOTE"]

NOTE: Final = (
    "NICOLAS's SIRET (40512377900010) is not in the source deck: it was chosen, and is valid. "
    "The actors, pieces and times of the dossier are the real ones; the people are invented, as"
    " are what is closed and the last scene. Only what no command makes is imported: nobody can"
    " approve the first agent of the support, the register knows that one company is closed, and"
    " nobody becomes a secondary manager any more."
)

_CSP: Final = Perimeter(ETAT.structure, "RECCHOR034")
_SFACT: Final = Perimeter(ETAT.structure, "FAC0000034")
_CGF: Final = Perimeter(ETAT.structure, "CGF0000034")
_CLOSED_AGENCY: Final = Perimeter(MB_INGENIERIE.structure, "AGENCE30")

_T: Final = "factures_travaux."
_R: Final = "factures_recues."
_O: Final = "organisation."


def _piece(number: str, cadre: str, deposant: Perimeter, destinataire: Perimeter) -> Resource:
    return Resource(
        type="piece_travaux",
        id=number,
        parties={
            "fournisseur": NICOLAS,
            "moe": MB_INGENIERIE,
            "moa": ACADEMIE,
            "deposant": deposant,
            "destinataire": destinataire,
        },
        properties={"cadre": cadre},
    )


def _known(kind: str, name: str) -> Resource:
    return Resource(type=kind, id=name)


_A4: Final = _piece("20220094", "A4", NICOLAS, ACADEMIE)
_A15: Final = _piece("EA1+F20220094", "A15", MB_INGENIERIE, ACADEMIE)
_A19: Final = _piece("F001_ACL_lot04", "A19", ACADEMIE, _CSP)
_MOA: Final = _known("structure", ACADEMIE.structure)

_draft = in_state(_A4, "BROUILLON")
_before: Final[tuple[Line, ...]] = (
    yes("alice", _T + "deposer", _draft, "the supplier asks for its monthly payment"),
    no(Reason.PROFILE_MISSING, "ines", _T + "deposer", _draft, "to read is not to write"),
    no(Reason.PROFILE_MISSING, "omar", _T + "deposer", _draft, "writing needs reading too"),
    no(Reason.SERVICE_OUT_OF_SCOPE, "eric", _T + "deposer", _draft, "a service is not the whole"),
    no(Reason.ACCOUNT_INACTIVE, "emma", _T + "deposer", _draft),
    no(Reason.UNKNOWN_SUBJECT, "personne", _T + "deposer", _draft),
    no(Reason.CONDITION_NOT_MET, "julie", _T + "deposer", _draft, "an A4 is not the MOE's to send"),
    no(Reason.CONDITION_NOT_MET, "julie", _T + "consulter", _draft, "a draft is its author's"),
    no(Reason.NOT_ATTACHED, "sara", _T + "consulter", _draft, "not a party of the dossier"),
    no(
        Reason.DENIED_BY_RULE,
        "alice",
        _T + "deposer",
        in_state(_A4, "BROUILLON", moe=_CLOSED_AGENCY),
        "a closed service receives nothing",
    ),
    no(
        Reason.STRUCTURE_INACTIVE,
        "denis",
        _T + "supprimer_brouillon",
        in_state(_A4, "BROUILLON", fournisseur=ANCIENS_CHANTIERS, deposant=ANCIENS_CHANTIERS),
        "a closed structure does nothing",
    ),
    yes(
        "denis",
        _T + "consulter",
        in_state(_A4, "ASSOCIEE", fournisseur=ANCIENS_CHANTIERS, deposant=ANCIENS_CHANTIERS),
        "yet its past remains readable",
    ),
)

_at_moe = in_state(_A4, "MISE_A_DISPOSITION_MOE")
_a4_sent: Final = (
    yes("julie", _T + "consulter", _at_moe),
    yes("julie", _T + "deposer_piece_suivante", following(_at_moe, "A15")),
    yes(
        "marc", _T + "deposer_piece_suivante", following(_at_moe, "A15"), "a manager is a user too"
    ),
    yes("lucas", _T + "telecharger", _at_moe),
    no(Reason.PROFILE_MISSING, "lucas", _T + "deposer_piece_suivante", following(_at_moe, "A15")),
    no(Reason.SERVICE_OUT_OF_SCOPE, "ugo", _T + "refuser", _at_moe, "sent to the MOE as a whole"),
    yes("julie", _T + "suspendre", _at_moe),
    no(Reason.CONDITION_NOT_MET, "alice", _T + "refuser", _at_moe, "one's own piece"),
    no(Reason.CONDITION_NOT_MET, "claire", _T + "refuser", _at_moe, "not yet before the MOA"),
    yes(
        "claire",
        _T + "deposer_piece_suivante",
        following(_at_moe, "A19", deposant=ACADEMIE, destinataire=_CSP),
        "the MOA may stand in for an absent MOE",
    ),
    no(Reason.NOT_ATTACHED, "karim", _T + "consulter_dossier", _at_moe, "the payer comes last"),
    no(Reason.DENIED_BY_RULE, "karim", _R + "consulter", _at_moe, "an A4 is never to be paid"),
)

_linked = in_state(_A4, "ASSOCIEE")
_a15_draft = in_state(_A15, "BROUILLON")
_a15_written: Final = (
    no(
        Reason.CONDITION_NOT_MET,
        "julie",
        _T + "deposer_piece_suivante",
        following(_linked, "A15"),
        "already « Associée »: one next piece only",
    ),
    no(Reason.CONDITION_NOT_MET, "julie", _T + "refuser", _linked, "already « Associée »"),
    yes("alice", _T + "suivre_traitement", _linked),
    yes("julie", _T + "supprimer_brouillon", _a15_draft),
    no(Reason.NOT_ATTACHED, "alice", _T + "supprimer_brouillon", _a15_draft, "another's draft"),
    no(Reason.CONDITION_NOT_MET, "claire", _T + "consulter", _a15_draft, "not sent yet"),
)

_at_moa = in_state(_A15, "MISE_A_DISPOSITION_MOA")
_to_csp = following(_at_moa, "A19", deposant=ACADEMIE, destinataire=_CSP)
_a15_sent: Final = (
    yes("claire", _T + "refuser", _at_moa),
    yes("nadia", _T + "consulter", _at_moa),
    no(Reason.PROFILE_MISSING, "nadia", _T + "refuser", _at_moa, "consultation only"),
    no(Reason.ACCOUNT_INACTIVE, "pierre", _T + "refuser", _at_moa, "attached still, but gone"),
    no(Reason.CONDITION_NOT_MET, "julie", _T + "refuser", _at_moa, "one's own piece"),
    no(Reason.NOT_ATTACHED, "samir", _T + "refuser", _at_moa, "the support is no party"),
    no(
        Reason.DENIED_BY_RULE,
        "claire",
        _T + "deposer_piece_suivante",
        following(_at_moa, "A19", deposant=ACADEMIE),
        "pre-filled with the MOA, which never pays",
    ),
    no(
        Reason.DENIED_BY_RULE,
        "claire",
        _T + "deposer_piece_suivante",
        following(_at_moa, "A19", deposant=ACADEMIE, destinataire=_CGF),
        "a closed service receives nothing",
    ),
    yes("claire", _T + "deposer_piece_suivante", _to_csp, "to the financial service: right"),
    no(
        Reason.CONDITION_NOT_MET, "claire", _T + "deposer_piece_suivante", following(_at_moa, "A20")
    ),
    no(Reason.UNKNOWN_ACTION, "claire", _T + "signer", _at_moa, "the portal signs nothing"),
    no(Reason.DENIED_BY_RULE, "karim", _R + "consulter", _at_moa, "too early for the payer"),
)

_sent = in_state(_A19, "DEPOSEE")
_a19_sent: Final = (
    no(Reason.CONDITION_NOT_MET, "claire", _T + "refuser", in_state(_A15, "ASSOCIEE")),
    yes("claire", _T + "consulter", _sent),
    no(Reason.CONDITION_NOT_MET, "karim", _R + "consulter", _sent, "still on its way"),
    no(Reason.CONDITION_NOT_MET, "karim", _R + "mettre_en_paiement", _sent, "too early to pay"),
)

_arrived = in_state(_A19, "MISE_A_DISPOSITION")
_at_sfact = in_state(_A19, "MISE_A_DISPOSITION", destinataire=_SFACT)
_at_cgf = in_state(_A19, "MISE_A_DISPOSITION", destinataire=_CGF)
_a19_arrived: Final = (
    yes("karim", _R + "consulter", _arrived),
    yes("karim", _R + "consulter_dossier", _arrived, "now the whole dossier is open to the payer"),
    no(Reason.SERVICE_OUT_OF_SCOPE, "lea", _R + "consulter", _arrived, "another service of hers"),
    yes("hugo", _R + "consulter", _arrived, "the structure covers its services"),
    yes("sophie", _R + "mandater", _arrived),
    yes("gaelle", _R + "consulter", _at_sfact),
    no(Reason.PROFILE_MISSING, "gaelle", _R + "mandater", _at_sfact, "consultation only"),
    yes("yann", _R + "consulter", _at_cgf, "a closed service still reads"),
    no(Reason.SERVICE_INACTIVE, "yann", _R + "mandater", _at_cgf, "and no longer acts"),
    yes("claire", _T + "consulter", _arrived, "the MOA still sees what it sent to be paid"),
    no(Reason.NOT_ATTACHED, "claire", _R + "mettre_en_paiement", _arrived, "the MOA does not pay"),
    no(Reason.NOT_ATTACHED, "alice", _R + "consulter", _arrived, "the wrong side of the counter"),
    yes("karim", _R + "mettre_en_paiement", _arrived),
)

_paid = in_state(_A19, "MISE_EN_PAIEMENT")
_payment: Final = (
    no(Reason.CONDITION_NOT_MET, "karim", _R + "mettre_en_paiement", _paid, "never paid twice"),
    no(Reason.CONDITION_NOT_MET, "karim", _R + "rejeter", _paid, "too late to reject"),
    yes("alice", _T + "consulter", _paid),
)

_request = _known("approbation", "habilitation-nadia")
_own_request = _known("approbation", "habilitation-delphine")
_organisation: Final = (
    yes("delphine", _O + "approuver", _request),
    no(Reason.PRINCIPAL_MANAGER_ONLY, "bernard", _O + "approuver", _request, "no more since 2022"),
    yes("bernard", _O + "modifier_structure", _MOA, "but he kept this right"),
    no(Reason.PROFILE_MISSING, "claire", _O + "modifier_structure", _MOA),
    no(Reason.DENIED_BY_RULE, "delphine", _O + "approuver", _own_request, "one's own request"),
    no(Reason.NOT_ATTACHED, "sophie", _O + "approuver", _request, "manager, but elsewhere"),
    yes("nadia", _O + "annuler_demande", _request),
    no(Reason.CONDITION_NOT_MET, "claire", _O + "annuler_demande", _request, "another's request"),
    no(
        Reason.DENIED_BY_RULE, "delphine", _O + "quitter_structure", _MOA, "transfer the role first"
    ),
    yes("samir", _O + "installer_gestionnaire_principal", _MOA),
    no(Reason.SUPPORT_ONLY, "sophie", _O + "installer_gestionnaire_principal", _MOA),
    yes("zoe", "annuaire.consulter", _MOA, "the directory is everyone's"),
    no(Reason.UNKNOWN_RESOURCE, "zoe", "annuaire.consulter", _known("structure", "12345678900011")),
)

_suspended = in_state(_piece("20220131", "A4", NICOLAS, ACADEMIE), "SUSPENDUE")
_a17 = in_state(_piece("F001_DG", "A17", MB_INGENIERIE, ACADEMIE), "MISE_A_DISPOSITION_MOA")
_closure: Final = (
    no(Reason.STRUCTURE_INACTIVE, "alice", _T + "completer", _suspended),
    yes("alice", _T + "completer", _suspended, "the same, as of a moment ago", earlier=True),
    yes("alice", _T + "consulter", _linked, "running dossiers stay readable"),
    no(
        Reason.DENIED_BY_RULE,
        "claire",
        _T + "deposer_piece_suivante",
        following(_a17, "A20", deposant=ACADEMIE),
        "nobody there to sign it",
    ),
    no(
        Reason.PROFILE_MISSING,
        "alice",
        _O + "activer_structure",
        _known("structure", NICOLAS.structure),
    ),
    yes("paul", _O + "activer_structure", _known("structure", NICOLAS.structure)),
)

DOSSIER: Final = Chapter(
    title="Le dossier 20220094",
    scenes=(
        Scene(
            when="12/05/2022", title="NICOLAS prepares its monthly statement, an A4", lines=_before
        ),
        Scene(when="12/05/2022 02:59:54", title="the A4 is before the MOE", lines=_a4_sent),
        Scene(
            when="12/05/2022 03:12:13",
            title="the MOE writes its A15; that second, the A4 becomes « Associée »",
            lines=_a15_written,
        ),
        Scene(when="12/05/2022 03:12:15", title="the A15 is before the MOA", lines=_a15_sent),
        Scene(when="30/05/2022 10:07:07", title="the MOA has sent its A19", lines=_a19_sent),
        Scene(when="30/05/2022 10:16:39", title="the A19 is before the payer", lines=_a19_arrived),
        Scene(when="", title="the A19 has been put in payment", lines=_payment),
        Scene(when="", title="meanwhile, who may change whose rights", lines=_organisation),
        Scene(
            when="",
            title="the facts change: NICOLAS is closed",
            acts=(
                do(
                    "paul",
                    "Désactiver la structure NICOLAS",
                    "deactivate_structure",
                    structure=NICOLAS.structure,
                ),
            ),
            lines=_closure,
        ),
    ),
)
"""Scene by scene; the screens stop before the payment."""
