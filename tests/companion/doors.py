"""A companion's server that does what a test wants, behind the real doors, on a port of its own."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from habilis.v1 import invoicing_pb2
from habilis_companion.serving import Serving, Settings

__all__ = ["SERVICE", "open_doors", "served"]

SERVICE = invoicing_pb2.DESCRIPTOR.services_by_name["InvoicingService"]


@contextmanager
def open_doors(**behaviours: Callable[[Any], Any]) -> Generator[tuple[Serving, str]]:
    """The server and its address; a method that is not given answers with nothing."""
    nothing: dict[str, Callable[[Any], Any]] = {
        method.name: _nothing(method.output_type.name, streams=method.server_streaming)
        for method in SERVICE.methods
    }
    settings = Settings(listen="127.0.0.1:0", notice=0, grace=0.5, workers=12)
    serving = Serving({**nothing, **behaviours}, SERVICE, settings)
    address = serving.start()
    try:
        yield serving, str(address)
    finally:
        serving.drain()


@contextmanager
def served(answer: Callable[[bytes, grpc.ServicerContext], bytes]) -> Generator[str]:
    """The address of a server that answers every call so, without any door."""

    class Everything(grpc.GenericRpcHandler):
        def service(self, handler_call_details: object) -> Any:
            return grpc.unary_unary_rpc_method_handler(answer)

    with ThreadPoolExecutor(2) as workers:
        server = grpc.server(workers, handlers=[Everything()])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


def _nothing(response: str, *, streams: bool) -> Callable[[Any], Any]:
    kind = getattr(invoicing_pb2, response)

    def answer(asked: Any) -> Any:
        if isinstance(asked, Iterator):
            list(asked)
        return iter(()) if streams else kind()

    return answer
