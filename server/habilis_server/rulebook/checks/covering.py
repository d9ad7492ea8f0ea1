"""When one rule speaks wherever another does: the comparison behind two checks."""

from habilis_server.rulebook.rulebook import (
    Attribute,
    Condition,
    Effect,
    Operator,
    Role,
    Rule,
    Rulebook,
)

__all__ = ["covers"]


def covers(wide: Rule, narrow: Rule, rulebook: Rulebook) -> bool:
    """Whether `wide` passes for every question for which `narrow` passes.

    Sound, not complete: a True is certain, a False may only be unproved.
    """
    return (
        all(
            set(types) <= set(wide.resources.get(action, ()))
            for action, types in narrow.resources.items()
        )
        and _covers_who(wide, narrow)
        and (narrow.inactive <= wide.inactive or wide.party is None)
        and all(
            any(_covers_row(row, other, wide.effect, rulebook) for other in narrow.when)
            or (wide.effect is narrow.effect and row in narrow.when)
            for row in wide.when
        )
    )


def _covers_who(wide: Rule, narrow: Rule) -> bool:
    if wide.without is not None and wide.without != narrow.without:
        return False
    if wide.party is not None and wide.party != narrow.party:
        return False
    if not set(wide.requires) <= set(narrow.requires):
        return False
    return wide.role in {None, Role.ANYONE, narrow.role}


def _covers_row(wide: Condition, narrow: Condition, effect: Effect, rulebook: Rulebook) -> bool:
    """Whether the narrow row's truth, in an allow, brings the wide row's truth."""
    if wide.attribute != narrow.attribute:
        return False
    attribute: Attribute = rulebook.vocabulary.attributes[wide.attribute]
    match wide.operator:
        case Operator.AMONG:
            # In a deny rule absence counts as met, so its table only gets wider.
            return narrow.operator is Operator.AMONG and narrow.values <= wide.values
        case Operator.PRESENT:
            return narrow.operator in {Operator.AMONG, Operator.PRESENT} and (
                effect is Effect.ALLOW or attribute.values is not None
            )
        case _:
            return (wide.operator, wide.other) == (narrow.operator, narrow.other)
