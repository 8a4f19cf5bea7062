// History imported into a relay at work: half a million records of a detail file, the import killed
// twice on its way. How fast it goes, what memory both processes take, whether a record is missing
// or double in the journal, and how long live packets wait for their answer meanwhile.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { stampedOrdinal } from '../../relay/import/import-stamp.ts';
import { makeReader } from '../../relay/journal/reader.ts';
import { LoadGenerator, Receiver } from './crew.ts';
import { configureRelay, type RelaySetup, startRelayProcess } from './peers.ts';
import { memoryPeakMiB } from './process-numbers.ts';
import { promise, type SoakResult, type SoakTools, soakUntil, untilShipped } from './soak-part.ts';
import { whole } from './table.ts';
import { end } from './workshop.ts';

/** Far above what it takes; holding the file would be far above this. */
const memoryMiBMax = 400;
const livePerSecond = 100;
const killedAt = [0.3, 0.6];
const people = 5000;
const october = Date.UTC(2026, 9, 1);

export async function soakImport(
  { workshop, note }: SoakTools,
  records: number,
): Promise<readonly SoakResult[]> {
  const receiver = await Receiver.start(workshop);
  const setup = await configureRelay(workshop.newFolder(), { cloud: receiver.cloud });
  const file = join(setup.folder, 'detail');
  const octets = writeDetail(file, records);
  const relay = await startRelayProcess(workshop, setup);
  const load = new LoadGenerator(workshop);
  await load.prepare({ count: livePerSecond * 600, seed: 1 });
  const live = load.run({
    port: setup.port,
    shape: { kind: 'open', perSecond: livePerSecond, arrivals: 'poisson' },
    warmUpMs: 0,
    windowMs: 3_600_000,
  });
  const args = ['import', '--json', '--config', setup.configFile, file];
  const importing = (): ChildProcess => workshop.startProgram('relay', 'load', args);
  const began = performance.now();
  for (const share of killedAt) {
    const killed = importing();
    const count = async (): Promise<number> => (await receiver.ask({ kind: 'count' })).events;
    await soakUntil(async () => (await count()) > records * share, `${share} of the import`);
    await end(killed, 'SIGKILL');
    note(`killed at ${share * 100} %`);
  }
  const last = await watched(importing());
  const seconds = (performance.now() - began) / 1000;
  load.stop();
  const { lost, p50Us, p99Us } = await live;
  await untilShipped(setup);
  const relayMemory = memoryPeakMiB(relay.pid ?? 0);
  await end(relay, 'SIGTERM');
  const { found, distinct } = await stampsIn(setup);
  return [
    { what: 'records, MiB of the file', value: `${whole(records)}, ${whole(octets / 2 ** 20)}` },
    { what: 'records/s, all starts and both kills included', value: whole(records / seconds) },
    { what: 'records/s of the last run', value: whole(last.taken / last.seconds) },
    promise('missing after two kills', records - distinct, distinct === records),
    promise('double after two kills', found - distinct, found === distinct),
    promise('most memory of import, MiB', whole(last.memory), last.memory <= memoryMiBMax),
    promise('most memory of the relay, MiB', whole(relayMemory), relayMemory <= memoryMiBMax),
    promise('live packets lost meanwhile', lost, lost === 0),
    {
      what: `answers to ${livePerSecond} live packets/s, p50 and p99, us`,
      value: `${whole(p50Us)}, ${whole(p99Us)}`,
    },
  ];
}

type Watched = { readonly taken: number; readonly seconds: number; readonly memory: number };

/** Follows an import to its end. @throws Error when it fails */
async function watched(child: ChildProcess): Promise<Watched> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let memory = 0;
  const looking = setInterval(() => {
    memory = Math.max(memory, memoryPeakMiB(child.pid ?? 0));
  }, 200);
  const [exitCode] = await once(child, 'exit');
  clearInterval(looking);
  if (exitCode !== 0) throw new Error(`the import ended with ${exitCode}`);
  const { taken, seconds } = JSON.parse(text);
  return { taken, seconds, memory };
}

/** Imported records in the journal, and how many different ones. */
async function stampsIn(setup: RelaySetup): Promise<{ found: number; distinct: number }> {
  const directory = join(setup.dataDir, 'journal');
  const [id = ''] = readdirSync(join(directory, 'imports'));
  const octets = Buffer.from(id, 'hex');
  const reader = makeReader({ directory });
  const ordinals = new Set<number>();
  let found = 0;
  for (let next = 1; ; ) {
    const { entries } = await reader.readFrom(next, 4000, 1 << 22);
    for (const entry of entries) {
      if (entry.kind !== 'record' || entry.record.type !== 'imported') continue;
      found += 1;
      ordinals.add(stampedOrdinal(entry.record.payload, octets) ?? -1);
    }
    const end = entries.at(-1);
    if (!end) break;
    next = end.position + 1;
  }
  await reader.close();
  return { found, distinct: ordinals.size };
}

/** Start and Stop of sessions of five thousand people, as an ASA sends them. @returns octets */
function writeDetail(path: string, records: number): number {
  const file = openSync(path, 'w');
  let octets = 0;
  let pending = '';
  for (let at = 0; at < records; at += 1) {
    pending += detailRecord(Math.floor(at / 2), at % 2 === 1);
    if (pending.length < 1 << 20 && at + 1 < records) continue;
    octets += writeSync(file, pending);
    pending = '';
  }
  closeSync(file);
  return octets;
}

function detailRecord(session: number, isStop: boolean): string {
  const person = session % people;
  const time = october / 1000 + session * 10 + (isStop ? 1800 : 0);
  const address = `198.18.${(person >> 8) & 255}.${person & 255}`;
  const lines = [
    `User-Name = "CORP\\\\person${person}"`,
    `NAS-Port = ${session % 65536}`,
    'Service-Type = Framed-User',
    'Framed-Protocol = PPP',
    `Framed-IP-Address = 10.8.${(person >> 8) & 255}.${person & 255}`,
    'Called-Station-Id = "203.0.113.1"',
    `Calling-Station-Id = "${address}"`,
    `Acct-Status-Type = ${isStop ? 'Stop' : 'Start'}`,
    'Acct-Delay-Time = 0',
    `Acct-Session-Id = "${session.toString(16).toUpperCase().padStart(8, '0')}"`,
    'Acct-Authentic = RADIUS',
    'NAS-Port-Type = Virtual',
    `Tunnel-Client-Endpoint:0 = "${address}"`,
    'Cisco-AVPair = "mdm-tlv=device-platform=win"',
    `Cisco-AVPair = "mdm-tlv=device-mac=00-0c-29-00-${hex(person >> 8)}-${hex(person)}"`,
    'Cisco-AVPair = "mdm-tlv=device-platform-version=10.0.19045 "',
    'Cisco-AVPair = "mdm-tlv=ac-user-agent=AnyConnect Windows 4.10.07061"',
    `Cisco-AVPair = "audit-session-id=0a0a0a0a${session.toString(16).padStart(8, '0')}"`,
    'NAS-IP-Address = 127.0.0.1',
    'ASA-TunnelGroupName = "staff"',
    'ASA-ClientType = AnyConnect-Client-SSL-VPN',
    ...(isStop ? ['Acct-Session-Time = 1800', 'Acct-Terminate-Cause = User-Request'] : []),
    `Timestamp = ${time}`,
  ];
  return `Thu Oct  1 08:00:00 2026\n${lines.map((line) => `\t${line}\n`).join('')}\n`;
}

const hex = (octet: number): string => (octet & 255).toString(16).padStart(2, '0');
