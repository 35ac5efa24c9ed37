"""The readings of one plan: one to where `--output` says, others beside it with `--also`."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli.console import emit, look
from reconciler.cli.options.settings import Output
from reconciler.cli.options.shared import Command
from reconciler.collector import without_collector
from reconciler.errors import InputError
from reconciler.model.plan import Plan
from reconciler.model.plankey import PlanKey
from reconciler.render.ci.annotations import annotate_plan
from reconciler.render.ci.status import render_status
from reconciler.render.html.plan import render_html
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.text import render_text
from reconciler.render.planfile.dump import dump_plan

FORMATS: Final = ("text", "json", "markdown", "html", "annotations", "status")


class Also(click.ParamType[Output]):
    """A further reading, one of *formats*, and the file that takes it: `markdown=comment.md`."""

    name = "also"

    def __init__(self, formats: tuple[str, ...]) -> None:
        self.formats = formats

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Output:
        """Return the reading."""
        if isinstance(value, Output):
            return value
        form, sign, file = str(value).partition("=")
        if form not in self.formats or not sign or not file:
            known = ", ".join(self.formats)
            self.fail(f"'{value}' is no FORMAT=FILE; the formats are {known}", param, ctx)
        return Output(form, Path(file))


def with_also(what: str, *formats: str) -> Callable[[Command], Command]:
    """Give a command `--also`, further readings of *what* it is about, as `also`."""
    return click.option(
        "--also",
        type=Also(formats),
        multiple=True,
        metavar="FORMAT=FILE",
        help=f"Also write this reading of the same {what}: markdown=FILE; may be given again.",
    )


@without_collector()
def write_readings(outputs: tuple[Output, ...], text_of: Callable[[Output], str]) -> None:
    """Write what *text_of* gives for each of *outputs*; raise `InputError` for one file twice."""
    files = [output.file for output in outputs if output.file is not None]
    if len(set(files)) < len(files):
        raise InputError("two readings go to one file", hint="Give each a file of its own.")
    for output in outputs:
        emit(text_of(output), output)


@dataclass(frozen=True, slots=True)
class Readings:
    """How one plan is read. *key* signs the JSON; *prefix* leads to the desired state.

    *environment* stands in the comment, and tells it apart from those of other environments.
    """

    plan: Plan
    key: PlanKey | None
    prefix: str
    environment: str = ""

    def write(self, outputs: tuple[Output, ...]) -> None:
        """Write every reading; the comment names the plan file that is written beside it."""
        has_file = any(output.format == "json" for output in outputs)
        plan_file = dump_plan(self.plan, self.key) if has_file else ""
        write_readings(outputs, lambda output: self._text(output, plan_file))

    def _text(self, output: Output, plan_file: str) -> str:
        match output.format:
            case "json":
                return plan_file
            case "markdown":
                mark = sha256(plan_file.encode()).hexdigest() if plan_file else ""
                return render_markdown(self.plan, artifact=mark, environment=self.environment)
            case "html":
                return render_html(self.plan)
            case "annotations":
                return annotate_plan(self.plan, prefix=self.prefix)
            case "status":
                return f"{render_status(self.plan)}\n"
            case _:
                return render_text(self.plan, **look(output))
