"""The blocks that CI runs are the ones that a person reads."""

import pytest

from tests.readme_commands import command

README = """\
```yaml
users: {}
```
```sh
python3 -m venv .venv && .venv/bin/reconciler apply --sandbox --yes
```
Tests:
```
python3 -m venv .venv &&
  .venv/bin/pytest
```
"""


def test_each_block_is_taken_as_it_stands():
    assert command("main", README) == (
        "python3 -m venv .venv && .venv/bin/reconciler apply --sandbox --yes\n"
    )
    assert command("test", README) == "python3 -m venv .venv &&\n  .venv/bin/pytest\n"


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        ("", "there are 0, for nothing"),
        (README.replace("pytest", "true"), r"there are 2, for \['main'\]"),
        (README + README, r"there are 4, for \['main', 'test'\]"),
    ],
)
def test_a_missing_or_a_further_block_stops_ci(readme: str, said: str):
    with pytest.raises(SystemExit, match=said):
        command("test", readme)
