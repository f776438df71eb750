import { row } from '../error-types.ts';

const showRemotes = () => [
  {
    command: 'sahara config show --origins',
    when: 'to see the remotes that there are, and where they are set',
  },
];

/** SAH-4055 to SAH-4062: content stores besides the devnet's. */
export const remoteErrors = {
  REMOTE_UNKNOWN: row<{ name: string; suggestion: string | null; remotes: readonly string[] }>({
    code: 'SAH-4055',
    kind: 'not-found',
    title: 'There is no such remote',
    example: { name: 'piner', suggestion: 'pinner', remotes: ['pinner'] },
    what: (p) =>
      `There is no remote "${p.name}"${p.suggestion ? `; did you mean "${p.suggestion}"?` : p.remotes.length > 0 ? `; there are ${p.remotes.join(', ')}.` : '; the settings name none.'}`,
    why: 'Remotes are content stores that the settings name, below "remotes".',
    fix: 'Use the name of one of them, or add it: remotes: {NAME: {api: "https://..."}}.',
    next: showRemotes,
  }),
  REMOTE_INSECURE: row<{ name: string; api: string; variable: string }>({
    code: 'SAH-4056',
    kind: 'denied',
    title: 'A secret would be sent in the clear',
    example: { name: 'pinner', api: 'http://pin.example:5001', variable: 'PINNER_TOKEN' },
    what: (p) =>
      `The remote "${p.name}" would send the secret in ${p.variable} to ${p.api} without encryption; nothing was sent.`,
    why: 'Whoever sees the traffic of an http:// address sees the secret. Only this machine itself is exempt.',
    fix: 'Name the https:// address of the remote, or reach it through a tunnel that ends on 127.0.0.1.',
    next: showRemotes,
  }),
  REMOTE_SECRET_MISSING: row<{ name: string; variable: string; reason: string }>({
    code: 'SAH-4057',
    kind: 'usage',
    title: 'The secret of a remote is missing',
    example: { name: 'pinner', variable: 'PINNER_TOKEN', reason: 'is not set' },
    what: (p) =>
      `The remote "${p.name}" needs a secret in the environment variable ${p.variable}, which ${p.reason}.`,
    why: 'Secrets come from the environment only, so that none is in a file, a flag or a log.',
    fix: 'Set the variable to the token (Bearer), or to user:password (Basic), and run the command again.',
    next: showRemotes,
  }),
  REMOTE_MODULE_BAD: row<{ name: string; kind: string; reason: string }>({
    code: 'SAH-4058',
    kind: 'usage',
    title: 'The module of a remote cannot be used',
    example: { name: 'bucket', kind: './bucket.ts', reason: 'it exports no function "openRemote"' },
    what: (p) => `The module ${p.kind} of the remote "${p.name}" cannot be used: ${p.reason}.`,
    why: 'A remote that is no Kubo RPC is reached through a module that exports openRemote(options).',
    fix: 'Correct the module or the path in the settings; docs/configuration.md has an example.',
    next: showRemotes,
  }),
  REMOTE_DENIED: row<{ api: string; status: number; message: string }>({
    code: 'SAH-4059',
    kind: 'denied',
    title: 'The content node does not let us in',
    example: { api: 'https://pin.example', status: 401, message: 'invalid token' },
    what: (p) =>
      `The content node at ${p.api} answered with HTTP ${p.status}${p.message === '' ? '' : `: ${p.message}`}.`,
    why: 'It wants a secret that it did not get, or the one it got is wrong, has expired, or does not allow this.',
    fix: 'Check the secret in the variable that the settings name for this remote (auth.env), and its rights.',
    next: showRemotes,
  }),
  REMOTE_INCOMPLETE: row<{
    what: string;
    registered: boolean;
    failed: readonly { name: string; reason: string }[];
    done: readonly string[];
    again: string;
  }>({
    code: 'SAH-4060',
    kind: 'unavailable',
    title: 'A remote did not take the release',
    example: {
      what: 'penguins',
      registered: false,
      failed: [{ name: 'pinner', reason: 'it cut the connection' }],
      done: ['the devnet'],
      again: 'sahara publish penguins --remote pinner',
    },
    what: (p) =>
      `${p.what} is not on ${p.failed.map((f) => `"${f.name}" (${f.reason})`).join(' and ')}. It is on ${p.done.join(', ') || 'no other'}, and ${p.registered ? 'stays registered' : 'was not registered, as it shall be on every remote first'}.`,
    why: 'The remote was out of reach, did not answer in time, or refused. What it has already is not sent again.',
    fix: 'Run the same command again; it goes on where this one stopped.',
    next: (p) => [{ command: p.again, when: 'to go on where this stopped' }],
    retryable: true,
  }),
};
