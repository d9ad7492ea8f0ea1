"""Generate the gRPC stubs of `habilis.v1` from `proto/`; with `--check`, only compare.

Exit 0 when the committed stubs are written or fresh, 1 when `--check` finds
one stale, missing or left over, or when the compiler refuses a proto.
"""

import sys
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from grpc_tools import protoc

__all__ = ["generate", "main", "stale"]

_CHECKOUT = Path(__file__).resolve().parents[1]
_PROTOS = _CHECKOUT / "proto"
_STUBS = _CHECKOUT / "clients" / "habilis" / "v1"
_GENERATED = "*_pb2*.py*"
# The plugins stand beside the interpreter that runs this, whatever the PATH says.
_PLUGINS = Path(sys.executable).parent


def generate(into: Path) -> bool:
    """Write the stubs of every proto under `into`; False when the compiler refused one."""
    protos = sorted(path.relative_to(_PROTOS).as_posix() for path in _PROTOS.rglob("*.proto"))
    with as_file(files("grpc_tools") / "_proto") as well_known:
        status: int = protoc.main(
            [
                "protoc",
                f"--plugin=protoc-gen-mypy={_PLUGINS / 'protoc-gen-mypy'}",
                f"--plugin=protoc-gen-mypy_grpc={_PLUGINS / 'protoc-gen-mypy_grpc'}",
                f"--proto_path={_PROTOS}",
                f"--proto_path={well_known}",
                f"--python_out={into}",
                f"--grpc_python_out={into}",
                f"--mypy_out=quiet:{into}",
                f"--mypy_grpc_out=quiet:{into}",
                *protos,
            ]
        )
    return status == 0


def stale(fresh: Path) -> list[str]:
    """Name the committed stubs that differ from those in `fresh`, are missing, or are left over."""
    made = {path.name: path.read_bytes() for path in fresh.glob(_GENERATED)}
    kept = {path.name: path.read_bytes() for path in _STUBS.glob(_GENERATED)}
    return sorted(name for name in made | kept if made.get(name) != kept.get(name))


def main(arguments: list[str]) -> int:
    """Write the stubs, or compare them; the exit code."""
    with TemporaryDirectory() as aside:
        if not generate(Path(aside)):
            return 1
        fresh = Path(aside) / "habilis" / "v1"
        differing = stale(fresh)
        if "--check" in arguments:
            for name in differing:
                sys.stderr.write(
                    f"clients/habilis/v1/{name}: not what proto/ generates; run `make stubs`\n"
                )
            return 1 if differing else 0
        for name in differing:
            made = fresh / name
            if made.exists():
                (_STUBS / name).write_bytes(made.read_bytes())
            else:
                (_STUBS / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
