// A relay with RadSec on a free port, an authority that signs its gateways, and clients for it. The
// RadSec thread is a real one.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { buildSync } from 'esbuild';
import type { RadsecConfig } from '../../relay/config/radsec.ts';
import { radsecDefaults } from '../../relay/config/radsec.ts';
import { type RelayConfig, relayDefaults } from '../../relay/config/relay-config.ts';
import type { ThreadProgram } from '../../relay/radsec/thread-link.ts';
import { type Relay, startRelay } from '../../relay/run/relay.ts';
import { type Issued, type Subject, TestAuthority } from './certificates.ts';
import { RadsecClient } from './radsec-client.ts';
import { onStop, temporaryFolder } from './running-relay.ts';

const root = path.join(__dirname, '../..');

/** The relay's own door, started once more from source, as `npm run relay` does. */
export const doorProgram = {
  file: path.join(root, 'bin/run.mjs'),
  argv: ['tsx', path.join(root, 'bin/relay.ts')],
};

const compiled = mkdtempSync(path.join(os.tmpdir(), 'radsec-thread-'));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** Only what the thread runs, compiled once a test file: starts in a tenth of the time. */
export const threadProgram = compileThread(path.join(compiled, 'thread.cjs'));

function compileThread(outfile: string): ThreadProgram {
  const contents = `import { serveInThread } from './relay/radsec/thread.ts'; serveInThread();`;
  const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
  return { file: outfile, argv: [] };
}

/** An authority and a relay's own certificate, as files of a configuration. */
export function makeRadsecFiles(folder: string, subject: Subject = { name: 'relay' }) {
  const authority = new TestAuthority();
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const own = authority.issue({ names: ['127.0.0.1', 'relay.example.net'], ...subject });
  const files = {
    certificateFile: write('relay-certificate.pem', own.certificate),
    keyFile: write('relay-key.pem', own.key),
    caFile: write('gateways-ca.pem', authority.certificate),
  };
  return { authority, files, write };
}

export type LogLine = { readonly level: string; readonly event: string; readonly message: string };

export type RadsecRelay = {
  readonly relay: Relay;
  readonly config: RelayConfig;
  readonly authority: TestAuthority;
  readonly lines: readonly LogLine[];
  /** A certificate of the authority. */
  readonly gateway: Issued;
  write(name: string, text: string): string;
  /** How a gateway with that certificate connects. */
  options(issued?: Issued): ConnectionOptions;
  connect(more?: ConnectionOptions): Promise<RadsecClient>;
};

/** Starts one; `asa` comes from 127.0.0.1. */
export async function runRadsecRelay(
  change: {
    readonly radsec?: Partial<RadsecConfig>;
    readonly relay?: Partial<RelayConfig>;
    readonly threadProgram?: ThreadProgram;
  } = {},
): Promise<RadsecRelay> {
  const dataDir = temporaryFolder();
  const { authority, files, write } = makeRadsecFiles(dataDir);
  const { connectionsMax, idleSeconds } = radsecDefaults;
  const config: RelayConfig = {
    ...relayDefaults,
    listen: [{ address: '127.0.0.1', port: 0 }],
    gateways: [{ name: 'asa', addresses: ['127.0.0.1'], secrets: [] }],
    dataDir,
    radsec: {
      ...files,
      listen: [{ address: '127.0.0.1', port: 0 }],
      versions: radsecDefaults.versions,
      // A test connects as often as it likes.
      limits: {
        connectionsMax,
        connectionsPerSourceMax: 100,
        idleSeconds,
        handshakesPerSecondMax: 500,
      },
      ...change.radsec,
    },
    ...change.relay,
  };
  const lines: LogLine[] = [];
  const relay = await startRelay(config, {
    log: (level, event, message) => lines.push({ level, event, message }),
    now: Date.now,
    monotonicMs: () => performance.now(),
    // The 28 MB of a real one, at every start, have the garbage of all files before collected.
    rememberedMax: 10_000,
    threadProgram: change.threadProgram ?? threadProgram,
  });
  onStop(() => relay.stop());
  const gateway = authority.issue({ name: 'vpn1', names: ['vpn1.example.net'] });
  const options = ({ certificate, key } = gateway): ConnectionOptions => ({
    cert: certificate,
    key,
    ca: authority.certificate,
    port: relay.status().radsec?.addresses[0]?.port ?? 0,
  });
  const connect = async (more: ConnectionOptions = {}): Promise<RadsecClient> => {
    const client = await RadsecClient.connect({ ...options(), ...more });
    onStop(() => client.end());
    return client;
  };
  return { relay, config, authority, lines, gateway, write, options, connect };
}
