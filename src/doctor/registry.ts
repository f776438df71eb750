import type { Check } from './check.ts';

/** All checks, in the order in which they are shown. A new one is a file in checks/, a line here and one in docs/doctor.md. */
export const CHECKS: readonly Check[] = [
  { id: 'node-version', area: 'toolkit', title: 'Node.js', load: () => import('./checks/node-version.ts') },
  {
    id: 'toolkit-files',
    area: 'toolkit',
    title: 'files of the toolkit',
    load: () => import('./checks/toolkit-files.ts'),
  },
  {
    id: 'toolkit-version',
    area: 'toolkit',
    title: 'parts of one version',
    load: () => import('./checks/toolkit-version.ts'),
  },
  { id: 'templates', area: 'toolkit', title: 'templates', load: () => import('./checks/templates.ts') },
  { id: 'genesis', area: 'toolkit', title: 'genesis block', load: () => import('./checks/genesis.ts') },
  { id: 'anvil', area: 'toolkit', title: 'anvil, the chain', load: () => import('./checks/anvil.ts') },
  {
    id: 'libraries',
    area: 'toolkit',
    title: 'libraries of builds and agents',
    load: () => import('./checks/libraries.ts'),
  },

  {
    id: 'disk-space',
    area: 'machine',
    title: 'free disk space',
    load: () => import('./checks/disk-space.ts'),
  },
  { id: 'memory', area: 'machine', title: 'free memory', load: () => import('./checks/memory.ts') },
  {
    id: 'sockets',
    area: 'machine',
    title: 'sockets in the temp folder',
    load: () => import('./checks/sockets.ts'),
  },
  {
    id: 'temp-leftovers',
    area: 'machine',
    title: 'temporary folders',
    load: () => import('./checks/temp-leftovers.ts'),
  },
  { id: 'proxy', area: 'machine', title: 'proxies', load: () => import('./checks/proxy.ts') },
  { id: 'locale', area: 'machine', title: 'locale', load: () => import('./checks/locale.ts') },
  { id: 'git', area: 'machine', title: 'git', load: () => import('./checks/git.ts') },
  {
    id: 'completion',
    area: 'machine',
    title: 'shell completion',
    load: () => import('./checks/completion.ts'),
  },

  {
    id: 'project-folder',
    area: 'project',
    title: 'writing to the project',
    load: () => import('./checks/project-folder.ts'),
  },
  { id: 'hard-links', area: 'project', title: 'hard links', load: () => import('./checks/hard-links.ts') },
  { id: 'file-modes', area: 'project', title: 'private files', load: () => import('./checks/file-modes.ts') },
  {
    id: 'state-owner',
    area: 'project',
    title: 'owner of .sahara',
    load: () => import('./checks/state-owner.ts'),
  },
  {
    id: 'state-ignored',
    area: 'project',
    title: '.sahara and git',
    load: () => import('./checks/state-ignored.ts'),
  },
  { id: 'key-files', area: 'project', title: 'document keys', load: () => import('./checks/key-files.ts') },
  {
    id: 'state-leftovers',
    area: 'project',
    title: 'unfinished files',
    load: () => import('./checks/state-leftovers.ts'),
  },

  { id: 'config', area: 'settings', title: 'settings', load: () => import('./checks/config.ts') },
  {
    id: 'environment',
    area: 'settings',
    title: 'SAHARA_ variables',
    load: () => import('./checks/environment.ts'),
  },
  {
    id: 'configured-chain',
    area: 'settings',
    title: 'chain of the settings',
    load: () => import('./checks/configured-chain.ts'),
  },
  {
    id: 'configured-content',
    area: 'settings',
    title: 'content nodes of the settings',
    load: () => import('./checks/configured-content.ts'),
  },
  { id: 'kubo', area: 'settings', title: 'Kubo', load: () => import('./checks/kubo.ts') },

  { id: 'devnet-state', area: 'devnet', title: 'state', load: () => import('./checks/devnet-state.ts') },
  {
    id: 'devnet-orphans',
    area: 'devnet',
    title: 'processes',
    load: () => import('./checks/devnet-orphans.ts'),
  },
  { id: 'devnet-lock', area: 'devnet', title: 'lock', load: () => import('./checks/devnet-lock.ts') },
  {
    id: 'devnet-sockets',
    area: 'devnet',
    title: 'sockets',
    load: () => import('./checks/devnet-sockets.ts'),
  },
  { id: 'devnet-ports', area: 'devnet', title: 'ports', load: () => import('./checks/devnet-ports.ts') },
  { id: 'devnet-chain', area: 'devnet', title: 'chain', load: () => import('./checks/devnet-chain.ts') },
  {
    id: 'devnet-protocol',
    area: 'devnet',
    title: 'protocol',
    load: () => import('./checks/devnet-protocol.ts'),
  },
  { id: 'devnet-clock', area: 'devnet', title: 'clock', load: () => import('./checks/devnet-clock.ts') },
  {
    id: 'devnet-content',
    area: 'devnet',
    title: 'content node',
    load: () => import('./checks/devnet-content.ts'),
  },
  {
    id: 'devnet-saved',
    area: 'devnet',
    title: 'saved chain',
    load: () => import('./checks/devnet-saved.ts'),
  },
  { id: 'devnet-logs', area: 'devnet', title: 'logs', load: () => import('./checks/devnet-logs.ts') },
];
