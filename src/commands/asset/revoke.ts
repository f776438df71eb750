import { Args, Flags } from '@oclif/core';
import type { StateChange } from '../../assets/state.ts';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { yesFlag } from '../../cli/flags/yes.ts';

/** What was done; null when the answer was no. */
type Data = StateChange | null;

/** Bytes that a reason may have: each costs gas, and it stands on the chain for ever. */
const MAX_REASON = 500;

export default class AssetRevoke extends SaharaCommand<typeof AssetRevoke, Data> {
  static override summary = 'Withdraw an asset for ever, and say why.';
  static override description =
    'No new licences, relations, orders or versions from then on, and no way back: asset deprecate can be undone. Licences that were sold stay valid, what rests on the asset stays, and payments are taken, settled and claimed as before. The reason is published with the transaction, and asset history shows it.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> asset revoke penguins --reason "row 12 names a person"',
    '<%= config.bin %> asset revoke penguins --reason "superseded by penguins-2" --yes',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...dryRunFlag,
    ...yesFlag,
    reason: Flags.string({ description: 'Why, for everybody to read.', required: true, helpValue: 'TEXT' }),
  };

  override async execute({
    args,
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof AssetRevoke>): Promise<Outcome<Data>> {
    const [{ assertOwner, changeState }, { resolveAsset, uniqueRef }, { confirm }] = await Promise.all([
      import('../../assets/state.ts'),
      import('../../chain/index.ts'),
      import('../../cli/confirm.ts'),
    ]);
    const reason = flags.reason.trim();
    if (reason === '' || Buffer.byteLength(reason) > MAX_REASON)
      throw new SaharaError('USAGE', {
        message: `--reason takes a text of 1 to ${MAX_REASON} bytes; this has ${Buffer.byteLength(reason)}.`,
        command: 'asset revoke',
      });
    const { asset } = await resolveAsset((await session.context()).chain, args.asset);
    const context = await session.signing(asset.owner);
    if (asset.state !== 'revoked') {
      assertOwner(asset, context.signer);
      if (!flags.yes && !flags['dry-run']) {
        const answer = await confirm(
          { output, signal },
          `Revoke ${uniqueRef(asset)} for ever? It takes no new licences, relations, orders or versions then.`,
        );
        if (answer === 'no-terminal')
          throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Revoking an asset', flag: '--yes' });
        if (answer === 'no') return { data: null, text: 'Nothing was revoked.' };
      }
    }
    const data = await changeState(context, asset, 'revoked', reason);
    return {
      data,
      text: data.changed
        ? `${asset.name} ${flags['dry-run'] ? 'would be' : 'is'} revoked for ever: no new licences, relations, orders or versions. What was sold, what rests on it and what it earns stay as they are.`
        : `${asset.name} was revoked before; nothing to do.`,
      next: [
        { command: `sahara asset lineage ${uniqueRef(asset)} --down`, when: 'to see what rests on it' },
        { command: `sahara asset history ${uniqueRef(asset)}`, when: 'to see what happened to it' },
      ],
    };
  }
}
