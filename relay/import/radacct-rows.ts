// Rows of a `radacct` table exported as CSV, each converted to the records it was made of: a Start
// at acctstarttime and a Stop at acctstoptime, or an Interim where the session was still open.
// Promise: records come in the order of their times as far as rows are sorted by their start (they
// are, by radacctid). Columns are found by name, so any selection in any order works. Times without
// a zone are the database server's; the caller names that zone.

import type { DetailAttribute, DetailRecord } from './detail-file.ts';

/** Columns of FreeRADIUS' schema and the attributes they were filled from. */
const columns: Readonly<Record<string, string>> = {
  acctsessionid: 'Acct-Session-Id',
  username: 'User-Name',
  nasipaddress: 'NAS-IP-Address',
  nasidentifier: 'NAS-Identifier',
  nasportid: 'NAS-Port-Id',
  nasporttype: 'NAS-Port-Type',
  calledstationid: 'Called-Station-Id',
  callingstationid: 'Calling-Station-Id',
  servicetype: 'Service-Type',
  framedprotocol: 'Framed-Protocol',
  framedipaddress: 'Framed-IP-Address',
  framedipv6address: 'Framed-IPv6-Address',
};
/** Of the whole session: only its last record has them. */
const lastColumns: Readonly<Record<string, string>> = {
  acctsessiontime: 'Acct-Session-Time',
  acctterminatecause: 'Acct-Terminate-Cause',
};
/** 64-bit counters and the attributes for their low and high halves. */
const counters = {
  acctinputoctets: ['Acct-Input-Octets', 'Acct-Input-Gigawords'],
  acctoutputoctets: ['Acct-Output-Octets', 'Acct-Output-Gigawords'],
} as const;

/** Whether a first line names the columns of such a table. */
export function isRadacctHeader(line: string): boolean {
  const names = columnsOf(line);
  return names.includes('acctsessionid') && names.includes('acctstarttime');
}

const separatorOf = (line: string): string =>
  [',', ';', '\t', '|'].find((one) => line.includes(one)) ?? ',';

const columnsOf = (line: string): string[] =>
  splitRow(line.replace(/^\u00ef\u00bb\u00bf/, ''), separatorOf(line)).map((name) =>
    name.trim().toLowerCase(),
  );

type Pending = { readonly time: number; readonly record: DetailRecord };

export class RadacctReader {
  readonly #timeOf: (text: string) => number | undefined;
  readonly #onOddRow: (line: number) => void;
  #names: readonly string[] | undefined;
  #separator = ',';
  #line = 0;
  #unfinished = '';
  /** Ends of sessions that began before, by time. */
  #pending: Pending[] = [];

  /** @param timeOf Unix ms of a printed time; undefined when it is none */
  constructor(timeOf: (text: string) => number | undefined, onOddRow: (line: number) => void) {
    this.#timeOf = timeOf;
    this.#onOddRow = onOddRow;
  }

  /** Takes the next line. @returns the records that are due */
  take(line: string): readonly DetailRecord[] {
    this.#line += 1;
    const text = this.#unfinished + (line.endsWith('\r') ? line.slice(0, -1) : line);
    this.#unfinished = '';
    if (text.trim() === '') return [];
    if (!this.#names) {
      this.#names = columnsOf(text);
      this.#separator = separatorOf(text);
      return [];
    }
    // A quoted field goes on in the next line.
    if (isUnfinished(text) && text.length < 65_536) {
      this.#unfinished = `${text}\n`;
      return [];
    }
    return this.#row(
      new Map(splitRow(text, this.#separator).map((value, at) => [this.#names?.[at] ?? '', value])),
    );
  }

  /** The ends of all sessions that are left. */
  end(): readonly DetailRecord[] {
    return this.#due(Number.POSITIVE_INFINITY);
  }

  #row(row: ReadonlyMap<string, string>): readonly DetailRecord[] {
    const field = (name: string): string => {
      const value = row.get(name) ?? '';
      return value === '\\N' || value === 'NULL' ? '' : value;
    };
    const start = this.#timeOf(field('acctstarttime'));
    const stop = this.#timeOf(field('acctstoptime'));
    const update = this.#timeOf(field('acctupdatetime'));
    if ((start ?? stop ?? update) === undefined) {
      this.#onOddRow(this.#line);
      return [];
    }
    const due = start === undefined ? [] : this.#due(start);
    const attributes = attributesOf(field);
    if (start !== undefined) due.push(this.#record('Start', start, attributes));
    const last = stop ?? (update !== undefined && update !== start ? update : undefined);
    if (last !== undefined) {
      const kind = stop === undefined ? 'Interim-Update' : 'Stop';
      const record = this.#record(kind, last, [...attributes, ...lastAttributesOf(field)]);
      this.#insert({ time: last, record });
    }
    return due;
  }

  #record(status: string, time: number, attributes: readonly DetailAttribute[]): DetailRecord {
    const own = [
      named('Acct-Status-Type', status),
      named('Timestamp', String(Math.floor(time / 1000))),
    ];
    return { line: this.#line, header: '', attributes: [...own, ...attributes] };
  }

  #insert(entry: Pending): void {
    let [low, high] = [0, this.#pending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pending[middle] as Pending).time <= entry.time) low = middle + 1;
      else high = middle;
    }
    this.#pending.splice(low, 0, entry);
  }

  #due(time: number): DetailRecord[] {
    const first = this.#pending.findIndex((entry) => entry.time > time);
    const due = this.#pending.splice(0, first < 0 ? this.#pending.length : first);
    return due.map(({ record }) => record);
  }
}

const named = (name: string, value: string): DetailAttribute => ({ name, value, isQuoted: false });
const quoted = (name: string, value: string): DetailAttribute => ({ name, value, isQuoted: true });

function attributesOf(field: (name: string) => string): DetailAttribute[] {
  return Object.entries(columns).flatMap(([column, name]) => {
    const value = field(column);
    return value === '' ? [] : [quoted(name, value)];
  });
}

function lastAttributesOf(field: (name: string) => string): DetailAttribute[] {
  const plain = Object.entries(lastColumns).flatMap(([column, name]) => {
    const value = field(column);
    return value === '' ? [] : [quoted(name, value)];
  });
  const counted = Object.entries(counters).flatMap(([column, [low, high]]) => {
    const value = field(column);
    if (!/^\d{1,20}$/.test(value)) return [];
    const octets = BigInt(value);
    return [named(low, String(octets & 0xffff_ffffn)), named(high, String(octets >> 32n))];
  });
  return [...plain, ...counted];
}

/** Whether a quote is still open at the end of a line. */
const isUnfinished = (line: string): boolean => (line.split('"').length - 1) % 2 === 1;

/** Fields of a row; quoted ones may hold separators and doubled quotes (RFC 4180). */
function splitRow(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(separator, at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length + 1 : end + 1;
      continue;
    }
    let value = '';
    let from = at + 1;
    let close = line.indexOf('"', from);
    while (close >= 0 && line[close + 1] === '"') {
      value += line.slice(from, close + 1);
      from = close + 2;
      close = line.indexOf('"', from);
    }
    fields.push(value + line.slice(from, close < 0 ? undefined : close));
    const end = close < 0 ? -1 : line.indexOf(separator, close);
    at = end < 0 ? line.length + 1 : end + 1;
  }
  return fields;
}
