"""SCIM over HTTP (RFC 7643, RFC 7644): the only door of httpx. Resources stay plain JSON."""
