"""Settings outside the schema: Graph's «secrets» and the job (reference §8, §6.1, §3.3).

No value of a secret is ever repeated: what is not known to be a setting is only named.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from reconciler.entra.forms import Job, Schedule, Secret
from reconciler.entra.place import at
from reconciler.entra.read import Export
from reconciler.entra.remarks import Remarks


@dataclass(slots=True)
class Settings:
    """What the settings say, None where they say nothing."""

    url: str | None = None
    sync_all: bool | None = None
    keeps_out_of_scope: bool = False
    removals: int | None = None
    is_off: bool = False


def settings_of(export: Export, remarks: Remarks) -> Settings:
    """Return the settings; every other key is a remark."""
    found = Settings()
    for secret, place in export.secrets:
        take = _SECRETS.get(secret.key.casefold(), _other)
        take(secret, at(place, "value"), found, remarks)
    if export.job is not None:
        _take_job(export.job, export.job_at, found, remarks)
    return found


def _base_address(secret: Secret, place: str, found: Settings, remarks: Remarks) -> None:
    address = secret.value.strip()
    parts = _plain_https(address)
    if parts is None:
        remarks.decide(place, "the tenant URL cannot be used: it is no plain https address")
        return
    if parts.query or parts.fragment:
        remarks.differs(
            place,
            "what follows ? in the tenant URL is left out (such as Entra's compliance flag)",
            "Requests have the form of RFC 7644; quirks stand in the profile.",
        )
    found.url = parts._replace(query="", fragment="").geturl().rstrip("/")


def _plain_https(address: str) -> SplitResult | None:
    """Return the parts of an https address without user name and password; None for any other."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    has_credentials = parts.username is not None or parts.password is not None
    return parts if parts.scheme == "https" and parts.hostname and not has_credentials else None


def _sync_all(secret: Secret, place: str, found: Settings, remarks: Remarks) -> None:
    found.sync_all = _flag(secret, place, remarks)


def _skip_deletions(secret: Secret, place: str, found: Settings, remarks: Remarks) -> None:
    found.keeps_out_of_scope = _flag(secret, place, remarks)


def _token(secret: Secret, place: str, _: Settings, remarks: Remarks) -> None:
    if secret.value:
        message = f"{secret.key} is not copied: a token never stands in the YAML"
        remarks.decide(place, message, "Give the target's variable the token; see `auth`.")


def _notification(secret: Secret, place: str, _: Settings, remarks: Remarks) -> None:
    if secret.value.strip() not in ("", "{}"):
        message = f"{secret.key} is not copied: nobody is told by e-mail yet"
        remarks.decide(place, message, "Say `notify: {email: [ADDRESS]}` in the target.")


def _hard_deletes(secret: Secret, place: str, _: Settings, remarks: Remarks) -> None:
    if _flag(secret, place, remarks):
        remarks.decide(
            place,
            "HardDeletesEnabled is on: Entra deletes accounts; here they are disabled",
            "Say `removed: delete` or `out_of_scope: delete` in the target where that is meant.",
        )


def _other_auth(secret: Secret, place: str, _: Settings, remarks: Remarks) -> None:
    if secret.value:
        message = f"{secret.key} is not copied: only bearer tokens are supported here"
        remarks.lost(
            place, message, "Have a job get a bearer token, and hand it over in a variable."
        )


def _other(secret: Secret, place: str, _: Settings, remarks: Remarks) -> None:
    remarks.lost(place, f"the setting {secret.key[:60]} is not known here; its value is not shown")


_Take = Callable[[Secret, str, Settings, Remarks], None]

_SECRETS: Mapping[str, _Take] = {
    "baseaddress": _base_address,
    "syncall": _sync_all,
    "skipoutofscopedeletions": _skip_deletions,
    "secrettoken": _token,
    "syncnotificationsettings": _notification,
    "harddeletesenabled": _hard_deletes,
    **dict.fromkeys(
        (
            "authenticationtype",
            "clientidentifier",
            "clientsecret",
            "oauth2accesstoken",
            "oauth2accesstokencreationtime",
            "oauth2authorizationcode",
            "oauth2authorizationuri",
            "oauth2clientid",
            "oauth2clientsecret",
            "oauth2redirecturi",
            "oauth2refreshtoken",
            "oauth2tokenexchangeuri",
            "password",
            "username",
        ),
        _other_auth,
    ),
}


def _flag(secret: Secret, place: str, remarks: Remarks) -> bool:
    written = secret.value.strip().casefold()
    if written not in ("", "0", "1", "true", "false"):
        remarks.decide(place, f"{secret.key} is neither True nor False; it is taken as False")
    return written in ("1", "true")


def _take_job(job: Job, place: str, found: Settings, remarks: Remarks) -> None:
    if job.status is not None:
        remarks.unused(at(place, "status"), "what the job did so far is not taken over")
    if job.schedule is not None:
        _take_schedule(job.schedule, at(place, "schedule"), found, remarks)
    for index, setting in enumerate(job.synchronization_job_settings):
        where = at(place, "synchronizationJobSettings", index, "value")
        if setting.name != "QuarantineTooManyDeletesThreshold":
            remarks.lost(where, f"the job setting {setting.name[:60]} has no counterpart here")
        elif re.fullmatch(r"[0-9]{1,9}", setting.value):
            found.removals = int(setting.value)
        else:
            remarks.decide(where, "the deletion threshold is no number; the default limits hold")


def _take_schedule(schedule: Schedule, place: str, found: Settings, remarks: Remarks) -> None:
    if schedule.interval:
        message = f"the interval {schedule.interval} is not the target's: CI decides when to run"
        remarks.unused(at(place, "interval"), message)
    if schedule.expiration:
        remarks.unused(at(place, "expiration"), "a schedule that ends has no meaning here")
    found.is_off = schedule.state.casefold() in ("disabled", "paused")
