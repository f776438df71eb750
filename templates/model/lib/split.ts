import { createHash } from 'node:crypto';

/**
 * Numbers from 0 (inclusive) to 1 that look random and are the same for the same seed, on every machine: the first 48 bits
 * of SHA-256 over the seed and a counter. Math.random() could not be repeated.
 */
export function seededRandom(seed: number): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed}:${count++}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** A shuffled copy (Fisher-Yates). */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/**
 * Splits examples into a part to train on and a part held out, so that each class has the same share in both. Every
 * class keeps at least one example on each side.
 *
 * @throws Error when a class has fewer than 2 examples
 */
export function stratifiedSplit<T extends { label: string }>(
  examples: readonly T[],
  testShare: number,
  random: () => number,
): { train: T[]; test: T[] } {
  const train: T[] = [];
  const test: T[] = [];
  for (const label of [...new Set(examples.map((example) => example.label))].sort()) {
    const ofClass = shuffle(
      examples.filter((example) => example.label === label),
      random,
    );
    if (ofClass.length < 2)
      throw new Error(`the class "${label}" has only one usable row, at least 2 are needed`);
    const held = Math.min(ofClass.length - 1, Math.max(1, Math.round(ofClass.length * testShare)));
    test.push(...ofClass.slice(0, held));
    train.push(...ofClass.slice(held));
  }
  return { train: shuffle(train, random), test: shuffle(test, random) };
}
