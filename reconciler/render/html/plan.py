"""A plan as one HTML page, for whoever reviews it or wants to keep it."""

from typing import Final

from reconciler.model.fingerprint import fingerprint
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Plan
from reconciler.render.html.decisions import decisions_of, reports_of
from reconciler.render.html.filters import PlanFilters
from reconciler.render.html.head import numbers_of, place_of, settings_by_effect, verdict_of
from reconciler.render.html.notes import ending_of, idle_of
from reconciler.render.html.page import render_page
from reconciler.render.html.people import people_of
from reconciler.render.html.rows import changes_of
from reconciler.render.plan.compared import (
    comparison_of,
    settings_of,
    settings_title,
)
from reconciler.render.plan.summary import summary_line
from reconciler.render.plan.text import SHORT
from reconciler.render.stamp import readable, stamp
from reconciler.render.words import GOOD

_OPEN: Final = 60
"""Up to so many changes show their details at once."""
DRAWN: Final = 300
"""So many rows are drawn at first where a script runs; it draws the others as they are needed."""


def render_html(plan: Plan) -> str:
    """Return *plan* as a page that needs nothing else; the same plan gives the same bytes."""
    mark = fingerprint(plan)
    decisions = decisions_of(plan)
    waiting = sum(item.sign is not GOOD for item in decisions)
    filters = PlanFilters(plan)
    changes, people = changes_of(plan, filters), people_of(plan, filters)
    _, more = settings_of(plan)
    return render_page(
        "plan.html",
        plan=plan,
        altered=settings_by_effect(plan),
        altered_more=more,
        altered_title=settings_title(plan),
        comparison=comparison_of(plan),
        summary=summary_line(plan),
        mark=mark,
        own_mark=own_fingerprint(plan) or "",
        short_mark=mark[:SHORT],
        created=readable(plan.created),
        created_stamp=stamp(plan.created),
        verdict=verdict_of(plan, waiting),
        numbers=numbers_of(plan),
        decisions=decisions,
        reports=reports_of(plan),
        places=tuple(place_of(target) for target in plan.targets),
        changes=changes,
        people=people,
        facets=filters.facets(),
        has_targets=len({change.target for change in plan.changes}) > 1,
        has_origins=any(target.has_origins for target in plan.targets),
        ending=ending_of(plan),
        idle=idle_of(plan),
        drawn=DRAWN,
        is_open=len(changes.rows) <= _OPEN,
    )
