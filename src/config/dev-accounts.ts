import type { Address } from '../base/hex.ts';

/**
 * The development mnemonic that every local Ethereum tool knows. Its keys are public: they are worth
 * nothing, are funded by the devnet's genesis, and are refused on any other network.
 */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export type DevAccount = { name: string; index: number; address: Address; role: string };

/** Named accounts of the devnet; `index` is the last step of the path m/44'/60'/0'/0/index. */
export const DEV_ACCOUNTS: readonly DevAccount[] = (
  [
    ['protocol', '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', 'sets protocol parameters'],
    ['curator', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', 'publishes datasets'],
    ['trainer', '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC', 'trains and publishes models'],
    ['operator', '0x90F79bf6EB2c4f870365E785982E1f101E93b906', 'runs and publishes agents'],
    ['buyer', '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65', 'buys licences'],
    ['buyer-2', '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc', 'buys licences'],
    ['buyer-3', '0x976EA74026E726554dB657fA54763abd0C3a0aa9', 'buys licences'],
    ['labeler', '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955', 'contributes labels'],
    ['labeler-2', '0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f', 'contributes labels'],
    ['labeler-3', '0xa0Ee7A142d267C1f36714E4a8F75612F20a79720', 'contributes labels'],
    ['reviewer', '0xBcd4042DE499D14e55001CcbB24a551F3b954096', 'reviews labels'],
    ['compute-provider', '0x71bE63f3384f5fb98995898A86B02Fb2426c5788', 'offers compute'],
    ['researcher', '0xFABB0ac9d68B0B445fB7357272Ff202C5651694a', 'uses assets for research'],
    ['studio', '0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec', 'builds products on assets'],
    ['enterprise', '0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097', 'buys at volume'],
    ['dao', '0xcd3B766CCDd6AE721141F452C550Ca635964ce71', 'governs'],
    ['auditor', '0x2546BcD3c84621e976D8185a91A922aE77ECEc30', 'checks books and provenance'],
    ['newcomer', '0xbDA5747bFD65F08deb54cb465eB87D40e51B197E', 'has just arrived'],
    ['spare', '0xdD2FD4581271e230360230F9337D5c0430Bf44C0', 'for anything'],
    ['spare-2', '0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199', 'for anything'],
  ] as const
).map(([name, address, role], index) => ({ name, index, address, role }));

/** A development account by name or address. */
export function findDevAccount(ref: string): DevAccount | undefined {
  const wanted = ref.toLowerCase();
  return DEV_ACCOUNTS.find((a) => a.name === wanted || a.address.toLowerCase() === wanted);
}
