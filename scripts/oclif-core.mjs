// What the bundle has of oclif: the parts that commands are made of. oclif's own index would load all of it, with its
// help, its plugin finder and a version check, before any command runs.
export * as Args from '@oclif/core/args';
export { Command } from '@oclif/core/command';
export { Config } from '@oclif/core/config';
export * as Flags from '@oclif/core/flags';
