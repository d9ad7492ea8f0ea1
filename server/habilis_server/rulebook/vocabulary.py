"""Reads vocabulary.yaml: the closed words of the policy, each declared once."""

from habilis_companion.reviewed.forms import (
    ACTION,
    CONSTANT,
    DOTTED,
    NAME,
    Form,
    checked,
    known_word,
    listed_texts,
)
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import Node, TextNode
from habilis_server.rulebook.rulebook import (
    IDENTIFIER,
    LOOKED_UP,
    Access,
    Action,
    Application,
    Attribute,
    Readings,
    ResourceType,
    Source,
    Vocabulary,
)
from habilis_server.rulebook.world_fields import WORLD_FIELDS

__all__ = ["read_vocabulary"]

_EVERY = "every"
_SECTIONS = ("domains", "values", "resources", "attributes", "applications", "readings")
_COVERS = frozenset({"structure", "services"})
_OWN_PARTY = "structure"
_THINGS = {"account": frozenset({"compte"}), "approval": frozenset({"approbation"})}


def read_vocabulary(node: Node, problems: Problems) -> Vocabulary:
    """The vocabulary; where it is wrong, `problems` tells and the wrong part is left out."""
    form = Form(node, problems, required=_SECTIONS, what="the vocabulary")
    reader = _Reader(problems)
    form.forms("domains", NAME, reader.domain)
    form.forms("values", NAME, reader.value_set)
    form.forms("resources", NAME, reader.resource)
    form.forms("attributes", DOTTED, reader.attribute)
    form.forms("applications", NAME, reader.application)
    return Vocabulary(
        domains=reader.domains,
        applications=reader.applications,
        actions=reader.actions,
        resources=reader.resources,
        attributes=reader.attributes,
        readings=_readings(form.node("readings"), problems),
    )


def _readings(node: Node | None, problems: Problems) -> Readings:
    keys = (
        "structure_attachment_covers",
        "allowed_on_inactive_structure",
        "allowed_on_inactive_service",
    )
    form = Form(node, problems, required=keys, what="the readings")
    accesses = frozenset(access.value for access in Access)
    covers = form.known(keys[0], _COVERS, "scope")
    if covers and "structure" not in covers:
        problems.add(form.place_of(keys[0]), "an attachment to a structure covers it: add it")
    return Readings(
        structure_covers_services="services" in covers,
        on_inactive_structure=frozenset(
            Access(word) for word in form.known(keys[1], accesses, "access", may_be_empty=True)
        ),
        on_inactive_service=frozenset(
            Access(word) for word in form.known(keys[2], accesses, "access", may_be_empty=True)
        ),
    )


class _Reader:
    """Gathers the sections, each of which may speak of those before it."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._value_sets: dict[str, frozenset[str]] = {}
        self.domains: dict[str, str] = {}
        self.resources: dict[str, ResourceType] = {}
        self.attributes: dict[str, Attribute] = {}
        self.applications: dict[str, Application] = {}
        self.actions: dict[str, Action] = {}

    def domain(self, name: str, node: Node) -> None:
        form = Form(node, self._problems, required=("label",), what=f"domain `{name}`")
        self.domains[name] = form.text("label")

    def value_set(self, name: str, node: Node) -> None:
        texts = listed_texts(node, name, self._problems)
        self._value_sets[name] = frozenset(
            text for text, place in texts if checked(text, CONSTANT, place, self._problems)
        )

    def resource(self, name: str, node: Node) -> None:
        form = Form(
            node,
            self._problems,
            required=("label", "parties"),
            optional=("looked_up", "properties"),
            what=f"resource type `{name}`",
        )
        properties: dict[str, frozenset[str] | None] = {}

        def read_property(prop: str, value: Node) -> None:
            text, place = _only_text(value, self._problems)
            known = [*self._value_sets, IDENTIFIER]
            if known_word(text, known, "value set", place, self._problems):
                properties[prop] = self._value_sets.get(text)

        form.forms("properties", NAME, read_property)
        looked_up = form.yes("looked_up")
        if looked_up is not (name in LOOKED_UP):
            self._problems.add(
                form.place_of("looked_up"),
                f"`{name}` must {'' if name in LOOKED_UP else 'not '}be looked up: what the World"
                f" keeps is {', '.join(sorted(LOOKED_UP))}",
            )
        if looked_up and properties:
            self._problems.add(
                form.place_of("properties"),
                f"`{name}` is looked up: the World gives its properties; remove them",
            )
        parties = form.texts("parties", may_be_empty=True)
        self.resources[name] = ResourceType(
            id=name,
            label=form.text("label"),
            looked_up=looked_up,
            parties=frozenset(
                text for text, place in parties if checked(text, NAME, place, self._problems)
            ),
            properties=properties,
        )

    def attribute(self, name: str, node: Node) -> None:
        form = Form(
            node,
            self._problems,
            required=("of",),
            optional=("property", "world", "party", "values"),
            what=f"attribute `{name}`",
        )
        resources = self._resources_of(form)
        if (form.node("property") is None) == (form.node("world") is None):
            self._problems.add(form.place, f"`{name}` must name either `property` or `world`")
        elif form.node("property") is not None:
            self._property_attribute(name, form, resources)
        else:
            self._world_attribute(name, form, resources)

    def _resources_of(self, form: Form) -> frozenset[str]:
        node = form.node("of")
        if isinstance(node, TextNode) and node.text == _EVERY:
            return frozenset(self.resources)
        return frozenset(form.known("of", self.resources, "resource type"))

    def _property_attribute(self, name: str, form: Form, resources: frozenset[str]) -> None:
        prop = form.text("property")
        sets: set[frozenset[str] | None] = set()
        for resource in sorted(resources):
            properties = self.resources[resource].properties
            place = form.place_of("property")
            if known_word(prop, properties, f"property of `{resource}`", place, self._problems):
                sets.add(properties[prop])
        if len(sets) > 1:
            self._problems.add(form.place, f"`{prop}` has other values on another resource type")
        for key in ("party", "values"):
            if form.node(key) is not None:
                self._problems.add(form.place_of(key), f"`{key}` goes with `world`; remove it")
        if sets:
            self.attributes[name] = Attribute(
                id=name,
                resources=resources,
                source=Source.PROPERTY,
                field=prop,
                party=None,
                values=next(iter(sets)),
            )

    def _world_attribute(self, name: str, form: Form, resources: frozenset[str]) -> None:
        field = form.text("world")
        if not known_word(
            field, WORLD_FIELDS, "field of the world", form.place_of("world"), self._problems
        ):
            return
        for resource in sorted(resources - _THINGS.get(field.partition(".")[0], resources)):
            self._problems.add(form.place_of("of"), f"`{name}`: `{resource}` has no `{field}`")
        values = WORLD_FIELDS[field]
        declared = form.text("values")
        if declared != "" or values is not None:
            self._compare_values(field, declared, form.place_of("values"))
        self.attributes[name] = Attribute(
            id=name,
            resources=resources,
            source=Source.WORLD,
            field=field,
            party=self._party_of(name, form, field, resources),
            values=values,
        )

    def _compare_values(self, field: str, declared: str, place: Place) -> None:
        values = WORLD_FIELDS[field]
        if values is None:
            self._problems.add(place, f"`{field}` is an account's id; remove `values`")
        elif self._value_sets.get(declared) != values:
            words = ", ".join(sorted(values))
            self._problems.add(place, f"`values` must name a set of exactly {words}")

    def _party_of(self, name: str, form: Form, field: str, resources: frozenset[str]) -> str | None:
        if not field.startswith(("structure.", "service.")):
            if form.node("party") is not None:
                self._problems.add(form.place_of("party"), f"`{field}` is of no party; remove it")
            return None
        party = form.text("party") or _OWN_PARTY
        for resource in sorted(resources):
            if party not in self.resources[resource].parties:
                self._problems.add(
                    form.place_of("party"), f"`{name}`: `{resource}` has no party `{party}`"
                )
        return party

    def application(self, name: str, node: Node) -> None:
        form = Form(
            node,
            self._problems,
            required=("label", "domain"),
            optional=("profiles", "actions"),
            what=f"application `{name}`",
        )
        domain = form.text("domain")
        known_word(domain, self.domains, "domain", form.place_of("domain"), self._problems)
        levels = form.known(
            "profiles", [access.value for access in Access], "level", may_be_empty=True
        )
        self.applications[name] = Application(
            id=name, label=form.text("label"), domain=domain, levels=levels
        )
        form.forms("actions", NAME, lambda verb, value: self._action(name, verb, value))

    def _action(self, application: str, verb: str, node: Node) -> None:
        action = f"{application}.{verb}"
        form = Form(
            node,
            self._problems,
            required=("label", "access", "resources"),
            what=f"action `{action}`",
        )
        if not checked(action, ACTION, form.place, self._problems):
            return
        access = form.one_of("access", Access)
        self.actions[action] = Action(
            id=action,
            application=application,
            label=form.text("label"),
            access=access or Access.MODIFICATION,
            resources=form.known("resources", self.resources, "resource type"),
        )


def _only_text(node: Node, problems: Problems) -> tuple[str, Place]:
    text = node.text if isinstance(node, TextNode) else ""
    if not text:
        problems.add(node.place, "must be a text that is not empty")
    return text, node.place
