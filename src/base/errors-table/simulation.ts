import { row } from '../error-types.ts';

/** SAH-85xx: scenarios and simulations. */
export const simulationErrors = {
  SCENARIO_INVALID: row<{ file: string; problems: { line: number; path: string; reason: string }[] }>({
    code: 'SAH-8501',
    kind: 'usage',
    title: 'The scenario cannot be used',
    example: {
      file: 'market.yaml',
      problems: [
        { line: 4, path: 'assets[0].kind', reason: 'there is no value "modl"; did you mean "model"?' },
      ],
    },
    what: (p) => {
      const [first, ...rest] = p.problems;
      const where = first && first.line > 0 ? `${p.file}:${first.line}` : p.file;
      const path = first?.path ? `${first.path}: ` : '';
      const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
      return `${where}: ${path}${first?.reason ?? 'it cannot be read'}${more}`;
    },
    why: 'A scenario is a YAML file with a seed, a number of days, assets with their relations, and demand. Unknown fields are refused so that a misspelt one is not silently without effect.',
    fix: 'Correct the lines named; the scenarios that come with the toolkit show every field.',
    next: () => [{ command: 'sahara simulate --help', when: 'to see how scenarios are written and run' }],
  }),
  SCENARIO_TOO_LARGE: row<{ purchases: number; maximum: number }>({
    code: 'SAH-8502',
    kind: 'usage',
    title: 'The scenario has too many purchases',
    example: { purchases: 4_000_000, maximum: 1_000_000 },
    what: (p) => `The scenario comes to about ${p.purchases} purchases; at most ${p.maximum} are simulated.`,
    why: 'Every purchase is planned one by one, so that it can be replayed on a chain.',
    fix: 'Simulate fewer days, or lower perDay.',
  }),
  SIMULATION_DIVERGED: row<{
    day: number;
    subject: string;
    model: string;
    chain: string;
    others: number;
  }>({
    code: 'SAH-8510',
    kind: 'verification',
    title: 'The chain and the model disagree',
    example: { day: 3, subject: 'what curator can claim of letters', model: '975', chain: '974', others: 0 },
    what: (p) =>
      `On day ${p.day} ${p.subject} is ${p.chain} wei on the chain, but ${p.model} wei in the model${p.others > 0 ? ` (and ${p.others} more differ)` : ''}.`,
    why: 'The contracts on this network are not the ones that the model describes, somebody else used the same assets meanwhile, or there is a bug.',
    fix: 'Replay on a fresh devnet. If it diverges again, report it with the scenario file.',
    next: () => [
      {
        command: 'sahara devnet reset --yes && sahara devnet start',
        when: 'to have an empty chain to replay on, losing what is on this one',
      },
    ],
  }),
  SCENARIO_MISSING: row<{ path: string; suggestion: string | null; known: readonly string[] }>({
    code: 'SAH-8503',
    kind: 'not-found',
    title: 'There is no such scenario',
    example: { path: 'pengiuns', suggestion: 'penguins', known: ['penguins', 'viral'] },
    what: (p) =>
      `There is no file "${p.path}", and no scenario of that name comes with the toolkit${p.suggestion ? `; did you mean "${p.suggestion}"?` : ` (it has ${p.known.join(', ')}).`}`,
    why: 'A scenario is a YAML file, or the name of one that comes with the toolkit.',
    fix: 'Check the path, or begin with one of the toolkit’s.',
    next: (p) => [
      { command: `sahara simulate ${p.suggestion ?? p.known[0] ?? 'penguins'}`, when: 'to play that one' },
    ],
  }),
};
