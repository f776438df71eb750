#!/usr/bin/env bash
# Lets an analyser that is not ours read the contracts: slither (Python). Every finding has an answer in
# devnet/contracts/slither.json, and every answer a finding. Needs python3 with venv and a package index; without them it
# is skipped, which is said and counted. SLITHER names an installed `slither` to use instead.
set -u
cd "$(dirname "$0")/../.." || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
  echo "skipped: $1"
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
}

tool=${SLITHER:-}
if [ -z "$tool" ]; then
  command -v python3 >/dev/null || skip 'there is no python3'
  python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'python3 has no venv'
  timeout 300 "$work/venv/bin/pip" install --quiet slither-analyzer==0.11.6 >"$work/pip.log" 2>&1 ||
    skip 'slither cannot be installed with pip here'
  tool="$work/venv/bin/slither"
fi
"$tool" --version >/dev/null 2>&1 || skip 'slither does not start'

# The contracts alone: what it makes of the tests is of no interest, and some of it ends it.
contracts=$work/devnet/contracts
mkdir -p "$contracts"
cp -r devnet/contracts/src devnet/contracts/*.ts devnet/contracts/solc.mjs devnet/contracts/foundry.toml "$contracts"
ln -s "$PWD/node_modules" "$work/node_modules"
(cd "$contracts" && node forge.ts build --build-info >"$work/build.log" 2>&1) || {
  cat "$work/build.log"
  echo '0 passed, 1 failed'
  exit 1
}
(cd "$contracts" && timeout 300 "$tool" . --ignore-compile --filter-paths node_modules --json "$work/findings.json" >"$work/slither.log" 2>&1)
[ -s "$work/findings.json" ] || {
  tail -n 20 "$work/slither.log"
  echo '0 passed, 1 failed'
  exit 1
}
node test/interop/slither-answers.mjs "$work/findings.json" devnet/contracts/slither.json
