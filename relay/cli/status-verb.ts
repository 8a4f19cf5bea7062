// `status`: the state of the running relay, read through its admin socket.
// Promise: exit code 0 healthy, 1 degraded, 3 not running; with --wait it gives a starting relay
// that long to become healthy. It changes nothing.

import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { findingText } from '../config/findings.ts';
import { readPlaces } from '../config/places.ts';
import { errorText } from '../errors.ts';
import { type StatusReport, statusSchema } from '../status/status-report.ts';
import { statusText } from '../status/status-text.ts';
import { askRelay } from './admin-client.ts';
import { configExitCode, type Verb, type VerbIo, type VerbOptions } from './command-line.ts';

const degradedExitCode = 1;
const notRunningExitCode = 3;
const pollMs = 200;

export const statusVerb: Verb = {
  summary: 'how the running relay is; exit code 0 healthy, 1 degraded, 3 not running',
  help: `  --wait S        give it up to S seconds to become healthy

Example: npm run relay -- status --config /etc/wherefrom/relay.json
`,
  options: ['wait'],
  async run(options, io) {
    const places = readPlaces(options.config, io);
    if (!('adminSocket' in places)) {
      io.stderr(`${findingText(places)}\n`);
      return configExitCode;
    }
    const untilMs = performance.now() + (options.wait ?? 0) * 1000;
    for (;;) {
      const found = await ask(places.adminSocket);
      const isGood = typeof found === 'object' && found.state === 'healthy';
      if (isGood || performance.now() >= untilMs)
        return show(found, places.adminSocket, options, io);
      await sleep(pollMs);
    }
  },
};

/** A report, or why there is none; undefined: not running. */
async function ask(socketPath: string): Promise<StatusReport | string | undefined> {
  try {
    const answer = await askRelay(socketPath, 'GET', '/status');
    if (answer.kind === 'not-running') return undefined;
    const report = v.safeParse(statusSchema, answer.body);
    if (answer.status === 200 && report.success) return report.output;
    return `the relay behind ${socketPath} speaks another version`;
  } catch (error) {
    return errorText(error);
  }
}

function show(
  found: StatusReport | string | undefined,
  socketPath: string,
  { json }: VerbOptions,
  io: VerbIo,
): number {
  if (found === undefined) {
    const message = `no relay is running (nothing listens on ${socketPath})`;
    if (json) io.stdout(`${JSON.stringify({ state: 'not-running' })}\n`);
    else io.stderr(`${message}\n`);
    return notRunningExitCode;
  }
  if (typeof found === 'string') {
    io.stderr(`${found}\n`);
    return degradedExitCode;
  }
  io.stdout(json ? `${JSON.stringify(found)}\n` : statusText(found, Date.now()));
  return found.state === 'healthy' ? 0 : degradedExitCode;
}
