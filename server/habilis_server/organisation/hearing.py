"""What the national register has said, for a command that must not wait for it to speak.

A register may be far away, and the journal is held while a command is judged.
So a command is judged on what was heard before; if it needs to know more, it
stops there, nothing is done, and it is judged anew once the register was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from habilis_server.insee import Establishment, Registry, RegistryUnavailableError

__all__ = ["Heard", "UnheardError"]


class UnheardError(Exception):
    """The register has yet to be asked for `siret`; nothing was decided."""

    def __init__(self, siret: str) -> None:
        super().__init__(f"the register has yet to be asked for `{siret}`")
        self.siret = siret


def _nothing() -> Mapping[str, Establishment | None]:
    return {}


@dataclass(frozen=True, slots=True)
class Heard:
    """A register of the answers that were given. Of the rest it raises UnheardError.

    Once the register was silent, it is not asked again: `silence` answers all else.
    """

    answers: Mapping[str, Establishment | None] = field(default_factory=_nothing)
    silence: RegistryUnavailableError | None = None

    def find(self, siret: str) -> Establishment | None:
        if siret in self.answers:
            return self.answers[siret]
        if self.silence is not None:
            raise self.silence
        raise UnheardError(siret)

    def and_of(self, siret: str, registry: Registry) -> "Heard":
        """With what the register says of this one, or with its silence. It may take seconds."""
        try:
            return Heard({**self.answers, siret: registry.find(siret)})
        except RegistryUnavailableError as error:
            return Heard(self.answers, error)
