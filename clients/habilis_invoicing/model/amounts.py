"""The amounts of a payment request: exact, and adding up (R126)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from habilis_companion.refusals import Problem
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import Amounts, VatLine
from habilis_invoicing.model.refusals import Code, problem

__all__ = ["LARGEST", "problems_of_amounts"]

LARGEST: Final = Decimal("999999999999.99")
"""No amount is larger, in euros."""

_CENT: Final = Decimal("0.01")
_ALL: Final = Decimal(100)


def problems_of_amounts(amounts: Amounts, cadre: Cadre) -> Iterator[Problem]:
    """What does not hold of them; nothing where they may be sent.

    HT and VAT make TTC; the lines of VAT, where there are any, make the VAT and
    the HT, each to the nearest cent; what is to pay is at most TTC, and nothing
    for what has been paid already (A2, §3.2).
    """
    inexact = list(_problems_of_each(amounts))
    yield from inexact
    if inexact:
        return
    if amounts.excluding_tax + amounts.vat != amounts.including_tax:
        yield _disagree("including_tax", "must be what is without VAT plus the VAT")
    if amounts.to_pay > amounts.including_tax:
        yield _disagree("to_pay", "must be at most what is with VAT")
    if cadre is Cadre.A2 and amounts.to_pay:
        yield _disagree("to_pay", "must be 0: an invoice of this framework is paid already")
    yield from _problems_of_lines(amounts)


def _problems_of_lines(amounts: Amounts) -> Iterator[Problem]:
    if not amounts.vat_lines:
        return
    if sum(line.amount for line in amounts.vat_lines) != amounts.vat:
        yield _disagree("vat", "must be the sum of its lines; or leave the lines out")
    if sum(line.base for line in amounts.vat_lines) != amounts.excluding_tax:
        yield _disagree("excluding_tax", "must be the sum of the bases of the lines of VAT")
    for place, line in enumerate(amounts.vat_lines):
        if abs(line.base * line.rate / _ALL - line.amount) >= _CENT:
            yield _disagree(f"vat_lines[{place}].amount", "is not its rate of its base")


def _problems_of_each(amounts: Amounts) -> Iterator[Problem]:
    for name, value in _named(amounts):
        most = _ALL if name.endswith("rate") else LARGEST
        if not value.is_finite() or not 0 <= value <= most:
            yield problem(
                Code.AMOUNT_OUT_OF_RANGE, f"amounts.{name}", f"must be a number from 0 to {most}"
            )
        elif value != value.quantize(_CENT):
            yield problem(
                Code.AMOUNT_NOT_EXACT, f"amounts.{name}", "must have at most two decimals"
            )


def _named(amounts: Amounts) -> Iterator[tuple[str, Decimal]]:
    yield "excluding_tax", amounts.excluding_tax
    yield "vat", amounts.vat
    yield "including_tax", amounts.including_tax
    yield "to_pay", amounts.to_pay
    for place, line in enumerate(amounts.vat_lines):
        yield from _line(place, line)


def _line(place: int, line: VatLine) -> Iterator[tuple[str, Decimal]]:
    yield f"vat_lines[{place}].rate", line.rate
    yield f"vat_lines[{place}].base", line.base
    yield f"vat_lines[{place}].amount", line.amount


def _disagree(name: str, message: str) -> Problem:
    return problem(Code.AMOUNTS_DISAGREE, f"amounts.{name}", message)
