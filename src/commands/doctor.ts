import { Flags } from '@oclif/core';
import { type Invocation, type Outcome, SaharaCommand } from '../cli/base-command.ts';
import type { DoctorReport } from '../doctor/index.ts';

export default class Doctor extends SaharaCommand<typeof Doctor, DoctorReport> {
  static override summary = 'Examine the installation, the project and its devnet, and mend what is broken.';
  static override description =
    'Exits with 1 while there are problems. Warnings do not count. With --json it is what a bug report needs: it holds no secrets.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --fix --dry-run',
    '<%= config.bin %> doctor --json > report.json',
  ];
  static override flags = {
    fix: Flags.boolean({ description: 'Mend what can be mended without losing anything.' }),
    'dry-run': Flags.boolean({ description: 'With --fix: only tell what it would do.', dependsOn: ['fix'] }),
    verbose: Flags.boolean({ description: 'Show every check, and all versions.' }),
  };

  override async execute({
    flags,
    session,
    progress,
    signal,
  }: Invocation<typeof Doctor>): Promise<Outcome<DoctorReport>> {
    const { runDoctor } = await import('../doctor/index.ts');
    const report = await runDoctor(
      { project: session.project, env: process.env, toolkit: this.config.root, signal },
      { fix: flags.fix, dryRun: flags['dry-run'], progress },
    );
    const { doctorSteps, doctorText } = await import('../cli/ui/doctor.ts');
    return {
      data: report,
      text: doctorText(report, { verbose: flags.verbose, fix: flags.fix, dryRun: flags['dry-run'] }),
      next: doctorSteps(report, { fix: flags.fix && !flags['dry-run'] }),
      exitCode: report.summary.problems > 0 ? 1 : 0,
    };
  }
}
