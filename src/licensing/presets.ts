import { PUBLIC_LICENSES } from './spdx.ts';
import { type Terms, termsOfRights } from './terms.ts';

/** Complete terms under a name. */
export type Preset = { name: string; about: string; terms: Terms };

const SAHARA = 10n ** 18n;

/** Terms that most assets need, under Sahara's own names, and the usual public licences. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'open-use',
    about: 'Anybody may use, change and sell it, for nothing; whoever builds on it names it.',
    terms: termsOfRights(
      ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'REDISTRIBUTE', 'COMMERCIAL', 'AGENT_USE'],
      'Sahara-open-use',
    ),
  },
  {
    name: 'non-commercial',
    about: 'Free for research and study, no sale; what is built on it stays under the same terms.',
    terms: termsOfRights(
      ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'AGENT_USE'],
      'Sahara-non-commercial',
      { shareAlike: true, transferable: false },
    ),
  },
  {
    name: 'commercial-remix',
    about: 'Build on it and sell the result for a price once and a royalty of 10 % ever after.',
    terms: termsOfRights(
      ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'COMMERCIAL', 'AGENT_USE'],
      'Sahara-commercial-remix',
      { royaltyBps: 1000, price: 10n * SAHARA },
    ),
  },
  ...PUBLIC_LICENSES,
];
