"""Compile a desired state: files in, the model's values and every problem out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from reconciler.collector import without_collector
from reconciler.desired.binding import check_extends
from reconciler.desired.check import check
from reconciler.desired.digest import digest_of
from reconciler.desired.entries import ReadFile, merge_entries, read_files
from reconciler.desired.files import SourceFile
from reconciler.desired.ignores import build_ignores
from reconciler.desired.mappings import build_mappings
from reconciler.desired.people import build_groups, build_users, source_names
from reconciler.desired.policies import build_policies
from reconciler.desired.scopes import build_scopes
from reconciler.desired.targets import Parts, build_targets
from reconciler.model.directory import Desired
from reconciler.model.problem import Problem
from reconciler.model.target import Profile


@without_collector()
def load_desired(
    files: Iterable[SourceFile],
    profiles: Mapping[str, Profile],
    known: Mapping[SourceFile, ReadFile] = MappingProxyType({}),
) -> tuple[Desired, tuple[Problem, ...]]:
    """Return the desired state and its problems, by position.

    Where there is an error among the problems, the desired state is incomplete: show it to
    nobody and act on nothing. *profiles* are the gallery's, by key; the files that are *known*
    are not read again.
    """
    entries, problems = merge_entries(read_files(files, known).values())
    names = source_names(entries["attributes"])
    scopes, found = build_scopes(entries["scopes"], names)
    problems += found
    users, found = build_users(entries["users"], names)
    problems += found
    groups, found = build_groups(entries["groups"], names, scopes)
    problems += found
    mappings, found = build_mappings(entries["mappings"], names)
    problems += (*found, *check_extends(mappings))
    targets, found = build_targets(entries["targets"], Parts(profiles, mappings, scopes, names))
    problems += found
    ignores, found = build_ignores(entries["ignores"], entries["targets"])
    problems += found
    policies, found = build_policies(entries["policies"], names, scopes)
    problems += found
    desired = Desired(
        users,
        groups,
        targets,
        sensitive=names.sensitive,
        ignores=ignores,
        policies=policies,
    )
    problems += check(desired, entries, profiles)
    return replace(desired, digest=digest_of(desired)), _in_order(problems)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by position; one mistake that several targets meet is one problem."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda item: (*_place(item), item.rule, item.message)))


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.at.file, problem.at.line, problem.at.column or 0
