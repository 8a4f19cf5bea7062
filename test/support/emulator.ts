// Emulators of AWS that nobody here wrote, started on a free port of loopback: MiniStack and moto.
// They are Python programs with pinned versions (test/system/cloud/requirements.txt); .ci/run
// installs them, `npm run test:emulators` does so by hand. Where they are absent, what needs them
// is skipped and says so. Nothing of them is kept in this repository.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type EmulatorName, variableOf } from './emulator-of-jest.ts';

export type Emulator = {
  readonly name: EmulatorName;
  readonly endpoint: string;
  /** Lines that it wrote, the last 1,000. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
};

const root = join(import.meta.dirname, '..', '..');
const linesMax = 1_000;

/** The folder of the virtual environment: the environment says, or that of `.ci/run`. */
const home = (): string => process.env['WHEREFROM_EMULATORS'] ?? join(root, '.cache', 'emulators');

const programs = {
  ministack: 'ministack',
  moto: 'moto_server',
  'cfn-lint': 'cfn-lint',
  schemathesis: 'schemathesis',
} as const;

/** The path of an installed program of the virtual environment; undefined: it is not installed. */
export function installedProgram(name: keyof typeof programs): string | undefined {
  const program = programs[name];
  const paths = [join(home(), 'bin', program), join(home(), 'Scripts', `${program}.exe`)];
  return paths.find((path) => existsSync(path));
}

/** Why something is skipped where an emulator is absent. */
export const absent = (name: keyof typeof programs): string =>
  `${name} is not installed: npm run test:emulators (needs Python 3.10 and a package index)`;

/**
 * Starts an emulator and waits until it listens.
 * @param environment variables for it, besides those that keep it on loopback
 * @throws Error when it is not installed, or ends instead of listening
 */
export async function startEmulator(
  name: EmulatorName,
  environment: Readonly<Record<string, string>> = {},
): Promise<Emulator> {
  const path = installedProgram(name);
  if (!path) throw new Error(absent(name));
  const args = name === 'moto' ? ['-H', '127.0.0.1', '-p', '0'] : [];
  const child = spawn(path, args, {
    env: {
      ...process.env,
      PYTHONUNBUFFERED: '1',
      // MiniStack listens on every interface, and for MQTT, unless it is told otherwise.
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      GATEWAY_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const endpoint = await listening(child, lines);
  return {
    name,
    endpoint,
    lines,
    stop: async () => {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resolves with the address of its line "Running on http://..."; keeps reading its lines. */
function listening(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (lines.length > linesMax) lines.shift();
        const address = /Running on (https?:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (address) resolve(address);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the emulator ended with ${code}: ${lines.slice(-20).join('\n')}`)),
    );
  });
}

// Setup and teardown of Jest are two modules of one process.
const ofJest = globalThis as { startedForJest?: Emulator[] };

/** Starts an emulator once for all test files of a run; workers inherit its address. */
export async function startForJest(name: EmulatorName): Promise<void> {
  if (!installedProgram(name)) {
    process.stderr.write(`${absent(name)}; its tests are skipped\n`);
    return;
  }
  const emulator = await startEmulator(name);
  ofJest.startedForJest = [...(ofJest.startedForJest ?? []), emulator];
  process.env[variableOf(name)] = emulator.endpoint;
}

/** Ends what `startForJest` started. */
export async function stopAfterJest(): Promise<void> {
  const started = ofJest.startedForJest?.splice(0) ?? [];
  await Promise.all(started.map((emulator) => emulator.stop()));
}
