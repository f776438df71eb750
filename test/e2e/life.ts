import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { deep } from '../depth.ts';
import { nameOf, type Published, type Statement, type Terms } from './life-data.ts';
import type { Live, World } from './support.ts';

const SAHARA = 10n ** 18n;

/** The whole life of AI assets, command by command, each as a script would run it. In order: one step rests on the last. */
export function lifeOfAnAsset(
  world: World,
  contentNode: 'embedded' | 'kubo',
  env: Record<string, string> = {},
): void {
  const at = { env };
  const json = <T = Record<string, unknown>>(...args: string[]) => world.json<T>(args, at);
  const wrapped = async (account: string) =>
    BigInt((await json<{ wrapped: string }[]>('account', 'balance', account))[0]?.wrapped ?? -1);
  const versionCount = async () =>
    (await json<{ id: string; version: number }[]>('asset', 'list')).reduce((sum, a) => sum + a.version, 0);

  describe(`the life of an asset with the ${contentNode} content node`, { timeout: 120_000 }, () => {
    let live: Live;
    beforeAll(async () => {
      live = await world.startDevnet(['--content-node', contentNode], at);
    });

    test('the devnet says where it is, to people, scripts and shells', async () => {
      expect(live.content.kind).toBe(contentNode);
      const status = await json<{
        state: string;
        live: Live;
        services: { service: string; state: string }[];
      }>('devnet', 'status');
      expect(status).toMatchObject({
        state: 'running',
        live: { chain: { chainId: 31337, rpcUrl: live.chain.rpcUrl } },
      });
      expect(status.services.map((s) => `${s.service} ${s.state}`).sort()).toEqual([
        'chain running',
        'content running',
      ]);
      expect((await world.text(['devnet', 'status', '-o', 'env'], at)).trim().split('\n')).toEqual([
        "export SAHARA_NETWORK='devnet'",
        `export SAHARA_RPC_URL='${live.chain.rpcUrl}'`,
        "export SAHARA_CHAIN_ID='31337'",
        `export SAHARA_IPFS_API='${live.content.api}'`,
        `export SAHARA_IPFS_GATEWAY='${live.content.gateway}'`,
        `export SAHARA_READY_URL='${live.ready}'`,
      ]);
      expect((await fetch(live.ready)).status).toBe(200);
      expect(await json('devnet', 'start')).toMatchObject({
        alreadyRunning: true,
        chain: { instanceId: live.chain.instanceId },
      });
    });

    test('a new dataset is published; published again, nothing is registered', async () => {
      const made = await json<{ files: string[] }>('new', 'dataset', 'penguins');
      expect(made.files).toContain('sahara.yaml');
      const preview = await json<Published>('publish', 'penguins', '--dry-run');
      expect(preview).toMatchObject({ changed: true, tx: null, version: { label: 'penguins@1' } });
      expect(await json('asset', 'list')).toEqual([]);

      const first = await json<Published>('publish', 'penguins');
      expect(first).toMatchObject({
        changed: true,
        contentCid: preview.contentCid,
        version: { label: 'penguins@1', number: 1 },
        contributors: 5,
      });
      expect(first.asset).toMatchObject({ kind: 'dataset', name: 'penguins', owner: 'curator' });
      expect(first.tx).toMatch(/^0x[0-9a-f]{64}$/);
      expect(first.terms.map((t) => t.attached)).toEqual([true, true]);

      const again = await json<Published>('publish', 'penguins');
      expect(again).toMatchObject({ changed: false, tx: null, cid: first.cid, version: first.version });
      expect(again.terms.map((t) => t.attached)).toEqual([false, false]);
      expect(await world.text(['publish', 'penguins'], at)).toMatch(/^Nothing has changed: penguins@1/);
      expect(await versionCount()).toBe(1);
    });

    test('changed content is the next version, and the first stays what it was', async () => {
      const before = await json<{ version: { cid: string } }>('asset', 'show', 'penguins@1');
      appendFileSync(join(world.project, 'penguins/content/README.md'), '\nA remark added later.\n');
      expect(await json<Published>('publish', 'penguins')).toMatchObject({
        changed: true,
        version: { number: 2, label: 'penguins@2' },
      });
      const shown = await json<{
        versions: number;
        version: { number: number; cid: string; firstWithContent: string | null };
      }>('asset', 'show', 'penguins');
      expect(shown).toMatchObject({ versions: 2, version: { number: 2, firstWithContent: null } });
      const old = await json<{ versions: number; version: { number: number; cid: string } }>(
        'asset',
        'show',
        'curator/penguins@1',
      );
      expect(old.version).toMatchObject({ number: 1, cid: before.version.cid });
      expect(shown.version.cid).not.toBe(old.version.cid);
      expect(await json('asset', 'show', '1@2')).toEqual(shown);
    });

    test('a model rests on the version it was built from, not on what came later', async () => {
      await json('new', 'model', 'penguin-classifier', '--from', 'penguins');
      const built = await json<{ inputs: { asset: string }[] }>('build', 'penguin-classifier');
      expect(built.inputs.map((i) => i.asset)).toEqual(['penguins@2']);
      appendFileSync(join(world.project, 'penguins/content/README.md'), '\nAnd another.\n');
      expect(await json<Published>('publish', 'penguins')).toMatchObject({ version: { number: 3 } });
      const model = await json<Published>('publish', 'penguin-classifier');
      expect(model).toMatchObject({
        changed: true,
        asset: { owner: 'trainer' },
        relations: [{ type: 'TRAINED_ON', asset: 'penguins@2', royaltyBps: 500 }],
      });
      // Also after that: nothing has changed in the model.
      expect(await json<Published>('publish', 'penguin-classifier')).toMatchObject({
        changed: false,
        version: model.version,
      });
    });

    test('an agent uses the model, and answers', async () => {
      await json('new', 'agent', 'penguin-guide', '--from', 'penguin-classifier');
      expect(await json<Published>('publish', 'penguin-guide')).toMatchObject({
        asset: { kind: 'agent', owner: 'operator' },
        relations: [{ type: 'USES', asset: 'penguin-classifier@1', royaltyBps: 2000 }],
      });
      const answer = await json<{ model: string; answer: { text: string } }>(
        'agent',
        'run',
        'penguin-guide',
        '--once',
        'bill 39.1 x 18.7 mm, flipper 181 mm, 3750 g',
      );
      expect(answer).toMatchObject({ model: 'penguin-classifier@1' });
      expect(answer.answer.text).toMatch(/Adelie/);
      expect((await json<{ name: string }[]>('asset', 'list')).map((a) => a.name)).toEqual([
        'penguins',
        'penguin-classifier',
        'penguin-guide',
      ]);
    });

    test('every version verifies, and can be fetched by whoever may', async () => {
      for (const ref of ['penguins@1', 'penguins@2', 'penguins', 'penguin-classifier', 'penguin-guide']) {
        const verified = await json<{ checks: { check: string }[]; warnings: string[] }>(
          'asset',
          'verify',
          ref,
        );
        expect(verified.checks.map((c) => c.check)).toEqual([
          'blocks',
          'content',
          'key',
          'signature',
          'record',
          'contributors',
        ]);
        expect(verified.warnings).toEqual([]);
      }
      const got = await json<{ path: string; files: number }>(
        'asset',
        'get',
        'penguins@1',
        '--to',
        'fetched',
      );
      expect(readFileSync(join(got.path, 'penguins.csv'), 'utf8')).toBe(
        readFileSync(join(world.project, 'penguins/content/penguins.csv'), 'utf8'),
      );
      expect(readFileSync(join(got.path, 'README.md'), 'utf8')).not.toMatch(/added later/);
      await world.refused(
        ['asset', 'get', 'penguins', '--to', 'fetched'],
        { code: 'SAH-6016', exit: 5, says: /fetched/ },
        at,
      );
    });

    test('terms: presets, own ones, and the same ones twice', async () => {
      const presets = await json<{ name: string }[]>('license', 'presets');
      expect(presets.map((p) => p.name)).toEqual(
        expect.arrayContaining(['open-use', 'non-commercial', 'commercial-remix']),
      );
      const set = [
        'license',
        'set',
        'penguins',
        '--preset',
        'commercial-remix',
        '--price',
        '20',
        '--royalty',
        '8%',
      ];
      const first = await json<{ attached: boolean; terms: Terms }>(...set);
      expect(first).toMatchObject({ attached: true, terms: { royaltyBps: 800, price: `${20n * SAHARA}` } });
      expect(await json<{ attached: boolean; terms: Terms }>(...set)).toMatchObject({
        attached: false,
        terms: { id: first.terms.id },
      });
      const shown = await json<{ terms: Terms[] }>('license', 'show', 'penguins');
      expect(shown.terms.map((t) => t.price)).toEqual(['0', `${25n * SAHARA}`, `${20n * SAHARA}`]);
      await world.refused(
        [...set, '--text', 'MIT', '--account', 'buyer'],
        { code: 'SAH-6010', exit: 4, says: /belongs to curator/ },
        at,
      );
      await world.refused(
        ['license', 'set', 'penguins', '--preset', 'open-us'],
        { code: 'SAH-7002', exit: 2, says: /"open-use"/ },
        at,
      );
    });

    test('a licence is bought once, and another only when asked for', async () => {
      const offers = await json<{ asset: { name: string }; terms: Terms }[]>('market', 'list');
      expect(new Set(offers.map((o) => o.asset.name))).toEqual(
        new Set(['penguins', 'penguin-classifier', 'penguin-guide']),
      );
      await world.refused(
        ['asset', 'get', 'penguin-guide', '--to', 'guide', '--account', 'buyer'],
        { code: 'SAH-6015', exit: 4 },
        at,
      );

      const buy = ['market', 'buy', 'penguin-guide', '--account', 'buyer'];
      const first = await json<{ bought: boolean; license: string; amount: string }>(...buy);
      expect(first).toMatchObject({ bought: true, amount: `${12n * SAHARA}` });
      expect(await json(...buy)).toMatchObject({
        bought: false,
        license: first.license,
        amount: '0',
        tx: null,
      });
      const other = await json<{ license: string }>(...buy, '--another');
      expect(other).toMatchObject({ bought: true });
      expect(other.license).not.toBe(first.license);
      expect(
        await json('market', 'buy', 'penguin-guide', '--account', 'buyer-2', '--for', 'newcomer'),
      ).toMatchObject({ bought: true, buyer: 'buyer-2', holder: 'newcomer' });
      await json('asset', 'get', 'penguin-guide', '--to', 'guide', '--account', 'buyer');
      expect(existsSync(join(world.project, 'guide/agent.ts'))).toBe(true);
      const choice = await world.refused(['market', 'buy', 'penguins'], { code: 'SAH-7006', exit: 2 }, at);
      expect(choice.next).toHaveLength(2);
    });

    test('revenue is paid, settled and claimed, each once', async () => {
      expect(await json('revenue', 'pay', 'penguin-guide', '5', '--account', 'buyer-2')).toMatchObject({
        version: 1,
        amount: `${5n * SAHARA}`,
        fee: `${(5n * SAHARA * 250n) / 10_000n}`,
      });
      expect(await json('revenue', 'pay', 'penguins@1', '0.25')).toMatchObject({
        asset: 'penguins',
        version: 1,
      });
      expect(await json('revenue', 'pay', 'penguins', '1')).toMatchObject({ version: 3 });

      const owed = await json<Statement>('revenue', 'show');
      expect(owed.conservation.holds).toBe(true);
      expect(BigInt(owed.conservation.unsettled)).toBe(
        BigInt(owed.conservation.paidIn) - BigInt(owed.conservation.fees),
      );
      const settled = await json<{ moved: string; versions: string[] }>('revenue', 'settle');
      expect(settled.moved).toBe(owed.conservation.unsettled);
      expect(await json<{ moved: string }>('revenue', 'settle')).toMatchObject({ moved: '0' });

      const shown = await json<Statement>('revenue', 'show');
      expect(shown.conservation).toMatchObject({ holds: true, unsettled: '0', drift: '0' });
      // What the agent earned went up two hops: to the dataset's version 2, as that is what the model was built from.
      const inflow = (asset: string, version: number) =>
        BigInt(shown.books.find((b) => b.asset === asset && b.version === version)?.inflow ?? -1);
      const agent = (41n * SAHARA * 9_750n) / 10_000n;
      expect(inflow('penguin-guide', 1)).toBe(agent);
      expect(inflow('penguin-classifier', 1)).toBe(agent / 5n);
      expect(inflow('penguins', 2)).toBe(agent / 5n / 20n);
      expect(inflow('penguins', 1)).toBe((SAHARA * 9_750n) / 40_000n);

      const before = { curator: await wrapped('curator'), labeler: await wrapped('labeler') };
      for (const account of ['curator', 'labeler'] as const) {
        const due = shown.earnings
          .filter((e) => nameOf(e.account) === account)
          .reduce((sum, e) => sum + BigInt(e.amount), 0n);
        expect(due).toBeGreaterThan(0n);
        const claim = await json<{ total: string; claims: { role: string }[] }>(
          'revenue',
          'claim',
          '--account',
          account,
        );
        expect(BigInt(claim.total)).toBe(due);
        expect(new Set(claim.claims.map((c) => c.role))).toEqual(
          new Set(account === 'curator' ? ['owner', 'contributor'] : ['contributor']),
        );
        expect((await wrapped(account)) - before[account]).toBe(due);
        expect(await json('revenue', 'claim', '--account', account)).toMatchObject({
          total: '0',
          claims: [],
        });
      }
      // A contributor that has proven its place needs no proof the next time; only what is new is paid.
      await json('revenue', 'pay', 'penguins', '4');
      await json('revenue', 'settle', 'penguins');
      const more = (4n * SAHARA * 9_750n * 4_000n * 25n) / (10_000n * 10_000n * 100n);
      expect(await json('revenue', 'claim', 'penguins', '--account', 'labeler')).toMatchObject({
        total: `${more}`,
      });
      expect((await json<Statement>('revenue', 'show', 'penguins')).conservation).toMatchObject({
        holds: true,
        drift: '0',
      });
    });

    test('accounts are listed, funded, and send what they have', async () => {
      const accounts = await json<{ name: string; address: string }[]>('account', 'list');
      expect(accounts.map((a) => a.name)).toEqual(
        expect.arrayContaining(['curator', 'trainer', 'operator', 'buyer']),
      );
      const native = async (account: string) =>
        BigInt((await json<{ native: string }[]>('account', 'balance', account))[0]?.native ?? -1);
      const had = await native('newcomer');
      expect(await json('account', 'fund', 'newcomer', '7')).toMatchObject({
        native: `${had + 7n * SAHARA}`,
      });
      await json('account', 'send', 'newcomer', '1.5', '--account', 'dao');
      expect(await native('newcomer')).toBe(had + 7n * SAHARA + (15n * SAHARA) / 10n);

      const labeler = await wrapped('labeler');
      await json('account', 'send', 'spare', '0.001', '--wrapped', '--account', 'labeler');
      expect(await wrapped('spare')).toBe(SAHARA / 1000n);
      expect(await json('account', 'unwrap', '--all', '--account', 'labeler')).toMatchObject({
        amount: `${labeler - SAHARA / 1000n}`,
      });
      expect(await wrapped('labeler')).toBe(0n);
      expect(await json('account', 'unwrap', '--all', '--account', 'labeler')).toMatchObject({
        amount: '0',
        tx: null,
      });
      await world.refused(
        ['account', 'unwrap', '1', '--account', 'labeler'],
        { code: 'SAH-3005', exit: 1, says: /WSAHARA/ },
        at,
      );
    });

    test('in text each result is for people, on stdout, and says what to do next', async () => {
      for (const [args, says] of [
        [['asset', 'list'], /penguin-guide +1 +operator +active/],
        [['asset', 'show', 'penguins'], /version +3 of 3/],
        [['asset', 'verify', 'penguins'], /^penguins@3 verifies\.\n\n✓ blocks/],
        [['market', 'list'], /commercial/],
        [['license', 'show', 'penguins'], /ACCESS\+RUN\+TRAIN\+COMMERCIAL, free, royalty 5%/],
        [['revenue', 'show'], /✓ paid in .* drift 0/],
        [['account', 'balance', 'curator'], /^account +SAHARA +WSAHARA/],
        [['config', 'show'], /devnet\.rpcPort/],
      ] as const) {
        const ran = await world.run([...args], at);
        expect({ args, code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
        expect(ran.stdout).toMatch(says);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what is piped has no styles
        expect(ran.stdout).not.toMatch(/\u001b/);
        expect(ran.stdout).not.toMatch(/\bNext\n|^error|^- /m);
        const quiet = await world.run([...args, '--quiet'], at);
        expect({ stdout: quiet.stdout, stderr: quiet.stderr }).toEqual({ stdout: ran.stdout, stderr: '' });
      }
    });

    test('settings say where they come from', async () => {
      const file = join(world.project, 'sahara.config.yaml');
      writeFileSync(file, 'account: trainer\n');
      try {
        const shown = await json<{ config: { account: string }; origins: Record<string, string> }>(
          'config',
          'show',
        );
        expect(shown.config.account).toBe('trainer');
        expect(shown.origins['account']).toBe(file);
        const over = await world.json<typeof shown>(['config', 'show'], {
          env: { ...env, SAHARA_ACCOUNT: 'buyer' },
        });
        expect(over.config.account).toBe('buyer');
        expect(over.origins['account']).toBe('SAHARA_ACCOUNT');
        writeFileSync(file, 'acount: trainer\n');
        await world.refused(
          ['config', 'show'],
          { code: 'SAH-1003', exit: 2, says: /"acount".*"account"/ },
          at,
        );
      } finally {
        rmSync(file);
      }
    });

    test('after stop and start everything is still there', async () => {
      const before = { list: await json('asset', 'list'), books: await json('revenue', 'show') };
      await world.stopDevnet(at);
      const status = await world.envelope(['devnet', 'status'], at);
      expect({ exit: status.exit, data: status.data }).toEqual({
        exit: 6,
        data: { state: 'stopped', hasSavedChain: true },
      });
      await world.startDevnet(['--content-node', contentNode], at);
      expect({ list: await json('asset', 'list'), books: await json('revenue', 'show') }).toEqual(before);
      await json('asset', 'verify', 'penguin-classifier');
      expect(await json<Published>('publish', 'penguins')).toMatchObject({
        changed: false,
        version: { number: 3 },
      });
    });

    // Of the embedded node the tests of snapshots say more.
    test.runIf(deep || contentNode === 'kubo')(
      'a snapshot brings all of it back, and its content is kept until then',
      async () => {
        const economy = async () => ({
          list: await json('asset', 'list'),
          books: await json('revenue', 'show'),
          // Snapshots pin what they need, too.
          pins: (await json<{ name: string }[]>('content', 'ls')).filter(
            ({ name }) => !/^sahara-/.test(name),
          ),
        });
        const first = await economy();
        await json('devnet', 'snapshot', 'save', 'first');
        await json('new', 'dataset', 'later');
        await json('publish', 'later');
        await json('revenue', 'pay', 'penguins', '3');
        const second = await economy();

        await json('devnet', 'snapshot', 'restore', 'first');
        expect(await economy()).toEqual(first);
        await json('content', 'gc', '--yes');
        await json('devnet', 'snapshot', 'restore', 'before-restore');
        expect(await economy()).toEqual(second);
        await json('asset', 'verify', 'later');
        await json('asset', 'verify', 'penguin-classifier');
      },
    );
  });
}
