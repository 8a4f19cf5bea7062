// Cases from public reports (test/fixtures/reports/names-and-addresses.json): the packets as a
// gateway sends them, through decode, wire, fold and tables, to what the API says. Kinds:
// addresses, names.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { parseAddress } from '../../domain/address.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import { makeControlStore } from '../../lambdas/aws/dynamodb/control-store.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { hourMs, morning } from '../support/events.ts';
import { accounting, attribute } from '../support/radius-packets.ts';
import { recordOf, uint32, vendorAttribute } from '../support/records.ts';

type Packet = { readonly at: number; readonly attributes: readonly [string, string | number][] };
type Case = { readonly id: string; readonly packets: readonly Packet[] };

const cases: readonly Case[] = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'reports', 'names-and-addresses.json'), 'utf8'),
);
const now = morning;
const base = now - 6 * hourMs;

const named: Readonly<Record<string, number>> = {
  Start: 1,
  Virtual: 5,
  Ethernet: 15,
  'Framed-User': 2,
  PPP: 1,
};
const number = (text: string): Buffer => uint32(named[text] ?? Number(text));
const text = (value: string): Buffer => Buffer.from(value);
const prefix = (value: string): Buffer => {
  const [address = '', bits] = value.split('/');
  return Buffer.concat([Buffer.from([0, Number(bits)]), parseAddress(address) ?? Buffer.of()]);
};
const encoders: Readonly<Record<string, readonly [number, (value: string) => Buffer]>> = {
  'User-Name': [1, text],
  'Service-Type': [6, number],
  'Framed-Protocol': [7, number],
  'Framed-IP-Address': [8, (value) => Buffer.from(parseAddress(value) ?? [])],
  'Calling-Station-Id': [31, text],
  'Acct-Status-Type': [40, number],
  'Acct-Session-Id': [44, text],
  'Event-Timestamp': [55, (value) => uint32(base / 1000 + Number(value.slice(1)))],
  'NAS-Port-Type': [61, number],
  'Tunnel-Client-Endpoint': [66, text],
  'Framed-IPv6-Prefix': [97, prefix],
  'Delegated-IPv6-Prefix': [123, prefix],
};

function encoded([name, value]: Packet['attributes'][number]): Buffer {
  const vendor = /^26\.(\d+)\.(\d+)$/.exec(name);
  if (vendor) return vendorAttribute(Number(vendor[1]), Number(vendor[2]), String(value));
  const encoder = encoders[name];
  if (!encoder) throw new Error(`no encoder for ${name}`);
  return attribute(encoder[0], encoder[1](String(value)));
}

/** The events of a case; `without`: attributes left out. */
function eventsOf(id: string, without?: string): AccountingEvent[] {
  const found = cases.find((one) => one.id.startsWith(id));
  if (!found) throw new Error(`no case ${id}`);
  return found.packets.map(({ attributes }, index) => {
    const sent = attributes.filter(([name]) => name !== without);
    const payload = accounting('a-secret', sent.map(encoded), { identifier: index });
    const record = recordOf(payload, { receivedTime: now, gatewayId: 'G1', position: index + 1 });
    const event = toEvent(record, undefined);
    if ('undecodable' in event) throw new Error(event.undecodable);
    return event;
  });
}

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(now);
  // Every public address is in London.
  cloud.setLocate(async (addresses) => new Map(addresses.map((one) => [one, london])));
});
afterEach(() => cloud.stop());

const london = {
  kind: 'located',
  lat: 51.51,
  lon: -0.13,
  radiusKm: 20,
  country: 'GB',
  city: 'London',
  confidence: 'city',
  network: { asn: 2856, organization: 'Example Telecom', type: 'access' },
} as const;

async function activitiesOf(user: string) {
  const answer = await cloud.get('GET /v1/users/{user}/activities', {
    params: { user },
    query: { from: new Date(now - 170 * 24 * hourMs).toISOString() },
  });
  return answer.status === 200 ? [...answer.body.items].reverse() : [];
}

/** Each packet in a batch of its own, or all in one. */
const ways: readonly [string, (events: readonly AccountingEvent[]) => Promise<void>][] = [
  [
    'one by one',
    async (events) => {
      for (const event of events) await cloud.deliverAt(now, [event]);
    },
  ],
  ['in one batch', async (events) => void (await cloud.deliverAt(now, events))],
];

describe.each(ways)('reported addresses, sent %s', (_, send) => {
  it('H04: an IPv6 address in brackets, with a port, is the client address', async () => {
    await send(eventsOf('H04'));

    const [session] = await activitiesOf('u4@ex.com');
    expect(session.clientAddress).toBe('2a02:8108:8ac0:1::5');
    expect(session.location).toMatchObject({ city: 'London' });
  });

  it('H10: 0.0.0.0 in Calling-Station-Id does not hide the tunnel endpoint', async () => {
    await send(eventsOf('H10'));

    const [session] = await activitiesOf('u10@ex.com');
    expect(session.clientAddress).toBe('5.80.19.135');
    expect(session.location).toMatchObject({ city: 'London' });
    expect(session.flags).toEqual(['invalid-attributes']);
  });

  it('H16: Huawei names address and MAC in its own ways', async () => {
    await send(eventsOf('H16'));

    const [session] = await activitiesOf('u16@ex.com');
    expect(session.clientAddress).toBe('5.80.19.135');
    expect(session.devices).toMatchObject([{ key: 'mac:00-00-5e-00-53-0a' }]);
  });

  it('H16: without the address the lone MAC is no VPN connection', async () => {
    await send(eventsOf('H16', '26.2011.60'));

    expect(await activitiesOf('u16@ex.com')).toEqual([]);
  });

  it('H18: a VPN gateway that says Ethernet is known by its client address', async () => {
    await send(eventsOf('H18'));

    const [session] = await activitiesOf('u18@ex.com');
    expect(session.clientAddress).toBe('5.80.19.135');
    expect(session.assignedAddresses).toEqual(['10.8.0.6']);
  });

  it('H20: both IPv6 prefixes are shown', async () => {
    await send(eventsOf('H20'));

    const [session] = await activitiesOf('u20@ex.com');
    expect(session.assignedAddresses).toEqual(['2001:db8:1:2::/64', '2001:db8:a:ff00::/56']);
  });
});

const contoso = { netbios: { CONTOSO: 'contoso.com' }, defaultDomain: 'contoso.com' };

/** Settings as an admin saves them. */
async function useDomains(domains: DomainSettings): Promise<void> {
  const { client } = cloud.dynamo;
  const control = makeControlStore({ client, tableName: cloud.tables.control, now: () => now });
  await control.putSettings({ domains }, 0);
}

describe.each(ways)('reported names, sent %s', (_, send) => {
  it('H12: padding makes no other user, and stays in the spellings', async () => {
    await send(eventsOf('H12'));

    const sessions = await activitiesOf('alice@ex.com');
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['n1', 'n2', 'n3']);
    const { body } = await cloud.get('GET /v1/users', { query: { search: 'alice' } });
    expect(body.items).toEqual([{ user: 'alice@ex.com', kind: 'person' }]);
    const user = await cloud.get('GET /v1/users/{user}', { params: { user: 'alice@ex.com' } });
    expect(user.body.spellings).toEqual(['alice@ex.com', 'alice@ex.com\0', 'alice@ex.com ']);
  });

  it('H13: a prefix before a UPN makes no other user', async () => {
    await useDomains(contoso);
    await send(eventsOf('H13'));

    const sessions = await activitiesOf('alice@contoso.com');
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['n1', 'n2', 'n3']);
    const { body } = await cloud.get('GET /v1/users', {});
    expect(body.items).toEqual([{ user: 'alice@contoso.com', kind: 'person' }]);
  });
});
