import { type Invocation, type Outcome, SaharaCommand } from '../../cli/base-command.ts';
import type { LoadedConfig, Project } from '../../config/index.ts';

type Data = LoadedConfig & { project: Project };

export default class ConfigShow extends SaharaCommand<typeof ConfigShow, Data> {
  static override summary = 'Show every setting, its value and where it comes from.';
  static override description =
    'Settings come from, in this order: environment variables, sahara.config.{ts,js,json,yaml} or the "sahara" key of package.json in the project, the same in ~/.config/sahara, defaults.';
  static override examples = [
    '<%= config.bin %> config show',
    'SAHARA_ACCOUNT=trainer <%= config.bin %> config show --json',
  ];

  override async execute({ session }: Invocation<typeof ConfigShow>): Promise<Outcome<Data>> {
    const { SETTINGS } = await import('../../config/index.ts');
    const { table, safe } = await import('../../cli/ui/text.ts');
    const loaded = await session.loaded();
    const value = (path: string) =>
      path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], loaded.config);
    return {
      data: { ...loaded, project: session.project },
      text: () =>
        `project  ${session.project.root}\n\n${table(
          ['setting', 'value', 'from', 'environment', 'what it is'],
          SETTINGS.map((s) => [
            s.path,
            safe(String(value(s.path) ?? '-')),
            safe(loaded.origins[s.path] ?? ''),
            s.env,
            s.about,
          ]),
        )}`,
    };
  }
}
