import { describe, expect, it, test, vi } from 'vitest';
import { isAutomated, wantsColour, wantsScreenReader, wantsUnicode } from './terminal.ts';

describe('whether more than ASCII can be shown', () => {
  test.for([
    [{ LANG: 'C.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8' }, true],
    [{ LANG: 'en_US.ISO-8859-1' }, false],
    [{ LANG: 'C.UTF-8', LC_CTYPE: 'C' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, false],
    [{ LANG: 'C', LC_ALL: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
    [{}, false],
    [{ LANG: 'C.UTF-8', SAHARA_ASCII: '1' }, false],
    [{ LANG: 'C', SAHARA_ASCII: '0' }, true],
    [{ LANG: 'C.UTF-8', SAHARA_ASCII: '' }, true],
  ] as const)('%j: %s', ([env, expected]) => {
    expect(wantsUnicode(env, 'linux')).toBe(expected);
  });

  it('knows the terminals of Windows, which has no locale of this kind', () => {
    expect(wantsUnicode({}, 'win32')).toBe(false);
    expect(wantsUnicode({ WT_SESSION: '1' }, 'win32')).toBe(true);
    expect(wantsUnicode({ LANG: 'C' }, 'win32')).toBe(false);
  });
});

describe('whether a stream gets colours', () => {
  test.for([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', TERM: 'dumb' }, false, true],
  ] as const)('%j on a terminal (%s): %s', ([env, tty, expected]) => {
    const stream = vi.spyOn(process, 'stdout', 'get').mockReturnValue({ isTTY: tty } as never);
    try {
      expect(wantsColour('stdout', env)).toBe(expected);
    } finally {
      stream.mockRestore();
    }
  });
});

test('who listens and who runs us is told by the environment', () => {
  expect(wantsScreenReader({})).toBe(false);
  expect(wantsScreenReader({ SAHARA_SCREEN_READER: '1' })).toBe(true);
  expect(wantsScreenReader({ INK_SCREEN_READER: 'true' })).toBe(true);
  expect(wantsScreenReader({ SAHARA_SCREEN_READER: '0', INK_SCREEN_READER: 'true' })).toBe(false);
  expect([{}, { CI: '' }, { CI: 'false' }, { CI: 'true' }, { CI: '1' }].map((e) => isAutomated(e))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});
