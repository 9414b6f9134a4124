"""``starcase serve``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.case_changes import announce_changes
from starcase.cli.options import case_option, json_option, who_option


@click.command(
    epilog="""\b
Examples
  starcase serve
  starcase serve --champion current.txt --shadow new.onnx
  starcase serve --case cases/card-fraud --workers 2
  STARCASE_TOKEN=... starcase serve --host 0.0.0.0 --port 80
"""
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, help="The port; 0 lets the operating system choose.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Number of processes that answer requests.",
)
@click.option("--champion", default="", metavar="MODEL", help="The model to install if none serves yet.")
@click.option(
    "--shadow", "shadows", multiple=True, metavar="MODEL", help="A model that answers in shadow; may be given again."
)
@click.option("--features", default="", metavar="A,B,C", help="Feature names for a model file that has none.")
@click.option("--threshold", default=0.5, show_default=True, help="The lowest score at which your own model acts.")
@click.option("--trust", is_flag=True, help="Load pickles and skops files of any type, each in a separate process.")
@click.option(
    "--durability",
    type=click.Choice(["durable", "buffered", "off"]),
    default="durable",
    show_default=True,
    help="Answer after the decision is on disk (durable), before it is (buffered), or without a log (off).",
)
@click.option(
    "--token",
    envvar="STARCASE_TOKEN",
    default="",
    show_default="$STARCASE_TOKEN",
    help="Required with every request; needed to promote, to roll back, and to listen beyond loopback.",
)
@click.option("--steer/--no-steer", default=True, help="Whether the rollout takes its steps automatically.")
@click.option("--spans", is_flag=True, help="Export every decision as an OpenTelemetry span.")
@case_option
@who_option
@json_option
def command(
    host: str,
    port: int,
    workers: int,
    champion: str,
    shadows: tuple[str, ...],
    features: str,
    threshold: float,
    trust: bool,
    durability: str,
    token: str,
    steer: bool,
    spans: bool,
    case_folder: Path,
    who: str,
    as_json: bool,
) -> int:
    """Serve a case over HTTP: decisions, outcomes, promotions, rollbacks.

    The champion of the case answers; if there is none yet, the incumbent does. A MODEL is a candidate of the case or
    your own model: a LightGBM text file, an .onnx or .skops file, or module:function. The folder needs no case.toml.
    Ctrl-C stops the server after it has answered every request that it has received.
    """
    from starcase.app.commands.serve import ServingStatus, serve
    from starcase.app.user_models import open_folder, require_files
    from starcase.cli.terminal import print_json
    from starcase.serving.process.settings import SERVING, Settings
    from starcase.serving.process.shutdown import create_stop_event

    def say(served: ServingStatus) -> None:
        if as_json:
            print_json(served)
        else:
            who = f"{served.champion} serves" if served.champion else "no model serves yet"
            click.echo(f"{served.case}: {who} at {served.url}/v1/cases/{served.case}/decisions")
            for shadow in served.shadows:
                click.echo(f"  {shadow} answers in shadow")
        for shadow in served.left_out:
            _warn_left_out(shadow)

    require_files(champion, *shadows)
    with open_folder(case_folder, actor=who, changed=announce_changes) as work:
        settings = Settings(
            folder=work.store / SERVING, host=host, port=port, workers=workers, durability=durability,  # type: ignore[arg-type]
            token=token, steered=steer, spans=spans, trust=trust,
        )  # fmt: skip
        serve(
            work, settings, champion=champion, shadows=shadows, features=tuple(filter(None, features.split(","))),
            threshold=threshold, ended=create_stop_event(), began=say,
        )  # fmt: skip
    return 0


def _warn_left_out(left: str) -> None:
    click.echo(
        f"warning: {left} cannot be loaded and is left out\n"
        "  why:   see the error above; the serving models are not affected\n"
        f"  mend:  restore the entry of {left!r} in case.toml as it was at its fit and serve again, or end its "
        "rollout: `starcase rollout rollback --why TEXT`",
        err=True,
    )
