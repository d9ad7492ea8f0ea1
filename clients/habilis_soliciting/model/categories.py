"""What one may write about, and to whom it goes: the reviewed reference data (R84, R85, §3.7)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Categories", "Category", "Routing", "Subcategory"]


class Routing(StrEnum):
    """Who receives what is written about a subcategory."""

    SUPPORT = "SUPPORT"
    SERVICE_METIER = "SERVICE_METIER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcategory:
    """What exactly it is about; not `active`: kept for what was written, and no longer chosen."""

    code: str
    label: str
    routing: Routing
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What it is about; `application` is the one that it concerns, as the policy names it."""

    code: str
    label: str
    application: str
    subcategories: tuple[Subcategory, ...]


@dataclass(frozen=True, slots=True)
class Categories:
    """All of them, retired ones included, in the portal's order."""

    every: Sequence[Category]
    _by_code: Mapping[str, Category] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {each.code: each for each in self.every})

    def category(self, code: str) -> Category | None:
        """The category of this code; None where there is none."""
        return self._by_code.get(code)

    def subcategory(self, category: str, code: str) -> Subcategory | None:
        """The subcategory of this code within its category; None where there is none."""
        found = self.category(category)
        several = () if found is None else found.subcategories
        return next((each for each in several if each.code == code), None)

    def offered(self) -> Iterator[Category]:
        """Those that may be chosen now, each with the subcategories that may be."""
        for each in self.every:
            active = tuple(sub for sub in each.subcategories if sub.active)
            if active:
                yield Category(
                    code=each.code,
                    label=each.label,
                    application=each.application,
                    subcategories=active,
                )
