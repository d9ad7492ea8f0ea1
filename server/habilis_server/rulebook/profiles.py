"""Reads profiles.yaml: every profile, whether held by default, and who may grant it."""

from collections.abc import Mapping

from habilis_companion.reviewed.forms import PROFILE, Form
from habilis_companion.reviewed.problems import Problems, suggestion
from habilis_companion.reviewed.yaml_nodes import Node
from habilis_server.rulebook.rulebook import Profile, Vocabulary

__all__ = ["EX_OFFICIO", "LEGACY_SECONDARY_MANAGER", "PRINCIPAL_MANAGER", "read_profiles"]

PRINCIPAL_MANAGER = "principal_manager"
LEGACY_SECONDARY_MANAGER = "legacy_secondary_manager"
EX_OFFICIO = frozenset({PRINCIPAL_MANAGER, LEGACY_SECONDARY_MANAGER})


def read_profiles(node: Node, vocabulary: Vocabulary, problems: Problems) -> Mapping[str, Profile]:
    """The profiles by name; each is an application's level, and each level has its profile."""
    declared = {
        f"{application.id}:{level}"
        for application in vocabulary.applications.values()
        for level in application.levels
    }
    profiles: dict[str, Profile] = {}

    def read(name: str, value: Node) -> None:
        form = Form(
            value,
            problems,
            required=("label", "default", "granted_by"),
            optional=("ex_officio",),
            what=f"profile `{name}`",
        )
        if name not in declared:
            problems.add(
                form.place,
                f"`{name}` is no level of an application of the vocabulary"
                f"{suggestion(name, declared)}",
            )
        granters = [PRINCIPAL_MANAGER, *declared]
        profiles[name] = Profile(
            id=name,
            label=form.text("label"),
            default=form.yes("default"),
            granted_by=frozenset(form.known("granted_by", granters, "granter", may_be_empty=True)),
            ex_officio=frozenset(form.known("ex_officio", EX_OFFICIO, "office")),
        )
        if profiles[name].default and not profiles[name].granted_by:
            problems.add(form.place, f"`{name}` is a default that nobody may grant; choose one")

    form = Form(node, problems, required=("profiles",), what="the profiles")
    form.forms("profiles", PROFILE, read)
    for missing in sorted(declared - profiles.keys()):
        problems.add(form.place, f"no profile `{missing}`, though the vocabulary has this level")
    return profiles
