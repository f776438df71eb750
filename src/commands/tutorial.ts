import { relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { NextStep } from '../base/errors.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import { yesFlag } from '../cli/flags/yes.ts';
import type { PlayedStep } from '../tutorial/index.ts';

type Data = { dir: string; finished: boolean; steps: PlayedStep[] };

export default class Tutorial extends SaharaCommand<typeof Tutorial, Data> {
  static override summary = 'Walk the first asset step by step: published, sold, explained.';
  static override description =
    'Each step says why, shows a real command and runs it, in a folder and on a devnet of its own. It remembers how far you are. Where there is no terminal it lists the steps, unless --yes is given.';
  static override examples = [
    '<%= config.bin %> tutorial',
    '<%= config.bin %> tutorial --list',
    '<%= config.bin %> tutorial --yes --dir /tmp/first-asset --json',
  ];
  static override flags = {
    yes: { ...yesFlag.yes, description: 'Play it without stopping.' },
    ...dryRunFlag,
    dir: Flags.string({ description: 'Folder to make (default: sahara-tutorial).' }),
    list: Flags.boolean({ description: 'List the steps and run nothing.' }),
    restart: Flags.boolean({ description: 'Begin anew; what was made is put aside.' }),
  };
  static override writes = ['files', 'chain', 'services'] as const;

  override async execute({ flags, output, signal }: Invocation<typeof Tutorial>): Promise<Outcome<Data>> {
    const [tutorial, { canAsk }, { stepsText }] = await Promise.all([
      import('../tutorial/index.ts'),
      import('../cli/prompts.ts'),
      import('../cli/ui/tutorial.ts'),
    ]);
    const steps = tutorial.TUTORIAL_STEPS;
    const dryRun = flags['dry-run'];
    if (dryRun || flags.list || (!flags.yes && !canAsk(output.format)))
      return {
        data: {
          dir: resolve(flags.dir ?? 'sahara-tutorial'),
          finished: false,
          steps: steps.map(tutorial.notPlayed),
        },
        dryRun,
        text: () => stepsText(steps),
        next: [{ command: 'sahara tutorial --yes', when: 'to play it without stopping' }],
      };

    const { tutorialGuide } = await import('../cli/tutorial-guide.ts');
    const guide = tutorialGuide({ output, signal }, { yes: flags.yes, total: steps.length });
    const { root, next } = tutorial.findTutorial(process.cwd(), flags.dir);
    const dir = relative(process.cwd(), root) || '.';
    const choice = next === null ? 'begin' : flags.restart ? 'anew' : await guide.earlier(next, dir);
    if (choice === 'leave')
      return {
        data: { dir: root, finished: false, steps: steps.map(tutorial.notPlayed) },
        text: 'Nothing was done.',
      };
    if (choice === 'anew') {
      const aside = await tutorial.clearTutorial(root);
      if (aside) output.note(`What was made before is in ${dir}/${aside}; remove it when you like.`);
    }
    const from = choice === 'continue' ? (next ?? 0) : 0;
    if (choice === 'continue') output.note(`Going on with step ${from + 1}.`);
    else tutorial.beginTutorial(root);

    const capture = output.format !== 'text';
    const played = await tutorial.playTutorial({ root, from, signal, capture, ...guide });
    const left = played.slice(from).findIndex((s) => s.outcome === 'waiting');
    const at = left < 0 ? null : from + left;
    return {
      data: { dir: root, finished: at === null, steps: played },
      text:
        at === null
          ? `\nThat was the tutorial. Everything it made is in ${dir === '.' ? 'this folder' : dir}.`
          : `\nStopped before step ${at + 1} of ${steps.length}.`,
      next: at === null ? atTheEnd(dir) : onTheWay(dir, flags.dir),
    };
  }
}

function atTheEnd(dir: string): NextStep[] {
  return [
    ...(dir === '.' ? [] : [{ command: `cd ${shellQuote(dir)}`, when: 'where it is' }]),
    { command: 'sahara devnet start', when: 'to go on with it' },
    { command: 'sahara new dataset my-data', when: 'to make one with data of your own' },
    ...(dir === '.' ? [] : [{ command: `rm -r ${shellQuote(dir)}`, when: 'to remove all of it' }]),
  ];
}

function onTheWay(dir: string, asked: string | undefined): NextStep[] {
  const place = asked === undefined ? '' : ` --dir ${shellQuote(asked)}`;
  return [
    { command: `sahara tutorial${place}`, when: 'to go on with this step' },
    { command: `sahara devnet stop --project ${shellQuote(dir)}`, when: 'to stop its devnet meanwhile' },
    {
      command: `sahara devnet reset --yes --project ${shellQuote(dir)}`,
      when: `to remove its devnet; then remove ${dir}`,
    },
  ];
}
