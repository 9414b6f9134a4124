"""``starcase schema``."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples
  starcase schema > case.schema.json
  # first line of case.toml, for editors with Taplo:
  #:schema ./case.schema.json
"""
)
def command() -> None:
    """Print the JSON Schema of case.toml, for editors."""
    from starcase.casefile.schema import build_case_schema
    from starcase.cli.terminal import print_json

    print_json(build_case_schema())
