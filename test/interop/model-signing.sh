#!/usr/bin/env bash
# Lets a tool that is not ours judge our signatures: `model_signing verify key` (OpenSSF, Python).
# Needs python3 with venv and a package index; without them everything is skipped, which is said and counted.
# MODEL_SIGNING names an installed `model_signing` to use instead.
set -u
cd "$(dirname "$0")/../.." || exit 1
export PATH="$PWD/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 checks=6

skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, $checks skipped"
  exit 0
}

tool=${MODEL_SIGNING:-}
if [ -z "$tool" ]; then
  command -v python3 >/dev/null || skip 'there is no python3'
  python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'python3 has no venv'
  # pyopenssl: model_signing 1.1.1 imports it without depending on it
  timeout 300 "$work/venv/bin/pip" install --quiet model_signing==1.1.1 pyopenssl >"$work/pip.log" 2>&1 ||
    skip 'model_signing cannot be installed with pip here'
  tool="$work/venv/bin/model_signing"
fi
"$tool" --version >/dev/null 2>&1 || skip 'model_signing does not start'

content="$work/penguins"
mkdir -p "$content/a/b"
echo 'species,island' >"$content/penguins.csv"
echo nested >"$content/a/b/c.txt"
echo dotted >"$content/a.b"
echo 'name with space and ä' >"$content/a/ä b.txt"
head -c 100000 /dev/urandom >"$content/model.onnx"

cat >"$work/sign.mjs" <<JS
import { readdirSync, writeFileSync } from 'node:fs';
import { createDocumentKey, sha256File, signModel } from '$PWD/src/provenance/index.ts';
const [content, work] = process.argv.slice(2);
const paths = readdirSync(content, { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile())
  .map((e) => (e.parentPath + '/' + e.name).slice(content.length + 1));
const files = await Promise.all(paths.map(async (path) => ({ path, sha256: await sha256File(content + '/' + path) })));
const key = createDocumentKey();
writeFileSync(work + '/model.sig', JSON.stringify(signModel({ folderName: 'penguins', files, ...key })));
writeFileSync(work + '/publisher.pem', key.publicPem);
writeFileSync(work + '/other.pem', createDocumentKey().publicPem);
JS
node "$work/sign.mjs" "$content" "$work" || { echo '0 passed, 1 failed'; exit 1; }

# expect <accepts|rejects> <what> [key file]
expect() {
  if "$tool" verify key "$content" --signature "$work/model.sig" --public_key "$work/${3:-publisher.pem}" >"$work/out" 2>&1
  then local answer=accepts; else local answer=rejects; fi
  if [ "$answer" = "$1" ]; then passed=$((passed + 1)); echo "ok: it $1 $2"
  else failed=$((failed + 1)); echo "FAILED: it $answer $2"; sed 's/^/  /' "$work/out"; fi
}

expect accepts 'what we signed'
expect rejects 'another key' other.pem
node -e 'const fs = require("fs"), p = process.argv[1], b = fs.readFileSync(p); b[50000] ^= 1; fs.writeFileSync(p, b)' "$content/model.onnx"
expect rejects 'one changed byte'
rm "$content/model.onnx"
expect rejects 'a missing file'
node "$work/sign.mjs" "$content" "$work"
expect accepts 'the smaller folder, signed again'
echo extra >"$content/extra.txt"
expect rejects 'an added file'

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
