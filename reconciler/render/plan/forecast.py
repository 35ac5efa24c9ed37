"""What an apply is expected to cost, for people and machines."""

from collections.abc import Iterator
from typing import Any, Final

from reconciler.model.forecast import Allowance, Forecast, Span
from reconciler.render.words import count

_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_DAY: Final = 86_400.0


def cost_of(forecast: Forecast) -> str:
    """Return in one sentence what the changes send, beside what reads, and how long that takes."""
    total = forecast.total
    methods = ", ".join(f"{name} {_number(span)}" for name, span in forecast.requests.items())
    noun = "request" if total.most == 1 else "requests"
    about = "about " if forecast.is_sampled else ""
    if forecast.joined > 1:
        about = f"at most {about}"
        methods += f"; up to {forecast.joined:,} writes go as one"
    return f"These changes take {about}{_number(total)} {noun} ({methods}): {_time(forecast)}."


def allowance_of(allowance: Allowance) -> str:
    """Return in one sentence, without its full stop, what is left of a budget."""
    limit, left = allowance
    methods = "/".join(sorted(limit.methods)) or "requests"
    what = f"{limit.requests:,} {methods}{f' to {limit.path}' if limit.path else ''}"
    span = f"in any {lasting(limit.seconds)}"
    if left is None:
        return f"{what} {span}: no ledger tells what earlier runs have sent of them"
    return f"{left:,} of {what} {span} are left"


def lateness_of(forecast: Forecast) -> str:
    """Return what does not fit before the deadline, nothing where all does or there is none."""
    if forecast.left is None or forecast.seconds.most <= forecast.left:
        return ""
    is_certain = forecast.seconds.least > forecast.left
    verb = "will not" if is_certain else "may not"
    return (
        f"All of it {verb} be done before the deadline: {lasting(forecast.left)} of it are left "
        "then. What is not begun by then is skipped, and left to the next apply."
    )


def forecast_as_json(forecast: Forecast | None) -> dict[str, Any] | None:
    """Return a forecast as JSON data; None stays None."""
    if forecast is None:
        return None
    methods = {name: span._asdict() for name, span in forecast.requests.items()}
    answer, left = forecast.answer_seconds, forecast.left
    return {
        "requests": {**forecast.total._asdict(), "methods": methods},
        "seconds": {name: round(value, 1) for name, value in forecast.seconds._asdict().items()},
        "answer_seconds": None if answer is None else round(answer, 3),
        "waits_for_rate": forecast.is_limited,
        "sampled": forecast.is_sampled,
        "writes_in_one": forecast.joined,
        "budgets": [
            {
                "requests": limit.requests,
                "seconds": limit.seconds,
                "methods": sorted(limit.methods),
                "path": limit.path,
                "left": rest,
            }
            for limit, rest in forecast.allowances
        ],
        "left_seconds": None if left is None else round(left, 1),
        "in_time": None if left is None else forecast.seconds.most <= left,
    }


def lasting(seconds: float) -> str:
    """Return a time as roughly as it is known: 12 s, 5 min, 2 h 10 min, 3 days."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    if minutes * _MINUTE < _HOUR:
        return f"{minutes} min"
    if seconds < _DAY:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return count(round(seconds / _DAY), "day")


def _number(span: Span) -> str:
    least, most = (f"{value:,.0f}" for value in span)
    return least if least == most else f"{least} to {most}"


def _time(forecast: Forecast) -> str:
    if forecast.seconds.most < 1 and forecast.answer_seconds is not None:
        return "less than a second"
    return "; ".join(_reckoning(forecast)) or "how long that takes is not known"


def _reckoning(forecast: Forecast) -> Iterator[str]:
    least, most = (lasting(value) for value in forecast.seconds)
    span = least if least == most else f"{least} to {most}"
    rate = " at the rate that its profile or target gives" if forecast.is_limited else ""
    if forecast.answer_seconds is not None:
        answer = f"{max(1, forecast.answer_seconds * 1000):,.0f} ms"
        yield f"about {span}{rate}, with answers in {answer} as just now"
    elif forecast.is_limited:
        yield f"at least {least}{rate}"
