import json

import pytest
from jsonschema import Draft202012Validator

from reconciler.cli.boundary import run


@pytest.mark.parametrize("which", ["desired-state", "profile", "plan"])
def test_every_schema_is_a_schema(which, capsys):
    assert run(["schema", which]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_all_schemas_are_written_into_one_directory(tmp_path, capsys):
    assert run(["schema", "--output-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "desired-state.schema.json",
        "drift.schema.json",
        "plan.schema.json",
        "profile.schema.json",
    ]
