# Keep one issue about drift: $CODE 2 or 3 opens it or brings it up to date from $SUMMARY, 0 closes it.
set -euo pipefail
. "$(dirname "$0")/api.sh"

marker='<!-- reconciler drift -->' # The first line of what `drift --format markdown` writes.
label=reconciler-drift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

number=$(all "issues?state=open&labels=$label" |
  jq --raw-output --arg marker "$marker" --arg author "$AUTHOR" \
    '[.[] | select(.user.login == $author and ((.body // "") | startswith($marker)))] | first | .number // empty')
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

if [ "$CODE" = 0 ]; then
  [ -n "$number" ] || { echo "No drift, and no issue."; exit 0; }
  jq --null-input --arg body "No drift any more: [run]($run)." '{body: $body}' > "$work/comment.json"
  api POST "issues/$number/comments" --data "@$work/comment.json" > /dev/null
  api PATCH "issues/$number" --data '{"state": "closed", "state_reason": "completed"}' > /dev/null
  echo "No drift any more: issue $number is closed."
  exit 0
fi

{ cat "$SUMMARY"; printf '\n[The run](%s) keeps it as a page and as JSON too.\n' "$run"; } > "$work/body.md"
jq --raw-input --slurp --arg word "$label" \
  '{title: "Drift: the targets are not as they were left", body: ., labels: [$word]}' "$work/body.md" > "$work/issue.json"
if [ -n "$number" ]; then
  api PATCH "issues/$number" --data "@$work/issue.json" > /dev/null
  echo "Issue $number is up to date."
else
  api POST issues --data "@$work/issue.json" > /dev/null
  echo "An issue was opened."
fi
