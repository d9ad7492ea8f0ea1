"""The categories read from their file, or every problem told with its place."""

from pathlib import Path
from typing import Final

from habilis_companion.reviewed.forms import CONSTANT, NAME, Form
from habilis_companion.reviewed.problems import Place, Problems
from habilis_companion.reviewed.yaml_nodes import Node, read_yaml
from habilis_soliciting.model.categories import Categories, Category, Routing, Subcategory

__all__ = ["SHIPPED", "categories_of", "read_categories"]

SHIPPED: Final = Path(__file__).with_name("categories.yaml")
"""The reviewed file that comes with the companion."""


def read_categories(path: Path = SHIPPED) -> Categories:
    """The categories of the file. Raises ReviewedError with all that is wrong in it."""
    problems = Problems()
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add(Place(str(path)), f"cannot be read: {error.strerror}; give another file")
        content = b""
    problems.raise_if_any()
    return categories_of(str(path), content)


def categories_of(file: str, content: bytes) -> Categories:
    """The categories of this text; `file` is how problems name it. Raises ReviewedError."""
    problems = Problems()
    found: list[Category] = []
    root = Form(
        read_yaml(file, content, problems), problems, required=["categories"], what="the file"
    )

    def read(code: str, node: Node) -> None:
        found.append(_category(code, node, problems))

    root.forms("categories", CONSTANT, read)
    problems.raise_if_any()
    return Categories(tuple(found))


def _category(code: str, node: Node, problems: Problems) -> Category:
    form = Form(
        node,
        problems,
        required=["label", "application", "subcategories"],
        what=f"the category `{code}`",
    )
    found: list[Subcategory] = []

    def read(subcode: str, inner: Node) -> None:
        found.append(_subcategory(subcode, inner, problems))

    form.forms("subcategories", CONSTANT, read)
    return Category(
        code=code,
        label=form.text("label"),
        application=form.name("application", NAME),
        subcategories=tuple(found),
    )


def _subcategory(code: str, node: Node, problems: Problems) -> Subcategory:
    form = Form(
        node,
        problems,
        required=["label", "routing", "basis"],
        optional=["active"],
        what=f"the subcategory `{code}`",
    )
    form.texts("basis")
    return Subcategory(
        code=code,
        label=form.text("label"),
        routing=form.one_of("routing", Routing) or Routing.SUPPORT,
        active=form.node("active") is None or form.yes("active"),
    )
