"""The embedded SCIM server: an island that only the cli visits.

It shares no code with the client, so that no misreading of the RFC can pass every test.
"""

from reconciler.sandbox.serve import serve, serving
from reconciler.sandbox.server import Sandbox, SandboxError, open_sandbox

__all__ = ["Sandbox", "SandboxError", "open_sandbox", "serve", "serving"]
