// The accounting servers that are compared, each started fresh in a folder of its own: our relay,
// Debian's FreeRADIUS trimmed to its detail writer, and a naive server on npm `radius`.

import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { startFreeRadius } from '../../test/support/freeradius.ts';
import { end, lineOf, type Workshop } from './workshop.ts';

export const secret = 'a-secret-for-the-benchmark';
export const relayId = 'bench';

export type Peer = {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
};

export type RelaySetup = {
  readonly folder: string;
  readonly dataDir: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly configFile: string;
};

/** The key pair that seals batches: the private half for the relay, the public for the receiver. */
export function writeKeys(folder: string): { readonly privateFile: string; publicFile: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateFile = join(folder, 'relay.key');
  const publicFile = join(folder, 'relay.pub');
  writeFileSync(privateFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(publicFile, publicKey.export({ format: 'pem', type: 'spki' }));
  return { privateFile, publicFile };
}

/** Writes a configuration for the relay as an operator would. */
export async function configureRelay(
  folder: string,
  options: {
    readonly cloud?: { readonly url: string; readonly keyFile: string };
    readonly dataDir?: string;
    /** The section of that name. */
    readonly radsec?: object;
    /** Gateways besides `asa`. */
    readonly gateways?: readonly object[];
  } = {},
): Promise<RelaySetup> {
  const port = await freePort();
  const metricsPort = await freePort();
  const dataDir = options.dataDir ?? join(folder, 'data');
  const configFile = join(folder, 'relay.json');
  writeFileSync(join(folder, 'secret'), `${secret}\n`, { mode: 0o600 });
  const config = {
    listen: [{ address: '127.0.0.1', port }],
    gateways: [
      { name: 'asa', addresses: ['127.0.0.1'], vendor: 'cisco-asa', secretFile: 'secret' },
      ...(options.gateways ?? []),
    ],
    ...(options.radsec && { radsec: options.radsec }),
    ...(options.cloud && { cloud: { relayId, ...options.cloud } }),
    dataDir,
    metrics: { address: '127.0.0.1', port: metricsPort },
  };
  writeFileSync(configFile, JSON.stringify(config));
  return { folder, dataDir, port, metricsPort, configFile };
}

/** Starts `relay run`; resolves when it listens. */
export async function startRelayProcess(
  workshop: Workshop,
  setup: RelaySetup,
  program: RelayProgram = 'relay',
): Promise<ChildProcess> {
  const child = workshop.startProgram(program, 'server', ['run', '--config', setup.configFile]);
  await lineOf(child, /"event":"listening"|listening/);
  return child;
}

/** One number of the relay's /metrics, summed over its labels; 0 when there is none. */
export async function relayMetric(setup: RelaySetup, sample: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${setup.metricsPort}/metrics`);
  const lines = (await response.text()).split('\n');
  const found = lines.filter((line) => line.startsWith(`wherefrom_relay_${sample}`));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function peerOf(child: ChildProcess, port: number): Peer {
  return { pid: child.pid ?? 0, port, stop: () => end(child, 'SIGTERM') };
}

type RelayProgram = 'relay' | 'relay-before';

/** Our relay, journal only or shipping to a receiver. */
export async function startRelayPeer(
  workshop: Workshop,
  options: {
    readonly cloud?: { readonly url: string; readonly keyFile: string };
    readonly program?: RelayProgram;
  } = {},
): Promise<Peer> {
  const { cloud, program } = options;
  const setup = await configureRelay(workshop.newFolder(), cloud ? { cloud } : {});
  return peerOf(await startRelayProcess(workshop, setup, program), setup.port);
}

export async function startNaivePeer(workshop: Workshop): Promise<Peer> {
  const folder = workshop.newFolder();
  const port = await freePort();
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, secret);
  const args = [String(port), join(folder, 'records.ndjson'), secretFile];
  const child = workshop.startProgram('naive-process', 'server', args);
  await lineOf(child, /listening/);
  return peerOf(child, port);
}

/**
 * FreeRADIUS with nothing but `detail`, set as Debian sets it; `threads`: its default pool, else
 * one thread (`-s`).
 */
export async function startFreeRadiusPeer(workshop: Workshop, threads: boolean): Promise<Peer> {
  const folder = workshop.newFolder();
  const { child, port } = await startFreeRadius({
    folder,
    secret,
    before: `
max_requests = 16384
thread pool {
  start_servers = 5
  max_servers = 32
  min_spare_servers = 3
  max_spare_servers = 10
  max_requests_per_server = 0
}`,
    modules: `
  detail {
    filename = ${folder}/%{%{Packet-Src-IP-Address}:-%{Packet-Src-IPv6-Address}}/detail-%Y%m%d
    escape_filenames = no
    permissions = 0600
    header = "%t"
  }`,
    sections: 'accounting {\n  detail\n}',
    isSingleThreaded: !threads,
    start: (program, args) => workshop.start(program, args, 'server'),
  });
  return peerOf(child, port);
}
