"""A socket to listen on, or one clear line why not."""

from __future__ import annotations

import socket

from titus_http.cli.failures import Failed


def listen(host: str, port: int) -> socket.socket:
    """Bound before anything is started, so that a port in use is told in a line and not in a log."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Failed(f"--port {port}: cannot listen on {host}:{port} ({error.strerror or error})") from error
    return listener
