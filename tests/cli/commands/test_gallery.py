from reconciler.cli.boundary import run
from reconciler.gallery.load import load_gallery


def test_the_gallery_lists_every_app(capsys):
    assert run(["gallery", "list"]) == 0
    keys = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert keys == sorted(load_gallery())
    assert {"aws-iam-identity-center", "envoy", "generic-scim"} <= set(keys)


def test_one_profile_shows_its_mappings(capsys):
    assert run(["gallery", "show", "envoy"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Envoy  (profile envoy)\n  https://app.envoy.com/scim/v2\n")
    assert "[userPrincipalName] (match 1)" in shown


def test_a_profile_that_does_not_exist_is_wrong_input(capsys):
    assert run(["gallery", "show", "envoi"]) == 1
    message = " ".join(capsys.readouterr().err.split())
    assert f"Next: There are: {', '.join(sorted(load_gallery()))}." in message
