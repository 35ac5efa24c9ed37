"""What `init` wrote and what it left alone, as text."""

from reconciler.model.target import Profile
from reconciler.render.page import Page
from reconciler.render.safe import escape


def render_begun(
    written: tuple[str, ...],
    left: tuple[str, ...],
    profile: Profile,
    *,
    width: int = 80,
    color: bool = False,
) -> str:
    """Return one line for each file, and what to do next."""
    page = Page(width, color)
    for name in written:
        page.line(f"{page.paint('+', 'green')} {escape(name)}")
    for name in left:
        page.line(f"= {escape(name)}  is there already; left as it is")
    page.blank()
    if not written:
        page.line("Nothing to write: everything is there.")
    elif profile.url is None:
        page.wrapped(f"The URL is an example. Yours: {escape(profile.url_hint)}", indent=0)
    page.line("Next: `reconciler validate`, then `reconciler plan --sandbox`")
    return page.text()
