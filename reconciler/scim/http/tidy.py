"""Bring an object into the form of RFC 7643 where a server writes it in another; pure."""

from typing import Any

from reconciler.model.path import lookup


def tidied(item: dict[str, Any]) -> dict[str, Any]:
    """Return *item* with its `id` in lower case, and with the parts of a complex value in it.

    Seen were `Id`, and `name.formatted` as a key of the object itself (GitLab). The case of other
    keys means nothing wherever they are read. Most objects are returned as they are.
    """
    flat = [key for key in item if "." in key and not key.casefold().startswith("urn:")]
    if not flat and "id" in item:
        return item
    found = {key: value for key, value in item.items() if key not in flat}
    if "id" not in found:
        name = next((key for key in found if key.casefold() == "id"), None)
        if name is not None:
            found["id"] = found.pop(name)
    for key in flat:
        name, _, part = key.partition(".")
        holder = lookup(found, name)
        if holder is None:
            holder = found[name] = {}
        if isinstance(holder, dict) and lookup(holder, part) is None:
            holder[part] = item[key]
    return found
