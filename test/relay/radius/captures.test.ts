// Captures of real servers, read from their pcap and compared with the listing beside them.

import { readFileSync } from 'node:fs';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { type CapturedDatagram, readPcap } from '../../support/pcap.ts';
import { eventOf } from '../../support/records.ts';

const folder = `${__dirname}/../../fixtures/radius`;

type Listed = {
  readonly time: number;
  readonly kind: string;
  readonly attributes: readonly (readonly [string, string | number])[];
};

const listing = (name: string): Listed[] =>
  readFileSync(`${folder}/${name}.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const requests = (name: string): CapturedDatagram[] =>
  readPcap(`${folder}/${name}.pcap`).filter((datagram) => datagram.destinationPort === 1813);

const events = (name: string): AccountingEvent[] =>
  requests(name).map(({ payload, time, source, sourcePort }) =>
    eventOf(payload, { receivedTime: time, source: { address: source, port: sourcePort } }),
  );

const kindNames: Readonly<Record<string, string>> = {
  Start: 'start',
  'Interim-Update': 'interim',
  Stop: 'stop',
  'Accounting-On': 'gateway-on',
  'Accounting-Off': 'gateway-off',
};

/** What of an event the listing can confirm, by attribute name. */
function confirmable(event: AccountingEvent): Map<string, string | number | undefined> {
  return new Map<string, string | number | undefined>([
    ['User-Name', event.user.raw || undefined],
    ['Acct-Session-Id', event.session.id],
    ['Acct-Session-Time', event.session.seconds],
    ['Acct-Input-Octets', event.session.octetsIn && Number(event.session.octetsIn)],
    ['Acct-Output-Octets', event.session.octetsOut && Number(event.session.octetsOut)],
    ['NAS-Identifier', event.gateway.name],
    ['NAS-IP-Address', event.vendorAttributes['nas-ip-address']],
    ['NAS-IPv6-Address', event.vendorAttributes['nas-ipv6-address']],
    ['Framed-IP-Address', event.assignedAddresses.find((address) => !address.includes(':'))],
    ['Framed-IPv6-Address', event.assignedAddresses.find((address) => address.includes(':'))],
    ['Connect-Info', event.vendorAttributes['connect-info']],
    ['Event-Timestamp', event.claimedTime && event.claimedTime / 1000],
  ]);
}

describe.each(['ocserv', 'hostapd'])('the %s capture', (name) => {
  it('gives an event per request that says what the listing says', () => {
    const listed = listing(name);
    const decoded = events(name);

    expect(decoded).toHaveLength(listed.length);
    for (const [index, event] of decoded.entries()) {
      const line = listed[index] as Listed;
      const sent = new Map(line.attributes);
      expect(event.kind).toBe(kindNames[line.kind]);
      expect(event.receivedTime).toBe(Math.round(line.time * 1000));
      for (const [attribute, value] of confirmable(event)) {
        expect([attribute, value]).toEqual([attribute, sent.get(attribute)]);
      }
    }
  });
});

describe('ocserv', () => {
  const all = events('ocserv');

  it('is recognised in Starts, Interims and Stops alike, all of them VPN', () => {
    expect(new Set(all.map((event) => event.gateway.vendor))).toEqual(new Set(['ocserv']));
    expect(all.flatMap((event) => event.flags)).toEqual([]);
  });

  it('tells the client address of every record, IPv4 and IPv6', () => {
    const addresses = new Set(all.map((event) => event.clientAddress));
    expect(addresses).toEqual(
      new Set([
        '81.2.69.142',
        '2.125.160.216',
        '216.160.83.56',
        '2001:218:85a3::7334',
        '89.160.20.112',
      ]),
    );
  });

  it('tells the client program in the Start only', () => {
    for (const event of all) {
      expect(event.device?.kind).toBe(event.kind === 'start' ? 'client' : undefined);
    }
  });

  it('has users as plain, UPN, NetBIOS and beyond ASCII', () => {
    const names = new Set(all.map((event) => `${event.user.form} ${event.user.account}`));
    expect(names).toEqual(new Set(['upn alice', 'netbios bob', 'plain carol', 'upn d\u00e4vid']));
  });

  it('reports a killed client minutes late, with the session time of its loss', () => {
    const stop = all.find(
      (event) => event.kind === 'stop' && event.session.terminateCause !== 'User-Request',
    );
    const lastInterim = all.find(
      (event) => event.session.id === stop?.session.id && event.kind === 'interim',
    );
    expect(stop?.session.seconds).toBe(15);
    expect((stop?.time ?? 0) - (lastInterim?.time ?? 0)).toBeGreaterThan(280_000);
  });
});

describe('hostapd', () => {
  const all = events('hostapd');

  it('begins with Accounting-On and ends with Accounting-Off, of no user', () => {
    const restarts = [all[0], all.at(-1)];
    expect(restarts.map((event) => event?.kind)).toEqual(['gateway-on', 'gateway-off']);
    expect(restarts.map((event) => event?.user.form)).toEqual(['none', 'none']);
    expect(restarts.map((event) => event?.flags)).toEqual([[], []]);
  });

  it('is Wi-Fi: its sessions are recorded as no VPN, with a MAC and no client address', () => {
    for (const event of all.slice(1, -1)) {
      expect(event.flags).toEqual(['not-vpn']);
      expect(event.clientAddress).toBeUndefined();
      expect(event.device).toEqual({ key: 'mac:02-00-00-00-01-01', kind: 'mac' });
    }
  });
});
