# Run reconciler with $ARGUMENTS, one a line, and end with its exit code, which is an output too.
set -uo pipefail

mapfile -t arguments < <(printf '%s\n' "$ARGUMENTS" | sed '/^[[:space:]]*$/d; s/^[[:space:]]*//')
reconciler "${arguments[@]}"
code=$?
echo "code=$code" >> "$GITHUB_OUTPUT"
exit "$code"
