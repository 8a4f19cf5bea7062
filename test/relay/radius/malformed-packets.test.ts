// Datagrams that the gate must judge, read by the decoder: none may make it throw, and those that
// are answered are in the journal and so must give an event.

import { readFileSync } from 'node:fs';
import { toEvent } from '../../../relay/radius/to-event.ts';
import { eventOf, gatewayOf, recordOf } from '../../support/records.ts';

type Malformed = {
  readonly id: string;
  readonly raw: string;
  readonly expected: { readonly decision: string };
};

const datagrams: Malformed[] = JSON.parse(
  readFileSync(`${__dirname}/../../fixtures/radius/malformed-packets.json`, 'utf8'),
);
const raw = (id: string): Buffer => {
  const found = datagrams.find((datagram) => datagram.id === id);
  if (!found) throw new Error(`no datagram ${id}`);
  return Buffer.from(found.raw, 'hex');
};

describe('a malformed datagram', () => {
  it.each(datagrams)('never makes the decoder throw: $id ($expected.decision)', (datagram) => {
    const event = toEvent(recordOf(Buffer.from(datagram.raw, 'hex')), gatewayOf());
    // A dropped datagram never reaches the journal; here only that it does not throw counts.
    const isJournalled = /^answer(-or-drop.*)?$/.test(datagram.expected.decision);

    expect('eventId' in event || !isJournalled).toBe(true);
  });

  it.each([
    ['short-19', 'bad-length'],
    ['length-4-of-4', 'bad-length'],
    ['length-4097', 'bad-length'],
    ['attr-length-0', 'bad-framing'],
    ['attr-overrun', 'bad-framing'],
    ['code-1-access-request', 'not-an-accounting-request'],
    ['status-server', 'not-an-accounting-request'],
  ])('is undecodable with a reason: %s', (id, reason) => {
    expect(toEvent(recordOf(raw(id)), gatewayOf())).toEqual({ undecodable: reason });
  });

  it('is recorded without its bad attribute: an address of three octets, a short VSA', () => {
    for (const id of ['framed-ip-3-octets', 'vsa-2-octets']) {
      const event = eventOf(raw(id));
      expect(event.flags).toEqual(['invalid-attributes']);
      expect(event).toMatchObject({ kind: 'start', clientAddress: '198.51.100.9' });
      expect(event.assignedAddresses).toEqual([]);
    }
  });

  it('counts for what came first when single attributes are doubled', () => {
    const event = eventOf(raw('duplicate-singletons'));

    expect(event).toMatchObject({ kind: 'start', user: { raw: 'a' }, session: { id: 'x' } });
    expect(event.flags).toEqual(['duplicate-attributes']);
  });

  it('without a status type says nothing about a session', () => {
    expect(eventOf(raw('no-status-type'))).toMatchObject({ kind: 'other', session: { id: 's' } });
  });

  it('has its counters exact to 64 bits', () => {
    expect(eventOf(raw('counters-max')).session).toEqual({
      id: 's',
      seconds: 4_294_967_295,
      octetsIn: '18446744073709551615',
      octetsOut: '18446744073709551615',
    });
  });

  it('cannot reach object prototypes through AVPair names', () => {
    const event = eventOf(raw('avpair-proto'), {}, gatewayOf({ vendor: 'cisco-asa' }));

    expect(Object.keys(event.vendorAttributes)).toEqual(['nas-ip-address']);
    expect(event.device).toBeUndefined();
  });

  it('keeps control characters of a name as sent, as text and not as markup', () => {
    const event = eventOf(raw('user-control-chars'));

    expect(event.user.raw).toBe('a\u0000b\r\nInjected: 1\u001b[31m\u202e');
    expect(JSON.stringify(event)).not.toMatch(/\p{Cc}/u);
  });
});
