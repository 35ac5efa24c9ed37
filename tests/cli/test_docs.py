"""docs/cli.md holds the help of every command; `pytest tests/cli --update-golden` renews it."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.program import program

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def every_command(found, names=()):
    """Yield the names that lead to each command, and the command."""
    yield names, found
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            yield from every_command(found.get_command(context, name), (*names, name))


COMMANDS = dict(every_command(program))


def help_of(names):
    """Return what `--help` prints on a page of eighty columns."""
    result = CliRunner().invoke(program, [*names, "--help"], prog_name="reconciler", color=False)
    assert result.exit_code == 0
    return result.output


def section_of(names):
    title = " ".join(("reconciler", *names))
    return f"### `{title}`\n\n```text\n{help_of(names)}```\n"


def test_the_page_holds_the_help_of_every_command(request):
    text = PAGE.read_text(encoding="utf-8")
    start = text.index("<!-- help: begin -->")
    end = text.index("<!-- help: end -->")
    sections = "\n".join(section_of(names) for names in COMMANDS)
    wanted = f"{text[:start]}<!-- help: begin -->\n\n{sections}\n{text[end:]}"
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(wanted, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize("names", [names for names in COMMANDS if names], ids=" ".join)
def test_every_command_has_an_example_that_names_it(names):
    examples = re.findall(r"Example: reconciler ([^\n]+)", help_of(names))
    assert len(examples) == 1
    assert examples[0].startswith(" ".join(names))
