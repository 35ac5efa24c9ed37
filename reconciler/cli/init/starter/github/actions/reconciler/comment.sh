# Write the plan of pull request $NUMBER into its one comment: $PLAN is the plan file, $SUMMARY its
# Markdown, $STATUS its one line, $CODE the exit code. Earlier plans stay as one line each. The commit gets a status, too.
set -euo pipefail
. "$(dirname "$0")/api.sh"

marker='<!-- reconciler plan -->' # The first line of what `plan --format markdown` writes.
this='<!-- reconciler this plan: '
earlier='- <!-- earlier --> '
kept=10
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Ours alone: anybody may write a comment that begins with the marker.
all "issues/$NUMBER/comments?" |
  jq --arg marker "$marker" --arg author "$AUTHOR" \
    '[.[] | select(.user.login == $author and (.body | startswith($marker)))] | first // {}' > "$work/old.json"
id=$(jq --raw-output '.id // empty' "$work/old.json")
jq --raw-output '.body // empty' "$work/old.json" > "$work/old.md"

# What stands for this plan, now as a comment, later in the list: words of ours and numbers alone.
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
if [ -s "${PLAN:-}" ]; then
  said=$(jq --raw-output '
    .summary | to_entries
    | map(select(.value > 0 and (.key | IN("create", "adopt", "update", "enable", "disable",
        "delete", "add_members", "remove_members", "held"))) | "\(.value) \(.key | gsub("_"; " "))")
    | if length == 0 then "no changes" else join(", ") end' "$PLAN")
  mark=$(jq --raw-output '.fingerprint | .[0:16]' "$PLAN")
  line="\`${HEAD_SHA:0:12}\`: $said, fingerprint \`$mark\`, [run]($run)"
else
  line="\`${HEAD_SHA:0:12}\`: no plan, [run]($run)"
fi

# The list: the plan that stood here, unless it is this one again, and those before it.
{
  sed -n "s/^$this\\(.*\\) -->\$/\\1/p" "$work/old.md" | head -n 1
  sed -n "s/^$earlier//p" "$work/old.md"
} | grep --invert-match --fixed-strings --regexp "${line%, \[run\]*}," | head -n "$kept" > "$work/earlier" || true

{
  if [ -s "${SUMMARY:-}" ]; then
    cat "$SUMMARY"
  else
    printf '%s\n' "$marker"
    printf '**No plan** for `%s`: the YAML has problems, it does not merge, or it could not be compared.\n' "$HEAD_SHA"
    printf '[The run](%s) says which.\n' "$run"
  fi
  printf '\n%s%s -->\n' "$this" "$line"
  if [ -s "$work/earlier" ]; then
    printf '\n<details><summary>Earlier plans (%s)</summary>\n\n' "$(wc -l < "$work/earlier")"
    sed "s/^/$earlier/" "$work/earlier"
    printf '\n</details>\n'
  fi
} > "$work/new.md"

jq --raw-input --slurp '{body: .}' "$work/new.md" > "$work/new.json"
if [ -z "$id" ] && [ "${CODE:-}" = 0 ] && [ "${said:-}" = "no changes" ] && [ "$(jq '.settings | length' "$PLAN")" = 0 ]; then
  echo "There is nothing to say: no comment."
elif [ -n "$id" ]; then
  api PATCH "issues/comments/$id" --data "@$work/new.json" > /dev/null
  echo "The comment was edited."
else
  api POST "issues/$NUMBER/comments" --data "@$work/new.json" > /dev/null
  echo "The comment was written."
fi

state=failure
[ "${CODE:-}" = 0 ] && state=success
if [ -s "${STATUS:-}" ]; then said=$(head -c 600 "$STATUS" | head -n 1); else said="No plan could be made."; fi
jq --null-input --arg state "$state" --arg url "$run" --arg description "$said" \
  '{state: $state, context: "reconciler", description: $description[:140], target_url: $url}' > "$work/status.json"
api POST "statuses/$HEAD_SHA" --data "@$work/status.json" > /dev/null
