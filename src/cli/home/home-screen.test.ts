import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Catalog, readCatalog } from '../help/catalog.ts';
import type { Surroundings } from './home-data.ts';
import { homeScreen } from './home-screen.ts';

const catalog: Catalog = readCatalog(join(import.meta.dirname, '../../..'));
const live = {
  startedAt: '2026-01-01T00:00:00.000Z',
  chain: { rpcUrl: 'http://127.0.0.1:8545', chainId: 31337 },
  content: { api: 'http://127.0.0.1:5001' },
};
const project = { root: '/home/me/birds', settingsProblem: null, otherChain: null };
const nowhere: Surroundings = { project: null, assets: [], status: null, chain: null, projectFlag: null };
const stopped: Surroundings = { ...nowhere, project, status: { state: 'stopped', hasSavedChain: false } };
const running = (place: Partial<Surroundings> = {}): Surroundings => ({
  ...stopped,
  status: { state: 'running', live, services: [], stopping: false } as never,
  chain: { assets: 0, offers: 0, unsettled: 0n },
  ...place,
});

const screen = (place: Surroundings, width = 80) => {
  const { data, text, next = [] } = homeScreen(place, catalog, width);
  return { ...data, text: typeof text === 'function' ? text() : text, steps: next.map((n) => n.command) };
};

describe('the home screen', () => {
  test('without a project leads to the demo', () => {
    const { state, devnet, steps, text } = screen(nowhere);
    expect({ state, devnet, first: steps[0] }).toEqual({
      state: 'no-project',
      devnet: null,
      first: 'sahara demo',
    });
    expect(text).toMatch(/Sahara AI[\s\S]*none here/);
  });

  test('without a project, but with the folder of an asset, leads to publishing it', () => {
    expect(screen({ ...nowhere, assets: ['my birds'] }).steps.slice(0, 2)).toEqual([
      'sahara devnet start',
      "sahara publish 'my birds'",
    ]);
  });

  test('with a devnet that does not run starts it, and says whether something is kept', () => {
    expect(screen(stopped)).toMatchObject({ state: 'devnet-stopped', text: /not running/ });
    expect(screen(stopped).steps[0]).toBe('sahara devnet start');
    expect(screen({ ...stopped, status: { state: 'stopped', hasSavedChain: true } }).text).toMatch(/is kept/);
  });

  test('with a crashed devnet starts it again and shows its logs', () => {
    const { state, steps } = screen({ ...stopped, status: { state: 'crashed', live } as never });
    expect(state).toBe('devnet-crashed');
    expect(steps.slice(0, 2)).toEqual(['sahara devnet start', 'sahara devnet logs']);
  });

  test('with a running devnet says what is on it', () => {
    const chain = { assets: 3, offers: 1, unsettled: 25n * 10n ** 17n };
    const { devnet, steps, text } = screen(running({ chain }));
    expect(devnet).toMatchObject({ rpcUrl: 'http://127.0.0.1:8545', holds: chain });
    expect(text).toMatch(/3 assets, 1 offer, 2\.5 SAHARA paid and not yet settled/);
    expect(steps[0]).toBe('sahara revenue settle');
  });

  test('does not propose to settle what is too little', () => {
    const chain = { assets: 3, offers: 1, unsettled: 29_999n };
    const { steps, text } = screen(running({ chain }));
    expect(steps).not.toContain('sahara revenue settle');
    expect(text).not.toMatch(/settled/);
  });

  test('in the folder of an asset proposes to publish it, on an empty devnet to make one', () => {
    expect(screen(running({ assets: ['.'] })).steps[0]).toBe('sahara publish .');
    expect(screen(running()).steps[0]).toBe('sahara new dataset my-data');
  });

  test('shows what is broken instead of failing: settings, services, a silent chain', () => {
    const broken = { ...project, settingsProblem: 'acount is not a setting' };
    const services = [{ service: 'content', state: 'restarting', detail: 'it died' }];
    const status = { state: 'running', live, services, stopping: false } as never;
    const { text, devnet, steps } = screen(running({ project: broken, status, chain: null }));
    expect(text).toMatch(/cannot be used: acount is not a setting/);
    expect(text).toMatch(/content restarting \(it died\)/);
    expect(devnet?.holds).toBeNull();
    expect(steps.slice(0, 2)).toEqual(['sahara config show', 'sahara devnet status']);
  });

  test('a name from elsewhere cannot rewrite the screen', () => {
    expect(screen({ ...stopped, assets: ['a\u001b[2J'] }).text).not.toContain('\u001b');
  });

  test.for([nowhere, stopped, running(), running({ chain: { assets: 9, offers: 9, unsettled: 1n } })])(
    'proposes 3 to 5 commands that exist, and fits a narrow screen (%#)',
    (place) => {
      const { steps, text } = screen(place, 40);
      expect(steps.length).toBeGreaterThanOrEqual(2);
      expect(steps.length).toBeLessThanOrEqual(5);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
      for (const step of steps) {
        const [, one = '', two = ''] = step.split(' ');
        expect(catalog.commands.has(one) || catalog.commands.has(`${one} ${two}`), step).toBe(true);
      }
    },
  );

  test('of a project named by a flag proposes commands for that one', () => {
    const { steps } = screen({ ...stopped, projectFlag: '../other birds' });
    expect(steps[0]).toBe("sahara devnet start --project '../other birds'");
    expect(steps.at(-1)).toBe('sahara help');
  });
});
