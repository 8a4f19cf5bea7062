// Runs a verb of the relay's command line inside the test: the real verbs, output caught.

import fs from 'node:fs';
import path from 'node:path';
import { runCommandLine, type VerbIo } from '../../relay/cli/command-line.ts';
import { relayVerbs } from '../../relay/run/verbs.ts';
import { gatewaySecret } from './running-relay.ts';

export type CommandResult = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunningCommand = {
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<CommandResult>;
  /** As Ctrl-C does. */
  interrupt(): void;
};

/** Starts a command line; its output grows while it runs. */
export const startCommand = (...args: readonly string[]): RunningCommand => startWith({}, ...args);

/** The same with something of its surroundings replaced. */
export function startWith(
  surroundings: Pick<VerbIo, 'after'>,
  ...args: readonly string[]
): RunningCommand {
  const output = { stdout: '', stderr: '' };
  const onSignal: (() => void)[] = [];
  const io: VerbIo = {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    flushed: async () => true,
    env: { TEST_SECRET: gatewaySecret },
    version: '1.2.3',
    isTerminal: false,
    readFile: (name) => ({ octets: fs.readFileSync(name), mode: fs.statSync(name).mode }),
    onSignal: (_, handle) => onSignal.push(handle),
    ...surroundings,
  };
  const ended = runCommandLine(args, relayVerbs, io).then((exitCode) => ({ exitCode, ...output }));
  return {
    output,
    ended,
    interrupt: () => {
      for (const handle of onSignal) handle();
    },
  };
}

/** Runs a command line to its end. */
export function runCommand(...args: readonly string[]): Promise<CommandResult> {
  return startCommand(...args).ended;
}

/** Writes a configuration file beside `dataDir` that means the relay of `configIn(dataDir)`. */
export function writeConfigFile(dataDir: string, more: object = {}): string {
  const file = path.join(dataDir, 'relay.json');
  const gateway = (name: string, address: string) => ({ name, address, secretEnv: 'TEST_SECRET' });
  const config = {
    listen: [{ address: '127.0.0.1', port: 1813 }],
    gateways: [gateway('asa', '127.0.0.1'), gateway('rras', '127.0.0.2')],
    dataDir: '.',
    ...more,
  };
  fs.writeFileSync(file, JSON.stringify(config));
  return file;
}
