# Keep in the repository what $TARGET took: the ref that `apply --record-ref` has moved. That of no
# other target: other jobs run at the same time, and what was fetched of theirs is old by now.
set -euo pipefail
. "$(dirname "$0")/api.sh"

ref="refs/reconciler/applied/$TARGET"
if ! git show-ref --verify --quiet "$ref"; then
  echo "Nothing is recorded of $TARGET yet."
  exit 0
fi
remote push --quiet origin "+$ref:$ref"
