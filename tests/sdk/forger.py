"""A server that answers anything to everything: statuses, garbage, lies."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc

__all__ = ["Forger", "forging"]


@dataclass
class Forger(grpc.GenericRpcHandler):
    """Fails with `status`, the first `failures` times or ever; else gives the `answers` in turn.

    The last answer is repeated for ever. `calls` counts what was asked.
    """

    answers: list[bytes] = field(default_factory=lambda: [b""])
    status: grpc.StatusCode | None = None
    failures: int | None = None
    calls: int = 0
    target: str = ""

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[bytes, bytes]":
        if handler_call_details.method.endswith("/EnumeratePermissions"):
            return grpc.unary_stream_rpc_method_handler(self._stream)
        return grpc.unary_unary_rpc_method_handler(self._answer)

    def _fail(self, context: grpc.ServicerContext) -> None:
        self.calls += 1
        if self.status is not None and (self.failures is None or self.calls <= self.failures):
            context.abort(self.status, "forged")

    def _answer(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._fail(context)
        return self.answers[min(self.calls, len(self.answers)) - 1]

    def _stream(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        self._fail(context)
        yield from self.answers


@contextmanager
def forging() -> Generator[Forger]:
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    forger = Forger()
    server.add_generic_rpc_handlers((forger,))
    forger.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield forger
    finally:
        server.stop(None).wait()
