import type { Logger } from '../base/progress.ts';
import type { SnapshotPlace } from '../devnet/snapshots/types.ts';
import type { Session } from './session.ts';

/** The devnet whose snapshots a command is about, with what starting it takes. */
export async function snapshotPlace(
  session: Session,
  name: string | undefined,
  { signal, logger }: { signal?: AbortSignal; logger?: Logger } = {},
): Promise<SnapshotPlace> {
  const [devnet, config] = await Promise.all([session.devnet(name), session.config()]);
  const { externalContent, externalGateway } = config.devnet;
  return {
    stateDir: session.project.stateDir,
    name: devnet,
    contentNode: config.content.node,
    externalContent: externalContent ? { api: externalContent, gateway: externalGateway } : null,
    ...(signal ? { signal } : {}),
    ...(logger ? { warn: (message: string) => logger.warn(message) } : {}),
  };
}
