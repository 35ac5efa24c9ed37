# Sourced: GitHub's REST API for this repository, and git's way to it.
# The token goes by standard input or by the environment, never by a command line.
set -euo pipefail

# api METHOD PATH [option of curl …]: one call; a read is tried again where GitHub has a bad moment.
api() {
  local method=$1 path=$2
  shift 2
  [ "$method" = GET ] && set -- --retry 3 "$@"
  local answer
  answer=$(
    printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN" |
      curl --silent --show-error --fail-with-body --max-time 60 --config - \
        --request "$method" \
        --header 'Accept: application/vnd.github+json' \
        --header 'X-GitHub-Api-Version: 2022-11-28' \
        "$@" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$path"
  ) || {
    printf '%s %s: %.500s\n' "$method" "$path" "$answer" >&2
    return 1
  }
  printf '%s\n' "$answer"
}

# all PATH: every page of a list, as one JSON array.
all() {
  local path=$1 page=1 found
  while :; do
    found=$(api GET "$path&per_page=100&page=$page")
    printf '%s\n' "$found"
    [ "$(jq length <<< "$found")" -eq 100 ] || break
    page=$((page + 1))
  done | jq --slurp add
}

# remote FETCH-OR-PUSH …: git fetch or push, with the token where there is one.
remote() {
  local proof
  proof=$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 --wrap 0)
  GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 \
    GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" \
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $proof" \
    git -c core.hooksPath=/dev/null "$@"
}

# give NAME VALUE: one output of the step; a value of several lines would be several outputs.
give() {
  case $2 in *$'\n'*) echo "The output $1 has several lines." >&2; return 1 ;; esac
  printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
}
