# Install what requirements.txt names into an environment of its own, once a job.
set -euo pipefail

place=$RUNNER_TEMP/reconciler
if [ ! -x "$place/bin/reconciler" ]; then
  python -m venv "$place"
  "$place/bin/pip" install --quiet --disable-pip-version-check \
    --requirement "$GITHUB_ACTION_PATH/requirements.txt"
fi
echo "$place/bin" >> "$GITHUB_PATH"
