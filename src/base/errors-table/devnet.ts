import { row } from '../error-types.ts';

/** SAH-20xx: the local devnet. */
export const devnetErrors = {
  DEVNET_NOT_RUNNING: row<{
    project: string;
    /** Left out for the usual one. */
    name?: string;
  }>({
    code: 'SAH-2001',
    kind: 'unavailable',
    title: 'The devnet is not running',
    example: { project: '/home/me/project' },
    what: (p) =>
      p.name === undefined
        ? `No devnet is running for ${p.project}.`
        : `The devnet ${p.name} is not running for ${p.project}.`,
    why: 'This command talks to the local chain and content node, and they are not up.',
    fix: 'Start the devnet; what was there when it last stopped is still there.',
    next: () => [{ command: 'sahara devnet start', when: 'to start the chain and the content node' }],
    retryable: true,
  }),
  DEVNET_START_FAILED: row<{ reason: string; log: string }>({
    code: 'SAH-2002',
    kind: 'unavailable',
    title: 'The devnet did not start',
    example: { reason: 'the chain (anvil) ended with exit code 1', log: '.sahara/devnet/default/chain.log' },
    what: (p) => `The devnet did not start: ${p.reason}`,
    why: 'One of its services ended or did not answer in time. Whatever had been started was stopped again.',
    fix: 'The end of the log tells more.',
    next: () => [
      { command: 'sahara devnet logs', when: 'to read the logs' },
      {
        command: 'sahara devnet reset --yes',
        when: 'to begin again with an empty chain, losing what is on it',
      },
    ],
  }),
  PORT_TAKEN: row<{
    port: number;
    service: 'rpc' | 'api' | 'gateway';
    owner: string | null;
    /** A port that could be taken instead. */
    free: number;
  }>({
    code: 'SAH-2003',
    kind: 'conflict',
    title: 'A port is taken',
    example: { port: 8545, service: 'rpc', owner: 'anvil (pid 4711)', free: 41_234 },
    what: (p) =>
      `Port ${p.port}, asked for as the ${p.service} port, is taken${p.owner ? ` by ${p.owner}` : ''}.`,
    why: 'Only one program can listen on a port.',
    fix: 'End the program that holds it, ask for another port, or ask for none: then a free one is found.',
    next: (p) => [
      {
        command: `sahara devnet start --${p.service}-port ${p.free}`,
        when: 'to use another port, whatever the settings say',
      },
    ],
  }),
  DEVNET_BUSY: row<{ pid: number }>({
    code: 'SAH-2004',
    kind: 'conflict',
    title: 'The devnet is being started or stopped',
    example: { pid: 4711 },
    what: (p) => `Another process (pid ${p.pid}) is starting or stopping this devnet.`,
    why: 'Only one supervisor at a time may own a devnet, or two chains would write one state.',
    fix: 'Wait a moment and run the command again.',
    next: () => [{ command: 'sahara devnet status', when: 'to see how it stands' }],
    retryable: true,
  }),
  TOOLKIT_INCOMPLETE: row<{ missing: string }>({
    code: 'SAH-2005',
    kind: 'failed',
    title: 'The installation is incomplete',
    example: { missing: '@foundry-rs/anvil-linux-amd64' },
    what: (p) => `A part of the toolkit is missing: ${p.missing}.`,
    why: 'The installation was interrupted, made without optional packages, made for another platform, or a checkout is not built.',
    fix: 'Install again without --omit=optional; in a checkout run npm start or npm test, which build what is missing.',
  }),
  CHAIN_STATE_DAMAGED: row<{ path: string; reason: string }>({
    code: 'SAH-2006',
    kind: 'failed',
    title: 'The saved chain cannot be loaded',
    example: { path: '.sahara/devnet/default/chain-state.json', reason: 'it is cut short' },
    what: (p) => `The saved chain ${p.path} cannot be loaded: ${p.reason}`,
    why: 'The file was cut short or changed by something else. It is left where it is.',
    fix: 'Put a good copy in its place, or begin again with an empty chain.',
    next: () => [
      { command: 'sahara devnet reset --yes', when: 'to begin again, losing what was on the chain' },
    ],
  }),
  CHAIN_NOT_SAVED: row<{ path: string; reason: string }>({
    code: 'SAH-2008',
    kind: 'failed',
    title: 'The chain could not be saved',
    example: { path: '.sahara/devnet/default/chain-state.json', reason: 'ENOSPC: no space left on device' },
    what: (p) => `The chain could not be saved to ${p.path}: ${p.reason}`,
    why: 'The disk may be full, or the folder not writable. Nothing was stopped, so nothing on the chain is lost.',
    fix: 'Make room or make the folder writable, then run the command again.',
    next: () => [
      { command: 'sahara devnet stop', when: 'to save it and stop, once it can be written' },
      { command: 'sahara devnet reset --yes', when: 'to stop without saving, losing what is on the chain' },
    ],
  }),
  DEVNET_NAME_INVALID: row<{ name: string }>({
    code: 'SAH-2010',
    kind: 'usage',
    title: 'Not a name for a devnet',
    example: { name: '../other' },
    what: (p) => `"${p.name}" cannot be the name of a devnet.`,
    why: 'The name is that of a folder below .sahara/devnet, on every system.',
    fix: 'Take 1 to 32 of a-z, 0-9 and the dash, a letter first.',
    next: () => [{ command: 'sahara devnet list', when: 'to see the devnets that there are' }],
  }),
  DEVNET_NOT_READY: row<{ name: string; state: string; waitedMs: number }>({
    code: 'SAH-2011',
    kind: 'unavailable',
    title: 'The devnet was not ready in time',
    example: { name: 'default', state: 'starting', waitedMs: 30_000 },
    what: (p) =>
      `The devnet ${p.name} was not ready within ${p.waitedMs / 1000} s; at the end it was ${p.state}.`,
    why: 'It is ready when its chain and its content node answer. Nobody may have started it, or it takes longer.',
    fix: 'Start it, wait longer, or see in its logs what keeps it.',
    next: () => [
      { command: 'sahara devnet start', when: 'to start it, and wait until it is ready' },
      { command: 'sahara devnet logs', when: 'to see what it said last' },
    ],
    retryable: true,
  }),
  COMMAND_NOT_STARTED: row<{ command: string; reason: string }>({
    code: 'SAH-2012',
    kind: 'not-found',
    title: 'The command cannot be started',
    example: { command: 'vitets', reason: 'there is no such program on PATH' },
    what: (p) => `"${p.command}" cannot be started: ${p.reason}.`,
    why: 'What stands behind -- is a program and its arguments, and not a line for a shell.',
    fix: 'Correct its name or path. For pipes, variables and several commands, run a shell.',
    next: () => [{ command: "sahara devnet run -- sh -c 'echo $SAHARA_RPC_URL'", when: 'to run a shell' }],
  }),
  DEVNET_ENDED: row<{ command: string; reason: string }>({
    code: 'SAH-2013',
    kind: 'unavailable',
    title: 'The devnet ended while the command ran',
    example: { command: 'npm test', reason: 'the supervisor ended (SIGKILL)' },
    what: (p) => `The devnet of "${p.command}" ended before it did: ${p.reason}. The command was ended too.`,
    why: 'What it would have gone on to do had neither chain nor content node.',
    fix: 'Run it again; where it happens often, look for what ends processes here, such as a lack of memory.',
    next: () => [{ command: 'sahara doctor', when: 'to see what this machine lacks' }],
    retryable: true,
  }),
  DEVNET_DIED: row<{ name: string; reason: string; lastLines: string[] }>({
    code: 'SAH-2070',
    kind: 'unavailable',
    title: 'The devnet ended by itself',
    example: { name: 'default', reason: 'its supervisor was killed', lastLines: [] },
    what: (p) =>
      `The devnet ${p.name} ended, and nobody had asked it to: ${p.reason}${p.lastLines.length > 0 ? `; its log ends with: ${p.lastLines.join(' | ')}` : ''}`,
    why: 'A service kept ending, or something outside (a lack of memory, a kill, the removal of its folder) ended it.',
    fix: 'Start it again; what commands had reported as done is there. Where it happens often, the logs tell more.',
    next: () => [
      { command: 'sahara devnet start', when: 'to start it again' },
      { command: 'sahara devnet logs', when: 'to see what it said last' },
    ],
    retryable: true,
  }),
  DEVNET_UNFOLLOWED: row<{ name: string; reason: string }>({
    code: 'SAH-2071',
    kind: 'unavailable',
    title: 'The devnet cannot be followed',
    example: { name: 'default', reason: 'an older version of sahara has started it' },
    what: (p) => `The devnet ${p.name} runs, and cannot be followed: ${p.reason}`,
    why: 'What happens on a devnet is told by its supervisor, which did not answer.',
    fix: 'Stop the devnet and start it again, which keeps what is on it; or watch it without its supervisor’s help.',
    next: () => [
      { command: 'sahara devnet stop', when: 'to stop it first' },
      { command: 'sahara devnet status --watch', when: 'to look at it once a second' },
    ],
  }),
  KUBO_MISSING: row<{ looked: string }>({
    code: 'SAH-2007',
    kind: 'not-found',
    title: 'There is no Kubo here',
    example: { looked: '$KUBO_BINARY, ipfs on PATH' },
    what: (p) => `The configuration asks for Kubo, and there is none (looked at: ${p.looked}).`,
    why: 'content.node is set to kubo, but no Kubo binary was found.',
    fix: 'Run sahara ipfs install, set KUBO_BINARY to the ipfs program, put ipfs on PATH, or set content.node to embedded.',
    next: () => [
      {
        command: 'SAHARA_CONTENT_NODE=embedded sahara devnet start',
        when: 'to use the embedded content node',
      },
    ],
  }),
  NOT_DURABLE: row<{ reason: string }>({
    code: 'SAH-2020',
    kind: 'failed',
    title: 'It was done, but it is not on disk',
    example: { reason: 'ENOSPC: no space left on device' },
    what: (p) => `It was done on the chain, but it is not on disk: ${p.reason}`,
    why: 'The devnet could not write its journal, or ended before it could say so. What was done before is kept; a chain that runs on has all of it.',
    fix: 'Do not do it again before you have looked whether it is there. Where the disk is full, make room: the devnet then writes what is missing by itself, within about a second. Where the devnet has ended, start it: it says what is lost, if anything is.',
    next: () => [
      { command: 'sahara devnet status', when: 'to see whether it is on disk by now' },
      { command: 'sahara doctor', when: 'to see how much room there is' },
    ],
  }),
  DONE_AND_LOST: row<{ block: string | null }>({
    code: 'SAH-2021',
    kind: 'unavailable',
    title: 'The chain ended before it was on disk',
    example: { block: `0x${'4c'.repeat(32)}` },
    what: (p) =>
      `The chain ended before what this command did was on disk, and came back without it${p.block ? ` (block ${p.block})` : ''}.`,
    why: 'The chain was killed in the moment between doing it and writing it down. It was never reported as done.',
    fix: 'Run the command again. Commands do nothing twice that is there already.',
    next: () => [{ command: 'sahara devnet status', when: 'to see that the devnet is back' }],
    retryable: true,
  }),
};
