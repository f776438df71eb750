// Behind `npm start` and `npm test`: installs what is missing, builds what is stale, then hands over.
// Runs on whatever Node the machine has (18 and up) and without packages. Prints on stderr only:
// stdout belongs to what it starts, so that `npm start --silent -- --json` is one JSON document.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './freshness.mjs';
import { bundledNode, install, installState, isCurrentNode } from './lib/install.mjs';
import { withLock } from './lib/lock.mjs';
import { capture, endChildren, handOver, ownPath } from './lib/spawn.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const lockFile = join(root, '.cache', 'bootstrap.lock');
const say = (line) => process.stderr.write(`${line}\n`);

const TARGETS = {
  demo: ['bin/run.js', 'demo'],
  sahara: ['bin/run.js'],
  test: ['scripts/test.mjs'],
  deep: ['scripts/test-deep.mjs'],
  bench: ['benchmarks/run.ts'],
  prepare: undefined,
};

/** The Node to hand over to when everything is there already; undefined when something is left to do. */
function readyNode() {
  const state = installState(root);
  if (!state.node) return undefined;
  const node = state.node === 'system' ? process.execPath : bundledNode(root);
  if (!existsSync(node) || !existsSync(join(root, 'node_modules', '.bin', 'anvil'))) return undefined;
  if (state.node === 'system' && !isCurrentNode(process.versions.node)) return undefined;
  return node;
}

async function prepare() {
  const ready = readyNode();
  if (ready && isBuilt(root)) return ready;
  const waiting = (pid) =>
    say(`Another process (pid ${pid}) is installing or building here; waiting for it.`);
  return withLock(
    lockFile,
    async () => {
      const state = installState(root);
      const node = readyNode() ?? (await install(root, state.reason, say));
      if (!isBuilt(root)) {
        say('Building dist/ (the sources have changed since the last build).');
        const env = { ...process.env, PATH: ownPath(root) };
        const built = await capture(node, ['scripts/build.mjs'], { cwd: root, env });
        if (built.code !== 0) throw new Error(`The build failed:\n${built.output.trimEnd()}`);
        if (built.output.trim() !== '') say(built.output.trimEnd());
      }
      return node;
    },
    waiting,
  );
}

/**
 * What npm must be told to find this checkout from a folder. The commands that sahara proposes are to work when pasted,
 * also where it is not on PATH.
 */
function prefixFrom(folder) {
  const inside = relative(root, folder);
  if (!inside.startsWith('..') && !isAbsolute(inside)) return '';
  return `--prefix ${/^[\w@%+=:,./-]+$/.test(root) ? root : `'${root.replaceAll("'", `'\\''`)}'`} `;
}

async function main([target, ...args]) {
  // npm runs `prepare` at the end of the `npm ci` that we ourselves have started; that one is already in our hands.
  if (target === 'prepare' && process.env.SAHARA_BOOTSTRAP) return 0;
  if (!(target in TARGETS)) {
    say(`usage: node scripts/bootstrap.mjs ${Object.keys(TARGETS).join('|')} [arguments]`);
    return 2;
  }
  // Until the hand-over, a signal ends the installation or the build and then us.
  const stop = (signal) => {
    endChildren(signal);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  let node;
  try {
    node = await prepare();
  } catch (error) {
    say(error.message);
    return 1;
  }
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  if (!TARGETS[target]) return 0;
  const env = { ...process.env, PATH: ownPath(root) };
  const [program, ...given] = TARGETS[target];
  // `npm run` works in the folder of package.json; a person means the folder that they are in.
  const cwd = target === 'sahara' ? (process.env.INIT_CWD ?? root) : root;
  if (program === 'bin/run.js') env.SAHARA_INVOCATION = `npm ${prefixFrom(cwd)}run -s sahara --`;
  return handOver(node, [join(root, program), ...given, ...args], { cwd, env });
}

process.exitCode = await main(process.argv.slice(2));
