// Before every test file of a project on an emulator: where the emulator is not installed, its
// tests are skipped; start-*.cjs has said why. How fast an emulator is, is no matter of the tests.

import { emulatorOfJest } from '../emulator-of-jest.ts';

jest.setTimeout(120_000);

const emulator = emulatorOfJest();

if (emulator && !emulator.endpoint) {
  const skipped = { it: it.skip, test: test.skip };
  Object.assign(globalThis, skipped);
}
