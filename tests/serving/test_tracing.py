"""Tracing: a request's trace id is stored with its decision; with OpenTelemetry a decision is a span of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.serving.rooms import ask, gateway, with_wal

from starcase.evidence import DecisionLog
from starcase.serving.http.tracing import Tracing, parse_trace_id
from starcase.serving.wal import Importer, WriteAhead

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADER = [(b"traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode())]


@pytest.mark.parametrize(
    "value", [b"", b"00", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01", b"00-" + b"x" * 32 + b"-1-1"]
)
def test_an_invalid_traceparent_gives_no_trace_id(value: bytes) -> None:
    assert parse_trace_id([(b"traceparent", value)]) == ""


def test_the_trace_is_kept_with_the_decision(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        pending = gateway(wal).ask(ask("t1"), parse_trace_id(HEADER))
        assert pending.batch is not None
        assert await pending.batch.wait() is None
        assert json.loads(pending.reply()[1])["id"] == "t1"

    with_wal(tmp_path, work)
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        Importer(tmp_path, log).catch_up(all_closed=True)
        kept = log.decision("t1")
        assert kept is not None
        assert kept.trace == TRACE


def test_with_opentelemetry_a_decision_is_a_span_of_the_callers_trace() -> None:
    trace = pytest.importorskip("opentelemetry.trace")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    with Tracing(spans=True).start_span(HEADER) as found:
        assert found == TRACE
    (span,) = exporter.get_finished_spans()
    assert (span.name, f"{span.context.trace_id:032x}") == ("starcase.decide", TRACE)
