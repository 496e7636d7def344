#!/bin/sh
# The browser tests against the development server, for when the real one is not at hand.
set -eu
cd "$(dirname "$0")/.."
port="${PORT:-4179}"
log="$(mktemp)"
UNCLAIMED=1 PORT="$port" node mock/server.mjs >"$log" &
server=$!
trap 'kill "$server"; rm -f "$log"' EXIT
until grep -q claim "$log"; do sleep 0.2; done
BASE_URL="http://127.0.0.1:$port" CLAIM_URL="$(grep claim "$log")" npm run --silent e2e
