import { Args } from '@oclif/core';

/** The number of a licence. oclif's own integer refuses an argument with an error that is no usage error. */
export const licenseArg = {
  license: Args.custom<bigint>({
    description: 'Number of the licence (see: license list).',
    parse: async (text) => {
      if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
      const message = `LICENSE is a number such as 3, and not ${JSON.stringify(text)}`;
      throw Object.assign(new Error(message), { oclif: { exit: 2 } });
    },
  })({ required: true }),
};
