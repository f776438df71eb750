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
  RESTRICTION_UNKNOWN: row<{ restriction: string; suggestion: string | null }>({
    code: 'SAH-7009',
    kind: 'usage',
    title: 'There is no such restriction',
    example: { restriction: 'no-milatary', suggestion: 'no-military' },
    what: (p) =>
      `"${p.restriction}" is not a restriction${p.suggestion ? `; did you mean ${p.suggestion}?` : '.'}`,
    why: 'Uses that terms rule out have fixed names, so that tools can compare them.',
    fix: 'Use the names as they are listed; the preset OpenRAIL-M has most of them.',
    next: () => [{ command: 'sahara license presets', when: 'to see restrictions in use' }],
  }),
  TERMS_INCOMPATIBLE: row<{
    asset: string;
    /** Every parent and clause that is in the way; `terms` are the parent's, null where it is not about certain ones. */
    problems: readonly { parent: string; terms: number | null; clause: string; says: string; fix: string }[];
  }>({
    code: 'SAH-7010',
    kind: 'denied',
    title: 'What the asset rests on does not allow these terms',
    example: {
      asset: 'classifier',
      problems: [
        {
          parent: 'curator/penguins',
          terms: 1,
          clause: 'COMMERCIAL',
          says: 'curator/penguins (terms 1, CC-BY-NC-4.0) does not grant COMMERCIAL, so what rests on it may not grant it',
          fix: 'leave COMMERCIAL out of the rights and set no price, or get a licence of curator/penguins that grants COMMERCIAL',
        },
      ],
    },
    what: (p) =>
      `${p.asset} cannot be offered so. ${p.problems.map((b) => `${b.clause}: ${b.says}. To mend it, ${b.fix}.`).join(' ')}`,
    why: 'Terms of what an asset rests on bind the asset: whoever takes it must not get more than its makers had to give. The chain refuses the same.',
    fix: 'Change the terms as proposed, or rest on other terms or other assets. Nothing was sent.',
    next: (p) =>
      p.problems
        .slice(0, 1)
        .flatMap((b) =>
          /^[\w./-]+$/.test(b.parent)
            ? [{ command: `sahara license show ${b.parent}`, when: 'to see what it is offered for' }]
            : [],
        ),
  }),
  OWN_TERMS_NEEDED: row<{ parent: string; relation: string }>({
    code: 'SAH-7011',
    kind: 'conflict',
    title: 'An asset that others earn from needs terms, also for its owner',
    example: { parent: 'curator/penguins', relation: 'TRAINED_ON' },
    what: (p) =>
      `${p.parent} is your own, but contributors or parents earn from it, and it has no terms for ${p.relation}.`,
    why: 'Without terms nothing of what the new version earns would reach those who have a share in the parent.',
    fix: 'Offer the parent under terms; the royalty in them is what its makers share.',
    next: (p) => [
      { command: `sahara license set ${p.parent} --preset open-use --royalty 5%`, when: 'to give it terms' },
    ],
  }),
  LICENSE_UNKNOWN: row<{ license: string }>({
    code: 'SAH-7012',
    kind: 'not-found',
    title: 'There is no such licence',
    example: { license: '99' },
    what: (p) => `There is no licence ${p.license}.`,
    why: 'Licences have numbers, in the order in which they were granted.',
    fix: 'Use the number that buying it, or the list of licences, shows.',
    next: () => [{ command: 'sahara license list', when: 'to see the licences that are held' }],
  }),
  LICENSE_NOT_YOURS: row<{ license: string; account: string; holder: string }>({
    code: 'SAH-7013',
    kind: 'denied',
    title: 'The licence is somebody else’s',
    example: { license: '3', account: 'trainer', holder: 'buyer' },
    what: (p) => `License ${p.license} is held by ${p.holder}, not by ${p.account}.`,
    why: 'Only the holder of a licence can appeal against its revocation.',
    fix: 'Use the account that holds it.',
    next: (p) => [
      { command: `sahara license list --account ${p.holder}`, when: 'to see what its holder has' },
    ],
  }),
  LICENSE_STATE: row<{ license: string; reason: string }>({
    code: 'SAH-7014',
    kind: 'conflict',
    title: 'The licence is not in a state for that',
    example: { license: '3', reason: 'it is not being revoked' },
    what: (p) => `With license ${p.license} that cannot be done: ${p.reason}.`,
    why: 'A licence is valid, expired, being revoked, under appeal or revoked, and each step has its time.',
    fix: 'Look at its state first.',
    next: () => [{ command: 'sahara license list', when: 'to see the state of licences' }],
  }),
  REASON_INVALID: row<{ length: number }>({
    code: 'SAH-7015',
    kind: 'usage',
    title: 'The reason is missing or too long',
    example: { length: 400 },
    what: (p) => `A reason has 1 to 280 bytes, and this one has ${p.length}.`,
    why: 'It is kept on chain, for the holder and for whoever rules on an appeal.',
    fix: 'Say it in a sentence, and link to more.',
  }),
  WISH_UNKNOWN: row<{ wish: string; suggestion: string | null }>({
    code: 'SAH-7017',
    kind: 'usage',
    title: 'There is no such use to ask for',
    example: { wish: 'trian', suggestion: 'train' },
    what: (p) => `"${p.wish}" is no use${p.suggestion ? `; did you mean "${p.suggestion}"?` : '.'}`,
    why: 'Uses are train, finetune, distill, derive, evaluate, use and generate; with the result: sell and share.',
    fix: 'Name some of them, separated by commas.',
    next: () => [{ command: 'sahara license check --help', when: 'to see examples' }],
  }),
  TERMS_OVER: row<{ asset: string; expired: string }>({
    code: 'SAH-7016',
    kind: 'conflict',
    title: 'The terms grant nothing any more',
    example: { asset: 'penguins', expired: '2026-01-31' },
    what: (p) => `These terms of ${p.asset} ended on ${p.expired}.`,
    why: 'Terms can have a day from which they grant nothing more, and beyond which no licence lasts.',
    fix: 'Use terms without such a day, or with a later one.',
    next: (p) => [{ command: `sahara license show ${p.asset}`, when: 'to see the terms it has' }],
  }),
};
