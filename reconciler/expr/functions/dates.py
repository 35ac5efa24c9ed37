"""Functions on dates (reference §2.5): moments in UTC, printed as Entra prints them."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from reconciler.errors import EvaluationError
from reconciler.expr.functions.dateformat import parts_of, write_date
from reconciler.expr.functions.dateparse import STYLES, USUAL, Read, read_any_date, read_date
from reconciler.expr.signature import Arguments, Function, literal_text
from reconciler.expr.tree import Call
from reconciler.expr.values import as_text
from reconciler.values import Result

_FILETIME = datetime(1601, 1, 1, tzinfo=UTC)
"""Where Windows begins to count, in steps of 100 nanoseconds."""
_INTERVALS = ("yyyy", "m", "d", "ww", "h", "n", "s")
_LENGTHS: Mapping[str, timedelta] = {
    "d": timedelta(days=1),
    "ww": timedelta(weeks=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}


def c_date(arguments: Arguments) -> Result:
    read = _read(arguments, 0)
    return None if read is None else read.moment


def now(arguments: Arguments) -> Result:
    return arguments.context.now


def date_add(arguments: Arguments) -> Result:
    interval, read = _interval(arguments), _read(arguments, 2)
    number = arguments.number(1, "value")
    if read is None:
        return None
    try:
        if interval in _LENGTHS:
            return read.moment + number * _LENGTHS[interval]
        return _add_months(read.moment, number * (12 if interval == "yyyy" else 1))
    except (OverflowError, ValueError):
        raise EvaluationError("the date would lie outside the years 1 to 9999") from None


def date_diff(arguments: Arguments) -> Result:
    """Return date2 - date1: whole units towards zero, or boundaries crossed (VB's DateDiff)."""
    interval, one, other = _interval(arguments), _read(arguments, 1), _read(arguments, 2)
    if one is None or other is None:
        return None
    return _DIFFERENCES[interval](one.moment, other.moment)


def date_from_num(arguments: Arguments) -> Result:
    if arguments.text(0) is None:
        return None
    try:
        return _FILETIME + timedelta(microseconds=arguments.number(0, "value") // 10)
    except OverflowError:
        raise EvaluationError("the date would lie outside the years 1 to 9999") from None


def num_from_date(arguments: Arguments) -> Result:
    read = _read(arguments, 0)
    return None if read is None else (read.moment - _FILETIME) // timedelta(microseconds=1) * 10


def format_date_time(arguments: Arguments) -> Result:
    """Read a date by one .NET format and write it by another; null and empty give null.

    With three arguments, as the older signature has it, the styles are the usual ones.
    """
    source = arguments.value(0)
    text = as_text(source)
    if not text:
        return None
    first = len(arguments) - 2
    form = arguments.text(first + 1) or ""
    if isinstance(source, datetime):
        return write_date(source, form, zoned=True)
    styles = _styles(arguments) if len(arguments) > _OLD else USUAL
    read = read_date(text, arguments.text(first) or "", styles)
    return write_date(read.moment, form, zoned=read.zoned)


_OLD = 3
"""Arguments of FormatDateTime before it had styles."""


def _styles(arguments: Arguments) -> frozenset[str]:
    text = arguments.text(1) if arguments.is_given(1) else None
    if not text:
        return USUAL
    styles = frozenset(part.strip() for part in text.split(","))
    if unknown := sorted(styles - STYLES):
        raise EvaluationError(_no_style(unknown[0]))
    return styles


def _no_style(name: str) -> str:
    return f"there is no date style '{name}'; known are {', '.join(sorted(STYLES))}"


def _read(arguments: Arguments, index: int) -> Read | None:
    value = arguments.value(index)
    if isinstance(value, datetime):
        return Read(value, zoned=True)
    text = as_text(value)
    return read_any_date(text) if text else None


def _interval(arguments: Arguments) -> str:
    interval = arguments.text(0) or ""
    if interval not in _INTERVALS:
        raise EvaluationError(_no_interval(interval))
    return interval


def _no_interval(name: str) -> str:
    return f"there is no interval '{name}'; known are {', '.join(_INTERVALS)}"


def _add_months(moment: datetime, months: int) -> datetime:
    """Keep the day where the month has it, else take its last one (.NET AddMonths)."""
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def _whole(unit: timedelta) -> Callable[[datetime, datetime], int]:
    def units(one: datetime, other: datetime) -> int:
        difference = other - one
        return difference // unit if difference >= timedelta(0) else -(-difference // unit)

    return units


def _sunday(moment: datetime) -> int:
    """Return the number of the last Sunday, as a day."""
    return moment.toordinal() - moment.isoweekday() % 7


_DIFFERENCES: Mapping[str, Callable[[datetime, datetime], int]] = {
    "yyyy": lambda one, other: other.year - one.year,
    "m": lambda one, other: (other.year - one.year) * 12 + other.month - one.month,
    "ww": lambda one, other: (_sunday(other) - _sunday(one)) // 7,
    **{name: _whole(unit) for name, unit in _LENGTHS.items() if name != "ww"},
}


def _check_interval(call: Call) -> str | None:
    interval = literal_text(call, 0)
    return None if interval is None or interval in _INTERVALS else _no_interval(interval)


def _check_formats(call: Call) -> str | None:
    first = len(call.arguments) - 2
    for index in (first, first + 1):
        form = literal_text(call, index)
        if form is None and call.arguments[index] is not None:
            continue
        try:
            parts_of(form or "")
        except EvaluationError as error:
            return error.message
    styles = literal_text(call, 1) if len(call.arguments) > _OLD else None
    unknown = sorted({part.strip() for part in styles.split(",")} - STYLES) if styles else []
    return _no_style(unknown[0]) if unknown else None


FUNCTIONS: Mapping[str, Function] = {
    "CDate": Function(
        c_date,
        "CDate(expression)",
        "The date that the text says, in UTC; without an offset it is UTC already.",
        1,
        1,
        takes={0: "date"},
        gives="date",
        examples=(('CDate("2020-03-16-07:00")', "3/16/2020 7:00:00 AM"),),
    ),
    "DateAdd": Function(
        date_add,
        "DateAdd(interval, value, dateTime)",
        "The date so many yyyy years, m months, ww weeks, d days, h hours, n minutes, s seconds "
        "later.",
        3,
        3,
        3,
        takes={1: "integer", 2: "date"},
        gives="date",
        check=_check_interval,
        examples=(('DateAdd("d", -10, CDate("2012-03-16-07:00"))', "3/6/2012 7:00:00 AM"),),
    ),
    "DateDiff": Function(
        date_diff,
        "DateDiff(interval, date1, date2)",
        "How much later date2 is: whole d, h, n, s; of ww, m, yyyy how many began between.",
        3,
        3,
        3,
        takes={1: "date", 2: "date"},
        gives="integer",
        check=_check_interval,
        examples=(('DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))', "13"),),
    ),
    "DateFromNum": Function(
        date_from_num,
        "DateFromNum(value)",
        "The date of a Windows FILETIME.",
        1,
        1,
        takes={0: "integer"},
        gives="date",
        examples=(("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM"),),
    ),
    "FormatDateTime": Function(
        format_date_time,
        "FormatDateTime(source, dateTimeStyles, inputFormat, outputFormat)",
        "A date read by one .NET format and written by another; null and empty give null.",
        3,
        4,
        1,
        gives="text",
        check=_check_formats,
        words={1: STYLES},
        examples=(
            (
                'FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
                "2015-01-23",
            ),
        ),
    ),
    "Now": Function(
        now,
        "Now()",
        "The time of the run in UTC; may be compared, and may flow only with `apply: create`.",
        0,
        0,
        0,
        gives="date",
        varies="time",
        examples=(('DateDiff("d", CDate("2026-06-30T12:00:00Z"), Now())', "1"),),
    ),
    "NumFromDate": Function(
        num_from_date,
        "NumFromDate(value)",
        "The Windows FILETIME of a date.",
        1,
        1,
        takes={0: "date"},
        gives="integer",
        examples=(('NumFromDate("2020-12-31 23:59:59-08:00")', "132539615990000000"),),
    ),
}
