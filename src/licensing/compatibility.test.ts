import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { family, type Parent, parent, relation, terms } from './compatibility.test-helper.ts';
import { asks, breaches, CLAUSES, type Duties, handedDown, join, NO_DUTIES } from './compatibility.ts';
import { compare, fittingTerms, type Ground, groundOf } from './compatibility-answer.ts';
import { PRESETS } from './presets.ts';
import { RESTRICTION_NAMES } from './restrictions.ts';
import { rightsToBits } from './rights.ts';
import { type Terms, termsOfRights } from './terms.ts';

const grounds = (parents: readonly Parent[]): Ground[] =>
  parents.map((p, i) => groundOf(`parent-${i}`, { ...p.terms, id: i + 1 }, p.relation));
const all = (parents: readonly Parent[]) =>
  parents.reduce(
    (sum, p) => {
      const { duties, conflict } = join(sum.duties, asks(p.terms, p.relation));
      return { duties, conflict: sum.conflict ?? conflict };
    },
    { duties: NO_DUTIES, conflict: null as string | null },
  );
const contains = (more: Duties, less: Duties) => join(more, less).duties;
const preset = (name: string): Terms => {
  const found = PRESETS.find((p) => p.name === name);
  if (!found) throw new Error(name);
  return found.terms;
};

describe('the lattice', () => {
  it('COM-2: one parent more never allows more', () => {
    fc.assert(
      fc.property(family, parent, ({ parents, child }, another) => {
        const before = compare(grounds(parents), child);
        const after = compare(grounds([...parents, another]), child);
        if (!before.allowed) expect(after.allowed).toBe(false);
        const open = compare(grounds(parents), null);
        if (!open.allowed) expect(compare(grounds([...parents, another]), null).allowed).toBe(false);
      }),
    );
  });

  it('COM-2: together they ask what each of them asks, and nothing else', () => {
    fc.assert(
      fc.property(family, ({ parents, child }) => {
        const { duties, conflict } = all(parents);
        const each = parents.flatMap((p) => breaches(asks(p.terms, p.relation), child));
        if (conflict) expect(each).not.toEqual([]);
        else expect(breaches(duties, child)).toEqual(CLAUSES.filter((c) => each.includes(c)));
      }),
    );
  });

  it('COM-3: the order of the parents makes no difference', () => {
    fc.assert(
      fc.property(
        family.chain((f) =>
          fc.tuple(fc.constant(f), fc.shuffledSubarray(f.parents, { minLength: f.parents.length })),
        ),
        ([{ parents, child }, shuffled]) => {
          expect(compare(grounds(shuffled), child).allowed).toBe(compare(grounds(parents), child).allowed);
          expect(compare(grounds(shuffled), null).allowed).toBe(compare(grounds(parents), null).allowed);
          const [one, other] = [all(parents), all(shuffled)];
          expect(one.conflict === null).toBe(other.conflict === null);
          if (one.conflict === null) expect(one.duties).toEqual(other.duties);
        },
      ),
    );
  });

  it('COM-4: terms that do what is asked ask all of it in turn', () => {
    fc.assert(
      fc.property(family, relation, ({ parents: [grandparent], child: middle }, by) => {
        if (!grandparent) return;
        const asked = asks(grandparent.terms, by);
        if (breaches(asked, middle).length > 0) return;
        const passed = asks(middle, by);
        expect(contains(passed, asked)).toEqual(passed);
      }),
    );
  });

  it('COM-5: what can be had together, some terms can meet', () => {
    fc.assert(
      fc.property(fc.array(parent, { maxLength: 5 }), (parents) => {
        const together = grounds(parents);
        const least = termsOfRights(['ACCESS'], 'LicenseRef-least', { attribution: false });
        const fitting = fittingTerms(together, least);
        expect(compare(together, fitting).allowed).toBe(compare(together, null).allowed);
      }),
    );
  });

  it('what a relation hands down asks no more than all of it', () => {
    fc.assert(
      fc.property(terms, relation, (parentTerms, by) => {
        const whole = asks(parentTerms, 'DERIVED_FROM');
        expect(contains(whole, handedDown(whole, by))).toEqual(whole);
        expect(handedDown(whole, by)).toEqual(asks(parentTerms, by));
        expect(handedDown(handedDown(whole, by), by)).toEqual(handedDown(whole, by));
      }),
    );
  });
});

describe('answers', () => {
  it('name the parent, its terms, the clause and what would mend it, and mending it helps', () => {
    fc.assert(
      fc.property(family, ({ parents, child }) => {
        const answer = compare(grounds(parents), child);
        if (answer.allowed) return;
        for (const { parent: named, terms: id, clause, says, fix } of answer.problems) {
          const at = Number(named.slice('parent-'.length));
          const guilty = parents[at];
          if (!guilty) throw new Error(`no ${named}`);
          expect(id).toBe(at + 1);
          expect(says).toContain(named);
          expect(fix.length).toBeGreaterThan(10);
          expect(breaches(asks(guilty.terms, guilty.relation), child)).toContain(clause);
        }
      }),
    );
  });

  const ask = (parents: [string, Parent['relation']][], child: Terms | null) =>
    compare(
      parents.map(([name, by]) => groundOf(name, preset(name), by)),
      child,
    );

  it.for([
    ['CC-BY-4.0', 'MIT', true],
    ['CC-BY-NC-4.0', 'MIT', false],
    ['CC-BY-NC-4.0', 'CC-BY-NC-4.0', true],
    ['CC-BY-SA-4.0', 'CC-BY-SA-4.0', true],
    ['CC-BY-SA-4.0', 'CC-BY-4.0', false],
    ['CC-BY-SA-4.0', 'GPL-3.0-only', false],
    ['GPL-3.0-only', 'GPL-3.0-only', true],
    ['GPL-3.0-only', 'MIT', false],
    ['MIT', 'GPL-3.0-only', true],
    ['CC0-1.0', 'CC0-1.0', true],
    ['CC-BY-4.0', 'CC0-1.0', false],
    ['OpenRAIL-M', 'OpenRAIL-M', true],
    ['OpenRAIL-M', 'Apache-2.0', false],
    ['non-commercial', 'non-commercial', true],
    ['open-use', 'open-use', true],
  ] as const)('something derived from %s under %s: %s', ([from, under, expected]) => {
    expect(ask([[from, 'DERIVED_FROM']], preset(under)).allowed).toBe(expected);
  });

  it('a model of CC-BY-SA data and GPL code can be offered under nothing, and one that uses both under its own', () => {
    const both = (by: Parent['relation']) =>
      ask(
        [
          ['CC-BY-SA-4.0', by],
          ['GPL-3.0-only', by],
        ],
        null,
      );
    expect(both('TRAINED_ON')).toEqual({
      allowed: false,
      problems: [
        {
          parent: 'GPL-3.0-only',
          terms: null,
          clause: 'SHARE_ALIKE',
          says: 'what GPL-3.0-only asks (GPL-3.0-only) cannot be had together with what CC-BY-SA-4.0 asks (CC-BY-SA-4.0)',
          fix: 'rest on one of the two under other terms, or leave one of them out',
        },
      ],
    });
    expect(both('USES')).toEqual({ allowed: true });
  });

  it('says what is missing in words', () => {
    const child = { ...preset('MIT'), attribution: false };
    const answer = ask([['OpenRAIL-M', 'FINETUNED_FROM']], child);
    expect(answer.allowed ? [] : answer.problems.map((p) => [p.clause, p.fix])).toEqual([
      ['ATTRIBUTION', 'set attribution'],
      ['RESTRICTIONS', expect.stringContaining('no-medical-advice')],
    ]);
  });
});

describe('presets', () => {
  it('each may be derived from under itself, but those that allow no change', () => {
    for (const { name, terms: own } of PRESETS) {
      expect(compare([groundOf(name, own, 'DERIVED_FROM')], own), name).toEqual({ allowed: true });
      const derives = (rightsToBits(own.rights) & rightsToBits(['DERIVE'])) !== 0;
      expect(derives, name).toBe(!name.includes('-ND-'));
    }
  });

  it('have names of their own, and texts of at most 64 bytes', () => {
    expect(new Set(PRESETS.map((p) => p.name)).size).toBe(PRESETS.length);
    for (const { terms: own } of PRESETS) expect(Buffer.byteLength(own.text)).toBeLessThanOrEqual(64);
    expect(RESTRICTION_NAMES.length).toBeLessThanOrEqual(32);
  });
});
