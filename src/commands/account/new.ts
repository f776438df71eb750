import { Args } from '@oclif/core';
import type { Address } from '../../base/hex.ts';
import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags/dry-run.ts';

type Data = {
  name: string;
  /** Null in a dry run: it comes from the key that only doing it makes. */
  address: Address | null;
  /** The keystore file. */
  path: string;
};

export default class AccountNew extends SaharaCommand<typeof AccountNew, Data> {
  static override summary = 'Make an account of your own, kept encrypted by a password.';
  static override description =
    'The password comes from the file that SAHARA_PASSWORD_FILE names, or from the terminal. The account is a keystore file (Web3 Secret Storage, version 3) in .sahara/accounts, or in the folder that SAHARA_KEYSTORE names; wallets can read it, and a file of a wallet can be put there.';
  static override examples = [
    '<%= config.bin %> account new alice',
    'SAHARA_PASSWORD_FILE=password.txt <%= config.bin %> account new alice --json',
  ];
  static override args = { name: Args.string({ description: 'What it is called.', required: true }) };
  static override flags = { ...dryRunFlag };
  static override writes = ['files'] as const;

  override async execute(invocation: Invocation<typeof AccountNew>): Promise<Outcome<Data>> {
    const { args, flags, session, output, signal } = invocation;
    const [{ makeAccount, newAccountPath }, { keystoreFolder }, { newPassword }] = await Promise.all([
      import('../../config/new-account.ts'),
      import('../../config/own-accounts.ts'),
      import('../../cli/own-accounts.ts'),
    ]);
    const { name } = args;
    const folder = keystoreFolder(session.project.stateDir, process.env);
    const path = newAccountPath(folder, name);
    if (flags['dry-run']) return { data: { name, address: null, path }, text: `Would make ${path}.` };
    const { stateDir } = session.project;
    if (folder.startsWith(stateDir)) (await import('../../config/state-folder.ts')).stateFolder(stateDir, []);
    const password = await newPassword(name, { output, signal });
    const data: Data = { name, ...(await makeAccount(folder, name, password)) };
    return {
      data,
      text: `Made the account ${name}: ${data.address}\nIts key is in ${path}, encrypted. Keep a copy of that file, and the password: nobody can bring them back.`,
      next: [{ command: `sahara account balance ${name}`, when: 'to see what it holds' }],
    };
  }
}
