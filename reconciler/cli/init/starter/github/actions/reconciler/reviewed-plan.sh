# Find the plan that was reviewed for $GITHUB_SHA: the newest artifact that the trusted workflow made
# for the head of the pull request whose merge this commit is. Output: run, empty where there is none.
set -euo pipefail
. "$(dirname "$0")/api.sh"

give_none() {
  echo "$1 A fresh plan is made."
  give run ""
  exit 0
}

head=$(api GET "commits/$GITHUB_SHA/pulls" |
  jq --raw-output --arg sha "$GITHUB_SHA" --arg base "$DEFAULT_BRANCH" \
    '[.[] | select(.merged_at != null and .merge_commit_sha == $sha and .base.ref == $base)] | first | .head.sha // empty')
[ -n "$head" ] || give_none "No pull request was merged as this commit."

# Whoever may run a workflow can give an artifact this name. It counts where the run was one of
# review.yml by the event workflow_run: that file is always the one of the default branch.
runs=$(api GET "actions/artifacts?name=plan-$head&per_page=100" |
  jq --raw-output '[.artifacts[] | select(.expired | not)] | sort_by(.created_at) | reverse | .[].workflow_run.id')
for run in $runs; do
  is_ours=$(api GET "actions/runs/$run" |
    jq --arg branch "$DEFAULT_BRANCH" --arg repository "$GITHUB_REPOSITORY" '.event == "workflow_run"
      and (.path | split("@") | first) == ".github/workflows/review.yml"
      and .head_branch == $branch and .head_repository.full_name == $repository')
  if [ "$is_ours" = true ]; then
    echo "The plan of run $run was reviewed, for $head."
    give run "$run"
    give artifact "plan-$head"
    exit 0
  fi
done
give_none "There is no plan for $head (any more)."
