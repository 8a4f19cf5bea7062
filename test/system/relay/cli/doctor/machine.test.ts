// Configurations, machines and journals that are broken for real, each named by the doctor.

import { createSocket } from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../../../../../relay/config/load.ts';
import { openCursor } from '../../../../../relay/journal/cursor.ts';
import { Journal } from '../../../../../relay/journal/journal.ts';
import { attribute } from '../../../../support/radius-packets.ts';
import { runRelay, temporaryFolder } from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';
import { describeBroken, io, run, type SetUp, secrets, setUp, start, stops } from './set-up.ts';

describeBroken('the configuration', [
  [
    'a misspelt key in the configuration',
    { code: 'config-valid', result: 'fail', evidence: /did you mean "listen"/, advice: /correct/ },
    () => setUp({ lisen: [] }),
  ],
  [
    'secrets that everybody on the host can read',
    {
      code: 'config-valid',
      result: 'warn',
      evidence: /read by others/,
      advice: /unless you meant it/,
    },
    () => {
      const surroundings = setUp();
      fs.chmodSync(path.join(surroundings.folder, 'asa.secret'), 0o644);
      return surroundings;
    },
  ],
  [
    'a configuration that everybody may change',
    { code: 'config-permissions', result: 'warn', evidence: /mode 666/, advice: /chmod go-w/ },
    () => {
      const surroundings = setUp();
      fs.chmodSync(surroundings.file, 0o666);
      return surroundings;
    },
  ],
  [
    'a weak secret that was allowed',
    {
      code: 'secrets-strength',
      result: 'warn',
      evidence: /fewer than 16/,
      advice: /openssl rand/,
    },
    () => {
      const folder = temporaryFolder();
      fs.writeFileSync(path.join(folder, 'weak'), 'cisco123', { mode: 0o600 });
      const weak = { name: 'asa', address: '127.0.0.1', secretFile: 'weak', allowWeakSecret: true };
      return setUp({ gateways: [weak] }, folder);
    },
  ],
  [
    'one secret for two gateways',
    { code: 'secrets-shared', result: 'warn', evidence: /asa, rras/, advice: /its own/ },
    () => {
      const shared = (name: string, address: string) => ({
        name,
        address,
        secretFile: 'asa.secret',
      });
      return setUp({ gateways: [shared('asa', '127.0.0.1'), shared('rras', '127.0.0.2')] });
    },
  ],
  [
    'a gateway on IPv6 and sockets on IPv4 only',
    {
      code: 'address-family',
      result: 'fail',
      evidence: /no socket listens on IPv6/,
      advice: /"::"/,
    },
    () => setUp({ gateways: [{ name: 'asa', address: '2001:db8::1', secretFile: 'asa.secret' }] }),
  ],
  [
    'a runtime that is too old',
    { code: 'node-version', result: 'fail', evidence: /v18\.20\.8/, advice: /Node 20\.19/ },
    () => ({ ...setUp(), changes: { nodeVersion: 'v18.20.8' } }),
  ],
]);

/** As `nft list ruleset` of nftables 1.0.6 prints it. */
const closedRuleset = [
  'table inet filter {',
  '\tchain input {',
  '\t\ttype filter hook input priority filter; policy drop;',
  '\t\ttcp dport 22 accept',
  '\t}',
  '}',
].join('\n');

describeBroken('the machine', [
  [
    'the port held by another program',
    { code: 'port-bind', result: 'fail', evidence: /held by .+ \(process \d+\)/, advice: /stop/ },
    async () => {
      const other = createSocket('udp4');
      stops.push(() => other.close());
      await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
      return setUp({ listen: [{ address: '127.0.0.1', port: other.address().port }] });
    },
  ],
  [
    'an address that this host does not have',
    { code: 'port-bind', result: 'fail', evidence: /EADDRNOTAVAIL/, advice: /ip address/ },
    () => setUp({ listen: [{ address: '192.0.2.99', port: 31_813 }] }),
  ],
  [
    'a read-only data directory',
    { code: 'journal-writable', result: 'fail', evidence: /EACCES/, advice: /own it|chown/ },
    () => {
      const surroundings = setUp();
      fs.chmodSync(surroundings.dataDir, 0o500);
      return { ...surroundings, asNobody: true };
    },
  ],
  [
    'a data directory that others may look into',
    { code: 'data-permissions', result: 'warn', evidence: /mode 755/, advice: /chmod 700/ },
    () => {
      const surroundings = setUp();
      fs.chmodSync(surroundings.dataDir, 0o755);
      return surroundings;
    },
  ],
  [
    'a receive buffer smaller than wanted',
    {
      code: 'udp-receive-buffer',
      result: 'warn',
      evidence: /granted/,
      advice: /net\.core\.rmem_max/,
    },
    // No kernel grants this much unasked.
    () => ({ ...setUp(), changes: { receiveBufferBytes: 1024 ** 3 } }),
  ],
  [
    'datagrams lost in the kernel',
    { code: 'udp-kernel-drops', result: 'warn', evidence: /\d+ dropped/, advice: /rmem_max/ },
    async () => {
      const surroundings = setUp();
      const { relay } = await run(surroundings);
      const flood = createSocket('udp4');
      stops.push(() => flood.close());
      const { port } = relay.addresses[0] as { port: number };
      await new Promise<void>((resolve) => flood.connect(port, '127.0.0.1', resolve));
      // Sent in one turn of the event loop, so that the relay reads none of them meanwhile.
      const noise = Buffer.alloc(4_000);
      for (let i = 0; i < 12_000; i++) flood.send(noise);
      return surroundings;
    },
  ],
  [
    'a firewall that lets nobody in',
    {
      code: 'firewall-inbound',
      result: 'warn',
      evidence: /no rule for port 31813/,
      advice: /saddr 127\.0\.0\.1 udp dport 31813 accept/,
    },
    () => ({
      ...setUp(),
      changes: {
        run: async (program) => (program === 'nft' ? closedRuleset : undefined),
      },
    }),
  ],
  [
    'a second configuration for the data directory of a running relay',
    {
      code: 'relay-running',
      result: 'fail',
      evidence: /a relay has .+ and does not answer on .+other\.sock/,
      advice: /second one with this data directory/,
    },
    async () => {
      const surroundings = setUp();
      await run(surroundings);
      return setUp({ adminSocket: 'other.sock' }, surroundings.folder);
    },
  ],
  [
    'no relay running',
    { code: 'relay-running', result: 'warn', evidence: /no relay answers/, advice: /start it/ },
    () => setUp(),
  ],
]);

describeBroken('the journal', [
  [
    'a journal that is full',
    {
      code: 'journal-writable',
      result: 'fail',
      evidence: /no packet is answered/,
      advice: /make room/,
    },
    async () => {
      const surroundings = setUp();
      const { config } = loadConfig(surroundings.file, io);
      if (!config) throw new Error('the set-up is sound');
      const listen = [{ address: '127.0.0.1', port: 0 }];
      const relay = await runRelay({ ...config, listen, journalMaxMiB: 1 });
      const long = attribute(25, Buffer.alloc(250));
      const fill = Array.from({ length: 14 }, () => long);
      for (let i = 0; relay.relay.status().isReady && i < 2_000; i++) {
        const isFull = (): boolean => !relay.relay.status().isReady;
        relay.send(start(secrets.asa, attribute(5, [0, 0, i >> 8, i & 255]), ...fill));
        await until(() => isFull() || relay.answers.length > i, `packet ${i} is answered`);
      }
      return surroundings;
    },
  ],
  [
    'octets that rotted in the journal',
    {
      code: 'journal-whole',
      result: 'fail',
      evidence: /damaged octets/,
      advice: /journal verify/,
    },
    async () => {
      const surroundings = setUp();
      const relay = await run(surroundings);
      for (const id of ['a', 'b', 'c']) relay.send(start(secrets.asa, attribute(50, id)));
      await until(() => relay.answers.length === 3, '3 packets are answered');
      await relay.stop();
      const segment = path.join(surroundings.dataDir, 'journal', segmentsIn(surroundings)[0] ?? '');
      const octets = fs.readFileSync(segment);
      octets.fill(0xff, octets.indexOf('session-1'), octets.indexOf('session-1') + 4);
      fs.writeFileSync(segment, octets);
      return surroundings;
    },
  ],
  [
    'segments deleted before they were shipped',
    {
      code: 'journal-whole',
      result: 'fail',
      evidence: /1 positions below 3 were never shipped/,
      advice: /ledger has a hole/,
    },
    async () => {
      const surroundings = setUp();
      const directory = path.join(surroundings.dataDir, 'journal');
      const opened = await Journal.open({ directory, now: Date.now, segmentBytesMax: 64 });
      for (const id of ['a', 'b', 'c']) await append(opened, start(secrets.asa, attribute(50, id)));
      await opened.close();
      const cursor = await openCursor({ directory });
      cursor.shipped({ first: 1, last: 1 }, 0);
      await cursor.saved();
      for (const name of segmentsIn(surroundings).slice(0, 2))
        fs.rmSync(path.join(directory, name));
      return surroundings;
    },
  ],
]);

function segmentsIn({ dataDir }: SetUp): string[] {
  return fs
    .readdirSync(path.join(dataDir, 'journal'))
    .filter((name) => /^\d{16}/.test(name))
    .sort();
}

function append(journal: Journal, payload: Buffer): Promise<void> {
  const source = { address: '127.0.0.1', port: 1 };
  return new Promise((resolve, reject) => {
    journal.append(
      { type: 'datagram', receivedTime: 1, source, gatewayId: 'asa', isRepeated: false, payload },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}
