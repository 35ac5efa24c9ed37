# Fetch objects, never files: what the targets last took, and with $NUMBER the commit of that pull
# request, which must be $HEAD_SHA. Nothing is checked out.
set -euo pipefail
. "$(dirname "$0")/api.sh"

remote fetch --quiet --no-tags origin '+refs/reconciler/applied/*:refs/reconciler/applied/*'
if [ -n "${NUMBER:-}" ]; then
  remote fetch --quiet --no-tags origin "+refs/pull/$NUMBER/head:refs/reconciler/pull"
  if [ "$(git rev-parse refs/reconciler/pull)" != "$HEAD_SHA" ]; then
    echo "Pull request $NUMBER stands at another commit by now; its own run makes the plan." >&2
    exit 1
  fi
fi
