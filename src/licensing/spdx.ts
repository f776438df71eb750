import { RESTRICTION_NAMES } from './restrictions.ts';
import type { Right } from './rights.ts';
import { type Terms, termsOfRights } from './terms.ts';

/** What all public licences that allow changes have in common here. */
const USE: Right[] = ['ACCESS', 'RUN', 'AGENT_USE'];
const CHANGE: Right[] = ['TRAIN', 'FINETUNE', 'DERIVE'];
const OPEN: Right[] = [...USE, ...CHANGE, 'REDISTRIBUTE', 'COMMERCIAL'];
/** With SUBLICENSE where a licence lets what is made of it be passed on under other terms. */
const PERMISSIVE: Right[] = [...OPEN, 'SUBLICENSE'];

type Mapped = { name: string; about: string; terms: Terms };

const free = (name: string, about: string, rights: Right[], others: Partial<Terms> = {}): Mapped => ({
  name,
  about,
  terms: termsOfRights(rights, name, others),
});

/**
 * Public licences as rights. The text stays what binds; this is how the chain and `license check` read it. Each line
 * names where in the licence the reading comes from. SPDX ids: https://spdx.org/licenses/.
 */
export const PUBLIC_LICENSES: readonly Mapped[] = [
  // CC0 1.0 section 2 waives all copyright and related rights; nothing is asked.
  free('CC0-1.0', 'Public domain: anything, without conditions.', PERMISSIVE, { attribution: false }),
  // PDDL 1.0 section 3: dedication to the public domain, for databases.
  free('PDDL-1.0', 'Public domain, for databases.', PERMISSIVE, { attribution: false }),
  // CC BY 4.0 section 2(a)(1) share and adapt, 3(a) attribution; 2(a)(5) recipients are licensed by the licensor
  // itself, but adapted material may be under other terms (3(a)(4)): SUBLICENSE.
  free('CC-BY-4.0', 'Anything, also for money, with attribution.', PERMISSIVE),
  // CC BY-SA 4.0 section 3(b): adapted material under the same licence or a compatible one.
  free('CC-BY-SA-4.0', 'Anything, with attribution, under the same licence.', OPEN, { shareAlike: true }),
  // CC BY-NC 4.0 section 2(a)(1): for NonCommercial purposes only.
  free(
    'CC-BY-NC-4.0',
    'Anything but for money, with attribution.',
    PERMISSIVE.filter((r) => r !== 'COMMERCIAL'),
  ),
  // CC BY-NC-SA 4.0 sections 2(a)(1) and 3(b).
  free(
    'CC-BY-NC-SA-4.0',
    'Anything but for money, with attribution, under the same licence.',
    OPEN.filter((r) => r !== 'COMMERCIAL'),
    { shareAlike: true },
  ),
  // CC BY-ND 4.0 section 2(a)(1)(B): adapted material may be produced but not shared. What a version on chain rests
  // on is shared, so no right to change is granted.
  free('CC-BY-ND-4.0', 'Use and pass on as it is, also for money, with attribution.', [
    ...USE,
    'REDISTRIBUTE',
    'COMMERCIAL',
  ]),
  // CC BY-NC-ND 4.0: both of these.
  free('CC-BY-NC-ND-4.0', 'Use and pass on as it is, not for money, with attribution.', [
    ...USE,
    'REDISTRIBUTE',
  ]),
  // MIT: "use, copy, modify, merge, publish, distribute, sublicense, and/or sell"; the notice stays.
  free('MIT', 'Anything; the notice stays.', PERMISSIVE),
  // Apache-2.0 sections 2 and 4: the same, with notices; own terms for changes (section 4, last paragraph).
  free('Apache-2.0', 'Anything; notices stay, changes are marked.', PERMISSIVE),
  // BSD: redistribution and use with or without modification; the notice stays.
  free('BSD-2-Clause', 'Anything; the notice stays.', PERMISSIVE),
  free('BSD-3-Clause', 'Anything; the notice stays, no endorsement by its authors.', PERMISSIVE),
  // ISC: use, copy, modify, distribute; the notice stays.
  free('ISC', 'Anything; the notice stays.', PERMISSIVE),
  // Unlicense: public domain.
  free('Unlicense', 'Public domain: anything, without conditions.', PERMISSIVE, { attribution: false }),
  // GPL-3.0 section 5(c): the whole work under this licence.
  free('GPL-3.0-only', 'Anything; what is made of it is under the same licence.', OPEN, { shareAlike: true }),
  // AGPL-3.0 sections 5(c) and 13: the same, also for use over a network.
  free('AGPL-3.0-only', 'As GPL-3.0, also when it is only used over a network.', OPEN, { shareAlike: true }),
  // LGPL-3.0 section 2: changes to the library under the same licence. What merely uses it (USES) is not bound.
  free('LGPL-3.0-only', 'As GPL-3.0 for changes; what only uses it is free.', OPEN, { shareAlike: true }),
  // MPL-2.0 section 3.1: covered files under the same licence.
  free('MPL-2.0', 'Anything; changed files stay under the same licence.', OPEN, { shareAlike: true }),
  // ODbL-1.0 section 4.4: derivative databases under this licence; 4.3 notice.
  free('ODbL-1.0', 'Databases: anything, with attribution, under the same licence.', OPEN, {
    shareAlike: true,
  }),
  // ODC-By-1.0 section 4.2: notice.
  free('ODC-By-1.0', 'Databases: anything, with attribution.', PERMISSIVE),
  // CDLA-Permissive-2.0 section 1: use, modify, share; the text goes along (2.1); results are free (section 3).
  free('CDLA-Permissive-2.0', 'Data: anything; the text goes along.', PERMISSIVE),
  // CDLA-Sharing-1.0 section 3.1: enhanced data under the same agreement.
  free('CDLA-Sharing-1.0', 'Data: anything, under the same agreement.', OPEN, { shareAlike: true }),
  // OpenRAIL-M (BigScience, CreativeML) section 5 and Attachment A: use restrictions go with every derivative;
  // other terms besides them are free (section 4).
  free(
    'OpenRAIL-M',
    'Models: anything but the listed harmful uses, which stay excluded in what is made of it.',
    PERMISSIVE,
    {
      restrictions: RESTRICTION_NAMES.slice(0, RESTRICTION_NAMES.indexOf('no-surveillance')),
      text: 'LicenseRef-OpenRAIL-M',
    },
  ),
];
