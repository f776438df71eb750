// Running parts one after the other, with a table at the end and the counts held against test/counts.json.
import { raised, readCounts, shortfall, writeCounts } from './counts.mjs';

const say = (line = '') => process.stdout.write(`${line}\n`);

/**
 * A part: `{ name, title, run() -> { count, unit, passed, failed, skipped?, problems, note? } }`. Runs it, says how it
 * went, and returns the result with its name and seconds. What a part throws is its failure, never the end of the run.
 */
async function runPart(part) {
  const startedAt = Date.now();
  let result;
  try {
    result = await part.run();
  } catch (error) {
    result = { count: 0, unit: '', passed: 0, failed: 1, problems: [error.stack ?? String(error)] };
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  const mark = result.failed > 0 ? 'FAILED' : 'ok';
  say(`${mark.padEnd(6)} ${part.title}: ${result.count} ${result.unit}${skipped} (${seconds.toFixed(1)} s)`);
  const shown = result.problems.slice(0, 40);
  for (const problem of shown) say(`       ${problem.replaceAll('\n', '\n       ')}`);
  if (result.problems.length > shown.length)
    say(`       ... and ${result.problems.length - shown.length} more`);
  return { ...result, name: part.name, title: part.title, seconds };
}

async function runLane(parts) {
  const results = [];
  for (const part of parts) results.push(await runPart(part));
  return results;
}

/** Runs `stages` one after the other; a stage is a list of lanes that run side by side, a lane a list of parts. */
export async function runStages(stages) {
  const results = [];
  for (const lanes of stages) results.push(...(await Promise.all(lanes.map(runLane))).flat());
  return results;
}

function table(results) {
  const rows = results.map((r) => [
    r.name,
    `${r.count} ${r.unit}`,
    `${r.seconds.toFixed(1)} s`,
    r.failed > 0 ? 'FAILED' : 'ok',
  ]);
  const head = ['part', 'did', 'took', ''];
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
  for (const row of [head, ...rows])
    say(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

/** Adds what the committed counts have to say, prints the table and the last line, and returns the exit code. */
export function conclude(root, results, { compareCounts = true, updateCounts = false } = {}) {
  if (compareCounts && !updateCounts) {
    const counts = readCounts(root);
    for (const result of results) {
      const lacking = result.failed > 0 ? undefined : shortfall(counts[result.name], result);
      if (!lacking) continue;
      result.failed += 1;
      say(`FAILED ${lacking}`);
    }
  }
  if (updateCounts) {
    writeCounts(
      root,
      raised(
        readCounts(root),
        results.filter((r) => r.failed === 0),
      ),
    );
    say('test/counts.json holds what these parts did; parts that failed keep their minimum.');
  }
  say();
  table(results);
  const passed = results.reduce((n, r) => n + r.passed, 0);
  const failed = results.reduce((n, r) => n + r.failed, 0);
  say(`\n${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
