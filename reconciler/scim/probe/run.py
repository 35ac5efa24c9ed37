"""The order of a probe's questions: what is there, then how it is read."""

from collections.abc import Iterator

from reconciler.model.probe import Fact, Subject
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reader
from reconciler.scim.probe.discovery import probe_discovery
from reconciler.scim.probe.filters import probe_filters
from reconciler.scim.probe.paging import first_page, probe_paging
from reconciler.scim.probe.projection import probe_reading
from reconciler.scim.probe.samples import Made, Samples
from reconciler.scim.probe.showing import probe_groups


def read_facts(
    reader: Reader, stranger: Reader | None, service: Service, made: Made = ()
) -> Iterator[Fact]:
    """Yield all that can be learned by reading; *stranger* asks without a token.

    *made* are objects of the probe's own, to ask about. Where users cannot be listed at all, the
    one fact is that.
    """
    users = first_page(reader, Kind.USER)
    if not users.is_list:
        yield Fact(Subject.DISCOVERY, "users", users.refusal, (str(users),), failed=True)
        return
    samples = Samples(users, first_page(reader, Kind.GROUP), made)
    yield from probe_discovery(reader, stranger)
    yield from probe_paging(reader)
    yield from probe_filters(reader, samples, service.filterable)
    yield from probe_reading(reader, samples)
    yield from probe_groups(reader, samples)
