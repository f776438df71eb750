import { homedir } from 'node:os';

/**
 * Takes from a text what a report must not carry: the home folder becomes `~`, and of an address on another
 * machine only the host stays, as keys are often part of the rest.
 */
export function scrubber(env: NodeJS.ProcessEnv): (text: string) => string {
  const homes = [...new Set([env['HOME'], homedir()])].filter((h) => h !== undefined && h.length > 1);
  const patterns = homes.map((h) => new RegExp(`${escaped(`${h}`)}(?![\\w.-])`, 'g'));
  return (text) =>
    patterns
      .reduce((t, pattern) => t.replace(pattern, '~'), text)
      .replace(/\b(https?|wss?):\/\/([^\s"'<>]+)/g, (whole, scheme: string, rest: string) =>
        withoutSecrets(whole, scheme, rest),
      );
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
