import { row } from '../error-types.ts';

/** SAH-70xx: terms, licences and the market. */
export const licensingErrors = {
  RIGHT_UNKNOWN: row<{ right: string; suggestion: string | null }>({
    code: 'SAH-7001',
    kind: 'usage',
    title: 'There is no such right',
    example: { right: 'TRAINN', suggestion: 'TRAIN' },
    what: (p) => `"${p.right}" is not a right${p.suggestion ? `; did you mean ${p.suggestion}?` : '.'}`,
    why: 'Rights are ACCESS, RUN, TRAIN, FINETUNE, DERIVE, REDISTRIBUTE, COMMERCIAL, AGENT_USE, SUBLICENSE and COMPUTE_ONLY.',
    fix: 'Use the names as they are listed.',
    next: () => [{ command: 'sahara license presets', when: 'to see rights in use' }],
  }),
  PRESET_UNKNOWN: row<{ preset: string; suggestion: string | null }>({
    code: 'SAH-7002',
    kind: 'usage',
    title: 'There is no such preset',
    example: { preset: 'open-uses', suggestion: 'open-use' },
    what: (p) =>
      `"${p.preset}" is not a preset of terms${p.suggestion ? `; did you mean "${p.suggestion}"?` : '.'}`,
    why: 'Presets are complete terms under a name.',
    fix: 'Use a listed preset, or write the terms out.',
    next: () => [{ command: 'sahara license presets', when: 'to list the presets' }],
  }),
  TERMS_INVALID: row<{ where: string; reason: string }>({
    code: 'SAH-7003',
    kind: 'usage',
    title: 'The terms cannot be understood',
    example: {
      where: 'terms[0] of sahara.yaml',
      reason: 'the royalty "5" is not a percentage from 0% to 100% with at most two decimals',
    },
    what: (p) => `${p.where}: ${p.reason}${p.reason.endsWith('?') ? '' : '.'}`,
    why: 'Terms are put on chain for ever, so nothing in them is guessed.',
    fix: 'Correct what is named, or begin with a preset such as open-use, which is complete by itself.',
    next: () => [{ command: 'sahara license presets', when: 'to see complete terms' }],
  }),
  RELATION_NOT_ALLOWED: row<{
    parent: string;
    relation: string;
    right: string;
    account: string;
    /** Terms with a price that would grant it; null when there are none. */
    terms: number | null;
  }>({
    code: 'SAH-7004',
    kind: 'denied',
    title: 'The parent’s terms do not allow the relation',
    example: {
      parent: 'curator/penguins',
      relation: 'TRAINED_ON',
      right: 'TRAIN',
      account: 'trainer',
      terms: 3,
    },
    what: (p) =>
      `${p.relation} needs the right ${p.right} from ${p.parent}, and nothing grants it to ${p.account}.`,
    why: 'A version may only rest on a parent whose terms allow it: free terms, a licence you hold, or an asset of your own.',
    fix: 'Buy a licence that grants the right, or build on another asset.',
    next: (p) => [
      p.terms === null
        ? { command: `sahara license show ${p.parent}`, when: 'to see what it is offered for' }
        : {
            command: `sahara market buy ${p.parent} --terms ${p.terms} --account ${p.account}`,
            when: 'to get a licence that grants it',
          },
    ],
  }),
  TERMS_UNKNOWN: row<{ asset: string; terms: string }>({
    code: 'SAH-7005',
    kind: 'not-found',
    title: 'The asset is not offered under these terms',
    example: { asset: 'penguins', terms: '9' },
    what: (p) => `${p.asset} is not offered under terms ${p.terms}.`,
    why: 'The owner never attached them, or took them back.',
    fix: 'Choose among the terms that the asset has.',
    next: (p) => [{ command: `sahara license show ${p.asset}`, when: 'to see the terms it has' }],
  }),
  TERMS_CHOICE: row<{ asset: string; choices: readonly string[] }>({
    code: 'SAH-7006',
    kind: 'usage',
    title: 'The asset is offered under several terms',
    example: { asset: 'penguins', choices: ['1', '2'] },
    what: (p) =>
      `${p.asset} is for sale under ${p.choices.length} sets of terms (${p.choices.join(', ')}); say which one with --terms.`,
    why: 'They differ in price and in what they allow.',
    fix: 'Name one with --terms.',
    next: (p) =>
      p.choices.map((c) => ({
        command: `sahara market buy ${p.asset} --terms ${c}`,
        when: `to buy under terms ${c}`,
      })),
  }),
  NOT_FOR_SALE: row<{ asset: string; reason: string }>({
    code: 'SAH-7007',
    kind: 'not-found',
    title: 'The asset is not for sale',
    example: { asset: 'penguins', reason: 'no terms with a price are offered' },
    what: (p) => `${p.asset} cannot be bought: ${p.reason}.`,
    why: 'Its owner offers no terms, or new licences have been stopped by deprecating or revoking it.',
    fix: 'Look for another asset, or ask its owner.',
    next: () => [{ command: 'sahara market list', when: 'to see what is for sale' }],
  }),
  TERMS_FULL: row<{ asset: string }>({
    code: 'SAH-7008',
    kind: 'conflict',
    title: 'The asset has as many terms as it can have',
    example: { asset: 'penguins' },
    what: (p) => `${p.asset} is already offered under 8 sets of terms.`,
    why: 'The number is bounded so that asking what an asset allows stays cheap.',
    fix: 'Take one back (license unset) before adding another.',
    next: (p) => [{ command: `sahara license show ${p.asset}`, when: 'to see the terms it has' }],
  }),
};
