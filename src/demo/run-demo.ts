import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  askAgent,
  build,
  type LineageNode,
  lineageOf,
  publish,
  scaffold,
  verifyAsset,
} from '../assets/index.ts';
import type { Hex } from '../base/hex.ts';
import type { Logger, Progress } from '../base/progress.ts';
import { accountLabel, resolveAccount } from '../config/index.ts';
import { type Context, openContext, openSigner, type SigningContext } from '../context/index.ts';
import { startDevnet, toolkitRoot } from '../devnet/index.ts';
import { buy } from '../market/index.ts';
import { type Conservation, claim, conservation, earnings, settle } from '../revenue/index.ts';
import { cleanPlace, markPlace, sealPlace } from './place.ts';
import { report } from './report.ts';
import { STORY } from './story.ts';

/** All amounts in wei. */
export type DemoResult = {
  chainId: number;
  dir: string;
  assets: {
    id: bigint;
    kind: string;
    name: string;
    version: number;
    cid: string;
    owner: string;
    tx: Hex | null;
  }[];
  question: string;
  answer: string;
  purchases: { buyer: string; asset: string; license: bigint; amount: bigint }[];
  /** What settled revenue brought to whom; all of it has been claimed by the end. */
  earnings: { account: string; role: 'owner' | 'contributor'; asset: string; amount: bigint }[];
  conservation: Omit<Conservation, 'holds' | 'unsolicited'>;
  lineage: LineageNode;
};

export type DemoOptions = {
  dir: string;
  progress: Progress;
  logger: Logger;
  signal: AbortSignal;
  ports: { rpc: number | null; api: number | null; gateway: number | null };
  contentNode: 'auto' | 'embedded' | 'kubo';
};

const REPORT = 'REPORT.md';

/**
 * The whole life of AI assets in one go, on a devnet of its own: scaffold, build, publish, ask, sell, settle,
 * claim. Leaves the devnet running and the folders in place.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const say = (line: string) => options.logger.info(line);
  const { root, kept } = await cleanPlace(options.dir);
  for (const path of kept)
    options.logger.warn(`this had been changed since the last demo, and is kept as ${path}`);
  const made = [...STORY.assets.map((a) => a.name), REPORT];
  markPlace(root, made);

  say('1  A chain and a content node, with the protocol on it');
  const { live } = await startDevnet({
    stateDir: join(root, '.sahara'),
    ports: options.ports,
    contentNode: options.contentNode,
    externalContent: null,
    signal: options.signal,
  });
  say(`   chain ${live.chain.rpcUrl}, content ${live.content.api} (${live.content.kind})`);
  const context = await openContext({
    project: root,
    live,
    onlyLive: true,
    progress: options.progress,
    logger: options.logger,
    signal: options.signal,
  });

  const assets: DemoResult['assets'] = [];
  let youngest = 0n;
  for (const [i, { kind, name, by, from }] of STORY.assets.entries()) {
    options.signal.throwIfAborted();
    say(`${i + 2}  ${by} makes the ${kind} ${name}`);
    const dir = join(root, name);
    scaffold({
      kind,
      name,
      dir,
      templates: join(toolkitRoot(), 'templates'),
      ...(from ? { parent: from } : {}),
    });
    const acting = await as(context, by);
    if (kind === 'model') await build(acting, dir, { onOutput: (line) => say(`   ${line}`) });
    const published = await publish(acting, dir);
    youngest = published.version.id;
    await verifyAsset(context, published.version.ref);
    const basis = published.relations
      .map((r) => `, resting on ${r.asset} for ${r.royaltyBps / 100} % of what it earns`)
      .join('');
    say(`   published ${published.version.label}${basis}; fetched again and verified`);
    assets.push({
      id: published.asset.id,
      kind,
      name,
      version: published.version.number,
      cid: published.cid ?? '',
      owner: by,
      tx: published.tx,
    });
  }

  const guide = STORY.assets[2];
  say(`5  The agent answers: ${STORY.question}`);
  const { answer } = await askAgent(await as(context, guide.by), join(root, guide.name), STORY.question);
  say(`   ${answer.text}`);

  say('6  Buyers buy licences');
  const purchases: DemoResult['purchases'] = [];
  for (const { buyer, asset } of STORY.purchases) {
    const { license, amount } = await buy(await as(context, buyer), asset);
    purchases.push({ buyer, asset, license, amount });
    say(`   ${buyer} pays ${amount / 10n ** 18n} SAHARA for ${asset}`);
  }

  say('7  Revenue is settled up the lineage, and everybody claims');
  await settle(await as(context, 'protocol'));
  const earned = (await earnings(context)).map(({ account, role, asset, amount }) => ({
    account: accountLabel(account),
    role,
    asset,
    amount,
  }));
  const payees = [...new Set(earned.map((e) => e.account))];
  await Promise.all(
    payees.map(async (payee) => claim(await as(context, payee), resolveAccount(payee).address)),
  );

  const { holds, unsolicited: _, ...conserved } = await conservation(context.chain);
  if (!holds) throw new Error('money is missing: the books of the vault do not add up');
  const result: DemoResult = {
    chainId: context.chain.chainId,
    dir: root,
    assets,
    question: STORY.question,
    answer: answer.text,
    purchases,
    earnings: earned,
    conservation: conserved,
    lineage: await lineageOf(context.chain, youngest),
  };
  writeFileSync(join(root, REPORT), report(result));
  sealPlace(root, made);
  return result;
}

async function as(context: Context, account: string): Promise<SigningContext> {
  return { ...context, signer: await openSigner(account) };
}
