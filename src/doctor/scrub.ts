import { homedir } from 'node:os';

export type Scrubber = {
  text(text: string): string;
  /** The same for a command, which still works when pasted: a shell expands `~` outside of quotes only. */
  command(command: string): string;
};

/**
 * Takes from a text what a report must not carry: the home folder becomes `~`, and of an address on another
 * machine only the host stays, as keys are often part of the rest.
 */
export function scrubber(env: NodeJS.ProcessEnv): Scrubber {
  const homes = [env['HOME'], homedir()]
    .filter((h) => h !== undefined && h.length > 1)
    .map((h) => escaped(`${h}`));
  const plain = homes.map((h) => new RegExp(`${h}(?![\\w.-])`, 'g'));
  const quoted = homes.map((h) => new RegExp(`(?<=^|\\s)'${h}/`, 'g'));
  const text = (given: string) =>
    plain
      .reduce((t, home) => t.replace(home, '~'), given)
      .replace(/\b(https?|wss?):\/\/([^\s"'<>]+)/g, (whole, scheme: string, rest: string) =>
        withoutSecrets(whole, scheme, rest),
      );
  return { text, command: (given) => text(quoted.reduce((t, home) => t.replace(home, "~/'"), given)) };
}

function withoutSecrets(whole: string, scheme: string, rest: string): string {
  const [authority = '', ...path] = rest.split('/');
  const host = authority.split('@').at(-1) ?? '';
  if (/^(127\.|localhost|\[::1\])/.test(host) && host === authority) return whole;
  return `${scheme}://${host.split('?')[0]}${path.some((p) => p !== '') ? '/…' : ''}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
