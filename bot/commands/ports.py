"""A port to listen on: the wished one, or the next that is free."""

from __future__ import annotations

import socket

from bot.errors import Problem, UsageError

_TRIES = 50


def free_port(wished: int, host: str = "127.0.0.1") -> int:
    """`wished`, or the next free port above it; 0 stays 0.  Raises UsageError when fifty in a row are taken."""
    if wished == 0:
        return 0
    for port in range(wished, min(wished + _TRIES, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise UsageError(
        Problem(
            code="SW-C31",
            title=f"No free port from {wished} on.",
            cause="Other programs listen on all of them.",
            fix="Give another one with --port.",
            where=f"{host}:{wished}",
            meanwhile="Nothing was started.",
        )
    )
