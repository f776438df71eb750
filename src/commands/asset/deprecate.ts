import { Args, Flags } from '@oclif/core';
import type { StateChange } from '../../assets/state.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';

export default class AssetDeprecate extends SaharaCommand<typeof AssetDeprecate, StateChange> {
  static override summary = 'Stop new licences, relations and orders; --undo allows them.';
  static override description =
    'For what should not be used for anything new. Licences that were sold stay valid, what rests on the asset stays, payments are taken, settled and claimed as before, and new versions may be published.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> asset deprecate penguins',
    '<%= config.bin %> asset deprecate penguins --undo',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    undo: Flags.boolean({ description: 'Bring it back.' }),
  };

  override async execute({
    args,
    flags,
    session,
  }: Invocation<typeof AssetDeprecate>): Promise<Outcome<StateChange>> {
    const [{ changeState }, { resolveAsset, uniqueRef }] = await Promise.all([
      import('../../assets/state.ts'),
      import('../../chain/index.ts'),
    ]);
    const { asset } = await resolveAsset((await session.context()).chain, args.asset);
    const context = await session.signing(asset.owner);
    const data = await changeState(context, asset, flags.undo ? 'active' : 'deprecated');
    const [is, takes] = flags['dry-run'] ? ['would be', 'would take'] : ['is', 'takes'];
    const effect = flags.undo
      ? `${takes} new licences, relations and orders again`
      : `${takes} no new licences, relations or orders; what was sold, what rests on it and what it earns stay as they are`;
    return {
      data,
      text: data.changed
        ? `${asset.name} ${is} ${data.to}: it ${effect}.`
        : `${asset.name} is ${data.to} already; nothing to do.`,
      next: [
        flags.undo
          ? { command: `sahara asset show ${uniqueRef(asset)}`, when: 'to see how it stands' }
          : { command: `sahara asset deprecate ${uniqueRef(asset)} --undo`, when: 'to bring it back' },
        { command: `sahara asset lineage ${uniqueRef(asset)} --down`, when: 'to see what rests on it' },
      ],
    };
  }
}
