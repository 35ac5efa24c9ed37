import json

from reconciler.model.outcome import Dropped, Outcome, Recorded, Run, Status
from reconciler.render.markdown.run import render_run_markdown
from reconciler.render.run import dump_run, render_outcome, render_run

RUN = Run(
    "f" * 64,
    (
        Outcome("envoy/user/ada", Status.DONE, requests=1),
        Outcome("envoy/user/bob", Status.FAILED, "409 uniqueness: taken\x1b[0m", 2),
        Outcome("envoy/group/g/add-members", Status.SKIPPED, "user/bob failed"),
        Outcome("envoy/user/tom", Status.HELD, "held by removals"),
    ),
    requests=9,
    stale=(
        Dropped("envoy/user/eve", "title was changed at the target\x1b[0m"),
        Dropped("envoy/user/kim", "title is sensitive", "Set the key."),
        Dropped("envoy/user/tim", "it is gone"),
    ),
    failures=(("slack", "no answer"),),
)


def test_a_run_shows_what_did_not_happen_and_the_sum():
    assert render_run(RUN) == (
        "✗ slack: failed: no answer\n"
        "\n"
        "Failed (1)\n"
        "  ✗ envoy/user/bob\n"
        "    409 uniqueness: taken\\x1b[0m\n"
        "\n"
        "Skipped (1)\n"
        "  · envoy/group/g/add-members\n"
        "    user/bob failed\n"
        "\n"
        "Held (1)\n"
        "  ‖ envoy/user/tom\n"
        "    held by removals\n"
        "\n"
        "Dropped: 3 approved operations and what is there now do not fit together\n"
        "  ✗ envoy/user/eve\n"
        "    title was changed at the target\\x1b[0m.\n"
        "  ✗ envoy/user/kim\n"
        "    title is sensitive.\n"
        "  ✗ envoy/user/tim\n"
        "    it is gone.\n"
        "  Next: Plan again, and have the new plan approved.\n"
        "  Next: Set the key.\n"
        "\n"
        "Applied: 1 done, 1 failed, 1 skipped, 1 held, 3 dropped; "
        "9 requests: 6 to read, 3 for the changes.\n"
    )


def test_a_run_with_nothing_to_do_says_so():
    assert render_run(Run("f" * 64, (), 3)) == "Applied: nothing to do; 3 requests to read.\n"
    failed = Run("f" * 64, (), 3, failures=(("slack", "no answer"),))
    assert render_run(failed).endswith("Applied: nothing; 3 requests to read.\n")


def test_a_run_says_where_the_ref_of_what_was_last_applied_stands_and_why():
    commit = "0123456789abcdef" * 2
    recorded = (
        Recorded("a", "refs/reconciler/applied/a", commit),
        Recorded("b", "refs/reconciler/applied/b", commit, "2 held, 1 failed"),
        Recorded("c", "refs/reconciler/applied/c", None, "the target failed"),
    )
    run = Run("f" * 64, (), 3, recorded=recorded)
    assert render_run(run) == (
        "Last applied\n"
        "  ✓ refs/reconciler/applied/a is now at 0123456789ab.\n"
        "  ‖ refs/reconciler/applied/b stays at 0123456789ab: 2 held, 1 failed.\n"
        "  ‖ refs/reconciler/applied/c is not made yet: the target failed.\n"
        "\n"
        "Applied: nothing to do; 3 requests to read.\n"
    )
    assert render_run_markdown(run, 10_000).splitlines()[2:] == [
        "- ✓ refs/reconciler/applied/a is now at 0123456789ab",
        "- ‖ refs/reconciler/applied/b stays at 0123456789ab: 2 held, 1 failed",
        "- ‖ refs/reconciler/applied/c is not made yet: the target failed",
    ]
    assert json.loads(dump_run(run))["recorded"][1] == {
        "target": "b",
        "ref": "refs/reconciler/applied/b",
        "commit": commit,
        "why": "2 held, 1 failed",
    }


def test_one_change_is_one_line():
    assert render_outcome(RUN.outcomes[1]) == (
        r"✗ failed envoy/user/bob: 409 uniqueness: taken\x1b[0m"
    )


def test_a_run_as_json_is_the_format_of_the_design():
    document = json.loads(dump_run(RUN))
    assert document["format"] == "reconciler.run/1"
    assert document["plan"] == "f" * 64
    assert document["outcomes"][0] == {
        "id": "envoy/user/ada",
        "status": "done",
        "detail": "",
        "requests": 1,
    }
    assert document["summary"] == {"done": 1, "failed": 1, "skipped": 1, "held": 1, "stale": 3}
    assert (document["requests"], document["requests_to_read"]) == (9, 6)
    assert document["stale"] == ["envoy/user/eve", "envoy/user/kim", "envoy/user/tim"]
    assert document["dropped"][1] == {
        "id": "envoy/user/kim",
        "why": "title is sensitive",
        "next": "Set the key.",
    }
