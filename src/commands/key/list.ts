import { Args } from '@oclif/core';
import type { ListedKey } from '../../assets/key-list.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';

export default class KeyList extends SaharaCommand<typeof KeyList, ListedKey[]> {
  static override summary = 'List document keys: what accounts sign their releases with.';
  static override examples = ['<%= config.bin %> key list', '<%= config.bin %> key list curator --json'];
  static override args = {
    account: Args.string({ description: 'Name or address (default: every named account).' }),
  };

  override async execute({ args, session }: Invocation<typeof KeyList>): Promise<Outcome<ListedKey[]>> {
    const [{ listKeys }, { resolveAccount }, { table }] = await Promise.all([
      import('../../assets/key-list.ts'),
      import('../../config/index.ts'),
      import('../../cli/ui/text.ts'),
    ]);
    const only = args.account === undefined ? undefined : resolveAccount(args.account);
    const data = await listKeys(await session.context(), only);
    const account = only ? (only.name ?? only.address) : 'curator';
    return {
      data,
      text: () =>
        data.length === 0
          ? 'No document keys yet: the first publish of an account makes one.'
          : table(
              ['account', 'fingerprint', 'state', 'used', 'bound', 'revoked'],
              data.map((k) => [
                k.account,
                k.fingerprint,
                k.state,
                k.current ? 'to sign' : k.file === null ? 'not here' : 'kept',
                k.boundAt ?? '-',
                k.revokedAt ?? '-',
              ]),
            ),
      next: [
        { command: `sahara key rotate --account ${account}`, when: 'to sign with a new key from now on' },
      ],
    };
  }
}
