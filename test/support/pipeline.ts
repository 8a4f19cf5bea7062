// Runs the local pipeline as a child process, the way a person does, and talks to it from outside:
// RADIUS over UDP, the API over HTTP. Nothing here reaches into the program.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import radius from 'radius';
import { builtProgram } from './built-program.ts';

const root = join(__dirname, '..', '..');
/** Judges what the program asks of its tables. */
const checker = 'test/support/checked-process.ts';

export type Ready = { readonly radius: string; readonly api: string; readonly secret: string };

export type Pipeline = {
  readonly child: ChildProcess;
  readonly ready: Ready;
  /** Every line of stdout so far. */
  readonly lines: readonly string[];
  /** What it wrote to stderr so far. */
  readonly errors: readonly string[];
  readonly exited: Promise<number | null>;
};

/** Starts a program of this repository; resolves when its first line says it is ready. */
export async function startPipeline(
  args: readonly string[],
  program = 'bin/local.ts',
  env: Readonly<Record<string, string>> = {},
): Promise<Pipeline> {
  const child = spawn(process.execPath, [builtProgram(checker, program), ...args], {
    cwd: root,
    // No test leaves a note in the home of whoever runs it.
    env: { ...process.env, XDG_CONFIG_HOME: join(tmpdir(), 'wherefrom-test-config'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  const first = once(reader, 'line').then(([line]) => JSON.parse(line as string).ready as Ready);
  const failed = exited.then((code) => {
    throw new Error(`the pipeline ended with ${code}: ${errors.join('')}`);
  });
  failed.catch(() => undefined);
  return { child, ready: await Promise.race([first, failed]), lines, errors, exited };
}

export type PlayedSample = {
  /** A data folder of the caller's own. */
  readonly folder: string;
  /** How `npm start -- --once --json` ended. */
  readonly code: number | null;
  /** What it printed on stdout. */
  readonly lines: readonly string[];
};

/**
 * The sample, played once for all test files of a run. For the top of a test file: how long five
 * weeks take is not promised, so no limit of a hook is over it; it fails when nothing moves.
 */
export function playedSample(): PlayedSample {
  const shared = join(process.env['WHEREFROM_TEST_RUN'] ?? '', 'sample');
  const player = [
    builtProgram('test/support/play-sample-process.ts'),
    builtProgram(checker, 'bin/local.ts'),
    shared,
  ];
  const { status, stderr } = spawnSync(process.execPath, player, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the sample was not played to its end: ${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-sample-'));
  cpSync(join(shared, 'data'), folder, { recursive: true });
  return { folder, ...JSON.parse(readFileSync(join(shared, 'played.json'), 'utf8')) };
}

/** Asks a pipeline to end and waits for it. */
export async function stopPipeline(pipeline: Pipeline): Promise<number | null> {
  pipeline.child.kill('SIGTERM');
  return pipeline.exited;
}

export type Attribute = readonly [name: string, value: string | number | Date];

/** A gateway of a test: sends records, keeps those that were answered. */
export class TestGateway {
  readonly #socket = createSocket('udp4');
  readonly #ready: Ready;
  readonly #waiting = new Map<
    number,
    { request: Buffer; answered: (isAnswered: boolean) => void }
  >();
  #identifier = 0;

  constructor(ready: Ready) {
    this.#ready = ready;
    this.#socket.on('message', (response) => {
      const entry = this.#waiting.get(response[1] ?? -1);
      if (!entry) return;
      const { request } = entry;
      if (radius.verify_response({ request, response, secret: ready.secret })) entry.answered(true);
    });
  }

  /**
   * Sends an Accounting-Request, and the same again every second as gateways do (RFC 2866 section
   * 2); false when the gateway was closed, or gave up, before a valid answer came.
   *
   * @param giveUpMs milliseconds, for who is not to be answered; absent: never
   */
  send(attributes: readonly Attribute[], giveUpMs?: number): Promise<boolean> {
    const identifier = this.#identifier;
    this.#identifier = (identifier + 1) % 256;
    const request = radius.encode({
      code: 'Accounting-Request',
      identifier,
      secret: this.#ready.secret,
      attributes: attributes.map(([name, value]) => [name, value]),
    });
    const [address, port] = this.#ready.radius.split(':');
    return new Promise((resolve) => {
      const transmit = (): void => this.#socket.send(request, Number(port), address);
      const timer = setInterval(transmit, 1_000);
      const giveUp = giveUpMs && setTimeout(() => answered(false), giveUpMs);
      const answered = (isAnswered: boolean): void => {
        clearInterval(timer);
        clearTimeout(giveUp);
        this.#waiting.delete(identifier);
        resolve(isAnswered);
      };
      this.#waiting.set(identifier, { request, answered });
      transmit();
    });
  }

  close(): void {
    for (const { answered } of this.#waiting.values()) answered(false);
    this.#socket.close();
  }
}

/** A GET on the API; undefined for anything but 200. */
export async function getJson<T>(ready: Ready, path: string): Promise<T | undefined> {
  const response = await fetch(new URL(path, ready.api));
  return response.ok ? ((await response.json()) as T) : undefined;
}
