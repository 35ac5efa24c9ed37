"""What stands on the page of a plan, read as HTML without a browser."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from reconciler.model.access import (
    Cause,
    Effect,
    Ending,
    PersonAccess,
    Reviewer,
    TargetAccess,
    Thing,
    Turn,
)
from reconciler.model.guard import Guard
from reconciler.model.plan import Action, Change, MemberChange, Violation
from reconciler.model.problem import Position
from reconciler.model.quarantine import Reason, impose
from reconciler.model.revision import Revision
from reconciler.model.trust import Effect as Outcome
from reconciler.model.trust import SettingChange
from reconciler.model.values import Kind, Ref
from reconciler.render.html import rows
from reconciler.render.html.plan import render_html
from tests.render.conftest import attribute, create_ada, envoy, idle_at_envoy, live, plan_of

HOSTILE = (
    "</b><script>document.title = 'ran'</script><img src=x onerror=1>\"'&\u202e\x1b[2J\n{{ 1 }}"
)
SEEN = HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b").replace("\n", "\\n")


class Reader(HTMLParser):
    """Collects the text of a page and the names of its elements."""

    def __init__(self):
        super().__init__()
        self.words, self.tags, self.within = [], [], []

    def handle_starttag(self, tag, attrs):
        del attrs
        self.tags.append(tag)
        self.words.append(" ")
        if tag in {"script", "style"}:
            self.within.append(tag)

    def handle_endtag(self, tag):
        self.words.append(" ")
        if tag in {"script", "style"}:
            self.within.pop()

    def handle_data(self, data):
        if not self.within:
            self.words.append(data)


def text_of(html):
    """Return the words of a page, and the names of its elements."""
    reader = Reader()
    reader.feed(html)
    return " ".join("".join(reader.words).split()), reader.tags


def read(plan):
    return text_of(render_html(plan))


def plan_with(*changes, **more):
    return plan_of(replace(envoy(), waves=(tuple(changes),), **more))


def test_the_first_screen_says_how_much_what_waits_and_of_which_plan(plan):
    text, _ = read(plan)
    assert "5 changes 3 things need a decision. What is held does not happen until" in text
    assert "+ 1 to create ~ 1 to update + 1 member to add − 1 member to remove ‖ 1 held" in text
    assert "Fingerprint 3f3e3721b902e8e2 Commit c0ffee Planned 2026-11-23 11:00:00 UTC" in text


def test_a_decision_comes_with_the_way_out(plan):
    text, _ = read(plan)
    assert "✗ Not planned slack no answer from slack.example" in text
    assert "To let it pass: --accept removals:3f3e3721b902e8e2" in text
    assert "? Conflict: user linus envoy 2 live users have the same userName" in text


def test_a_change_shows_its_reason_its_line_and_every_attribute(plan):
    text, _ = read(plan)
    assert (
        "~ update user grace grace@contoso.example masked values users/engineering.yaml:20 "
        "assigned directly 4 attributes : title, enterprise:2.0:User:manager, "
        'phoneNumbers[type eq "work"].value and 1 more '
        'title "Engineer" → "Principal Engineer" :26 '
        "enterprise:2.0:User:manager (none) → user ada :27 "
        'phoneNumbers[type eq "work"].value "+1 555 0100" → (none) '
        "nickName (sensitive) → (sensitive)"
    ) in text


def test_sensitive_values_are_nowhere_on_the_page(plan):
    html = render_html(plan)
    assert '"old"' not in html
    assert "&#34;old&#34;" not in html
    assert ">old<" not in html


def test_what_is_left_alone_stands_below(plan):
    text, _ = read(plan)
    assert "externalId is not stored here; userName is the link." in text
    assert "30 users: totalResults agrees, every id once" in text
    assert "○ Not done 1" in text
    assert "targets/envoy.yaml:12 group sales delete the group delete is not among" in text
    assert 'user 12 userName sent "Ann@x.example" → kept "ann@x.example"' in text
    assert "user scanner@contoso.example nobody's" in text


def test_nothing_to_do_is_said_in_so_many_words():
    text, _ = read(plan_of(replace(envoy(), waves=(), violations=(), conflicts=())))
    assert "No changes 27 objects as the YAML says." in text
    assert "Nothing is to be done." in text


def hostile_plan():
    """Return a plan with hostile text in every field that takes any."""
    at = Position(HOSTILE, 3)
    values = (
        attribute("title", HOSTILE, HOSTILE * 40, at),
        attribute("emails", (HOSTILE,), ("a",)),
    )
    update = replace(create_ada(), action=Action.UPDATE, live=live(Kind.USER, "1"))
    update = replace(update, key=HOSTILE, display=HOSTILE * 2, why=HOSTILE, at=at)
    update = replace(update, attributes=values, held_by=(HOSTILE,))
    members = (MemberChange(Ref(Kind.USER, HOSTILE), None, HOSTILE * 3, at),)
    joins = Change("envoy", Kind.GROUP, HOSTILE, Action.ADD_MEMBERS, HOSTILE, HOSTILE, add=members)
    cause = Cause(at, "added", HOSTILE, (HOSTILE,), HOSTILE)
    effect = Effect(Thing.GROUP, HOSTILE, HOSTILE, Turn.GIVEN, "x", cause, held_by=(HOSTILE,))
    whole = envoy()
    target = replace(
        whole,
        target=HOSTILE,
        profile=HOSTILE,
        unread=HOSTILE,
        url=HOSTILE,
        evidence=(HOSTILE,),
        notes=(HOSTILE,),
        waves=((update, joins),),
        violations=(
            Violation(HOSTILE, HOSTILE, HOSTILE, holds=frozenset({"x"}), at=at),
            Violation(HOSTILE, HOSTILE, HOSTILE),
        ),
        conflicts=tuple(
            replace(item, key=HOSTILE, message=HOSTILE, hint=HOSTILE, at=at)
            for item in whole.conflicts
        ),
        unmanaged=tuple(
            replace(item, display=HOSTILE, why=HOSTILE, live_id=HOSTILE) for item in whole.unmanaged
        ),
        withheld=tuple(
            replace(item, object_id=f"envoy/user/{HOSTILE}", what=HOSTILE, why=HOSTILE, at=at)
            for item in whole.withheld
        ),
        rewritten=tuple(
            replace(item, live_id=HOSTILE, path=HOSTILE, sent=HOSTILE, kept=HOSTILE)
            for item in whole.rewritten
        ),
        access=TargetAccess((PersonAccess(HOSTILE, HOSTILE, HOSTILE * 2, (effect,)),)),
        quarantine=impose(None, Reason.EXCEPTION, HOSTILE, whole.taken),
    )
    made = plan_of(target, failures=((HOSTILE, HOSTILE),))
    ending = Ending(HOSTILE, HOSTILE, HOSTILE, Thing.ROLE, HOSTILE, date(2026, 12, 1), at)
    reviewer = Reviewer(HOSTILE, (HOSTILE,), (HOSTILE,))
    made = replace(made, commit=HOSTILE, tool=HOSTILE, ending=(ending,), reviewers=(reviewer,))
    altered = SettingChange(HOSTILE, HOSTILE, HOSTILE, Outcome.NOT_CONTACTED, at)
    return replace(made, settings=(altered,), base=Revision(HOSTILE, HOSTILE))


def test_hostile_text_is_text_wherever_it_stands(open_page):
    text, tags = read(hostile_plan())
    assert text.count(SEEN) > 35
    assert (tags.count("script"), tags.count("img")) == (1, 0)
    assert "\x1b" not in text
    assert "\u202e" not in text
    shown = open_page(render_html(hostile_plan()))
    title = "Plan: 1 member to add, 1 held, 1 conflict, 1 target not planned."
    assert shown.page.title() == title
    assert shown.page.locator(".row .who b").first.text_content().startswith("</b><script>")


def test_a_long_value_unfolds_and_a_very_long_one_says_what_is_missing():
    long = replace(
        create_ada(),
        attributes=(attribute("title", None, "x" * 500), attribute("nickName", None, "y" * 5_000)),
    )
    text, _ = read(plan_with(long))
    assert '"' + "x" * 500 + '"' in text
    assert "y" * 2_000 not in text
    assert text.count("its middle is left out here; --format json has all of it") == 1


def test_a_list_shows_what_goes_in_and_out():
    values = attribute("emails", ("a@x.example", "b@x.example"), ("b@x.example", "c@x.example"))
    text, _ = read(plan_with(replace(create_ada(), action=Action.UPDATE, attributes=(values,))))
    assert 'emails + "c@x.example" − "a@x.example" 1 stays' in text


def test_a_list_of_which_only_repetitions_go_still_has_a_line():
    values = attribute("emails", ("a@x.example", "a@x.example"), ("a@x.example",))
    text, _ = read(plan_with(replace(create_ada(), action=Action.UPDATE, attributes=(values,))))
    assert "1 attribute : emails emails 1 stays" in text


def test_a_part_that_comes_from_elsewhere_says_so():
    title, active = create_ada().attributes[:2]
    parts = (replace(title, origin="this_change"), replace(active, origin="drift"))
    text, _ = read(plan_with(replace(create_ada(), action=Action.UPDATE, attributes=parts)))
    assert "ada@contoso.example this change users/engineering.yaml:3" in text
    assert "active (none) → true drift" in text


def test_two_hundred_members_are_named_and_the_others_counted():
    members = tuple(MemberChange(Ref(Kind.USER, f"u{n}"), None, f"u{n}") for n in range(203))
    joins = Change("envoy", Kind.GROUP, "crew", Action.ADD_MEMBERS, "Crew", "", add=members)
    text, _ = read(plan_with(joins))
    assert "203 members : u0, u1, u2 and 200 more" in text
    assert "+ u199 and 3 more, all of them in --format json" in text


def test_a_page_keeps_the_most_dangerous_and_counts_what_it_leaves_out(plan, monkeypatch):
    monkeypatch.setattr(rows, "MOST", 3)
    text, _ = read(plan)
    assert "3 of 5 changes are listed" in text
    assert ("− disable user tom" in text, "~ update user grace" in text) == (True, False)


def test_what_is_broken_and_holds_nothing_waits_for_no_decision():
    told = Violation("policy:mail", "ada has two addresses", "policies.mail", severity="warning")
    text, _ = read(
        plan_of(replace(envoy(), violations=(told,), conflicts=(), waves=((create_ada(),),)))
    )
    assert "1 change Nothing is held: what is listed here is what will happen." in text
    assert "Broken, and holds nothing ! policy:mail envoy ada has two addresses." in text


def test_an_accepted_guard_says_so():
    free = Violation(Guard.REMOVALS, "4 of 30", "limits", holds=frozenset({"envoy/user/ada"}))
    text, _ = read(plan_with(create_ada(), violations=(free,), conflicts=()))
    assert "✓ removals is accepted envoy 4 of 30. limits" in text


@pytest.mark.parametrize("name", ["origin", "target"])
def test_a_column_that_tells_nothing_apart_is_left_out(name):
    one = replace(create_ada(), cause="drift")
    target = replace(envoy(), waves=((one,),))
    slack = replace(target, target="slack", waves=((replace(one, target="slack"),),))
    same, other = plan_of(target), plan_of(target, slack)
    cell = f'<td class="{name}">'
    assert (cell in render_html(same)) == (name == "origin")
    assert cell in render_html(other)


def test_people_stand_by_danger_with_what_they_gain_and_lose_and_why():
    text, _ = read(plan_of(replace(envoy(), access=access())))
    assert "2 people lose access (1 of them held back), 2 gain some." in text
    assert (
        "By person Action Person Line What it means "
        "± gains and loses ada ada@contoso.example privileged groups/prod.yaml:14 at the base "
        "2 effects : "
        "leaves the group Payments; gets the role Admin "
        "− leaves the group Payments line is removed "
        "groups/prod.yaml:14 at the base "
        "+ gets the role Admin privileged through oncall, prod by the rule engineers "
        "until 2026-12-31 − account disabled tom tom@contoso.example held by removals"
    ) in text
    assert text.index("gains zoe") > text.index("account disabled tom")


def access():
    lost = Cause(Position("groups/prod.yaml", 14), "removed")
    given = Cause(None, "", "", ("oncall", "prod"), "engineers", date(2026, 12, 31))
    ada = (
        Effect(Thing.GROUP, "payments", "Payments", Turn.TAKEN, "x", lost),
        Effect(Thing.ROLE, "Admin", "Admin", Turn.GIVEN, "y", given, True, "this_change"),
    )
    tom = Effect(Thing.ACCOUNT, "envoy", "envoy", Turn.DISABLED, "z", held_by=("removals",))
    zoe = Effect(Thing.ACCOUNT, "envoy", "envoy", Turn.CREATED, "u")
    return TargetAccess(
        (
            PersonAccess("envoy", "zoe", "zoe", (zoe,)),
            PersonAccess("envoy", "tom", "tom@contoso.example", (tom,)),
            PersonAccess("envoy", "ada", "ada@contoso.example", ada),
        )
    )


def test_with_a_base_people_of_this_change_are_counted_apart():
    zoe, tom, ada = access().people
    own = replace(zoe, effects=tuple(replace(it, origin="this_change") for it in zoe.effects))
    seen = replace(access(), people=(own, tom, ada))
    text, _ = read(replace(plan_of(replace(envoy(), access=seen)), base=BASE))
    assert "By this change: nobody loses access, 2 gain some." in text
    assert "Besides, not by this change: 2 people." in text
    pending = replace(access(), people=(zoe, tom))
    text, _ = read(replace(plan_of(replace(envoy(), access=pending)), base=BASE))
    assert "By this change: nobody loses or gains access. Besides, not by this change: 2" in text


def test_access_that_ends_soon_and_who_answers_for_it_are_named():
    at = Position("targets/envoy.yaml", 9)
    ending = Ending("envoy", "ada", "Ada", Thing.ROLE, "Admin", date(2026, 12, 1), at, True)
    reviewers = (Reviewer("it-leads", ("workplace",)), Reviewer("rosa", (), ("ada",)))
    text, _ = read(replace(plan_of(envoy()), ending=(ending,), reviewers=reviewers))
    assert "Suggested reviewers it-leads , rosa" in text
    assert "targets/envoy.yaml:9 Ada role Admin at envoy, privileged; the last day is" in text


def test_who_is_idle_by_the_change_stands_above_the_changes():
    quiet = replace(envoy(), waves=(), violations=(), conflicts=())
    text, _ = read(plan_of(replace(quiet, idle=idle_at_envoy(), idle_count=3)))
    assert (
        "No changes 27 objects as the YAML says. 2 are idle by this change, listed below." in text
    )
    assert (
        "Idle by this change 2 Given by the YAML, but nothing comes of it today. "
        "targets/envoy.yaml:21 user zoe at envoy: assigned through the group sales as Employee "
        "the filter north-america does not admit it (US staff: country equals US) "
        "(scopes/offices.yaml:3) targets/envoy.yaml:22 user ivan at envoy: assigned as Admin "
        "it starts on 2027-01-01 Changes"
    ) in text
    assert (
        "Idle, and only counted 1 1 more was idle before; reconciler explain KEY says why" in text
    )


BASE = Revision("origin/main", "0ac262329580" + "0" * 28)


def test_what_a_change_may_not_decide_stands_above_everything_the_gravest_first():
    settings = (
        SettingChange("targets.envoy.url", "https://a", "https://b", Outcome.NOT_CONTACTED),
        SettingChange("targets.envoy.limits.protect", "root", None, Outcome.BASE_HOLDS),
        SettingChange("targets.envoy.limits.removals", "3", "9", Outcome.BASE_HOLDS),
    )
    target = replace(envoy(), unread="its connection changes", violations=(), conflicts=())
    found = replace(plan_of(target), base=BASE, settings=settings)
    text, _ = read(found)
    assert (
        "Not for this change to decide (3 settings) "
        "Nothing is sent to this target and its secret is not read before this is merged. "
        "targets.envoy.url https://a → https://b "
        "This plan goes by the base; the new value holds once this is merged. "
        "targets.envoy.limits.protect root → (none) targets.envoy.limits.removals 3 → 9 "
        "5 changes 1 target was not contacted: what is listed there is how this differs"
    ) in text
    assert "Compared with origin/main at the commit 0ac262329580" in text
    assert "Taken to be live 30 users, 1 group ! Not contacted, because its connection" in text
    assert "Evidence" not in text


def test_where_the_base_has_errors_nothing_was_planned():
    text, _ = read(replace(plan_of(), base=replace(BASE, errors=2)))
    assert "Nothing was planned origin/main has 2 errors in its desired state" in text
    assert "Nothing is to be done" not in text
