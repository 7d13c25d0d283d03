"""A cable between a client and its server that can be cut and mended."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Cable:
    """Carries bytes to a server from a port of its own, while it is whole."""

    def __init__(self, base_url: str) -> None:
        """`base_url` is where the other end is."""
        parts = urlsplit(base_url)
        self._far = (str(parts.hostname), int(parts.port or 80))
        self._port = 0
        self._server: socketserver.ThreadingTCPServer | None = None
        self._open: list[socket.socket] = []

    @property
    def url(self) -> str:
        """Where the near end is; stays when it is cut."""
        return f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        """Carry."""
        cable = self

        class Connection(socketserver.BaseRequestHandler):
            """One connection, both ways."""

            def handle(self) -> None:
                """Until one end hangs up."""
                cable._carry(self.request)

        class Server(socketserver.ThreadingTCPServer):
            """The near end."""

            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self._port), Connection)
        self._port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def cut(self) -> None:
        """Carry no more: what is open ends, what is new is refused."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _carry(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), socket.create_connection(self._far) as far:
            self._open += [near, far]
            back = threading.Thread(target=_pour, args=(far, near), daemon=True)
            back.start()
            _pour(near, far)
            back.join()

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()


def _pour(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := one.recv(65_536):
            other.sendall(piece)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
