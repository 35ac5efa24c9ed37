"""`reconciler schema`: JSON Schemas, so that editors complete and check the YAML."""

import json
from pathlib import Path

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit
from reconciler.cli.options.settings import Output
from reconciler.desired.schema import desired_schema
from reconciler.gallery.schema import profile_schema
from reconciler.render.drift.json import drift_schema
from reconciler.render.planfile.dump import plan_schema

_SCHEMAS = {
    "desired-state": desired_schema,
    "profile": profile_schema,
    "plan": plan_schema,
    "drift": drift_schema,
}


@click.command("schema", epilog="Example: reconciler schema --output-dir docs")
@click.argument("which", type=click.Choice(list(_SCHEMAS)), default="desired-state")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    help="Write all of them into DIR, as NAME.schema.json.",
)
def command(which: str, output_dir: Path | None) -> int:
    """Write the JSON Schema of the YAML, of gallery profiles, of the plan file or of drift.

    Name it in the first line of a YAML file, and editors complete and check it:
    `# yaml-language-server: $schema=PATH/desired-state.schema.json`
    """
    if output_dir is None:
        emit(_text(which), Output("json", None))
        return DONE
    for name in _SCHEMAS:
        emit(_text(name), Output("json", output_dir / f"{name}.schema.json"))
    return DONE


def _text(which: str) -> str:
    return json.dumps(_SCHEMAS[which](), indent=2) + "\n"
