import json
from pathlib import Path

import pytest

from reconciler.cli.boundary import run

CASES = Path(__file__).parents[2] / "entra" / "cases"
SAMPLE = str(CASES / "reference-sample" / "schema.json")
USER = (
    "users:\n  ada: {userPrincipalName: ada@contoso.example, mail: ada@contoso.example,"
    " department: Sales}\n"
)


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """Type commands in an empty directory; get what they print."""
    monkeypatch.chdir(tmp_path)

    def type_command(*arguments, code=0):
        ended = run(list(arguments))
        printed = capsys.readouterr()
        assert ended == code, printed.out + printed.err
        return printed

    return type_command


def test_the_sample_becomes_a_desired_state_that_validates_and_plans(desk):
    text = desk("import", "entra-schema", SAMPLE, "--target", "app").out
    assert "+ desired-state/targets/app.yaml" in text
    target = Path("desired-state/targets/app.yaml")
    target.write_text(target.read_text().replace("scope: assigned", "scope: all"))
    Path("desired-state/users.yaml").write_text(USER)

    assert "No problems." in desk("validate").out
    assert "create user ada" in desk("plan", "--sandbox").out


def test_the_report_as_json_has_every_finding_with_its_place(desk):
    report = json.loads(desk("import", "entra-schema", SAMPLE, "--format", "json").out)

    assert report["format"] == "reconciler.import/1"
    assert report["counts"]["clauses"] == 3
    assert "desired-state/mappings/customappsso.yaml" in report["written"]
    assert {
        "verdict": "decide",
        "place": "/synchronizationRules/0/objectMappings/1/attributeMappings/1/source",
        "message": "[objectId] is Entra's id of the group; here it is the key of its entry",
        "hint": "Name the groups in the YAML by their Entra object id to keep the live externalIds,"
        " or say `takeover: allow` for the first apply, which writes new ones.",
    } in report["findings"]


def test_the_first_line_of_each_file_names_a_schema_that_is_there(desk):
    desk("import", "entra-schema", SAMPLE, "--output-dir", "state")
    line = Path("state/targets/customappsso.yaml").read_text().splitlines()[0]

    assert (Path("state/targets") / line.partition("$schema=")[2]).resolve().is_file()


def test_nothing_is_overwritten(desk):
    desk("import", "entra-schema", SAMPLE)
    target = Path("desired-state/targets/customappsso.yaml")
    target.write_text("targets: {}\n")
    told = desk("import", "entra-schema", SAMPLE, code=1).err

    assert "--target NAME" in told
    assert target.read_text() == "targets: {}\n"


def test_an_entry_of_the_same_name_elsewhere_is_noticed_before_anything_is_written(desk):
    Path("desired-state").mkdir()
    Path("desired-state/all.yaml").write_text("mappings:\n  customappsso-users: {for: user}\n")
    told = desk("import", "entra-schema", SAMPLE, code=1).err

    assert "'customappsso-users' is given twice in mappings" in told
    assert not Path("desired-state/targets").exists()


def test_two_apps_may_share_what_one_of_them_declared(desk):
    schema = str(CASES / "crm-with-defaults" / "schema.json")
    desk("import", "entra-schema", schema, "--target", "one")
    desk("import", "entra-schema", schema, "--target", "two")

    assert Path("desired-state/attributes/one.yaml").exists()
    assert not Path("desired-state/attributes/two.yaml").exists()
    desk("validate")


def test_secrets_and_job_have_files_of_their_own(desk):
    folder = CASES / "crm-with-defaults"
    more = [f"--{name}={folder / name}.json" for name in ("secrets", "job")]
    text = desk("import", "entra-schema", str(folder / "schema.json"), *more).out
    written = "".join(path.read_text() for path in Path("desired-state").rglob("*.yaml"))

    assert "url: https://crm.contoso.example/scim/v2\n" in written
    assert "tok-3n-very-s3cret" not in text + written


def test_hostile_text_neither_steers_the_terminal_nor_leaves_the_directory(desk):
    text = desk("import", "entra-schema", str(CASES / "hostile" / "schema.json")).out

    assert not set(text) & {"\x1b", "\u202e", "\x00", "\x07", "\u2028"}
    assert {path.name for path in Path.cwd().iterdir()} == {"desired-state"}


@pytest.mark.parametrize("name", ["../out", "a/b", "", "a b", "x" * 201])
def test_a_name_that_is_no_key_is_refused(desk, name):
    told = desk("import", "entra-schema", SAMPLE, "--target", name, code=1).err

    assert "cannot be the name of a target" in told
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("file", "message"), [("nowhere.json", "cannot read 'nowhere.json'"), (".", "is a directory")]
)
def test_a_file_that_cannot_be_read_is_wrong_input(desk, file, message):
    assert message in desk("import", "entra-schema", file, code=1).err


def test_what_is_no_schema_says_how_to_export_one(desk):
    Path("x.json").write_text("{}")
    told = desk("import", "entra-schema", "x.json", code=1).err

    assert "it has no 'synchronizationRules'" in told
    assert "Review your schema here" in told
