import type { Terms } from './terms.ts';

export type Preset = { name: string; about: string; terms: Terms };

const SAHARA = 10n ** 18n;

/** Terms that most assets need, under Sahara's own names. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'open-use',
    about: 'Anybody may use, change and sell it, for nothing; whoever builds on it names it.',
    terms: {
      rights: ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'REDISTRIBUTE', 'COMMERCIAL', 'AGENT_USE'],
      royaltyBps: 0,
      price: 0n,
      period: 0,
      shareAlike: false,
      attribution: true,
      transferable: true,
      text: 'Sahara-open-use',
    },
  },
  {
    name: 'non-commercial',
    about: 'Free for research and study, no sale; what is built on it stays under the same terms.',
    terms: {
      rights: ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'AGENT_USE'],
      royaltyBps: 0,
      price: 0n,
      period: 0,
      shareAlike: true,
      attribution: true,
      transferable: false,
      text: 'Sahara-non-commercial',
    },
  },
  {
    name: 'commercial-remix',
    about: 'Build on it and sell the result for a price once and a royalty of 10 % ever after.',
    terms: {
      rights: ['ACCESS', 'RUN', 'TRAIN', 'FINETUNE', 'DERIVE', 'COMMERCIAL', 'AGENT_USE'],
      royaltyBps: 1000,
      price: 10n * SAHARA,
      period: 0,
      shareAlike: false,
      attribution: true,
      transferable: true,
      text: 'Sahara-commercial-remix',
    },
  },
];
