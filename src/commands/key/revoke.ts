import { Args } from '@oclif/core';
import type { Revoked } from '../../assets/key-rotate.ts';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { yesFlag } from '../../cli/flags/yes.ts';

/** What was revoked; null when the answer was no. */
type Data = Revoked | null;

export default class KeyRevoke extends SaharaCommand<typeof KeyRevoke, Data> {
  static override summary = 'Revoke a document key for ever.';
  static override description =
    'Releases that it signed before stay valid; nothing new is accepted with it. Whoever goes on publishing needs a new one: key rotate --revoke-old does both.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> key revoke 0x8c1f20aa --account curator',
    '<%= config.bin %> key revoke current --account curator --yes',
  ];
  static override args = {
    key: Args.string({
      description: 'Fingerprint, at least its first 8 digits, or "current" (see: key list).',
      required: true,
    }),
  };
  static override flags = { ...accountFlag, ...dryRunFlag, ...yesFlag };

  override async execute({
    args,
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof KeyRevoke>): Promise<Outcome<Data>> {
    const [{ findKey, revokeKey }, { confirm }] = await Promise.all([
      import('../../assets/key-rotate.ts'),
      import('../../cli/confirm.ts'),
    ]);
    const context = await session.signing('curator');
    const fingerprint = await findKey(context, args.key);
    if (!flags.yes && !flags['dry-run']) {
      const answer = await confirm({ output, signal }, `Revoke ${fingerprint} for ever?`);
      if (answer === 'no-terminal')
        throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Revoking a key', flag: '--yes' });
      if (answer === 'no') return { data: null, text: 'Nothing was revoked.' };
    }
    const data = await revokeKey(context, fingerprint);
    const would = flags['dry-run'] ? 'Would revoke' : 'Revoked';
    return {
      data,
      text: data.changed
        ? `${would} ${fingerprint} of ${data.account}; what it signed before stays valid.`
        : `${fingerprint} of ${data.account} had been revoked before; nothing to do.`,
      next: data.current
        ? [{ command: `sahara key rotate --account ${data.account}`, when: 'to go on publishing' }]
        : [{ command: `sahara key list ${data.account}`, when: 'to see what is left' }],
    };
  }
}
