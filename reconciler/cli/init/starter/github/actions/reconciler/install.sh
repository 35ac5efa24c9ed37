# Install what requirements.txt names into an environment of its own.
set -euo pipefail

place=$RUNNER_TEMP/reconciler
python -m venv "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check \
  --requirement "$GITHUB_ACTION_PATH/requirements.txt"
echo "$place/bin" >> "$GITHUB_PATH"
echo "RECONCILER_IS_SET_UP=true" >> "$GITHUB_ENV"
