/**
 * True when a version is in a range as our package.json writes it: `^22.18 || >=24`. Undefined for any other
 * way to write a range.
 */
export function inRange(version: string, range: string): boolean | undefined {
  const have = numbers(version);
  const judged = range.split('||').map((part) => {
    const match = /^\s*(\^|>=)\s*(\d+(?:\.\d+){0,2})\s*$/.exec(part);
    if (!match) return undefined;
    const least = numbers(match[2] ?? '');
    return !isBefore(have, least) && (match[1] === '>=' || have[0] === least[0]);
  });
  return judged.includes(true) ? true : judged.includes(undefined) ? undefined : false;
}

const numbers = (version: string): number[] => version.split(/[.-]/).slice(0, 3).map(Number);

function isBefore(a: number[], b: number[]): boolean {
  for (const i of [0, 1, 2]) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
