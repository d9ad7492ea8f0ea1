"""The shipped policy, spoilt in one place at a time, in every way that must be refused."""

from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["spoilt"]

Files = Mapping[str, bytes]

_YAML: Final = ".yaml"
_MODEL: Final = "models/portal.conf"
# Each stands for a family: what is written in the place of what, wherever it is found.
_REPLACEMENTS: Final = {
    "an effect in capitals": ("effect: allow", "effect: Allow"),
    "an effect of another language": ("effect: allow", "effect: permit"),
    "an effect with a Cyrillic letter": ("effect: allow", "effect: \u0430llow"),
    "an effect misspelt": ("effect: allow", "effect: alow"),
    "no effect": ("effect: allow", ""),
    "an anchor": ("effect: allow", "effect: &all allow"),
    "an alias": ("effect: allow", "effect: *all"),
    "a tag": ("effect: allow", "effect: !!str allow"),
    "a key twice": ("effect: allow", "effect: allow\n    effect: deny"),
    "a key that is unknown": ("effect: allow", "effect: allow\n    unless: never"),
    "an action that is unknown": ("actions: [", "actions: [nulle.part, "),
    "no action": ("actions: [", "actions: [] # ["),
    "a reason that is missing": ("because:", "reason:"),
    "a basis that is empty": ("basis: [", "basis: [] # ["),
    "a basis that is no reference": ("basis: [", "basis: [hearsay, "),
    "a party that is unknown": ("\n    as: ", "\n    as: in"),
    "a rule without name": ("  - id: ", "  - label: "),
    "a rule's name in capitals": ("  - id: ", "  - id: X"),
    "a profile that is unknown": ("requires: [", "requires: [nulle_part:consultation, "),
    "a value that YAML would read otherwise": ("label: ", "label: no #"),
    "a zero-width space": ("label: ", "label: \u200b"),
    "a right-to-left override": ("label: ", "label: \u202e"),
    "another indentation": ("    label:", "   label:"),
    "a tab": ("    label:", "\tlabel:"),
    "a flow that never ends": ("basis: [", "basis: [["),
    "a merge": ("effect: allow", "effect: allow\n    <<: {role: anyone}"),
}


def spoilt(files: Files) -> Iterator[tuple[str, Files, bool]]:
    """What was done, the files it leaves, and whether someone sealed them nonetheless."""
    for name, content in files.items():
        yield f"{name} missing", {key: files[key] for key in files if key != name}, True
        yield f"{name} empty", {**files, name: b""}, True
        for part in (1, 3):
            cut = content[: len(content) * part // 4]
            yield f"{name} cut at {part}/4, not sealed", {**files, name: cut}, False
        yield f"{name} with a NUL", {**files, name: content + b"\x00"}, True
        yield f"{name} in Latin-1", {**files, name: content + "# \u00e9\n".encode("latin-1")}, True
        if name.endswith(_YAML):
            yield from _spoilt_yaml(name, content, files)
    yield from _bent_rules(files)
    yield from _strangers(files)
    yield from _spoilt_models(files)


def _spoilt_yaml(name: str, content: bytes, files: Files) -> Iterator[tuple[str, Files, bool]]:
    yield f"{name} only comments", {**files, name: b"# nothing\n"}, True
    yield f"{name} a list", {**files, name: b"- nothing\n"}, True
    yield f"{name} twice", {**files, name: content + content}, True
    yield f"{name} with another key", {**files, name: content + b"other: {}\n"}, True
    yield f"{name} too deep", {**files, name: content + b"other: " + b"[" * 30 + b"]" * 30}, True
    yield f"{name} too long", {**files, name: content + b"#" * (1024 * 1024)}, True


def _bent_rules(files: Files) -> Iterator[tuple[str, Files, bool]]:
    # Each in another file, as far as there are files in which it can be written.
    names = sorted(files.keys() - {"rules/vocabulary.yaml", "rules/profiles.yaml", _MODEL})
    for index, (what, (before, after)) in enumerate(_REPLACEMENTS.items()):
        turned = [*names[index % len(names) :], *names[: index % len(names)]]
        name = next(name for name in turned if before.encode() in files[name])
        bent = files[name].decode().replace(before, after, 1)
        yield f"{name}: {what}", {**files, name: bent.encode()}, True


def _strangers(files: Files) -> Iterator[tuple[str, Files, bool]]:
    for name in ("rules/extra.txt", "rules/notes.yml", "models/other.conf", "rules/.hidden.yaml"):
        yield f"{name} beside the others", {**files, name: b"x"}, True
    copy = files["rules/annuaire.yaml"]
    yield "a file under another name", {**files, "rules/copie.yaml": copy}, True


def _spoilt_models(files: Files) -> Iterator[tuple[str, Files, bool]]:
    lines = files[_MODEL].decode().splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            rest = "".join([*lines[:index], *lines[index + 1 :]])
            yield f"{_MODEL} without line {index + 1}", {**files, _MODEL: rest.encode()}, True
