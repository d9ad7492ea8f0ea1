"""Reads a rule's `when`: a decision table over declared attributes and closed values."""

from collections.abc import Mapping

from habilis_companion.reviewed.forms import Form, known_word, listed_texts
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import MapNode, Node, SeqNode
from habilis_server.rulebook.rulebook import MAX_CONDITIONS, Attribute, Condition, Operator

__all__ = ["read_conditions"]

_TESTS = ("not", "present", "same_as", "differs_from")


def read_conditions(
    node: Node | None, attributes: Mapping[str, Attribute], problems: Problems
) -> tuple[Condition, ...]:
    """The rows of the table, sorted by attribute so that their order never matters."""
    if node is None:
        return ()
    if not isinstance(node, MapNode) or not node.entries:
        problems.add(node.place, "`when` must be a mapping that is not empty; or remove it")
        return ()
    if len(node.entries) > MAX_CONDITIONS:
        problems.add(node.place, f"`when` tests more than {MAX_CONDITIONS} attributes; split it")
    rows: list[Condition] = []
    for key, value in node.entries:
        if not known_word(key.text, attributes, "attribute", key.place, problems):
            continue
        reader = _Row(attributes[key.text], attributes, problems)
        row = reader.read(value)
        if row is not None:
            rows.append(row)
    return tuple(sorted(rows, key=lambda row: row.attribute))


class _Row:
    """One attribute and what is asked of it."""

    def __init__(
        self, attribute: Attribute, attributes: Mapping[str, Attribute], problems: Problems
    ) -> None:
        self._attribute = attribute
        self._attributes = attributes
        self._problems = problems

    def read(self, node: Node) -> Condition | None:
        if isinstance(node, SeqNode):
            return self._among(node)
        form = Form(node, self._problems, optional=_TESTS, what=f"`{self._attribute.id}`")
        tests = [test for test in _TESTS if form.node(test) is not None]
        if len(tests) != 1:
            self._problems.add(
                node.place,
                f"`{self._attribute.id}` must be a list of values or one of {', '.join(_TESTS)}",
            )
            return None
        match tests[0]:
            case "not":
                return self._not_among(form.node("not"))
            case "present":
                return self._presence(form)
            case test:
                return self._relation(form, Operator(test))

    def _listed(self, node: Node) -> frozenset[str] | None:
        values = self._attribute.values
        if values is None:
            self._problems.add(
                node.place,
                f"`{self._attribute.id}` is an identifier; use present, same_as or differs_from",
            )
            return None
        listed = listed_texts(node, self._attribute.id, self._problems)
        known = [
            text
            for text, place in listed
            if known_word(text, values, f"value of `{self._attribute.id}`", place, self._problems)
        ]
        return frozenset(known)

    def _among(self, node: SeqNode) -> Condition | None:
        chosen = self._listed(node)
        if chosen is None:
            return None
        words = ", ".join(sorted(chosen))
        return self._row(Operator.AMONG, f"∈ {{{words}}}", values=chosen)

    def _not_among(self, node: Node | None) -> Condition | None:
        excluded = None if node is None else self._listed(node)
        if excluded is None or self._attribute.values is None or node is None:
            return None
        left = self._attribute.values - excluded
        if not left:
            self._problems.add(node.place, "every value is excluded: the rule can never speak")
        words = ", ".join(sorted(excluded))
        return self._row(Operator.AMONG, f"∉ {{{words}}}", values=left)

    def _presence(self, form: Form) -> Condition:
        if form.yes("present"):
            return self._row(Operator.PRESENT, "≠ ∅")
        return self._row(Operator.ABSENT, "= ∅")

    def _relation(self, form: Form, operator: Operator) -> Condition | None:
        key = operator.value
        other = form.text(key)
        place: Place = form.place_of(key)
        if not other or not known_word(other, self._attributes, "attribute", place, self._problems):
            return None
        if self._attribute.values is not None or self._attributes[other].values is not None:
            self._problems.add(place, f"`{key}` compares identifiers; list the values instead")
            return None
        if other == self._attribute.id:
            self._problems.add(place, f"`{other}` is compared with itself")
            return None
        sign = "=" if operator is Operator.SAME_AS else "≠"
        return self._row(operator, f"{sign} {other}", other=other)

    def _row(
        self,
        operator: Operator,
        words: str,
        *,
        values: frozenset[str] = frozenset(),
        other: str | None = None,
    ) -> Condition:
        return Condition(
            attribute=self._attribute.id,
            operator=operator,
            values=values,
            other=other,
            wording=f"{self._attribute.id} {words}",
        )
