"""Tell people of a run, once for each cause; what becomes of that changes nothing of the run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.cli.console import say
from reconciler.cli.environment import trigger
from reconciler.cli.ledger import ledger_to_write
from reconciler.cli.notices.commands import commands_at
from reconciler.cli.notices.ways import mail_way, webhook_way
from reconciler.cli.options.settings import Settings
from reconciler.errors import LedgerError, UnsentError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Place
from reconciler.model.aftermath import Aftermath
from reconciler.model.drift import DriftItem
from reconciler.model.drift_report import Drift
from reconciler.model.notice import Channel, Delivery, Entry, Format, Notice, Notify, Situation
from reconciler.model.outcome import Run
from reconciler.model.plan import Plan
from reconciler.model.target import Target
from reconciler.notify.mail import send_mail
from reconciler.notify.webhook import post_notice
from reconciler.render.drift.words import what_of
from reconciler.render.notice import dump_blocks, dump_notice, render_notice, subject_of
from reconciler.render.plan.change import sentence_of
from reconciler.render.safe import escape
from reconciler.stages.causes import causes_of
from reconciler.stages.moved import causes_of_drift
from reconciler.stages.news import news_of

_NAMES: dict[Channel, str] = {"email": "e-mail", "webhook": "webhook"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """The run that people are told of: its number in the ledger, and who began it.

    *left_alone* are the targets that it did not try for their quarantine; *is_part* says that only
    some of what there is was to be done.
    """

    run: int | None
    trigger: str
    left_alone: frozenset[str] = frozenset()
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells whoever the targets name. Where nobody answered once, no other notice waits for it.

    The embedded server tells nobody. What cannot be sent is said, and tried again after the next
    run; where the ledger cannot say what was told before, nobody is told.
    """

    ledger: Ledger
    settings: Settings
    occasion: Occasion
    dead: dict[str, str] = field(default_factory=dict)

    def tell_of_run(
        self,
        plan: Plan,
        targets: Sequence[Target],
        accept: Callable[[Run, str], Mapping[str, str]],
        run: Run,
    ) -> tuple[Delivery, ...]:
        """Tell of an apply; return what became of each notice.

        *accept* gives the command that lets each guard at a target pass.
        """
        wanted = [target for target in targets if target.notify is not None]
        try:
            found = {item.key: self.ledger.quarantine(_place(item)) for item in wanted}
        except LedgerError as error:
            return _nobody(error)
        occasion, settings = self.occasion, self.settings
        after = Aftermath(
            settings.clock(),
            {key: quarantine for key, quarantine in found.items() if quarantine is not None},
            sentence_of,
            lambda target: commands_at(target, settings, occasion.run, accept(run, target)),
            left_alone=occasion.left_alone,
            is_part=occasion.is_part,
        )
        return self.tell(causes_of(run, plan, after), wanted)

    def tell(
        self, situations: Iterable[Situation], targets: Sequence[Target]
    ) -> tuple[Delivery, ...]:
        """Tell of *situations*; return what became of each notice."""
        if self.settings.sandbox:
            return ()
        wanted = {target.key: target for target in targets if target.notify is not None}
        deliveries: list[Delivery] = []
        try:
            for situation in situations:
                if target := wanted.get(situation.target):
                    deliveries += self._tell(situation, target)
        except LedgerError as error:
            deliveries += _nobody(error)
        return tuple(deliveries)

    def _tell(self, situation: Situation, target: Target) -> Iterator[Delivery]:
        notify, place, now = target.notify or Notify(), _place(target), self.settings.clock()
        for channel in _channels(notify):
            told = self.ledger.told(place, channel)
            news = news_of(situation, told, on=notify.on, now=now)
            found = self._deliver(target, notify, channel, news.entries) if news.entries else None
            if found is None or found.is_sent:
                self.ledger.note_told(place, channel, news, now)
            if found is not None:
                if self.occasion.run is not None:
                    self.ledger.note_delivery(self.occasion.run, found)
                yield found

    def _deliver(
        self, place: Target, notify: Notify, channel: Channel, entries: tuple[Entry, ...]
    ) -> Delivery:
        """Send one notice, and say what became of it."""
        target, now = place.key, self.settings.clock()
        notice = Notice(target, entries, now, place.url, self.occasion.run, self.occasion.trigger)
        said = subject_of(notice).removeprefix("[reconciler] ")
        try:
            remark = self._send(notify, channel, notice)
        except UnsentError as error:
            hint = f" {error.hint}" if error.hint else ""
            text = f"{said}: {escape(error.message)}.{hint}"
            is_known = self.settings.told.repeats((target, channel), text)
            shown = f"{escape(target)}: as in the last cycle." if is_known else text
            say(f"Not told by {_NAMES[channel]}: {shown}")
            return Delivery(target, channel, is_sent=False, remark=error.message)
        self.settings.told.forget((target, channel))
        say(f"Told by {_NAMES[channel]}: {said}{f' ({remark})' if remark else ''}")
        return Delivery(target, channel, is_sent=True, remark=remark)

    def _send(self, notify: Notify, channel: Channel, notice: Notice) -> str:
        """Send *notice*; return what is to be added, raise `UnsentError` where it was not taken."""
        way = str(notify.webhook.url) if channel == "webhook" and notify.webhook else channel
        if way in self.dead:
            raise UnsentError(self.dead[way])
        try:
            return _send_mail(notify, notice) if channel == "email" else _post(notify, notice)
        except UnsentError as error:
            if error.is_dead:
                self.dead[way] = error.message
            raise


def tell_of_drift(drift: Drift, targets: Sequence[Target], settings: Settings) -> None:
    """Tell whoever is to be told of a report of drift."""
    if settings.sandbox or all(target.notify is None for target in targets):
        return
    situations = causes_of_drift(
        drift, _said_of, lambda target: commands_at(target, settings, None)
    )
    try:
        with ledger_to_write(settings) as ledger:
            Teller(ledger, settings, Occasion(None, trigger())).tell(situations, targets)
    except LedgerError as error:
        _nobody(error)


def _said_of(item: DriftItem) -> str:
    """Return what differs, and where the YAML says otherwise."""
    mark = "privileged: " if item.privileged or item.elevated else ""
    place = f" ({item.at})" if item.at else ""
    return f"{mark}{what_of(item, escape)}{escape(place)}"


def _nobody(error: LedgerError) -> tuple[Delivery, ...]:
    say(f"Nobody else is told: {escape(error.message)}")
    return ()


def _place(target: Target) -> Place:
    return Place(target.key, target.url)


def _channels(notify: Notify) -> Iterator[Channel]:
    if notify.email:
        yield "email"
    if notify.webhook is not None:
        yield "webhook"


def _send_mail(notify: Notify, notice: Notice) -> str:
    text, subject = render_notice(notice), subject_of(notice)
    return send_mail(mail_way(), notify.email, subject, text, at=notice.at)


def _post(notify: Notify, notice: Notice) -> str:
    if notify.webhook is not None:
        is_chat = notify.webhook.format is Format.BLOCKS
        body = dump_blocks(notice) if is_chat else dump_notice(notice)
        post_notice(webhook_way(notify.webhook), body)
    return ""
