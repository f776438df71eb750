// A list of things that must hold, said one per line, with "N passed, N failed" at the end.
export function expectations() {
  let passed = 0;
  let failed = 0;
  return {
    /** `detail` is shown when it does not hold. */
    expect(what, holds, detail = '') {
      if (holds) passed += 1;
      else failed += 1;
      process.stdout.write(
        `${holds ? 'ok    ' : 'FAILED'} ${what}${holds || detail === '' ? '' : `: ${detail}`}\n`,
      );
      return holds;
    },
    conclude() {
      process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
      process.exitCode = failed > 0 ? 1 : 0;
    },
  };
}
