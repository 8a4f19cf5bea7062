// `npm run fixture -- --id ID --vendor NAME ... < attributes.txt`: makes the packet of a gateway from
// a list of attributes, as a vendor's document or a FreeRADIUS detail file prints them, and writes it
// to test/fixtures/radius/vendors with what the relay reads in it now. That is a proposal: whoever
// adds the packet compares it with the vendor's document, line by line.
// Refuses a line that it cannot put into the packet; leaves none out.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { DetailReader, type DetailRecord } from '../../relay/import/detail-file.ts';
import { packetOf } from '../../relay/import/detail-packet.ts';
import { vendorNames } from '../../relay/radius/dialects/choose.ts';
import { eventOf, gatewayOf } from './records.ts';
import { fields, type VendorPacket, vendorFolder, vendorPackets } from './vendor-packets.ts';

const provenances = [
  'real-capture',
  'real-sample',
  'real-values',
  'documentation',
  'source-code',
  'constructed',
];

const usage = `npm run fixture -- OPTIONS < attributes.txt

  --id ID             zyxel-start; the name of the file
  --vendor NAME       the dialect, as a configuration names it
  --description TEXT  product, version, what happens
  --provenance WORD   ${provenances.join(', ')}
  --source TEXT       the document, the sample or the source file
  --secret TEXT       absent: one is made up
  --dry-run           prints the fixture and writes nothing

One attribute a line, invented users, documentation addresses:

  User-Name = "alice"
  Acct-Status-Type = Start
  Calling-Station-Id = "203.0.113.7"
  Vendor-890-Attr-1 = "group-of-alice"
  Vendor-890-Attr-2 = 0x00000005
`;

/** A mistake of whoever called: told without a stack. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Fields that say "none" where there is none, so that none is invented later. */
const alwaysSaid = ['user', 'account', 'domain', 'clientIp', 'assignedIp'];

/** What the relay reads, in the fields of a fixture; what the packet says nothing of is left out. */
function proposalOf(event: AccountingEvent): VendorPacket['expected'] {
  const said = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const value = JSON.parse(JSON.stringify(field(event) ?? null));
    const isEmpty =
      value === null || (typeof value === 'object' && Object.keys(value).length === 0);
    return isEmpty && !alwaysSaid.includes(name) ? [] : [[name, value]];
  });
  return Object.fromEntries(said);
}

/** The one record of a text. @throws UsageError that names the line */
function recordOf(text: string): DetailRecord {
  const reader = new DetailReader((line) => {
    throw new UsageError(`line ${line} is no attribute: expects Name = value`);
  });
  const lines = text.split('\n');
  // Within a detail file a line that is no attribute opens the next record, with its time.
  const odd = lines.findIndex((line, at) => at > 0 && line.trim() !== '' && !line.includes('='));
  if (odd > 0) throw new UsageError(`line ${odd + 1} is no attribute: expects Name = value`);
  const ended = lines.map((line) => reader.take(line));
  const records = [...ended, reader.end()].filter((record) => record !== undefined);
  const [record] = records;
  if (record === undefined || records.length > 1) {
    throw new UsageError(`expects the attributes of one packet, found ${records.length} packets`);
  }
  return record;
}

/** The Accounting-Request, not signed. @throws UsageError that names what it cannot encode */
function encode({ attributes }: DetailRecord): Buffer {
  // A time has to be there for the reader; it is not part of the packet.
  const header = 'Sun Nov 22 10:01:40 2026';
  const made = (list: DetailRecord['attributes']) =>
    packetOf({ line: 1, header, attributes: list });
  for (const one of attributes) {
    if ('unreadable' in made([one])) {
      throw new UsageError(
        `${one.name} = ${one.value} cannot be put into a packet: an unknown name, or a value of ` +
          'another type. Vendor-NUMBER-Attr-NUMBER with "text" or 0x... is always possible.',
      );
    }
  }
  const packet = made(attributes);
  if ('unreadable' in packet) throw new UsageError(packet.unreadable);
  return packet.packet;
}

const md5 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Request Authenticator of RFC 2866 section 3: over code, id, length, 16 zeros, attributes, secret. */
function sign(packet: Buffer, secret: string): Buffer {
  const signed = Buffer.from(packet);
  md5(signed, secret).copy(signed, 4);
  return signed;
}

/** Accounting-Response without attributes; its authenticator is over the request's (RFC 2866). */
function responseTo(request: Buffer, secret: string): Buffer {
  const response = Buffer.from([5, request[1] ?? 0, 0, 20]);
  const authenticator = request.subarray(4, 20);
  return Buffer.concat([response, md5(response, authenticator, secret)]);
}

/** The fixture for these options and attributes. @throws UsageError */
export function makeFixture(
  options: Omit<VendorPacket, 'raw' | 'response' | 'expected'>,
  text: string,
): VendorPacket & { readonly attributes: readonly string[] } {
  const record = recordOf(text);
  const raw = sign(encode(record), options.secret);
  const event = eventOf(raw, {}, gatewayOf({ vendor: options.vendor }));
  return {
    ...options,
    attributes: record.attributes.map(({ name, value, isQuoted }) =>
      isQuoted ? `${name} = ${JSON.stringify(value)}` : `${name} = ${value}`,
    ),
    raw: raw.toString('hex'),
    response: responseTo(raw, options.secret).toString('hex'),
    expected: proposalOf(event),
  };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      id: { type: 'string' },
      vendor: { type: 'string' },
      description: { type: 'string' },
      provenance: { type: 'string' },
      source: { type: 'string' },
      secret: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { id, vendor, description, provenance, source, secret } = values;
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (!id || !vendor || !description || !provenance || !source) throw new UsageError(usage);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) throw new UsageError(`--id ${id}: expects kebab-case`);
  if (!provenances.includes(provenance)) {
    throw new UsageError(`--provenance ${provenance}: expects ${provenances.join(', ')}`);
  }
  if (!vendorNames.includes(vendor)) {
    throw new UsageError(`--vendor ${vendor}: no dialect of that name in choose.ts`);
  }
  const path = join(vendorFolder, `${id}.json`);
  const isNew = !existsSync(path);
  if (isNew && vendorPackets.some((packet) => packet.id === id)) {
    throw new UsageError(`--id ${id} is taken`);
  }
  const about = { id, vendor, description, provenance, source };
  const fixture = makeFixture(
    { ...about, secret: secret ?? `secret-of-${id}-in-a-test` },
    readFileSync(0, 'utf8'),
  );
  process.stdout.write(`${JSON.stringify(fixture.expected, null, 2)}\n`);
  if (values['dry-run']) return;
  writeFileSync(path, `${JSON.stringify(fixture, null, 2)}\n`);
  const place = relative(process.cwd(), path);
  process.stderr.write(
    `${isNew ? 'written' : 'written anew'}: ${place}\nAbove is what the relay reads now. Compare ` +
      'it with the vendor’s document, line by line, and correct "expected" where it is wrong.\n',
  );
}

if (process.argv[1] === import.meta.filename) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
