import type { ArgHelp, FlagHelp } from './help-data.ts';

/** What an argument or flag means, with what its description leaves out. */
export function meaning(spec: ArgHelp & Partial<FlagHelp>): string {
  const { description, options, required, env } = spec;
  const shown = spec.default !== null && !/default/.test(description);
  const aside = [...(shown ? [`default ${spec.default}`] : []), ...(env ? [`env ${env}`] : [])].join(', ');
  const extra = [
    options && !options.every((o) => description.includes(o)) ? `One of ${options.join(', ')}.` : '',
    spec.multiple ? 'May be given several times.' : '',
    required && spec.value !== undefined ? 'Required.' : '',
  ];
  const said = description.replace(/\.$/, '') + (aside ? ` (${aside})` : '');
  return [`${said}${said.endsWith('?') ? '' : '.'}`, ...extra].filter(Boolean).join(' ');
}
