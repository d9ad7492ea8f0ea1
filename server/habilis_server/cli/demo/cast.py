"""Who plays and where: the people of the demonstration, and the structures they work for."""

from typing import Final

from habilis import Perimeter

__all__ = [
    "ACADEMIE",
    "ANCIENS_CHANTIERS",
    "BATI_SUD",
    "ETAT",
    "MB_INGENIERIE",
    "NAMES",
    "NICOLAS",
    "PEOPLE",
    "email_of",
    "name_of",
]

NICOLAS: Final = Perimeter("40512377900010")
MB_INGENIERIE: Final = Perimeter("43155257900051")
ACADEMIE: Final = Perimeter("17340430200015")
ETAT: Final = Perimeter("11000201100044")
BATI_SUD: Final = Perimeter("51980446200025")
ANCIENS_CHANTIERS: Final = Perimeter("38877120600017")

_DOMAIN: Final = "@example.org"

NAMES: Final = {
    NICOLAS: "NICOLAS",
    MB_INGENIERIE: "MB INGENIERIE",
    ACADEMIE: "ACADEMIE DE MONTPELLIER",
    ETAT: "SERVICES DE L'ETAT",
    BATI_SUD: "BATI SUD",
    ANCIENS_CHANTIERS: "ANCIENS CHANTIERS",
}
"""The structures as the portal shows them."""

PEOPLE: Final = {
    "alice": "NICOLAS, user",
    "ines": "NICOLAS, consultation only",
    "omar": "NICOLAS, modification only",
    "eric": "NICOLAS, attached to one service",
    "paul": "NICOLAS, principal manager",
    "emma": "NICOLAS, account not yet approved",
    "denis": "a structure that was closed",
    "sara": "another company",
    "marc": "MOE, principal manager",
    "julie": "MOE, user",
    "lucas": "MOE, consultation only",
    "ugo": "MOE, attached to one service",
    "delphine": "MOA, principal manager",
    "claire": "MOA, user",
    "nadia": "MOA, consultation only",
    "bernard": "MOA, secondary manager until 2022",
    "pierre": "MOA, account closed",
    "sophie": "State, principal manager",
    "hugo": "State, user of the whole structure",
    "karim": "State, service CSP only",
    "lea": "State, service SFACT only",
    "gaelle": "State, SFACT, consultation only",
    "yann": "State, a service that was closed",
    "samir": "support of the platform",
    "zoe": "attached to nothing",
    "personne": "no account",
}


def email_of(name: str) -> str:
    """The address under which the person has, or asks for, an account."""
    return f"{name}{_DOMAIN}"


def name_of(email: str) -> str:
    """Whose address it is."""
    return email.removesuffix(_DOMAIN)
