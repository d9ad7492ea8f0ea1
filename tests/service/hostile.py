"""Hostile values for each field of a question, by the path of the field in the contract."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

from habilis.v1 import decision_pb2

__all__ = [
    "MALFORMED",
    "ROWS",
    "STRANGE",
    "Bend",
    "allowed_question",
    "paths",
    "structure_question",
]

Question: TypeAlias = decision_pb2.Question
Bend: TypeAlias = Callable[[Question], object]

MALFORMED: Final = {
    "empty": "",
    "blank": "   ",
    "a tab": "\t",
    "huge": "x" * 100_000,
    "one too long": "x" * 257,
    "NUL": "\x00",
    "NUL inside": "a\x00b",
    "a newline": "a\nb",
    "an escape": "a\x1b[2Jb",
    "zero-width": "a\u200bb",
    "a joiner": "a\u2060b",
    "bidi": "\u202eab",
    "a byte order mark": "\ufeffab",
    "a soft hyphen": "a\u00adb",
    "a line separator": "a\u2028b",
    "private use": "a\ue000b",
    "unassigned": "a\U000e0fffb",
    "a Hangul filler": "a\u3164b",
    "a variation selector": "a\ufe0fb",
    "NFD": "e\u0301",
    "a space before": " a",
    "a space after": "a ",
    "a no-break space": "a\u00a0b",
}
"""Texts that may name nothing: INVALID_ARGUMENT wherever they stand."""

STRANGE: Final = {
    "unknown": "unknown",
    "a star": "*",
    "a separator": "a/b",
    "a role": "role:admin",
    "SQL": "' OR '1'='1",
    "a path": "../../etc/passwd",
    "Casbin": 'r.sub == "x" || true',
    "full width": "\uff43laire",
    "Cyrillic": "cl\u0430ire",
    "another case": "CLAIRE",
}
"""Texts that could name something, and name nothing here: denied wherever they mean anything."""


def allowed_question() -> Question:
    """A question that is allowed: each row bends it in one place."""
    return Question(
        subject=decision_pb2.Subject(type="user", id="claire"),
        action=decision_pb2.Action(name="factures_travaux.refuser"),
        resource=decision_pb2.Resource(
            type="piece_travaux",
            id="EA1+F20220094",
            parties={"moa": decision_pb2.Perimeter(structure="17340430200015")},
            properties={
                "etat": Value(string_value="MISE_A_DISPOSITION_MOA"),
                "cadre": Value(string_value="A15"),
            },
        ),
    )


def structure_question() -> Question:
    """The same of a structure, whose id means something: it is looked up."""
    return Question(
        subject=decision_pb2.Subject(type="user", id="claire"),
        action=decision_pb2.Action(name="organisation.consulter_structure"),
        resource=decision_pb2.Resource(type="structure", id="17340430200015"),
    )


def service_question() -> Question:
    """The same of a service, whose name on the wire is no more than a text that may be empty."""
    return Question(
        subject=decision_pb2.Subject(type="user", id="lea"),
        action=decision_pb2.Action(name="factures_recues.consulter"),
        resource=decision_pb2.Resource(
            type="facture",
            id="F20220301",
            parties={
                "destinataire": decision_pb2.Perimeter(
                    structure="11000201100044", service="FAC0000034"
                )
            },
            properties={"etat": Value(string_value="MISE_A_DISPOSITION")},
        ),
    )


BASES: Final[Mapping[str, Callable[[], Question]]] = {
    # Nobody looks up the id of an object that the caller keeps: a structure's is.
    "resource.id": structure_question,
    # On the wire, an empty service is the whole structure: a wider question.
    "resource.parties[].service": service_question,
}
"""The question that the rows of a path bend, where it is not `allowed_question`."""


def paths(descriptor: Any, prefix: str = "") -> Iterator[str]:
    """Every field below a message: `resource.parties[].structure`; a `[key]` for each map."""
    for field in descriptor.fields:
        path = f"{prefix}{field.name}"
        yield path
        if is_map(field):
            yield f"{path}[key]"
            yield f"{path}[]"
            yield from _below(field.message_type.fields_by_name["value"], f"{path}[].")
        else:
            yield from _below(field, f"{path}.")


def _below(field: Any, prefix: str) -> Iterator[str]:
    # The well-known types have rows of their own, as wholes.
    if field.message_type is not None and field.message_type.full_name.startswith("habilis."):
        yield from paths(field.message_type, prefix)


def is_map(field: Any) -> bool:
    """Whether a field of a descriptor is a map."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _texts(
    put: Callable[[Question, str], object], *tables: Mapping[str, str]
) -> Mapping[str, Bend]:
    def bend(text: str) -> Bend:
        return lambda question: put(question, text)

    return {name: bend(text) for table in tables for name, text in table.items()}


def _values(put: Callable[[Question, Value], object]) -> Mapping[str, Bend]:
    def bend(value: Value) -> Bend:
        return lambda question: put(question, value)

    return {
        "a number": bend(Value(number_value=1)),
        "not a number": bend(Value(number_value=float("nan"))),
        "true": bend(Value(bool_value=True)),
        "null": bend(Value(null_value=NullValue.NULL_VALUE)),
        "a list": bend(Value(list_value=ListValue(values=[Value(string_value="A15")]))),
        "a struct": bend(Value(struct_value=Struct(fields={"etat": Value(string_value="A15")}))),
        "no value": bend(Value()),
    }


def _attribute(*names: str) -> Callable[[Question, str], None]:
    """Puts a text at the end of these names."""
    *parents, last = names

    def put(question: Question, text: str) -> None:
        message: object = question
        for name in parents:
            message = getattr(message, name)
        setattr(message, last, text)

    return put


def _moa(question: Question) -> decision_pb2.Perimeter:
    return question.resource.parties["moa"]


def _put_structure(question: Question, text: str) -> None:
    _moa(question).structure = text


def _put_service(question: Question, text: str) -> None:
    question.resource.parties["destinataire"].service = text


def _put_party(question: Question, text: str) -> None:
    question.resource.parties[text].CopyFrom(_moa(question))


def _put_property(question: Question, text: str) -> None:
    question.resource.properties[text].CopyFrom(question.resource.properties["etat"])


def _put_state(question: Question, text: str) -> None:
    question.resource.properties["etat"].string_value = text


def _put_value(question: Question, value: Value) -> None:
    question.resource.properties["etat"].CopyFrom(value)


def _put_context_key(question: Question, text: str) -> None:
    question.context.update({text: "x"})


def _put_context_value(question: Question, text: str) -> None:
    question.context.update({"list": [{"key": text}]})


def _nest(question: Question, depth: int) -> None:
    inner = question.context
    for _ in range(depth - 1):
        inner = inner.get_or_create_struct("deeper")
    inner.update({"end": "x"})


def _fill_context(question: Question) -> None:
    question.context.update({str(number): "x" * 250 for number in range(40)})


def _crowd_parties(question: Question) -> None:
    for number in range(100):
        _put_party(question, f"party{number}")


def _crowd_properties(question: Question) -> None:
    for number in range(100):
        _put_property(question, f"property{number}")


def _set_at(question: Question, seconds: int, nanos: int = 0) -> None:
    question.at.seconds = seconds
    question.at.nanos = nanos


ROWS: Final[Mapping[str, Mapping[str, Bend]]] = {
    "subject": {"missing": lambda question: question.ClearField("subject"),
                "empty": lambda question: question.subject.Clear()},
    "subject.type": _texts(_attribute("subject", "type"), MALFORMED, STRANGE),
    "subject.id": _texts(_attribute("subject", "id"), MALFORMED, STRANGE),
    "action": {"missing": lambda question: question.ClearField("action"),
               "empty": lambda question: question.action.Clear()},
    "action.name": _texts(_attribute("action", "name"), MALFORMED, STRANGE),
    "resource": {"missing": lambda question: question.ClearField("resource"),
                 "empty": lambda question: question.resource.Clear()},
    "resource.type": _texts(_attribute("resource", "type"), MALFORMED, STRANGE),
    "resource.id": _texts(_attribute("resource", "id"), MALFORMED, STRANGE),
    "resource.parties": {"missing": lambda question: question.resource.parties.clear(),
                         "too many": _crowd_parties},
    "resource.parties[key]": _texts(_put_party, MALFORMED, STRANGE),
    "resource.parties[]": {"empty": lambda question: _moa(question).Clear()},
    "resource.parties[].structure": _texts(_put_structure, MALFORMED, STRANGE),
    "resource.parties[].service": _texts(_put_service, MALFORMED, STRANGE),
    "resource.properties": {"missing": lambda question: question.resource.properties.clear(),
                            "too many": _crowd_properties},
    "resource.properties[key]": _texts(_put_property, MALFORMED, STRANGE),
    "resource.properties[]": {**_texts(_put_state, MALFORMED, STRANGE), **_values(_put_value)},
    "context": {
        "empty": lambda question: question.context.SetInParent(),
        "too deep": lambda question: _nest(question, 9),
        "far too deep": lambda question: _nest(question, 30),
        "not a number": lambda question: question.context.update({"x": float("nan")}),
        "no value": lambda question: question.context.fields["x"].SetInParent(),
        "too long": _fill_context,
        **{f"key: {name}": bend for name, bend in _texts(_put_context_key, MALFORMED).items()},
        **{f"value: {name}": bend for name, bend in _texts(_put_context_value, MALFORMED).items()},
    },
    "at": {
        "the year 1970": lambda question: question.at.SetInParent(),
        "before all years": lambda question: _set_at(question, -(2**62)),
        "after all years": lambda question: _set_at(question, 2**62),
        "far ahead": lambda question: _set_at(question, 253_402_300_799),
        "negative nanoseconds": lambda question: _set_at(question, 10**9, -1),
        "too many nanoseconds": lambda question: _set_at(question, 10**9, 10**9),
        "before the facts": lambda question: _set_at(question, 10**9),
    },
}  # fmt: skip
"""Path of a field to its rows, each a name and what it does to a question."""
