// Keys that wait for the cloud's word: whose they are is on disk with them.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  enrolmentFolder,
  isRotationPending,
  type KeyPurpose,
  pendingKeys,
} from '../../../relay/config/enrolment.ts';

const readFile = (path: string) => ({ octets: readFileSync(path), mode: statSync(path).mode });
let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'wherefrom-enrolment-'));
  file = join(enrolmentFolder(dataDir), 'enrolment-pending.json');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const make = (purpose: KeyPurpose) => pendingKeys(dataDir, 'ed25519', readFile, purpose);

it('finds a rotation that was cut short, and not keys that `enrol` has just made', async () => {
  expect(isRotationPending(dataDir, readFile)).toBe(false);

  await make('enrolment');
  expect(isRotationPending(dataDir, readFile)).toBe(false);

  rmSync(file);
  await make('rotation');
  expect(isRotationPending(dataDir, readFile)).toBe(true);
});

it('the keys of an interrupted attempt are used again', async () => {
  const first = await make('enrolment');
  const again = await make('enrolment');

  expect(again.signing.equals(first.signing)).toBe(true);
});

it('a file of before purposes were written counts as a rotation', async () => {
  await make('enrolment');
  const { purpose: _, ...before } = JSON.parse(readFileSync(file, 'utf8'));
  mkdirSync(enrolmentFolder(dataDir), { recursive: true });
  writeFileSync(file, JSON.stringify(before), { mode: 0o600 });

  expect(isRotationPending(dataDir, readFile)).toBe(true);
});
