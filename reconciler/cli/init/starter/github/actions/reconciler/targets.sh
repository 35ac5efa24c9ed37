# Output: matrix, what apply.yml spreads over; empty where no target is provisioned.
set -euo pipefail
. "$(dirname "$0")/api.sh"

matrix=$(reconciler targets --format matrix)
[ "$(jq '.include | length' <<< "$matrix")" -gt 0 ] || matrix=
give matrix "$matrix"
