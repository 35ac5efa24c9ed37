# Turn $ACCEPT, words of whoever started the run, into arguments: nothing but acceptances gets through.
# Output: arguments, one a line.
set -euo pipefail
set -f # A word is a word, and no pattern of file names.

{
  echo "arguments<<END-OF-ARGUMENTS"
  for word in $ACCEPT; do
    if [[ ! $word =~ ^[a-z]+[a-z0-9:._-]*:[0-9a-f]{16,64}$ ]]; then
      echo "Not an acceptance: write guard:fingerprint, such as removals:0123456789abcdef." >&2
      exit 1
    fi
    printf -- '--accept\n%s\n' "$word"
  done
  echo "END-OF-ARGUMENTS"
} >> "$GITHUB_OUTPUT"
