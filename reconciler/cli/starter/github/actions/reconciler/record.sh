# Keep in the repository what the targets took: the refs that `apply --record-ref` has moved.
set -euo pipefail
. "$(dirname "$0")/api.sh"

remote push --quiet origin '+refs/reconciler/applied/*:refs/reconciler/applied/*'
