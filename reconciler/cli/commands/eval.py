"""`reconciler eval`: the expression builder."""

import click

from reconciler.cli.codes import DONE, WRONG_INPUT
from reconciler.cli.console import emit, look, say
from reconciler.cli.evaluation import source_of
from reconciler.cli.options.assignments import read_assignments, unread
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.errors import ExpressionError
from reconciler.expr import compile_expression, trace
from reconciler.render.evaluation import dump_evaluation, render_evaluation, render_mistake
from reconciler.values import Context


@click.command(
    "eval", epilog="Example: reconciler eval 'Join(\" \", [givenName], [surname])' --user ada"
)
@click.argument("expression")
@click.option("--user", metavar="KEY", help="Take the attributes of this user of the YAML.")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=TEXT | NAME:=JSON",
    help="Set an attribute; may be given several times, and wins over --user.",
)
@with_settings("desired_state", "targets", "now")
@with_output("text", "json")
def command(
    settings: Settings,
    output: Output,
    *,
    expression: str,
    user: str | None,
    assignments: tuple[str, ...],
) -> int:
    """Evaluate an expression, and show what every part of it gives.

    An attribute that is not given is null. Exits with 1 where the expression is wrong or has no
    value. With --target, --user has the roles and the standing that it has there.
    """
    try:
        compiled = compile_expression(expression)
    except ExpressionError as error:
        say(render_mistake(expression, error, **look()).rstrip("\n"))
        return WRONG_INPUT
    source = source_of(user, settings)
    given = read_assignments(assignments, compiled.reads)
    for sentence in unread(given, compiled.reads):
        say(sentence)
    found = trace(
        compiled,
        {**source.attributes, **given},
        Context(settings.now, f"eval/{user or ''}"),
        hidden=source.hidden - given.keys(),
    )
    if found.error is not None:
        say(render_mistake(expression, found.error, masked=found.masked, **look()).rstrip("\n"))
        return WRONG_INPUT
    is_json = output.format == "json"
    emit(dump_evaluation(found) if is_json else render_evaluation(found, **look(output)), output)
    return DONE
