"""When one rule speaks wherever another does: the comparison behind two checks."""

from habilis_server.rulebook.rulebook import Condition, Effect, Operator, Role, Rule

__all__ = ["covers"]


def covers(wide: Rule, narrow: Rule) -> bool:
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
            any(_covers_row(row, other, narrow.effect) for other in narrow.when)
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


def _covers_row(wide: Condition, narrow: Condition, effect: Effect) -> bool:
    """Whether the truth of a row in a narrow rule of `effect` brings the wide row's truth."""
    if wide.attribute != narrow.attribute:
        return False
    match wide.operator:
        case Operator.AMONG:
            # In a deny rule absence counts as met, so its table only gets wider.
            return narrow.operator is Operator.AMONG and narrow.values <= wide.values
        case Operator.PRESENT:
            # A list in a deny rule is met by what is absent; in an allow it is not.
            return narrow.operator is Operator.PRESENT or (
                narrow.operator is Operator.AMONG and effect is Effect.ALLOW
            )
        case _:
            return (wide.operator, wide.other) == (narrow.operator, narrow.other)
