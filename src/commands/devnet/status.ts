import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { devnetNameFlag } from '../../cli/flags/devnet-name.ts';
import { FORMATS } from '../../cli/output-mode.ts';
import type { DevnetStatus, ForkInfo } from '../../devnet/index.ts';

export default class DevnetStatusCommand extends SaharaCommand<typeof DevnetStatusCommand, DevnetStatus> {
  static override summary = 'Show whether the devnet runs, and where.';
  static override description = 'Exits with 6 when it does not run, so that a script can test for it.';
  static override exits = { 6: 'The devnet is not running.' };
  static override examples = [
    '<%= config.bin %> devnet status',
    '<%= config.bin %> devnet status --json',
    '<%= config.bin %> devnet status --watch',
    'eval "$(<%= config.bin %> devnet status -o env)"',
  ];
  static override flags = {
    ...devnetNameFlag,
    output: Flags.option({ options: [...FORMATS, 'env'] as const, char: 'o' })({
      description: 'Form of the output: env prints shell exports, ndjson a line of JSON for each event.',
    }),
    watch: Flags.boolean({
      description: 'Go on showing it, once a second, until q or Ctrl-C; with -o ndjson as lines of JSON.',
    }),
  };

  override async execute({
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof DevnetStatusCommand>): Promise<Outcome<DevnetStatus>> {
    const { devnetStatus, logText, notRunningText, settingsEnv } = await import('../../devnet/index.ts');
    const { fields } = await import('../../cli/ui/text.ts');
    const { stateDir } = session.project;
    const name = await session.devnet(flags.name);
    if (flags.watch) {
      const { watchDevnet } = await import('../../cli/watch/watch-devnet.ts');
      const seen = await watchDevnet({ stateDir, name, output, form: flags.output, signal });
      const data = seen ?? (await devnetStatus(stateDir, name));
      return { data, text: '', exitCode: data.state === 'running' ? 0 : 6 };
    }
    const status = await session.patiently(
      () => devnetStatus(stateDir, name),
      ({ state }) => state === 'running',
    );
    if (status.state !== 'running') {
      return {
        data: status,
        text: flags.output === 'env' ? '' : notRunningText(status),
        next: [{ command: 'sahara devnet start', when: 'to start it' }],
        exitCode: 6,
      };
    }
    const { chain, content } = status.live;
    if (flags.output === 'env')
      return {
        data: status,
        text: Object.entries(settingsEnv(status.live))
          // Programs that the shell starts are meant to see them too.
          .map(([variable, value]) => `export ${variable}='${value.replaceAll("'", "'\\''")}'`)
          .join('\n'),
      };
    const health = new Map(
      status.services.map((s) => [s.service, s.detail ? `${s.state} (${s.detail})` : s.state]),
    );
    const why = status.services.map((s) =>
      s.lastLines?.length ? `\n${s.service}:${logText(s.lastLines)}` : '',
    );
    const shown = fields([
      ['devnet', `${name}, ${status.stopping ? 'stopping' : 'running'}`],
      ['chain', `${chain.rpcUrl}  chain id ${chain.chainId}  ${health.get('chain') ?? ''}`],
      ['fork of', forkText(chain.fork)],
      ['content', `${content.api}  ${content.kind}  ${health.get('content') ?? ''}`],
      ['gateway', content.gateway],
      ['ready', status.live.ready],
      ['since', status.live.startedAt],
    ]);
    return { data: status, text: `${shown}${why.join('')}` };
  }
}

/** Undefined leaves the line out. */
function forkText(fork: ForkInfo | undefined): string | undefined {
  return fork && `${fork.url}  chain id ${fork.chainId}  block ${fork.block.number}`;
}
