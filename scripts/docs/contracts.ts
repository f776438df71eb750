import type { AbiFunction, AbiItem, AbiParameter } from 'viem';
import { type ContractInterface, readInterfaces } from '../../devnet/contracts/read-interfaces.ts';

/** docs/contracts/: a page for each interface of the protocol, out of its NatSpec, and one that lists them. */
export function pages(): Record<string, string> {
  const interfaces = readInterfaces();
  return {
    'README.md': index(interfaces),
    ...Object.fromEntries(interfaces.map((i) => [`${titleOf(i)}.md`, page(i)])),
  };
}

const titleOf = ({ name }: ContractInterface): string => name.replace(/^I(?=[A-Z])/, '');

function index(interfaces: readonly ContractInterface[]): string {
  const lines = interfaces.map((i) => {
    const count = (type: string) => i.abi.filter((item) => item.type === type).length;
    return `- [${titleOf(i)}](${titleOf(i)}.md): ${count('function')} functions, ${count('event')} events, ${count('error')} errors`;
  });
  return `# Contracts

Functions, events and errors of every contract, out of the comments of its interface. What they keep together, and what
holds at any moment, is in [the protocol](../protocol.md).

${lines.join('\n')}
`;
}

type Named = AbiItem & { readonly name: string; readonly inputs: readonly AbiParameter[] };

function page(contract: ContractInterface): string {
  const { abi, userdoc, devdoc } = contract;
  const named = (type: string) =>
    abi.filter((item): item is Named => item.type === type && 'name' in item && 'inputs' in item);
  const functions = named('function').map((item) => {
    const key = signatureOf(item);
    const { stateMutability, outputs } = item as AbiFunction;
    const mutability = stateMutability === 'nonpayable' ? '' : ` ${stateMutability}`;
    const dev = devdoc.methods?.[key];
    return entry(
      `${declared(item)}${mutability}`,
      [userdoc.methods?.[key]?.notice, dev?.details],
      [
        ...described(dev?.params),
        ...(outputs.length > 0 ? [`returns ${outputs.map(parameter).join(', ')}`] : []),
        ...described(dev?.returns),
      ],
    );
  });
  const events = named('event').map((item) => {
    const key = signatureOf(item);
    const dev = devdoc.events?.[key];
    return entry(declared(item), [userdoc.events?.[key]?.notice, dev?.details], described(dev?.params));
  });
  const errors = named('error').map((item) => {
    const key = signatureOf(item);
    const dev = devdoc.errors?.[key]?.[0];
    return entry(declared(item), [userdoc.errors?.[key]?.[0]?.notice, dev?.details], described(dev?.params));
  });
  const part = (title: string, entries: readonly string[]) =>
    entries.length > 0 ? [`## ${title}`, ...entries] : [];
  return `${[
    `# ${titleOf(contract)}`,
    ...[userdoc.notice, devdoc.details].filter((text) => text !== undefined).map(plain),
    `Interface: \`devnet/contracts/src/interfaces/${contract.name}.sol\`.`,
    ...part('Functions', functions),
    ...part('Events', events),
    ...part('Errors', errors),
    '[All contracts](README.md)',
  ].join('\n\n')}\n`;
}

function entry(title: string, texts: readonly (string | undefined)[], items: readonly string[]): string {
  return [
    `### \`${title}\``,
    ...texts.filter((text) => text !== undefined).map(plain),
    ...(items.length > 0 ? [items.map((item) => `- ${item}`).join('\n')] : []),
  ].join('\n\n');
}

/** Solidity's own form of a signature, by which its comments are found. */
const signatureOf = ({ name, inputs }: Named): string => `${name}(${inputs.map(canonical).join(',')})`;

function canonical(input: AbiParameter): string {
  if (!('components' in input)) return input.type;
  return `(${input.components.map(canonical).join(',')})${input.type.slice('tuple'.length)}`;
}

const declared = ({ name, inputs }: Named): string => `${name}(${inputs.map(parameter).join(', ')})`;

function parameter(input: AbiParameter): string {
  const struct = /^struct (?:\w+\.)?(\w+)(.*)$/.exec(input.internalType ?? '');
  const type = struct ? `${struct[1]}${struct[2]}` : input.type;
  const indexed = 'indexed' in input && input.indexed === true ? ' indexed' : '';
  return `${type}${indexed}${input.name ? ` ${input.name}` : ''}`;
}

const described = (texts: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(texts).map(
    ([name, text]) => `${/^_\d+$/.test(name) ? 'returned' : `\`${name}\``}: ${plain(text)}`,
  );

/** NatSpec is wrapped text; angle brackets and stars would be taken for markup. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().replace(/[<>*]/g, '\\$&');
