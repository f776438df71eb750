import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AbiItem } from 'viem';

type Notes = { readonly notice?: string; readonly details?: string };
type Described = Notes & {
  readonly params?: Readonly<Record<string, string>>;
  readonly returns?: Readonly<Record<string, string>>;
};
type Docs = Notes & {
  readonly methods?: Readonly<Record<string, Described>>;
  readonly events?: Readonly<Record<string, Described>>;
  readonly errors?: Readonly<Record<string, readonly Described[]>>;
};
type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { abi: AbiItem[]; devdoc: Docs; userdoc: Docs }>>>
  >;
};

/** What Solidity says of an interface: its ABI, and NatSpec for developers and for users. */
export type ContractInterface = {
  readonly name: string;
  readonly abi: readonly AbiItem[];
  readonly devdoc: Docs;
  readonly userdoc: Docs;
};

const folder = fileURLToPath(new URL('./src/interfaces/', import.meta.url));

/** The protocol's interfaces, by name, without what they take over from others. Makes no code, so it is quick. */
export function readInterfaces(): ContractInterface[] {
  const solc = createRequire(import.meta.url)('solc') as {
    compile(input: string, callbacks: { import: (path: string) => object }): string;
  };
  const names = readdirSync(folder).filter((file) => file.endsWith('.sol'));
  const sources = Object.fromEntries(
    names.map((name) => [`src/interfaces/${name}`, { content: readFileSync(`${folder}${name}`, 'utf8') }]),
  );
  const settings = { outputSelection: { '*': { '*': ['abi', 'devdoc', 'userdoc'] } } };
  const locate = (path: string) =>
    path.startsWith('@')
      ? fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url))
      : fileURLToPath(new URL(path, import.meta.url));
  const output = JSON.parse(
    solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }), {
      import: (path) => ({ contents: readFileSync(locate(path), 'utf8') }),
    }),
  ) as Output;
  const problems = (output.errors ?? []).filter((problem) => problem.severity === 'error');
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.formattedMessage).join('\n'));
  return names.toSorted().flatMap((file) => {
    const name = file.replace(/\.sol$/, '');
    const found = output.contracts?.[`src/interfaces/${file}`]?.[name];
    return found ? [{ name, ...found }] : [];
  });
}
