// Tables as databases and their tools export them: whatever stands in one row, the rows beside it
// are read, and a row or value that is lost is named. 500 generated tables in five spellings, with
// stray quotes, line ends in fields, escapes and values that cannot be.

import fc from 'fast-check';
import { packetOf } from '../../../relay/import/detail-packet.ts';
import { readPrintedTime } from '../../../relay/import/printed-time.ts';
import { isRadacctHeader, RadacctReader } from '../../../relay/import/radacct-rows.ts';
import { runs } from '../../support/property-runs.ts';
import { eventOf } from '../../support/records.ts';

const columns = ['acctsessionid', 'username', 'acctstarttime', 'connectinfo_start', 'nasipaddress'];
type Row = { readonly user: string; readonly info: string };

/** How a tool writes a field. `null` is its way to say nothing. */
type Spelling = {
  readonly separator: string;
  readonly field: (text: string) => string;
  readonly takes: (text: string) => boolean;
};
const doubled = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const backslashed = (text: string): string => text.replace(/[\\"]/g, (one) => `\\${one}`);
const bare = (text: string): string => text;
/** A backslash before a quote, or before N alone, is MySQL's: a file cannot say which is meant. */
const isPlain = (text: string): boolean => !/\\(?:["N]|$)/.test(text);
const isBare = (text: string): boolean => !/[",;\t|\n\\]/.test(text);
const spellings: Readonly<Record<string, Spelling>> = {
  'RFC 4180, all quoted': { separator: ',', field: doubled, takes: isPlain },
  'RFC 4180, quoted where needed': {
    separator: ';',
    field: (text) => (/[";\n]/.test(text) ? doubled(text) : text),
    takes: isPlain,
  },
  'MySQL INTO OUTFILE': {
    separator: ',',
    field: (text) => `"${backslashed(text)}"`,
    // How a row without \N or \" escapes its backslashes cannot be told.
    takes: (text) => !/[\n\\]/.test(text),
  },
  'mysql -B': {
    separator: '\t',
    field: (text) => text.replaceAll('\\', '\\\\'),
    takes: (text) => !/[\n\t"]/.test(text),
  },
  'quotes are text': { separator: '|', field: bare, takes: isBare },
};

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: fc.constantFrom(...'ab "\',;|\\\n.@é'.split('')) }),
  fc.constantFrom('CORP\\nina', 'o"brien', '5" tablet', 'a\nb', '""', 'x,y;z'),
);
const tables = fc.record({
  spelling: fc.constantFrom(...Object.keys(spellings)),
  rows: fc.array(fc.record({ user: text, info: text }), { minLength: 1, maxLength: 6 }),
  /** Lines of which one has a quote without its other half, by the row before which they come. */
  stray: fc.array(fc.nat(5), { maxLength: 2 }),
  chunk: fc.integer({ min: 1, max: 5 }),
});

type Read = { users: string[]; infos: string[]; odd: number[] };

function read(lines: readonly string[], chunk: number): Read {
  const found: Read = { users: [], infos: [], odd: [] };
  const reader = new RadacctReader({
    timeOf: readPrintedTime,
    onOddRow: (line) => void found.odd.push(line),
    onDropped: (line) => void found.odd.push(line),
  });
  const records = [];
  for (let at = 0; at < lines.length; at += chunk) {
    records.push(...reader.take(lines.slice(at, at + chunk)));
  }
  for (const record of [...records, ...reader.end()]) {
    const packet = packetOf(record);
    if ('unreadable' in packet) throw new Error(packet.unreadable);
    const event = eventOf(packet.packet, { type: 'imported', receivedTime: packet.receivedTime });
    found.users.push(event.user.raw);
    const info = record.attributes.find(({ name }) => name === 'Connect-Info')?.value ?? '';
    found.infos.push(Buffer.from(info, 'latin1').toString('utf8'));
  }
  return found;
}

const octetsOf = (lines: string): string[] =>
  Buffer.from(lines, 'utf8').toString('latin1').split('\n');

it(`reads every row of ${runs(500)} tables, and a stray quote costs none`, () => {
  fc.assert(
    fc.property(tables, ({ spelling, rows, stray, chunk }) => {
      const { separator, field, takes } = spellings[spelling] as Spelling;
      const sound: Row[] = rows
        .map(({ user, info }, at) => ({ user: `u${at}${user.trim()}`, info: `i${info.trim()}` }))
        .filter(({ user, info }) => takes(user) && takes(info) && !/\n/.test(user));
      const lines = sound.map(({ user, info }, at) =>
        [`s${at}`, user, `2026-11-2${at} 08:00:00`, info, '10.0.0.1'].map(field).join(separator),
      );
      // A row whose quote was never meant as one: as `mysql -B` and other tools write it.
      const odd = ['odd', 'odd', '2026-11-20 07:00:00', '"never closed', '10.0.0.1'];
      for (const at of stray) lines.splice(Math.min(at, lines.length), 0, odd.join(separator));
      const header = columns.join(separator);

      const found = read(octetsOf([header, ...lines].join('\n')), chunk);

      const users = found.users.filter((user) => user !== 'odd');
      expect({ users, odd: found.odd }).toEqual({ users: sound.map(({ user }) => user), odd: [] });
      expect(found.users).toHaveLength(lines.length);
      expect(found.infos.filter((info) => info.startsWith('i'))).toEqual(
        sound.map(({ info }) => info),
      );
    }),
    { numRuns: runs(500) },
  );
});

it('names a row that cannot be split, and a value that cannot be one, by line', () => {
  const lines = [
    'acctsessionid,username,acctstarttime,acctstoptime,acctinputoctets,acctsessiontime',
    'a,one,2026-11-20 08:00:00,2026-11-20 09:00:00,5,3600',
    'b,two,2026-11-20 08:00:00',
    'c,three,2026-11-20 08:00:00,20.11.2026 09h,5,3600',
    'd,four,2026-11-20 08:00:00,2026-11-20 09:00:00,-5,3600',
    'e,five,2026-11-20 08:00:00,0000-00-00 00:00:00,0,0',
  ];

  const { users, odd } = read(lines, 10);

  expect(odd).toEqual([3, 4, 5]);
  expect(users.sort()).toEqual(['five', 'four', 'four', 'one', 'one', 'three']);
});

it('knows a table by its columns, whatever separates them', () => {
  expect(isRadacctHeader('acctsessionid\tacctstarttime\tnote, with a comma')).toBe(true);
  expect(isRadacctHeader('\u00ef\u00bb\u00bf"AcctSessionId";"AcctStartTime"')).toBe(true);
  expect(isRadacctHeader('Mon Nov 23 08:00:00 2026')).toBe(false);
});
