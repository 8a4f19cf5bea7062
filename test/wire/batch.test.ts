// Each bound and rule of docs/wire-format.md "Body", one broken at a time.

import { brotliCompressSync } from 'node:zlib';
import { batchEncodedBytesTarget } from '../../domain/limits.ts';
import { decodeBatch, encodeBatch, eventBytes, parseBatchId } from '../../wire/batch.ts';
import { asaBatch, asaEvent } from '../support/batches.ts';
import { brotliBomb } from '../support/brotli-bomb.ts';

type Loose = Record<string, unknown>;

/** A body made from a valid batch of three with some fields replaced. */
function bodyWith(change: Loose): string {
  return encodeBatch({ ...asaBatch(3), ...change } as never);
}

/** A body whose one event has some fields replaced. */
function bodyWithEvent(change: Loose): string {
  return bodyWith({ lastPosition: 1, events: [{ ...asaEvent(0), ...change }] });
}

function problemOf(body: string): string | undefined {
  const decoded = decodeBatch(body);
  return decoded.ok ? undefined : decoded.problem;
}

describe('decodeBatch', () => {
  it('accepts a batch in which every record was set aside', () => {
    const batch = asaBatch(0, {
      lastPosition: 2,
      setAside: [
        { position: 1, reason: 'undecodable' },
        { position: 2, reason: 'refused' },
      ],
    });

    expect(decodeBatch(encodeBatch(batch))).toEqual({ ok: true, batch });
  });

  it('leaves out what a newer relay says besides, and keeps the event', () => {
    const body = bodyWithEvent({ mood: 'sunny', user: { ...asaEvent(0).user, shoeSize: 43 } });

    expect(decodeBatch(body)).toEqual({ ok: true, batch: asaBatch(1) });
  });

  it('keeps a vendor attribute with the name of an object member', () => {
    const decoded = decodeBatch(bodyWithEvent({ vendorAttributes: { constructor: 'x' } }));

    expect(decoded.ok && decoded.batch.events[0]?.vendorAttributes).toEqual({ constructor: 'x' });
  });

  it('asks a newer version to wait for an upgrade instead of calling it malformed', () => {
    expect(problemOf(bodyWith({ version: 2, events: 'whatever it means then' }))).toBe(
      'unsupported-version',
    );
  });

  it('says which event and field is wrong without repeating its value', () => {
    const events = [asaEvent(0), { ...asaEvent(1), gateway: { id: 7 } }, asaEvent(2)];

    expect(decodeBatch(bodyWith({ events }))).toEqual({
      ok: false,
      problem: 'malformed',
      detail: 'events[1]: field gateway.id is wrong',
    });
  });

  it.each<[string, string]>([
    ['version 0', bodyWith({ version: 0 })],
    ['a version as text', bodyWith({ version: '1' })],
    ['an array for a batch', encodeBatch([] as never)],
    ['null for a batch', encodeBatch(null as never)],
    ['a relay id in capitals', bodyWith({ relayId: 'Relay-1' })],
    ['a relay id with a dot', bodyWith({ relayId: 'relay.1' })],
    ['a negative epoch', bodyWith({ epoch: -1 })],
    ['sequence 0', bodyWith({ sequence: 0 })],
    ['a sequence beyond exact numbers', bodyWith({ sequence: 2 ** 53 })],
    ['position 0', bodyWith({ firstPosition: 0, lastPosition: 2 })],
    ['a fraction of a position', bodyWith({ firstPosition: 1.5, lastPosition: 3.5 })],
    ['a range that is too long', bodyWith({ lastPosition: 4 })],
    ['a range that is too short', bodyWith({ lastPosition: 2 })],
    ['a range turned round', bodyWith({ firstPosition: 3, lastPosition: 1 })],
    ['no record at all', bodyWith({ events: [], firstPosition: 1, lastPosition: 0 })],
    [
      'a set aside position outside the range',
      bodyWith({ lastPosition: 4, setAside: [{ position: 5, reason: 'refused' }] }),
    ],
    [
      'a position set aside twice',
      bodyWith({
        lastPosition: 5,
        setAside: [
          { position: 2, reason: 'refused' },
          { position: 2, reason: 'refused' },
        ],
      }),
    ],
    [
      'a reason with free text',
      bodyWith({ lastPosition: 4, setAside: [{ position: 2, reason: 'user alice failed' }] }),
    ],
    ['events that are no list', bodyWith({ events: { 0: asaEvent(0) } })],
    ['an event id of another length', bodyWithEvent({ eventId: 'short' })],
    ['an unknown kind', bodyWithEvent({ kind: 'pause' })],
    ['an unknown flag', bodyWithEvent({ flags: ['shiny'] })],
    ['a null field', bodyWithEvent({ clientAddress: null })],
    ['a client address that is no address', bodyWithEvent({ clientAddress: 'home.example' })],
    ['a time as text', bodyWithEvent({ time: '2026-11-20' })],
    ['a time beyond the calendar', bodyWithEvent({ time: 1e16 })],
    ['octets as a number', bodyWithEvent({ session: { octetsIn: 5 } })],
    ['octets beyond 64 bits', bodyWithEvent({ session: { octetsIn: '18446744073709551616' } })],
    ['a user without a form', bodyWithEvent({ user: { raw: 'a', account: 'a' } })],
    ['a text beyond its length', bodyWithEvent({ tunnel: { group: 'x'.repeat(1025) } })],
    ['vendor attributes as a list', bodyWithEvent({ vendorAttributes: ['x'] })],
    ['a vendor attribute that is no text', bodyWithEvent({ vendorAttributes: { role: 1 } })],
    ['a vendor attribute in capitals', bodyWithEvent({ vendorAttributes: { Role: 'x' } })],
    [
      'a vendor attribute named __proto__',
      encodeJson(JSON.stringify(asaBatch(1)).replace('"session-type"', '"__proto__"')),
    ],
    ['base64 with a line break', bodyWith({}).replace(/^.{20}/, '$&\n')],
    ['base64url', bodyWith({}).replaceAll('+', '-').replaceAll('/', '_')],
    ['text that is not UTF-8', brotliCompressSync(Buffer.from([0xff, 0xfe])).toString('base64')],
    ['an empty body', ''],
  ])('calls %s malformed', (_, body) => {
    expect(problemOf(body)).toBe('malformed');
  });

  it.each<[string, () => string]>([
    ['501 records', () => encodeBatch(asaBatch(501))],
    ['an event over 4 KiB', () => bodyWithEvent({ vendorAttributes: wide })],
    ['a body over 256 KiB', () => 'A'.repeat(256 * 1024 + 4)],
    ['a bomb of 64 MiB', () => brotliBomb],
  ])('calls %s too large', (_, body) => {
    expect(problemOf(body())).toBe('too-large');
  });

  it('refuses a bomb before it has grown beyond its bound', () => {
    // Broken at its end: who expands it all gets there, and calls it malformed.
    const broken = Buffer.from(brotliBomb, 'base64');
    broken.fill(0xff, broken.length - 6);

    expect(problemOf(broken.toString('base64'))).toBe('too-large');
  });

  it('does not fall over nested lists', () => {
    expect(problemOf(encodeJson('['.repeat(500_000) + ']'.repeat(500_000)))).toBe('malformed');
  });
});

describe('the size of a batch', () => {
  it('keeps 400 events of a Cisco ASA within the target, one billing unit of the queue', () => {
    const body = encodeBatch(asaBatch(400));

    expect(body.length).toBeLessThan(batchEncodedBytesTarget);
  });

  it('counts octets, not characters', () => {
    const event = asaEvent(0);
    const umlaut = { ...event, user: { ...event.user, raw: 'ä' } };
    const plain = { ...event, user: { ...event.user, raw: 'a' } };

    expect(eventBytes(umlaut) - eventBytes(plain)).toBe(1);
  });
});

describe('parseBatchId', () => {
  it.each([
    '',
    'relay-1',
    'relay-1.7',
    'relay-1.7.0',
    'relay-1.07.1',
    'relay-1.7.1 ',
    'relay-1.7.1,relay-1.7.1',
    'Relay.7.1',
    '-relay.7.1',
    'relay-1.7.9007199254740993',
    `${'r'.repeat(64)}.7.1`,
  ])('refuses %p', (text) => {
    expect(parseBatchId(text)).toBeUndefined();
  });
});

const wide = Object.fromEntries(
  Array.from({ length: 5 }, (_, index) => [`wide-${index}`, 'x'.repeat(1000)]),
);

function encodeJson(json: string): string {
  return brotliCompressSync(json).toString('base64');
}
