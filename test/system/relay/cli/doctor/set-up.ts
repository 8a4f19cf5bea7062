// A place for a relay that can be broken on purpose, the doctor over it, and a table of such
// set-ups turned into tests. `stops` are run after each test, the latest first.

import fs from 'node:fs';
import path from 'node:path';
import type { VerbIo } from '../../../../../relay/cli/command-line.ts';
import type { Finding } from '../../../../../relay/cli/doctor/check.ts';
import { examine } from '../../../../../relay/cli/doctor/doctor-verb.ts';
import { lookAround } from '../../../../../relay/cli/doctor/surroundings.ts';
import { loadConfig } from '../../../../../relay/config/load.ts';
import type { CloudConfig } from '../../../../../relay/config/relay-config.ts';
import { accounting, attribute } from '../../../../support/radius-packets.ts';
import {
  type RunningRelay,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../../support/running-relay.ts';

export const stops: (() => unknown)[] = [];

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

export const secrets = {
  asa: 'a-secret-of-the-test-gateway',
  rras: 'another-secret-for-the-other',
};

export type SetUp = {
  /** Folder of the configuration and of everything else. */
  readonly folder: string;
  readonly dataDir: string;
  readonly file: string;
};

export type Changes = Parameters<typeof lookAround>[2];

/** A sound configuration with two gateways on loopback; `more` replaces keys of it. */
export function setUp(more: object = {}, folder = temporaryFolder()): SetUp {
  const dataDir = path.join(folder, 'state');
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const [name, secret] of Object.entries(secrets)) {
    fs.writeFileSync(path.join(folder, `${name}.secret`), `${secret}\n`, { mode: 0o600 });
  }
  const file = path.join(folder, 'relay.json');
  const config = {
    listen: [{ address: '127.0.0.1', port: 31_813 }],
    gateways: [
      { name: 'asa', address: '127.0.0.1', secretFile: 'asa.secret' },
      { name: 'rras', address: '127.0.0.2', secretFile: 'rras.secret' },
    ],
    dataDir: 'state',
    ...more,
  };
  fs.writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return { folder, dataDir, file };
}

export const io: VerbIo = {
  stdout: () => undefined,
  stderr: () => undefined,
  flushed: async () => true,
  env: {},
  version: '1.2.3',
  isTerminal: false,
  readFile: (name) => ({ octets: fs.readFileSync(name), mode: fs.statSync(name).mode }),
  onSignal: () => undefined,
};

/** What the doctor finds; the runtime and firewall of the machine it runs on are left out. */
export async function examined(file: string, changes: Changes = {}): Promise<Finding[]> {
  const quiet = { nodeVersion: 'v24.1.0', run: async () => undefined };
  return examine(await lookAround(file, io, { ...quiet, ...changes }));
}

/** What the doctor is given, and when it has to look as another user. */
export type Broken = {
  readonly file: string;
  readonly changes?: Changes;
  readonly asNobody?: boolean;
};
export type Case = readonly [
  name: string,
  expected: {
    readonly code: string;
    readonly result: 'warn' | 'fail';
    readonly evidence: RegExp;
    readonly advice: RegExp;
  },
  build: () => Promise<Broken> | Broken,
];

/** Runs the relay of a set-up on a free port. */
export async function run(surroundings: SetUp, cloud?: CloudConfig): Promise<RunningRelay> {
  const { config, findings } = loadConfig(surroundings.file, io);
  if (!config) throw new Error(findings.map(({ message }) => message).join());
  const listen = [{ address: '127.0.0.1', port: 0 }];
  return runRelay({ ...config, listen, flushAfterMs: 20, ...(cloud && { cloud }) });
}

/** A Start of one session, signed with any secret. */
export const start = (secret: string, ...more: readonly Buffer[]): Buffer =>
  accounting(secret, [
    attribute(40, [0, 0, 0, 1]),
    attribute(44, 'session-1'),
    attribute(1, 'alice'),
    ...more,
  ]);
export const from = (address: string): Buffer => attribute(31, address);

/** The disk as an ordinary user finds it: root may do everything. */
async function looked({ file, changes, asNobody }: Broken) {
  if (!asNobody || !isRoot) return examined(file, changes);
  const folder = path.dirname(file);
  for (const name of ['.', ...fs.readdirSync(folder)]) {
    fs.chownSync(path.join(folder, name), nobody, nobody);
  }
  process.seteuid?.(nobody);
  try {
    return await examined(file, changes);
  } finally {
    process.seteuid?.(0);
  }
}

/** One test for each row: the doctor names it by its code, with the right advice. */
export function describeBroken(what: string, cases: readonly Case[]): void {
  describe(`the doctor on ${what}`, () => {
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
      await stopAll();
    });

    it.each(cases)('names %s', async (_name, expected, build) => {
      const broken = await build();

      const found = (await looked(broken)).filter(({ code }) => code === expected.code);

      expect(found.map(({ evidence }) => evidence).join('\n')).toMatch(expected.evidence);
      const bad = found.find(({ evidence }) => expected.evidence.test(evidence));
      expect(bad?.result).toBe(expected.result);
      expect(bad?.advice).toMatch(expected.advice);
    });
  });
}
