import { printable } from '../../base/printable.ts';
import type { ServiceState } from '../../devnet/happenings.ts';
import { tell } from '../streams.ts';
import { shown } from '../ui/glyphs.ts';
import type { View, ViewOptions } from './view.ts';

/** Lines about services, for logs and scripts and to be read aloud. */
export function openPlainView({ live, isGuest, output }: ViewOptions): View {
  let before: readonly ServiceState[] = [];
  const ready = readyText(live, isGuest);
  if (output.format === 'ndjson') output.event({ type: 'ready', attached: isGuest, live });
  else if (output.format === 'text' && !output.fields) tell(process.stdout, `${shown(ready)}\n`);
  const say = (line: string) => {
    if (output.format === 'text') {
      if (!output.quiet) tell(process.stdout, `${shown(printable(line))}\n`);
    } else tell(process.stderr, `${shown(printable(line))}\n`);
  };
  return {
    tell(happening) {
      if (happening.type !== 'services') return;
      for (const service of changedServices(before, happening.services))
        if (output.format === 'ndjson')
          output.event({ type: 'service', at: new Date().toISOString(), ...service });
        else serviceSentences(service).forEach(say);
      before = happening.services;
    },
    async close() {},
  };
}

function readyText({ chain, content }: ViewOptions['live'], isGuest: boolean): string {
  return `${isGuest ? 'The devnet was running already' : 'The devnet is ready'}: chain ${chain.rpcUrl}, content ${content.api}, gateway ${content.gateway}`;
}

/** Those that stand in another way than before. That all run at first is what being ready says. */
export function changedServices(
  before: readonly ServiceState[],
  now: readonly ServiceState[],
): ServiceState[] {
  return now.filter(({ service, state, detail, since }) => {
    const was = before.find((s) => s.service === service);
    if (!was) return state !== 'running' || detail !== null;
    return was.state !== state || was.detail !== detail || was.since !== since;
  });
}

export function serviceSentences({ service, state, detail, lastLines }: ServiceState): string[] {
  const name = service === 'chain' ? 'chain' : 'content node';
  return [`${name}: ${state}${detail ? `, ${detail}` : ''}`, ...lastLines.map((line) => `  ${line}`)];
}
