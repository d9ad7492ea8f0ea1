"""The register of a server that was given none: it tells so, and nothing is taken on trust."""

from typing import NoReturn

from habilis_server.insee.registry import RegistryUnavailableError

__all__ = ["NoRegistry"]


class NoRegistry:
    """No SIRET can be verified: whatever needs one verified is refused."""

    def find(self, siret: str) -> NoReturn:
        raise RegistryUnavailableError(
            f"this server has no register to verify `{siret}` with; start it with `--insee`"
        )
