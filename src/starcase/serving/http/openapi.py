"""The OpenAPI document of the gateway."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.serving.http.wire import build_schemas, encode

_VERSION = "3.1.0"


def build_openapi(case: str, *, authorised: bool) -> bytes:
    """Build the OpenAPI document of a gateway that serves ``case``."""
    root = f"/v1/cases/{case}"
    refusals = {
        "422": _describe_refusal("A field is missing, unknown or of the wrong type; it is named."),
        "429": _describe_refusal("Too many requests are being answered."),
        "503": _describe_refusal("The decision could not be written to the disk, and was not made."),
    }
    paths = {
        f"{root}/decisions": {
            "post": _describe_call(
                "Decide one request or a list", "RequestMessage", "AnswerMessage", refusals, many=True
            )
        },
        f"{root}/outcomes": {
            "post": _describe_call("Record outcomes, one or a list", "OutcomeMessage", None, many=True)
        },
        f"{root}/state": {"get": _describe_call("Return what is served now", None, None)},
        f"{root}/promote": {"post": _describe_call("Make the challenger champion", "StepMessage", None)},
        f"{root}/rollback": {
            "post": _describe_call("Roll back the challenger, or restore the previous champion", "StepMessage")
        },
        "/healthz": {"get": _describe_call("Liveness of the process")},
        "/readyz": {"get": _describe_call("Readiness to serve, with the reason where it is degraded")},
        "/metrics": {"get": _describe_call("Counters in the Prometheus text format")},
    }
    security = {"token": {"type": "http", "scheme": "bearer"}} if authorised else {}
    return encode(
        {
            "openapi": _VERSION,
            "info": {"title": f"Starcase gateway: {case}", "version": "1"},
            "paths": paths,
            "components": {"schemas": build_schemas(), "securitySchemes": security},
            "security": [{"token": []}] if authorised else [],
        }
    )


def _describe_call(
    summary: str,
    takes: str | None = None,
    gives: str | None = None,
    refusals: Mapping[str, object] | None = None,
    *,
    many: bool = False,
) -> dict[str, object]:
    fine: dict[str, object] = {"description": summary}
    if gives:
        fine["content"] = _describe_content(gives, many=many)
    call: dict[str, object] = {"summary": summary, "responses": {"200": fine, **(refusals or {})}}
    if takes:
        call["requestBody"] = {"required": True, "content": _describe_content(takes, many=many)}
    return call


def _describe_content(name: str, *, many: bool) -> dict[str, object]:
    reference = {"$ref": f"#/components/schemas/{name}"}
    schema = {"oneOf": [reference, {"type": "array", "items": reference}]} if many else reference
    return {"application/json": {"schema": schema}}


def _describe_refusal(words: str) -> dict[str, object]:
    return {"description": words}
