"""Source attributes: which of ours an export means, and which must be declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.entra.forms import Attribute
from reconciler.entra.known import Known
from reconciler.entra.remarks import Remarks
from reconciler.expr.tree import Attribute as Read
from reconciler.expr.tree import Call, Comparison, Concatenation, Node
from reconciler.model.values import Kind
from reconciler.yamldoc import Inline

_TYPES: Mapping[str, str] = {"boolean": "boolean", "integer": "integer"}
_LONGEST = 200
_NEVER_READ = "password"


@dataclass(slots=True)
class SourceAttributes:
    """Finds the attributes that expressions and clauses read, and collects those to declare."""

    known: Known
    remarks: Remarks
    defined: Mapping[str, tuple[Attribute, str]] = field(default_factory=dict)
    """What the export says of its source attributes, by name, with the place."""
    declared: dict[str, Inline] = field(default_factory=dict)
    """The section `attributes` to write."""

    def name_of(self, name: str, kinds: frozenset[Kind], place: str) -> str | None:
        """Return what *name* is called here, declared where it is nobody's; None with a remark."""
        readable = [self.known.readable[kind] for kind in sorted(kinds)]
        if any(name in names for names in readable) or name in self.declared:
            return name
        if near := _by_case(name, readable):
            self.remarks.differs(place, f"the attribute is written {near} here")
            return near
        if fault := self._fault(name, kinds):
            self.remarks.lost(place, fault)
            return None
        self._declare(name, place)
        return name

    def rename(self, node: Node, kind: Kind, place: str) -> "Node | None":
        """Return the tree with every attribute under our name; None where one has none."""
        match node:
            case Read():
                name = self.name_of(node.name, frozenset({kind}), place)
                return None if name is None else Read(name)
            case Call():
                found = [
                    None if item is None else self.rename(item, kind, place)
                    for item in node.arguments
                ]
                lacks = any(
                    new is None and old is not None
                    for new, old in zip(found, node.arguments, strict=True)
                )
                return None if lacks else Call(node.name, tuple(found))
            case Concatenation():
                parts = [self.rename(part, kind, place) for part in node.parts]
                whole = tuple(part for part in parts if part is not None)
                return Concatenation(whole) if len(whole) == len(parts) else None
            case Comparison():
                left = self.rename(node.left, kind, place)
                right = self.rename(node.right, kind, place)
                if left is None or right is None:
                    return None
                return Comparison(node.operator, left, right)
            case _:
                return node

    def _fault(self, name: str, kinds: frozenset[Kind]) -> str | None:
        if _NEVER_READ in name.casefold():
            return f"passwords are never provisioned, so [{name}] is not read"
        elsewhere = [
            kind for kind in Kind if kind not in kinds and name in self.known.readable[kind]
        ]
        if elsewhere:
            return f"[{name}] is an attribute of a {elsewhere[0]}, and cannot be read here"
        if not name or not name.isprintable() or len(name) > _LONGEST or set(name) & {" ", "/"}:
            return f"'{name[:60]}' cannot be the name of a source attribute here"
        return "a source attribute cannot be called <<" if name == "<<" else None

    def _declare(self, name: str, place: str) -> None:
        if name in self.known.declared:
            return
        said, said_at = self.defined.get(name, (None, place))
        written = said.type.casefold() if said else ""
        self.declared[name] = Inline({"type": _TYPES.get(written, "string")})
        self.remarks.decide(
            said_at,
            f"{name} is no attribute of the catalogue; it is declared, and users need its values",
            "Write it beside the other attributes of each user.",
        )
        if written not in ("", "string", *_TYPES):
            self.remarks.differs(
                said_at, f"{name} is of type {said.type if said else ''}, and is text here"
            )


def _by_case(name: str, readable: list[frozenset[str]]) -> str | None:
    folded = name.casefold()
    near = {item for names in readable for item in names if item.casefold() == folded}
    return min(near) if len(near) == 1 else None
