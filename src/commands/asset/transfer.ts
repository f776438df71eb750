import { Args, Flags } from '@oclif/core';
import type { Transferred } from '../../assets/transfer.ts';
import { formatSahara } from '../../base/amount.ts';
import { SaharaError } from '../../base/errors.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';
import { yesFlag } from '../../cli/flags/yes.ts';

/** What was done; null when the answer was no. */
type Data = Transferred | null;

export default class AssetTransfer extends SaharaCommand<typeof AssetTransfer, Data> {
  static override summary = 'Give an asset to somebody else, with what it will earn.';
  static override description =
    'What arrives at the asset from then on is the new owner’s; what has been settled before stays yours to claim. What was paid for assets below and is not settled yet would be the new owner’s too: it is settled first, unless --no-settle is given. On a terminal you are asked; without one, --yes is needed, and settles first.';
  static override writes = ['chain'] as const;
  static override examples = [
    '<%= config.bin %> asset transfer penguins dao',
    '<%= config.bin %> asset transfer curator/penguins trainer --yes',
    '<%= config.bin %> asset transfer penguins trainer --no-settle --yes',
  ];
  static override args = {
    asset: Args.string({ description: 'Id, name or publisher/name.', required: true }),
    to: Args.string({ description: 'Who gets it: name or address.', required: true }),
  };
  static override flags = {
    ...accountFlag,
    ...dryRunFlag,
    ...yesFlag,
    settle: Flags.boolean({
      description: 'Settle first what was paid below, so that it is still yours (default: yes).',
      allowNo: true,
    }),
  };

  override async execute({
    args,
    flags,
    session,
    output,
    signal,
  }: Invocation<typeof AssetTransfer>): Promise<Outcome<Data>> {
    const [{ alreadyTheirs, pendingFor, transferAsset }, { assertOwner }, { resolveAsset, uniqueRef }] =
      await Promise.all([
        import('../../assets/transfer.ts'),
        import('../../assets/state.ts'),
        import('../../chain/index.ts'),
      ]);
    const { resolveRecipient } = await import('../../config/index.ts');
    const { confirm } = await import('../../cli/confirm.ts');
    const to = resolveRecipient(args.to);
    const name = to.name ?? to.address;
    const { asset } = await resolveAsset((await session.context()).chain, args.asset);
    if (asset.owner.toLowerCase() === to.address.toLowerCase())
      return { data: alreadyTheirs(asset), text: `${asset.name} is ${name}’s already; nothing to do.` };
    const context = await session.signing(asset.owner);
    assertOwner(asset, context.signer);
    const pending = await pendingFor(context, asset);
    const asks = !flags.yes && !flags['dry-run'];
    let settle = flags.settle ?? true;
    if (asks && flags.settle === undefined && pending.amount > 0n) {
      const question = `${formatSahara(pending.amount)} SAHARA paid below are not settled yet, and would be ${name}’s. Settle first, so that they are yours?`;
      settle = (await confirm({ output, signal }, question)) !== 'no';
    }
    if (asks) {
      const answer = await confirm(
        { output, signal },
        `Transfer ${uniqueRef(asset)} to ${name}? You cannot take it back; what it earns from then on is theirs.`,
      );
      if (answer === 'no-terminal')
        throw new SaharaError('CONFIRMATION_NEEDED', { action: 'Transferring an asset', flag: '--yes' });
      if (answer === 'no') return { data: null, text: 'Nothing was transferred.' };
    }
    const data = await transferAsset(context, asset, to, { pending, settle });
    return {
      data,
      text: [
        `${asset.name} ${flags['dry-run'] ? 'would be' : 'is'} ${name}’s. What arrives at it from now on is theirs; what was settled before stays ${data.from}’s to claim.`,
        data.settled > 0n
          ? `${flags['dry-run'] ? 'Would settle' : 'Settled'} first: ${formatSahara(data.settled)} SAHARA for ${data.from}.`
          : '',
        data.left > 0n ? `Left unsettled: ${formatSahara(data.left)} SAHARA, which will be ${name}’s.` : '',
      ]
        .filter(Boolean)
        .join('\n'),
      next: [
        {
          command: `sahara revenue claim --account ${data.from}`,
          when: 'to take out what was earned before',
        },
        { command: `sahara asset history ${uniqueRef(asset)}`, when: 'to see what happened to it' },
      ],
    };
  }
}
