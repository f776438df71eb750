/** A heading and lines, the most telling first. */
export type Section = { heading: string; lines: string[] };

/**
 * Sections below each other, each below an empty line. Where there is no room for all of their lines, each gets one in turn;
 * where there is none for one line of each, the last ones go.
 */
export function fitted(sections: readonly Section[], room: number): string[] {
  let given = sections.filter(({ lines }) => lines.length > 0);
  while (given.length * 3 > room && given.length > 0) given = given.slice(0, -1);
  const counts = given.map(() => 1);
  let left = room - given.length * 3;
  for (let grew = true; grew && left > 0; ) {
    grew = false;
    for (const [i, { lines }] of given.entries()) {
      const count = counts[i] ?? 0;
      if (left === 0 || count >= lines.length) continue;
      counts[i] = count + 1;
      left--;
      grew = true;
    }
  }
  return given.flatMap(({ heading, lines }, i) => ['', heading, ...lines.slice(0, counts[i])]);
}
