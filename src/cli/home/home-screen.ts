import { formatSahara } from '../../base/amount.ts';
import type { NextStep } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import type { Outcome } from '../base-command.ts';
import type { Catalog } from '../help/catalog.ts';
import { columns, wrap } from '../help/wrap.ts';
import type { Home, HomeDevnet, HomeState, Surroundings } from './home-data.ts';

/** At most so many steps are proposed: a choice, not a list. */
const STEPS = 5;
/** What is below this is too little to be settled. Wei, for each version. */
const DUST = 10_000n;

/** The home screen of a place: pure. Only commands that there are get proposed. */
export function homeScreen(place: Surroundings, catalog: Catalog, width = 80): Outcome<Home> {
  const state = stateOf(place);
  const exists = ({ command }: NextStep) => {
    const [, one = '', two = ''] = command.split(' ');
    return catalog.commands.has(one) || catalog.commands.has(`${one} ${two}`);
  };
  const next = stepsIn(state, place)
    .filter(exists)
    .slice(0, STEPS - 1)
    .map((step) => there(step, place.projectFlag));
  next.push({ command: 'sahara help', when: 'to see all commands' });
  const devnet = devnetOf(place);
  const data: Home = { state, project: place.project, assets: place.assets, devnet, next };
  const text = () => `${wrap(catalog.about, width)}\n\n${lines(data, place, width)}`;
  return { data, text, next };
}

function stateOf({ project, status }: Surroundings): HomeState {
  if (!project) return 'no-project';
  if (status?.state === 'running') return 'devnet-running';
  return status && 'live' in status ? 'devnet-crashed' : 'devnet-stopped';
}

function devnetOf({ status, chain }: Surroundings): HomeDevnet | null {
  if (!status) return null;
  const live = status.state === 'running' ? status.live : null;
  return {
    hasSavedChain: status.state === 'stopped' && status.hasSavedChain,
    rpcUrl: live?.chain.rpcUrl ?? null,
    chainId: live?.chain.chainId ?? null,
    contentApi: live?.content.api ?? null,
    since: live?.startedAt ?? null,
    troubles: troublesOf(status),
    holds: chain,
  };
}

function troublesOf(status: NonNullable<Surroundings['status']>): string[] {
  if (status.state !== 'running') return [];
  if (status.stopping) return ['it is stopping'];
  return status.services
    .filter((s) => s.state !== 'running')
    .map((s) => `${s.service} ${s.state}${s.detail ? ` (${s.detail})` : ''}`);
}

function stepsIn(state: HomeState, place: Surroundings): NextStep[] {
  const [folder] = place.assets;
  const own: NextStep =
    folder === undefined
      ? { command: 'sahara new dataset my-data', when: 'to make an asset' }
      : { command: `sahara publish ${shellQuote(folder)}`, when: 'to publish what is in it' };
  const settings: NextStep[] = place.project?.settingsProblem
    ? [{ command: 'sahara config show', when: 'to see what is wrong with the settings' }]
    : [];
  switch (state) {
    case 'no-project':
      return [
        ...(folder === undefined
          ? [{ command: 'sahara demo', when: 'to see it all: an asset, its sale, and who earns' }]
          : [{ command: 'sahara devnet start', when: 'to start a local chain to publish on' }, own]),
        { command: 'sahara tutorial', when: 'to be led through the first asset step by step' },
        { command: 'sahara init', when: 'to make this folder a project' },
        ...(folder === undefined ? [own] : []),
      ];
    case 'devnet-stopped':
      return [
        ...settings,
        { command: 'sahara devnet start', when: startedWith(place) },
        folder === undefined ? own : { ...own, when: 'to publish it, once the devnet runs' },
        { command: 'sahara doctor', when: 'to check the installation' },
      ];
    case 'devnet-crashed':
      return [
        ...settings,
        { command: 'sahara devnet start', when: 'to start it again' },
        { command: 'sahara devnet logs', when: 'to see what it said last' },
        { command: 'sahara doctor', when: 'to check the installation' },
      ];
    case 'devnet-running':
      return [...settings, ...troubleSteps(place), ...runningSteps(place, own)];
  }
}

function troubleSteps({ status }: Surroundings): NextStep[] {
  return status && troublesOf(status).length > 0
    ? [{ command: 'sahara devnet status', when: 'to see how its services are' }]
    : [];
}

function runningSteps({ chain, assets }: Surroundings, own: NextStep): NextStep[] {
  const accounts = { command: 'sahara account list', when: 'to see the funded accounts' };
  if (!chain || chain.assets === 0) return [own, accounts];
  const settle = { command: 'sahara revenue settle', when: 'to move what was paid to those who earn it' };
  return [
    ...(chain.unsettled >= DUST * BigInt(chain.assets) ? [settle] : []),
    ...(assets.includes('.') ? [own] : []),
    { command: 'sahara asset list', when: 'to see what is published' },
    { command: 'sahara market list', when: 'to see what is on offer' },
    { command: 'sahara revenue show', when: 'to see who has earned what' },
  ];
}

const startedWith = ({ status }: Surroundings): string =>
  status?.state === 'stopped' && status.hasSavedChain
    ? 'to start the devnet, with all that was on it'
    : 'to start a local chain and content node';

const there = (step: NextStep, project: string | null): NextStep =>
  project === null ? step : { ...step, command: `${step.command} --project ${shellQuote(project)}` };

function lines(home: Home, { status }: Surroundings, width: number): string {
  const { project, assets, devnet } = home;
  const rows: [string, string | null][] = [
    ['project', project?.root ?? 'none here or above'],
    ['assets', assets.length > 0 ? assets.join(', ') : null],
    ['settings', project?.settingsProblem ? `cannot be used: ${project.settingsProblem}` : null],
    ['chain', project?.otherChain ? `${project.otherChain}, by the settings` : null],
    ['devnet', project && devnetLine(home, status?.state === 'stopped' && status.hasSavedChain)],
    ['trouble', devnet && devnet.troubles.length > 0 ? devnet.troubles.join(', ') : null],
    ['on it', devnet?.holds ? holds(devnet.holds) : null],
  ];
  return rows
    .filter((r): r is [string, string] => r[1] !== null)
    .map(([name, value]) => row(name, value, width))
    .join('\n');
}

function row(name: string, value: string, width: number): string {
  const left = columns('settings') + 2;
  return `${name.padEnd(left)}${wrap(printable(value), width - left, left)}`;
}

function devnetLine({ state, devnet }: Home, saved = false): string {
  if (state === 'devnet-crashed') return 'crashed: it says that it runs, and does not';
  if (state === 'devnet-stopped') return saved ? 'stopped; what was on it is kept' : 'not running';
  return `running at ${devnet?.rpcUrl}, content at ${devnet?.contentApi}`;
}

function holds({ assets, offers, unsettled }: NonNullable<HomeDevnet['holds']>): string {
  return [
    counted(assets, 'asset'),
    ...(offers === null ? [] : [counted(offers, 'offer')]),
    ...(unsettled >= DUST * BigInt(assets) && unsettled > 0n
      ? [`${formatSahara(unsettled)} SAHARA paid and not yet settled`]
      : []),
  ].join(', ');
}

const counted = (n: number, thing: string): string => `${n === 0 ? 'no' : n} ${thing}${n === 1 ? '' : 's'}`;
