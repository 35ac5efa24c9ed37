"""`reconciler import`: the configuration of another tool, as YAML to keep."""

import re
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.imported import known_here, remarks_of_validate, write_new
from reconciler.cli.options.settings import Output
from reconciler.cli.options.shared import with_output
from reconciler.entra.read import LARGEST, read_export
from reconciler.entra.translate import Choice, translate
from reconciler.errors import InputError
from reconciler.render.imported import dump_imported, render_imported

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("import", epilog="Example: reconciler import entra-schema schema.json")
def command() -> None:
    """Take over the configuration of another tool as YAML."""


@command.command(
    "entra-schema", epilog="Example: reconciler import entra-schema schema.json --target app"
)
@click.argument("file", type=_FILE)
@click.option("--secrets", type=_FILE, metavar="FILE", help="The answer of Graph to …/secrets.")
@click.option("--job", type=_FILE, metavar="FILE", help="The answer of Graph to …/jobs/{id}.")
@click.option("--target", metavar="NAME", help="What to call the target.  [default: a guess]")
@click.option("--profile", metavar="NAME", help="The gallery's profile.  [default: a guess]")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("desired-state"),
    show_default=True,
    metavar="DIR",
    help="The desired state to write into; no file is overwritten.",
)
@with_output("text", "json")
def import_entra_schema(
    file: Path, output_dir: Path, output: Output, **options: Path | str | None
) -> int:
    """Translate Entra's synchronization schema into mappings, scopes and targets.

    What cannot be expressed, what means something else here and what a person has to decide is
    listed with its place in FILE. No secret is copied.
    """
    _check_name(options["target"])
    schema, secrets, job = (_read(path) for path in (file, options["secrets"], options["job"]))
    export = read_export(schema or b"", file=file.name, secrets=secrets, job=job)
    known = known_here(output_dir)
    found = translate(export, known, Choice(_text(options["target"]), _text(options["profile"])))
    remarks = remarks_of_validate(found, output_dir)
    write_new(found.files, output_dir)
    found = replace(found, remarks=(*found.remarks, *remarks))
    place = output_dir.as_posix()
    if output.format == "json":
        emit(dump_imported(found, place), output)
    else:
        emit(render_imported(found, place, **look(output)), output)
    return DONE


def _check_name(name: Path | str | None) -> None:
    """Refuse a name that is no key: it stands in ids and names files."""
    text = "x" if name is None else str(name)
    if not re.fullmatch(r"[\w][\w.-]{0,99}", text):
        raise InputError(
            f"'{text[:60]}' cannot be the name of a target",
            hint="Use letters, digits, dots, - and _, such as --target front-desk.",
        )


def _read(path: Path | str | None) -> bytes | None:
    if path is None:
        return None
    try:
        with Path(path).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise InputError(
            f"cannot read '{path}': {error.strerror}", hint="Name the file that was exported."
        ) from error


def _text(value: Path | str | None) -> str | None:
    return None if value is None else str(value)
