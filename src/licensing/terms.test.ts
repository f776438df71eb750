import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTerms, percent } from './parse.ts';
import { PRESETS } from './presets.ts';
import { bitsToRights, RIGHT_NAMES, type Right, rightsToBits } from './rights.ts';
import { describeTerms, formatPeriod, parsePeriod } from './terms.ts';

const parse = (raw: unknown) => parseTerms(raw, 'terms[0]');

test('rights and bits are the same thing', () => {
  fc.assert(
    fc.property(fc.subarray(RIGHT_NAMES), (rights: Right[]) => {
      expect(bitsToRights(rightsToBits(rights))).toEqual(rights);
      expect(rightsToBits(rights)).toBeLessThan(2 ** 10);
    }),
  );
});

test('percentages are whole basis points', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom('%', ' %'), (bps, sign) => {
      expect(percent(`${bps / 100}${sign}`, 'x', 'y')).toBe(bps);
    }),
  );
  for (const text of ['', '5', '5.001%', '-1%', '100.01%', '101%', 'five%', null, undefined, Number.NaN])
    expect(() => percent(text, 'x', 'y'), String(text)).toThrow(/0% to 100%/);
});

test('periods are read as they are written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (seconds) => {
      expect(parsePeriod(formatPeriod(seconds))).toBe(seconds);
    }),
  );
  for (const text of ['0d', '', '5', '1.5h', '-1d', '9999999d', '1w'])
    expect(parsePeriod(text), text).toBeUndefined();
});

describe('terms', () => {
  test.for(PRESETS)('the preset $name is complete', ({ name, terms }) => {
    expect(parse(name)).toEqual(terms);
    expect(parse({ preset: name })).toEqual(terms);
    expect(describeTerms(terms)).toContain(terms.text);
  });

  test('a preset, changed by what stands beside it', () => {
    expect(
      parse({ preset: 'commercial-remix', price: 20, royalty: '8%', period: '30d', attribution: false }),
    ).toMatchObject({
      price: 20n * 10n ** 18n,
      royaltyBps: 800,
      period: 30 * 86_400,
      attribution: false,
      text: 'Sahara-commercial-remix',
    });
  });

  test('an amount is exact to the wei', () => {
    expect(parse({ preset: 'open-use', price: '0.000000000000000001' }).price).toBe(1n);
    expect(parse({ preset: 'open-use', price: '12.5 SAHARA' }).price).toBe(125n * 10n ** 17n);
  });

  test.for([
    ['nothing', undefined, /preset, or a mapping/],
    ['a list', [], /preset, or a mapping/],
    ['an unknown preset', 'open-us', /"open-use"/],
    ['an unknown field', { preset: 'open-use', royality: '5%' }, /"royality".*"royalty"/],
    ['an unknown right', { rights: ['TRIAN'], text: 'MIT' }, /TRAIN/],
    ['no right', { text: 'MIT' }, /no right/],
    ['no text', { rights: ['RUN'] }, /1 to 64 bytes/],
    ['a long text', { rights: ['RUN'], text: 'é'.repeat(33) }, /1 to 64 bytes/],
    ['a negative price', { preset: 'open-use', price: -1 }, /price/],
    ['too many decimals', { preset: 'open-use', price: '0.0000000000000000001' }, /price/],
    ['more than there can be', { preset: 'open-use', price: '79228162515' }, /price/],
    ['a flag that is a word', { preset: 'open-use', shareAlike: 'yes' }, /true or false/],
    ['a period that is none', { preset: 'open-use', period: '1 month' }, /30d/],
  ] as const)('%s is refused', ([, raw, says]) => {
    expect(() => parse(raw)).toThrow(says);
  });

  test.for([
    [{ price: 'x', preset: 'open-use' }, 'The flags: the price "x" is not an amount of SAHARA.'],
    [{ text: 'MIT' }, 'The flags: no right is granted; name a preset or some rights.'],
    [
      { preset: 'open-use', royalty: '5' },
      'The flags: the royalty "5" is not a percentage from 0% to 100% with at most two decimals.',
    ],
    [{ preset: 'open-use', pirce: 3 }, 'The flags: there is no field "pirce"; did you mean "price"?'],
  ] as const)('what is wrong with %o is a sentence, wherever it was written', ([raw, says]) => {
    expect(() => parseTerms(raw, 'The flags')).toThrow(expect.objectContaining({ message: says }));
    expect(() => parseTerms(raw, 'terms[0] of sahara.yaml')).toThrow(
      expect.objectContaining({ message: says.replace('The flags', 'terms[0] of sahara.yaml') }),
    );
  });
});
