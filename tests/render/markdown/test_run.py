from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.render.markdown.run import render_run_markdown

RUN = Run(
    "f",
    (
        Outcome("app/user/a", Status.DONE, requests=1),
        Outcome("app/user/b", Status.HELD, "held by removals"),
        Outcome("app/user/c", Status.FAILED, "400: @octocat | <b>no</b>"),
    ),
    requests=3,
    stale=(Dropped("app/user/d", "it moved", "Plan again."),),
    failures=(("app", "no answer"),),
)
REQUESTS = "3 requests: 2 to read, 1 for the changes"


def test_what_did_not_happen_stands_below_the_sum():
    assert render_run_markdown(RUN, 10_000).splitlines() == [
        f"## Applied: 1 done, 1 failed, 1 held, 1 dropped; {REQUESTS}.",
        "",
        "- ✗ `app` failed: no answer",
        "- ✗ **dropped** `app/user/d`: it moved\\",
        "  Plan again.",
        "- ✗ **failed** `app/user/c`: 400: @\u200boctocat \\| \\<b\\>no\\</b\\>",
        "- ‖ **held** `app/user/b`: held by removals",
    ]


def test_what_does_not_fit_is_counted():
    many = tuple(Outcome(f"app/user/{n}", Status.FAILED, "x" * 90) for n in range(1_000))
    page = render_run_markdown(Run("f", many), 5_000)
    assert len(page.encode()) <= 5_000
    assert "of 1,000 are left out** for want of room; `reconciler history` has all." in page
