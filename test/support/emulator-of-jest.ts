// Which emulator the tests of a Jest project are held on; emulator.ts starts it.

export type EmulatorName = 'ministack' | 'moto';

/** The variable of the environment that tells workers its address. */
export const variableOf = (name: EmulatorName): string => `WHEREFROM_TEST_${name.toUpperCase()}`;

/** The emulator of this Jest project, and its address when it runs; undefined: dynalite's. */
export function emulatorOfJest():
  | { readonly name: EmulatorName; readonly endpoint: string | undefined }
  | undefined {
  const name = (globalThis as { emulator?: EmulatorName }).emulator;
  return name && { name, endpoint: process.env[variableOf(name)] };
}
