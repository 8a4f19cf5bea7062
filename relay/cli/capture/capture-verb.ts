// `capture`: what a gateway really sends, packet by packet, with hints on what is missing.
// Promise: passwords never; names and addresses only with --show-personal; the running relay goes
// on as before. Ends after --count packets, or when it is stopped.

import { closeSync, openSync, writeSync } from 'node:fs';
import { didYouMean, findingText } from '../../config/findings.ts';
import { readPlaces } from '../../config/places.ts';
import { errorText } from '../../errors.ts';
import { findingLines } from '../check-verb.ts';
import { configExitCode, type Verb, type VerbIo, type VerbOptions } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import {
  type CapturedPacket,
  type CaptureSource,
  followRunningRelay,
  listenInstead,
  runningGateways,
} from './packet-source.ts';
import { packetJson, packetText, showPacket } from './packet-text.ts';
import { makeHide } from './personal.ts';

/** Silence of this length deserves a word. */
const quietMs = 10_000;

export const captureVerb: Verb = {
  summary: 'show what gateways send: attributes, decoded event, what is missing',
  help: `  --gateway NAME    only this gateway
  --count N         end after N packets
  --out FILE        also write them to a new FILE, one JSON object a line (0600)
  --show-personal   show user names, addresses and devices instead of hashes; passwords never

Works beside the running relay. While none runs it listens in its place and answers nobody.
Example: npm run relay -- capture --gateway asa-lyon --count 3
`,
  options: ['gateway', 'count', 'out', 'show-personal'],
  async run(options, io) {
    const places = readPlaces(options.config, io);
    if (!('adminSocket' in places)) {
      io.stderr(`${findingText(places)}\n`);
      return configExitCode;
    }
    try {
      return await capture(options, places.adminSocket, io);
    } catch (error) {
      io.stderr(`${errorText(error)}\n`);
      return 1;
    }
  },
};

async function capture(options: VerbOptions, socketPath: string, io: VerbIo): Promise<number> {
  const { gateway, count = Number.POSITIVE_INFINITY, out } = options;
  const names = gateway === undefined ? undefined : await runningGateways(socketPath);
  if (names && !isKnown(gateway, names, io)) return configExitCode;
  // `wx`: a capture may hold personal data, and must not end up in a file others can read.
  const file = out === undefined ? undefined : openSync(out, 'wx', 0o600);
  let seen = 0;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const print = makePrinter(options, file, io);
  const onPacket = (packet: CapturedPacket): void => {
    if (seen >= count) return;
    seen += 1;
    print(packet);
    // Nobody reads any more.
    void io.flushed().then((isRead) => isRead || end());
    if (seen >= count) end();
  };
  const onMissed = (missed: number): void => io.stderr(`${missed} packets came too fast to show\n`);
  const events = { onPacket, onMissed, onEnd: () => end() };
  try {
    const running = await followRunningRelay(socketPath, gateway, events);
    if (running) io.stderr('watching what the running relay receives; Ctrl-C ends\n');
    const source = running ?? (await listenHere(options, events, io));
    if (typeof source === 'number') return source;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) io.onSignal(signal, () => end());
    const timer = setInterval(() => {
      if (seen === 0) sayRefusals('nothing to show yet', source, io);
    }, quietMs);
    await ended;
    clearInterval(timer);
    await source.close();
    io.stderr(`${seen} packets captured\n`);
    return 0;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function makePrinter(
  { json, showPersonal }: VerbOptions,
  file: number | undefined,
  io: VerbIo,
): (packet: CapturedPacket) => void {
  const hide = showPersonal ? undefined : makeHide();
  return (packet) => {
    const shown = showPacket(packet, hide);
    const line = packetJson(shown);
    if (file !== undefined) writeSync(file, line);
    io.stdout(json ? line : packetText(shown));
  };
}

/** A source, or the exit code when the configuration is not usable. */
async function listenHere(
  { config: path, gateway }: VerbOptions,
  events: { readonly onPacket: (packet: CapturedPacket) => void },
  io: VerbIo,
): Promise<CaptureSource | number> {
  const { config, findings } = loadEffectiveConfig(path, io);
  if (!config) {
    io.stderr(findingLines(findings));
    return configExitCode;
  }
  const names = config.gateways.map(({ name }) => name);
  if (!isKnown(gateway, names, io)) return configExitCode;
  const source = await listenInstead(config, gateway, events);
  io.stderr('no relay is running: listening in its place; nothing is recorded or answered\n');
  return source;
}

function isKnown(gateway: string | undefined, names: readonly string[], io: VerbIo): boolean {
  if (gateway === undefined || names.includes(gateway)) return true;
  io.stderr(`no gateway is called ${gateway}${didYouMean(gateway, names)}\n`);
  return false;
}

function sayRefusals(what: string, source: CaptureSource, io: VerbIo): void {
  source.refusals().then(
    (refusals) => io.stderr(`${[what, ...refusals].join('\n  ')}\n`),
    () => undefined,
  );
}
