#!/usr/bin/env bash
# Runs all tests on a machine with only the .NET SDK and apt: installs a browser, a provider, a verifier and a C compiler where they are missing,
# builds once, runs every test project, and ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
broken=0

say() { printf '== %s\n' "$*"; }

install() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

install_browser() {
  [ -x /usr/bin/chromium ] && return 0
  say "Installing Chromium for the browser tests"
  install chromium
}

# Only the power cut needs one, and says so when there is none.
install_compiler() {
  command -v cc >/dev/null && return 0
  say "Installing a C compiler for the tests of power cuts"
  install gcc libc6-dev
}

# Programs of other makers that the portal is tested against from outside, as package-lock.json names them.
install_npm() {
  [ -d "$1/node_modules" ] && return 0
  say "Installing $2"
  command -v npm >/dev/null || install nodejs npm
  npm ci --silent --no-audit --no-fund --prefix "$1"
}

if ! install_browser; then
  say "Chromium could not be installed; install the package chromium by hand"
  broken=$((broken + 1))
fi

install_npm tests/CopilotCapacity.EndToEnd.Tests/provider "an OpenID provider" || say "It could not be installed; the tests of signing in with an organisation will fail"
install_npm tests/CopilotCapacity.EndToEnd.Tests/hub "a SignalR client" || say "It could not be installed; the tests of the hub from outside will fail"
install_npm tests/CopilotCapacity.Portal.Tests/Features/Channels/verifier "a verifier of webhooks" || say "It could not be installed; the tests of signatures will fail"
install_compiler || say "No C compiler could be installed; the tests of power cuts will fail"

say "Building"
if ! dotnet build CopilotCapacity.Portal.sln --configuration Release -nologo -verbosity:quiet -p:RestoreLockedMode=true; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  say "$name"
  dotnet test "$project" --configuration Release --no-build --nologo --verbosity quiet \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results" --logger "console;verbosity=minimal" || true
  # A project that could not run at all, or found no test, has no results: that is a failure too.
  grep -q '<Counters total="[1-9]' "$results/$name.trx" 2>/dev/null || { say "$name ran no test"; broken=$((broken + 1)); }
done

count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | paste -sd+ - | bc_sum; }
bc_sum() { local line; read -r line || line=0; echo $(( ${line:-0} )); }

passed=$(count passed)
failed=$(( $(count failed) + $(count error) + $(count timeout) + $(count aborted) + broken ))
skipped=$(( $(count total) - $(count executed) ))

# In CI a test that could not run counts as failed.
if [ "${CI:-false}" = true ] && [ "$skipped" -gt 0 ]; then
  failed=$((failed + skipped))
  skipped=0
fi

[ "$passed" -gt 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
