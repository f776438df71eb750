// `npm run bench -- <name> [--json]`; without a name it lists the benchmarks.
import { batch } from './batch.ts';
import { content } from './content.ts';
import { contributors } from './contributors.ts';
import { devnet } from './devnet.ts';
import { gas } from './gas.ts';
import { RUNS } from './harness.ts';
import { size } from './size.ts';
import { snapshots } from './snapshots.ts';
import { startup } from './startup.ts';

const BENCHMARKS = [startup, devnet, snapshots, batch, contributors, content, gas, size];

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((a) => !a.startsWith('-'));
const print = (text: string) => process.stdout.write(`${text}\n`);

if (names.length === 0) {
  print('npm run bench -- <name> [--json]\n');
  for (const { name, summary } of BENCHMARKS) print(`  ${name.padEnd(10)} ${summary}`);
} else {
  for (const name of names) {
    const benchmark = BENCHMARKS.find((b) => b.name === name);
    if (!benchmark) {
      process.stderr.write(
        `There is no benchmark ${name}; there are ${BENCHMARKS.map((b) => b.name).join(', ')}.\n`,
      );
      process.exitCode = 2;
      break;
    }
    const results = await benchmark.run((line) => process.stderr.write(`${line}\n`));
    if (json) print(JSON.stringify({ name, results }, null, 2));
    else {
      print(`${name}: ${benchmark.summary}${benchmark.isCounted ? '' : ` (medians of ${RUNS} runs)`}`);
      for (const r of results)
        print(
          `  ${r.metric}: ${r.ours} ${r.unit}, ${r.ratio} x ${r.referenceName} (${r.reference} ${r.unit})`,
        );
    }
  }
}
