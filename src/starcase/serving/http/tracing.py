"""Distributed tracing: the trace id goes into the record, a span to OpenTelemetry where that is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_VERSION_LENGTH, _TRACE_END = 3, 35
NO_TRACE = "0" * 32


def parse_trace_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the trace id of a W3C ``traceparent`` header, 32 hexadecimal digits; empty where there is none.

    >>> parse_trace_id([(b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")])
    '4bf92f3577b34da6a3ce929d0e0e4736'
    """
    for name, value in headers:
        if name == b"traceparent":
            trace = value[_VERSION_LENGTH:_TRACE_END].decode("latin-1")
            hexadecimal = len(trace) == len(NO_TRACE) and not set(trace) - set("0123456789abcdef")
            return trace if hexadecimal and trace != NO_TRACE else ""
    return ""


class Tracing:
    """Reads the trace id of every request; with ``spans`` every decision is a span of that trace.

    Args:
        spans: whether to start spans; needs ``pip install 'starcase[otel]'`` and a tracer provider set by the
            environment (``OTEL_EXPORTER_OTLP_ENDPOINT`` and the like).
    """

    def __init__(self, *, spans: bool = False) -> None:
        self._tracer: Any = None
        if spans:
            from opentelemetry import propagate, trace  # noqa: PLC0415 - an extra

            self._tracer = trace.get_tracer("starcase.serving")
            self._extract = propagate.extract

    @contextmanager
    def start_span(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[str]:
        """Yield the trace id; the block is the span."""
        if self._tracer is None:
            yield parse_trace_id(headers)
            return
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        with self._tracer.start_as_current_span("starcase.decide", context=self._extract(carrier)) as span:
            yield f"{span.get_span_context().trace_id:032x}"
