import { Flags } from '@oclif/core';
import type { Rotated } from '../../assets/key-rotate.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { accountFlag } from '../../cli/flags/account.ts';
import { sendingFlags } from '../../cli/flags/sending.ts';

export default class KeyRotate extends SaharaCommand<typeof KeyRotate, Rotated> {
  static override summary = 'Make a new document key, and sign with it from now on.';
  static override description =
    'What the former key signed stays valid. It is put aside under .sahara/keys, and stays good for signing until it is revoked: with --revoke-old at once, or with key revoke later. Also the way out when the present key has been revoked, cannot be read, or belongs to another account.';
  static override writes = ['files', 'chain'] as const;
  static override examples = [
    '<%= config.bin %> key rotate --account curator',
    '<%= config.bin %> key rotate --account curator --revoke-old',
  ];
  static override flags = {
    ...accountFlag,
    ...sendingFlags,
    'revoke-old': Flags.boolean({
      description: 'Revoke the former key as well: for when somebody else may have it.',
    }),
  };

  override async execute({ flags, session }: Invocation<typeof KeyRotate>): Promise<Outcome<Rotated>> {
    const { rotateKey } = await import('../../assets/key-rotate.ts');
    const isDry = flags['dry-run'] === true;
    const data = await rotateKey(await session.signing('curator'), { revokeOld: flags['revoke-old'] });
    const { account, previous, keptAs, previousRevoked } = data;
    return {
      data,
      text: [
        isDry
          ? `${account} would sign with a new document key.`
          : `${account} signs with a new document key: ${data.fingerprint}.`,
        previous === null
          ? keptAs === null
            ? ''
            : `The file that could not be read ${isDry ? 'would be' : 'is'} kept as ${keptAs}.`
          : `The former key ${previous} ${isDry ? 'would be' : 'is'} ${previousRevoked ? 'revoked' : 'still valid'}; what it signed stays valid.`,
      ]
        .filter(Boolean)
        .join('\n'),
      next: [
        { command: `sahara key list ${account}`, when: 'to see all keys of the account' },
        ...(previous === null || previousRevoked
          ? []
          : [
              {
                command: `sahara key revoke ${previous} --account ${account}`,
                when: 'if somebody else may have the former key',
              },
            ]),
      ],
    };
  }
}
