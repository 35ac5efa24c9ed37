# Which pull request is it that $HEAD_SHA was pushed to? The artifact of the untrusted run is only
# asked for a number; GitHub says whether that pull request is what the run was about.
# Output: number, empty where there is nothing to review (closed, or another commit by now).
set -euo pipefail
. "$(dirname "$0")/api.sh"

number=$(head -c 20 "$NUMBER_FILE" | tr -d '\n')
case $number in
  "" | *[!0-9]*) echo "The artifact holds no number." >&2; exit 1 ;;
esac

found=$(api GET "pulls/$number")
fits=$(jq --arg head "$HEAD_SHA" --arg base "$DEFAULT_BRANCH" --arg from "$HEAD_REPOSITORY" \
  '.state == "open" and .head.sha == $head and .base.ref == $base and .head.repo.full_name == $from' \
  <<< "$found")
if [ "$fits" != true ]; then
  echo "Pull request $number is closed, stands at another commit, or goes elsewhere: no plan."
  number=
fi
give number "$number"
