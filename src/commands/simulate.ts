import { readFileSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import { shellQuote } from '../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import type { ReplayComparison, SimulationResult } from '../simulation/index.ts';

type Data = SimulationResult & { onChain: ReplayComparison | null };

export default class Simulate extends SaharaCommand<typeof Simulate, Data> {
  static override summary = 'Play the future of a lineage: who earns what?';
  static override description =
    'The same seed gives the same future. With --on-chain the same future is played with real transactions on the devnet, and every account is compared to the wei; exits with 7 at the first difference.';
  static override exits = { 7: 'With --on-chain: an account differs from the model.' };
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> simulate penguins',
    '<%= config.bin %> simulate my-scenario.yaml --seed 7 --json',
    '<%= config.bin %> simulate penguins --on-chain',
  ];
  static override args = {
    scenario: Args.string({
      description: 'A scenario file, or the name of one that comes with the toolkit.',
      required: true,
    }),
  };
  static override flags = {
    seed: Flags.integer({ description: 'Another seed than the file’s.', min: 0 }),
    ...dryRunFlag,
    'on-chain': Flags.boolean({ description: 'Play it on the devnet too, and compare.' }),
  };

  override async execute({
    args,
    flags,
    session,
    progress,
    signal,
  }: Invocation<typeof Simulate>): Promise<Outcome<Data>> {
    const simulation = await import('../simulation/index.ts');
    const [{ scenarioFile }, { simulationText }] = await Promise.all([
      import('../cli/scenario-file.ts'),
      import('../cli/ui/simulation.ts'),
    ]);
    const file = scenarioFile(args.scenario);
    const parsed = simulation.parseScenario(readFileSync(file, 'utf8'), file);
    const plan = simulation.planScenario(flags.seed === undefined ? parsed : { ...parsed, seed: flags.seed });
    const result = simulation.simulatePlan(plan);
    let onChain: ReplayComparison | null = null;
    if (flags['on-chain']) {
      const context = await session.context();
      const driver = simulation.createChainDriver(context);
      try {
        onChain = await simulation.replayOnChain(plan, driver, { progress, signal });
      } finally {
        await driver.close();
      }
    }
    return {
      data: { ...result, onChain },
      text: () => simulationText(result, simulation.earningsTable(result, { points: 6, rows: 20 }), onChain),
      next: onChain
        ? []
        : [
            {
              command: `sahara simulate ${shellQuote(args.scenario)} --on-chain`,
              when: 'to play it on the devnet and compare',
            },
          ],
    };
  }
}
