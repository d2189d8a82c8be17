"""A server on 127.0.0.1 that answers with whatever bytes a test gives it, as fast or slow as it likes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Hostile:
    """What listens, and what it was told."""

    url: str
    """Address."""

    answer: Callable[[str, Callable[[bytes], None]], None]
    """Called with the request as it came and a function that sends bytes."""

    requests: list[str] = field(default_factory=list)
    """Every request, head and all."""

    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over; endless answers end then."""

    def drip(self, send: Callable[[bytes], None], what: bytes = b" ", every_s: float = 0.1) -> None:
        """Send `what` again and again until the test is over."""
        while not self.over.is_set():
            send(what)
            time.sleep(every_s)


def head(status: str = "200 OK", **headers: str) -> bytes:
    """Return status line and headers; underscores of their names are hyphens."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer."""
    return head(status, Content_Length=str(len(body)), **headers) + body


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Listen; what is answered is set by the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Hostile(f"http://127.0.0.1:{listening.getsockname()[1]}", lambda _, send: send(whole(b"{}")))

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                received = b""
                while b"\r\n\r\n" not in received:
                    received += connection.recv(65536)
                request = received.decode("latin-1")
                server.requests.append(request)
                server.answer(request, connection.sendall)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        server.over.set()
        listening.shutdown(socket.SHUT_RDWR)
