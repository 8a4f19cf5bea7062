// RadSec in the main thread: starts the TLS thread, appends its packets to the journal, returns
// answers to its connections, keeps certificates up to date.
// Promise: whatever happens in the thread, UDP goes on; a thread that died is started again; an
// unusable certificate leaves the one before in effect.

import type { RadsecConfig } from '../config/radsec.ts';
import type { RadiusVersion } from '../config/radsec-material.ts';
import type { SecretSources } from '../config/secrets.ts';
import type { RadsecLine } from '../disconnect/ask-gateway.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { GatewayTable } from '../receive/gateway-table.ts';
import type { ListenAddress } from '../receive/udp-server.ts';
import { type ConnectionCounts, Connections } from './connections.ts';
import { RadsecFindings } from './findings.ts';
import { connectionSources } from './identity.ts';
import { MaterialKeeper } from './material-keeper.ts';
import type {
  ConnectionEnd,
  MainMessage,
  RadsecPolicy,
  RadsecStart,
  ThreadMessage,
} from './protocol.ts';
import { makeRecordPacket, type RecorderDeps } from './record-packet.ts';
import { type StartThread, type Thread, within } from './thread-link.ts';

/** What is known of RadSec at one moment. */
export type RadsecStatus = {
  /** What is bound; while it is shut what was bound last, or what will be. */
  readonly addresses: readonly ListenAddress[];
  readonly isOpen: boolean;
  /** Why it is shut although it should be open, or an old certificate is still in use. */
  readonly trouble?: string;
  readonly versions: readonly RadiusVersion[];
  readonly connections: ReadonlyMap<string, ConnectionCounts>;
  /** Connections that ended or did not come about, by reason, since the start. */
  readonly ends: Readonly<Partial<Record<ConnectionEnd, number>>>;
  /** Sentences on gateways that cannot be heard over TLS, by gateway name. */
  readonly findings: ReadonlyMap<string, string>;
};

export type RadsecDeps = {
  readonly recorder: RecorderDeps;
  readonly gateways: () => GatewayTable;
  readonly log: Log;
  readonly isFips: boolean;
  readonly startThread: StartThread;
  readonly readFile: SecretSources['readFile'];
};

const restartMs = 1000;
const retryMs = 5000;
const pauseWithinMs = 1000;
const stopWithinMs = 3000;

export class Radsec {
  readonly #config: RadsecConfig;
  readonly #deps: RadsecDeps;
  readonly #connections: Connections;
  readonly #findings: RadsecFindings;
  readonly #ends: Partial<Record<ConnectionEnd, number>> = {};
  readonly #keeper: MaterialKeeper;
  #addresses: readonly ListenAddress[];
  #portTrouble: string | undefined;
  #thread: Thread | undefined;
  #isListening: boolean = false;
  #isWanted: boolean = false;
  #outbox: MainMessage[] = [];
  #onListening: ((trouble: RelayError | undefined) => void) | undefined;
  #onPaused: (() => void) | undefined;
  #onEnded: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(config: RadsecConfig, deps: RadsecDeps) {
    const { gateways, recorder } = deps;
    this.#config = config;
    this.#deps = deps;
    this.#addresses = config.listen;
    this.#findings = new RadsecFindings(gateways, deps.log);
    this.#connections = this.#makeConnections(gateways, recorder);
    this.#keeper = new MaterialKeeper({
      files: config,
      isFips: deps.isFips,
      readFile: deps.readFile,
      now: recorder.now,
      log: deps.log,
      onChange: () => this.#tellPolicy(),
    });
  }

  status(): RadsecStatus {
    const trouble = this.#portTrouble ?? this.#keeper.trouble;
    return {
      addresses: this.#addresses,
      isOpen: this.#isListening,
      ...(trouble !== undefined && { trouble }),
      versions: this.#config.versions,
      connections: this.#connections.counts(),
      ends: { ...this.#ends },
      findings: this.#findings.sentences(),
    };
  }

  /** The connections of gateways, for requests that go the other way. */
  get line(): RadsecLine {
    return this.#connections;
  }

  /** Opens the port. @throws RelayError RELAY_PORT_UNUSABLE, RELAY_CONFIG_INVALID */
  async open(): Promise<void> {
    this.#isWanted = true;
    const trouble = await this.#start();
    if (!trouble) return;
    this.#isWanted = false;
    throw trouble;
  }

  /** Opens or shuts it while the relay runs; what cannot be opened is tried again. */
  async set(isWanted: boolean): Promise<void> {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    clearTimeout(this.#retry);
    if (isWanted) await this.#startOrRetry();
    else await this.#stop();
  }

  /** New gateways, and certificates if their files have changed. */
  reload(): void {
    this.#connections.identifyAgain();
    this.#keeper.renew();
    this.#tellPolicy();
  }

  /** Accepts and reads nothing more; resolves when all that was read has been taken. */
  async pause(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    if (!this.#thread) return;
    await within(pauseWithinMs, (done) => {
      this.#onPaused = done;
      this.#tell({ kind: 'pause' });
    });
  }

  /** Ends it for good, answers first. */
  async close(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    this.#keeper.close();
    await this.#stop();
  }

  #makeConnections(gateways: () => GatewayTable, recorder: RecorderDeps): Connections {
    const record = makeRecordPacket(
      {
        ...recorder,
        onDrop: (drop) => {
          if (drop.reason !== 'bad-authenticator' || !drop.gateway) return;
          this.#findings.wrongSecret(drop.gateway.config.name);
        },
      },
      this.#config.versions,
    );
    return new Connections({
      gateways,
      record,
      countBroken(name) {
        recorder.book.receive();
        recorder.book.count(name, 'bad-length');
      },
      tell: (message) => this.#tell(message),
      onUnknownClient: (address) => this.#findings.refused(address, 'unknown-gateway'),
      onOpened: ({ match }) => this.#findings.clear(match.gateway.config.name),
    });
  }

  /** Starts the thread; resolves when it listens, or with why it does not. */
  async #start(): Promise<RelayError | undefined> {
    if (this.#thread) return undefined;
    const policy = this.#policy();
    if (!policy) return new RelayError('RELAY_CONFIG_INVALID', this.#keeper.trouble ?? '');
    const { versions, limits } = this.#config;
    const { isFips } = this.#deps;
    const listen = this.#addresses;
    const start: RadsecStart = { ...policy, listen, versions, limits, isFips };
    const trouble = await new Promise<RelayError | undefined>((resolve) => {
      this.#onListening = resolve;
      this.#thread = this.#deps.startThread(start, {
        message: (messages) => this.#hear(messages),
        ended: (problem) => this.#ended(problem),
      });
    });
    this.#onListening = undefined;
    this.#portTrouble = trouble?.message;
    if (trouble) await this.#stop();
    return trouble;
  }

  async #startOrRetry(): Promise<void> {
    const trouble = await this.#start();
    if (!trouble) return;
    this.#deps.log('error', 'port-not-opened', `${trouble.message}; trying again every 5 s`);
    this.#startLater(retryMs);
  }

  #startLater(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#isWanted) void this.#startOrRetry();
    }, ms);
    this.#retry.unref();
  }

  async #stop(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    this.#isListening = false;
    await within(stopWithinMs, (done) => {
      this.#onEnded = done;
      this.#tell({ kind: 'stop' });
    });
    if (this.#thread === thread) await thread.terminate();
  }

  #hear(messages: readonly ThreadMessage[]): void {
    for (const message of messages) this.#obey(message);
  }

  #obey(message: ThreadMessage): void {
    const { kind } = message;
    if (kind === 'packets') this.#connections.packets(message.connection, message.octets);
    else if (kind === 'opened') this.#connections.opened(message);
    else if (kind === 'broken') this.#connections.broken(message.connection);
    else if (kind === 'closed') this.#connections.closed(message.connection);
    else if (kind === 'refused') this.#findings.refused(message.address, message.end);
    else if (kind === 'ends') this.#count(message.counts);
    else if (kind === 'paused') this.#onPaused?.();
    else if (kind === 'unusable') {
      this.#onListening?.(portUnusable(message.address, message.code));
    } else {
      this.#addresses = message.addresses;
      this.#isListening = true;
      this.#onListening?.(undefined);
    }
  }

  #count(counts: Readonly<Partial<Record<ConnectionEnd, number>>>): void {
    for (const [end, count] of Object.entries(counts)) {
      this.#ends[end as ConnectionEnd] = (this.#ends[end as ConnectionEnd] ?? 0) + count;
    }
  }

  #ended(problem: string | undefined): void {
    this.#thread = undefined;
    this.#isListening = false;
    this.#outbox = [];
    this.#connections.clear();
    this.#onPaused?.();
    this.#onEnded?.();
    const words = `the RadSec thread has ended (${problem ?? 'by itself'})`;
    const isStarting = this.#onListening !== undefined;
    this.#onListening?.(new RelayError('RELAY_PORT_UNUSABLE', words));
    if (isStarting || !this.#isWanted) return;
    this.#portTrouble = words;
    this.#deps.log('error', 'radsec-thread-ended', `${words}; it is started again`);
    this.#startLater(restartMs);
  }

  #tellPolicy(): void {
    const policy = this.#policy();
    if (policy) this.#tell({ kind: 'policy', policy });
  }

  #policy(): RadsecPolicy | undefined {
    const sources = connectionSources(this.#deps.gateways());
    const { material } = this.#keeper;
    return material && { material, ...(sources && { sources }) };
  }

  #tell(message: MainMessage): void {
    if (!this.#thread) return;
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push(message);
  }

  #flush(): void {
    const messages = this.#outbox;
    this.#outbox = [];
    if (messages.length === 0) return;
    const buffers = messages.flatMap((one) => ('octets' in one ? [one.octets.buffer] : []));
    this.#thread?.post(messages, buffers as ArrayBuffer[]);
  }
}

function portUnusable({ address, port }: ListenAddress, code: string): RelayError {
  const where = `TCP ${address.includes(':') ? `[${address}]` : address}:${port}`;
  const advice = 'another program holds it, or this host may not use it: see "radsec.listen"';
  return new RelayError('RELAY_PORT_UNUSABLE', `${where} cannot be bound (${code}); ${advice}`);
}
