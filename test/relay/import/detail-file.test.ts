import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { packetOf } from '../../../relay/import/detail-packet.ts';
import { eventOfRecord, expectVendorEvents, recordsOf } from '../../support/vendor-detail.ts';

const fixtures = join(__dirname, '../../fixtures');

/** The event of a hand-written record. */
const written = (text: string): AccountingEvent => eventOfRecord(recordsOf(text)[0]);

describe('a detail file that FreeRADIUS 3.2.1 wrote', () => {
  it('gives the events of the packets of every vendor', () => {
    const detail = readFileSync(join(fixtures, 'import/freeradius-vendors.detail'), 'latin1');

    expectVendorEvents(detail);
  });
});

describe('a record', () => {
  const head = 'Mon Nov 23 08:00:00 2026';
  const basics = 'Acct-Status-Type = Start\n\tUser-Name = "alice"\n\tAcct-Session-Id = "s1"';
  const record = (...lines: string[]): string =>
    [head, `\t${basics}`, ...lines.map((line) => `\t${line}`), ''].join('\n');
  const seven = Date.UTC(2026, 10, 23, 7);

  it('keeps the octets of names that are not ASCII, however they are printed', () => {
    const utf8 = Buffer.from('jürgen').toString('latin1');

    expect(
      written(record(`User-Name := "${utf8}"`).replace('User-Name = "alice"', 'Class = 0x01')),
    ).toMatchObject({ user: { raw: 'jürgen' } });
    expect(
      written(record().replace('"alice"', '"j\\303\\274rgen \\"x\\" CORP\\\\y"')),
    ).toMatchObject({ user: { raw: 'jürgen "x" CORP\\y' } });
  });

  it('takes a backslash that escapes nothing as itself', () => {
    expect(written(record().replace('"alice"', '"CORP\\alice"')).user.raw).toBe('CORP\\alice');
    expect(written(record().replace('"alice"', '"CORP\\nina"')).user.raw).toBe('CORP\\nina');
    expect(written(record().replace('"alice"', '"CORP\\\\nina"')).user.raw).toBe('CORP\\nina');
  });

  it('reads vendor attributes by name, by number and in the forms of FreeRADIUS 2 and 4', () => {
    const pair = 'mdm-tlv=device-mac=00-0c-29-74-9d-e8';
    const hex = `0x${Buffer.from(pair).toString('hex')}`;

    for (const line of [
      `Cisco-AVPair = "${pair}"`,
      `Cisco-AVPair += '${pair}'`,
      `Attr-26.9.1 = ${hex}`,
      `Vendor-9-Attr-1 = ${hex}`,
      `Vendor-Specific.Cisco.AVPair = "${pair}"`,
      `Vendor-Specific = 0x00000009012a${Buffer.from(pair).toString('hex')}`.replace(
        '012a',
        `01${(pair.length + 2).toString(16)}`,
      ),
    ]) {
      expect(written(record(line)).device?.key).toBe('mac:00-0c-29-74-9d-e8');
    }
  });

  it('knows where the client is from any of the attributes that may say so', () => {
    for (const line of [
      'Calling-Station-Id = "203.0.113.5"',
      'Calling-Station-Id = 203.0.113.5',
      'Tunnel-Client-Endpoint:1 = "203.0.113.5"',
      'PaloAlto-Client-Source-IP = 203.0.113.5',
      'Cisco-AVPair = "ip:source-ip=203.0.113.5"',
    ]) {
      expect(written(record('Framed-IP-Address = 10.0.0.9', line))).toMatchObject({
        clientAddress: '203.0.113.5',
        assignedAddresses: ['10.0.0.9'],
      });
    }
  });

  it('takes the time from Event-Timestamp in every way it is printed', () => {
    const stamp = `Timestamp = ${seven / 1000}`;

    for (const text of [
      '"Nov 23 2026 07:00:00 UTC"',
      '"Nov 23 2026 08:00:00 CET"',
      '"Nov 23 2026 08:00:00 XYZ"',
      '"Nov 23 2026 08:00:00 +0100"',
      '"2026-11-23T07:00:00Z"',
      `${seven / 1000}`,
    ]) {
      expect(written(record(`Event-Timestamp = ${text}`, stamp)).time).toBe(seven);
    }
  });

  it('takes an ambiguous zone as the record itself shows it', () => {
    const shanghai = record(
      'Event-Timestamp = "Nov 23 2026 15:00:00 CST"',
      `Timestamp = ${seven / 1000}`,
    ).replace('08:00:00', '15:00:00');

    expect(written(shanghai).time).toBe(seven);
  });

  it('goes by the server where the clock of the gateway cannot be right', () => {
    const event = written(record('Event-Timestamp = 0', `Timestamp = ${seven / 1000}`));

    expect(event).toMatchObject({ time: seven, flags: ['imported', 'clock-suspect'] });
  });

  it('is dated by its first line, read as UTC, when it has no Timestamp', () => {
    expect(written(record('Acct-Delay-Time = 60')).time).toBe(Date.UTC(2026, 10, 23, 7, 59));
  });

  it('may lack first line, indents and the empty line at its end', () => {
    const event = written(`${basics.replaceAll('\t', '')}\nTimestamp = ${seven / 1000}`);

    expect(event).toMatchObject({ kind: 'start', time: seven, session: { id: 's1' } });
  });

  it('of an unknown attribute, an impossible value or a password loses only that', () => {
    const event = written(
      record(
        'Acct-Unique-Session-Id = "b3"',
        'NAS-IP-Address = 300.1.1.1',
        'User-Password = 0x414141',
        `Class = 0x${'00'.repeat(300)}`,
        'Calling-Station-Id = "203.0.113.5"',
      ),
    );

    expect(event).toMatchObject({ clientAddress: '203.0.113.5', flags: ['imported'] });
  });

  it('without a time or without any RADIUS attribute is named as unreadable', () => {
    const [timeless] = recordsOf(basics.replaceAll('\t', ''));
    const [strange] = recordsOf(`${head}\n\tFoo = 1\n`);

    expect(timeless && packetOf(timeless)).toEqual({ unreadable: 'it holds no time' });
    expect(strange && packetOf(strange)).toEqual({ unreadable: 'it holds no RADIUS attribute' });
  });

  it('that follows another without an empty line begins at its own first line', () => {
    const records = recordsOf([record(), record()].join(''));

    expect(records.map(({ line }) => line)).toEqual([1, 5]);
  });
});
