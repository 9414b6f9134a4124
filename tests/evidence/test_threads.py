"""A process reads records from several threads at once from its start, as a gateway worker does."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import contextlib, sys, threading
import msgspec
from starcase.evidence import codec
from starcase.evidence.records import KINDS

sys.setswitchinterval(1e-6)
together = threading.Barrier(8)


def read():
    together.wait()
    for kind in KINDS.values():
        with contextlib.suppress(msgspec.MsgspecError):
            codec._create_decoder(kind).decode(b"{}")


threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_first_records_can_be_read_by_several_threads() -> None:
    """Without the lock about one process in four ends with a segmentation fault."""
    assert [subprocess.run([sys.executable, "-c", PROGRAM], check=False).returncode for _ in range(8)] == [0] * 8
