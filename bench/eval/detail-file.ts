// Writes a world as files that others can read: a FreeRADIUS `detail` file of its records as the
// gateways' vendors send them, the settings an operator would have, and the truth. Times that a
// gateway does not send are told by the file's Timestamp less Acct-Delay-Time.
// What it cannot carry: location data that changes while the file is written.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent, Device } from '../../domain/accounting-event.ts';
import { gatewayKinds } from './records.ts';
import type { World, WorldRecord } from './world.ts';

const flushChars = 1 << 20;

/** Writes `<name>-<seed>.detail`, `.settings.json` and `.truth.ndjson` into a folder. */
export function writeDetailFiles(world: World, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const base = join(folder, `${world.name}-${world.seed}`);
  writeChunks(`${base}.detail`, detailRecords(world));
  writeFileSync(`${base}.settings.json`, `${JSON.stringify(settingsOf(world), null, 2)}\n`);
  writeChunks(`${base}.truth.ndjson`, truthLines(world));
  return `${base}.detail`;
}

function writeChunks(path: string, texts: Iterable<string>): void {
  const file = openSync(path, 'w');
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < flushChars) continue;
    writeSync(file, pending);
    pending = '';
  }
  writeSync(file, pending);
  closeSync(file);
}

/** The part of the cloud's settings that replay needs. */
function settingsOf(world: World): object {
  const gateways = gatewayKinds.map((name, index) => ({
    name,
    addresses: [`192.0.2.${index + 1}`],
  }));
  return { ...world.settings, gateways };
}

/** One line a true session: whose, when, and the class of the campaign if it was an attack. */
function* truthLines(world: World): Iterable<string> {
  const written = new Set<number>();
  for (const { event, uid } of world.records()) {
    const session = world.sessions[uid];
    if (session === undefined || written.has(uid)) continue;
    written.add(uid);
    const { campaign } = session;
    const attack = campaign === undefined ? undefined : world.campaigns[campaign]?.attack;
    const line = {
      user: world.persons[session.person]?.account,
      gateway: event.gateway.id,
      sessionId: event.session.id,
      startedAt: new Date(session.start).toISOString(),
      ...(attack ? { campaign, attack } : {}),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** The records in order of arrival, as FreeRADIUS writes them. */
export function* detailRecords(world: World): Iterable<string> {
  for (const record of world.records()) yield detailRecord(record);
}

type Pair = readonly [attribute: string, value: string];

function detailRecord({ event }: WorldRecord): string {
  const at = new Date(event.receivedTime);
  const pairs: readonly Pair[] = [
    ...attributesOf(event),
    ['Timestamp', `${Math.floor(event.receivedTime / 1000)}`],
  ];
  return `${asctime(at)}\n${pairs.map(([name, value]) => `\t${name} = ${value}\n`).join('')}\n`;
}

const statusOf: Readonly<Record<AccountingEvent['kind'], string>> = {
  start: 'Start',
  interim: 'Interim-Update',
  stop: 'Stop',
  'gateway-on': 'Accounting-On',
  'gateway-off': 'Accounting-Off',
  other: 'Failed',
};

function attributesOf(event: AccountingEvent): Pair[] {
  const { session, user, gateway } = event;
  const pairs: Pair[] = [['Acct-Status-Type', statusOf[event.kind]]];
  if (user.raw) pairs.push(['User-Name', quoted(user.raw)]);
  if (session.id) pairs.push(['Acct-Session-Id', quoted(session.id)]);
  if (session.seconds !== undefined) pairs.push(['Acct-Session-Time', `${session.seconds}`]);
  if (session.octetsIn) pairs.push(...octetPairs('Input', session.octetsIn));
  if (session.octetsOut) pairs.push(...octetPairs('Output', session.octetsOut));
  pairs.push(['NAS-IP-Address', gateway.address], ['NAS-Identifier', quoted(gateway.id)]);
  if (user.raw) pairs.push(['NAS-Port-Type', 'Virtual'], ['Service-Type', 'Framed-User']);
  if (event.clientAddress) pairs.push(...addressPairs(gateway.id, event.clientAddress));
  if (event.device) pairs.push(...devicePairs(gateway.id, event.device));
  pairs.push(...timePairs(event));
  return pairs;
}

/** What 32 bits do not hold stands in Gigawords (RFC 2869 section 5.1). */
function octetPairs(direction: 'Input' | 'Output', octets: string): readonly Pair[] {
  const [words, rest] = [Math.floor(Number(octets) / 2 ** 32), Number(octets) % 2 ** 32];
  const high: readonly Pair[] = words > 0 ? [[`Acct-${direction}-Gigawords`, `${words}`]] : [];
  return [[`Acct-${direction}-Octets`, `${rest}`], ...high];
}

function addressPairs(gateway: string, address: string): Pair[] {
  if (gateway === 'f5') return [['Tunnel-Client-Endpoint:0', quoted(address)]];
  const text = gateway === 'strongswan' ? `${address}[4500]` : address;
  return [['Calling-Station-Id', quoted(text)]];
}

function devicePairs(gateway: string, device: Device): Pair[] {
  const value = device.key.slice(device.key.indexOf(':') + 1);
  if (gateway === 'rras')
    return [['MS-RAS-Client-Name', quoted(`MSRAS-0-${device.name ?? value}`)]];
  if (gateway === 'ocserv') return [['Connect-Info', quoted(device.client ?? value)]];
  const facts = [
    [`device-${device.kind}`, value],
    ['device-platform', device.os],
    ['ac-user-agent', device.client],
  ];
  return facts
    .filter(([, fact]) => fact !== undefined)
    .map(([name, fact]) => ['Cisco-AVPair', quoted(`mdm-tlv=${name}=${fact}`)] as const);
}

/** Only RRAS sends its own clock here; of the others the delay on the way is told. */
function timePairs({ gateway, time, receivedTime }: AccountingEvent): Pair[] {
  if (gateway.id === 'rras') return [['Event-Timestamp', quoted(eventTimestamp(new Date(time)))]];
  const delay = Math.floor(receivedTime / 1000) - Math.floor(time / 1000);
  return [['Acct-Delay-Time', `${Math.max(0, delay)}`]];
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const clock = (at: Date): string => at.toISOString().slice(11, 19);
const date = (at: Date): string =>
  `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)}`;

/** `Mon Aug  3 08:40:00 2026`, in UTC. */
function asctime(at: Date): string {
  return `${weekdays[at.getUTCDay()]} ${date(at)} ${clock(at)} ${at.getUTCFullYear()}`;
}

/** `Aug  3 2026 08:40:00 UTC`. */
function eventTimestamp(at: Date): string {
  return `${date(at)} ${at.getUTCFullYear()} ${clock(at)} UTC`;
}
