import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import { dryRunFlag } from '../cli/flags/dry-run.ts';
import type { DoctorReport } from '../doctor/index.ts';

export default class Doctor extends SaharaCommand<typeof Doctor, DoctorReport> {
  static override summary = 'Examine installation, project and devnet, and mend what is broken.';
  static override description =
    'Exits with 1 while there are problems. Warnings do not count. With --json it is what a bug report needs: it holds no secrets.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --fix --dry-run',
    '<%= config.bin %> doctor --json > report.json',
  ];
  static override writes = ['files', 'services'] as const;
  static override flags = {
    fix: Flags.boolean({ description: 'Mend what can be mended without losing anything.' }),
    ...dryRunFlag,
    verbose: Flags.boolean({ description: 'Show every check, and all versions.' }),
  };

  override async execute({
    flags,
    session,
    progress,
    signal,
  }: Invocation<typeof Doctor>): Promise<Outcome<DoctorReport>> {
    const { runDoctor } = await import('../doctor/index.ts');
    const { fix, 'dry-run': dryRun, verbose } = flags;
    const report = await runDoctor(
      { project: session.project, env: process.env, toolkit: this.config.root, signal },
      { fix, dryRun, progress },
    );
    const { doctorSteps, doctorText } = await import('../cli/ui/doctor.ts');
    const mended = fix && !dryRun;
    return {
      data: report,
      text: () => doctorText(report, { verbose, mended }),
      next: doctorSteps(report, { mended }),
      dryRun,
      exitCode: report.summary.problems > 0 ? 1 : 0,
    };
  }
}
