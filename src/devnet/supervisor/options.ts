/** What a supervisor is started with, as one JSON argument. Holds no secrets. Port 0 means any free one. */
export type SupervisorOptions = {
  stateDir: string;
  name: string;
  ports: { rpc: number; api: number; gateway: number };
  contentNode: 'auto' | 'embedded' | 'kubo';
  /** A Kubo RPC endpoint that somebody else runs; then no content node is started. */
  externalContent: { api: string; gateway: string | null } | null;
  /** A devnet that is gone with whoever started it, whose end is the end of our stdin: nothing is saved, and this folder is removed. */
  temporary?: string;
};

/** The handshake over IPC: exactly one of these, once. */
export type Handshake =
  | { type: 'started'; live: import('../live-state.ts').LiveState }
  | { type: 'error'; id: string; params: unknown; message: string };
