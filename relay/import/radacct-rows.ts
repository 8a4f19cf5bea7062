// Rows of a `radacct` table exported as CSV, each converted to the records it was made of: a Start
// at acctstarttime and a Stop at acctstoptime, or an Interim where the session was still open.
// Promise: records come in the order of their times as far as rows are sorted by their start (they
// are, by radacctid). Columns are found by name, so any selection in any order works. Times without
// a zone are the database server's; the caller names that zone.

import { eventTimeMin } from '../../domain/limits.ts';
import { type CsvRow, CsvRows, csvFormOf } from './csv-rows.ts';
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
  framedipv6prefix: 'Framed-IPv6-Prefix',
  framedinterfaceid: 'Framed-Interface-Id',
  delegatedipv6prefix: 'Delegated-IPv6-Prefix',
  connectinfo_start: 'Connect-Info',
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
const octetsMax = 2n ** 64n - 1n;
const zeroDate = /^0{4}-00-00|^0+$/;
/** Columns of type inet hold either family; their attributes do not. */
const ofIpv6: Readonly<Record<string, string>> = {
  'NAS-IP-Address': 'NAS-IPv6-Address',
  'Framed-IP-Address': 'Framed-IPv6-Address',
};

/** What a table must name to be one of sessions. */
const wantedColumns = ['acctsessionid', 'acctstarttime'];

/** Whether a first line names the columns of such a table. */
export const isRadacctHeader = (line: string): boolean =>
  csvFormOf(line, wantedColumns) !== undefined;

type Pending = { readonly time: number; readonly record: DetailRecord };

export type RadacctOptions = {
  /** Unix ms of a printed time; undefined when it is none. */
  readonly timeOf: (text: string) => number | undefined;
  /** Told of rows that become no record, and of columns whose value is left out. */
  readonly onOddRow: (line: number, reason: string) => void;
  readonly onDropped: (line: number, column: string) => void;
};

export class RadacctReader {
  readonly #options: RadacctOptions;
  #rows: CsvRows | undefined;
  #columns: readonly string[] = [];
  /** Ends of sessions that began before, by time. */
  #pending: Pending[] = [];

  constructor(options: RadacctOptions) {
    this.#options = options;
  }

  /** Takes the next lines, without their ends. @returns the records that are due */
  take(lines: readonly string[]): readonly DetailRecord[] {
    if (this.#rows) return this.#records(this.#rows.take(lines));
    const [first, ...rest] = lines;
    if (first === undefined) return [];
    const form = csvFormOf(first.replace(/\r$/, ''), wantedColumns);
    this.#columns = form?.columns ?? [];
    this.#rows = new CsvRows({
      form: form ?? { separator: ',', columns: [] },
      line: 2,
      isRow: (fields) => this.#isRow(fields),
      onOddRow: this.#options.onOddRow,
    });
    return this.take(rest);
  }

  /** What is left at the end of the file. */
  end(): readonly DetailRecord[] {
    const last = this.#records(this.#rows?.end() ?? []);
    return [...last, ...this.#due(Number.POSITIVE_INFINITY)];
  }

  /** A row begins at a time, or says that it has none. */
  #isRow(fields: readonly string[]): boolean {
    const start = (fields[this.#columns.indexOf('acctstarttime')] ?? '').trim();
    return /^(?:NULL|\\N)$/.test(start) || this.#options.timeOf(start) !== undefined;
  }

  #records(rows: readonly CsvRow[]): DetailRecord[] {
    return rows.flatMap(({ line, fields }) => this.#row(line, fields));
  }

  #row(line: number, fields: readonly string[]): readonly DetailRecord[] {
    const row = new Map(this.#columns.map((name, at) => [name, fields[at] ?? '']));
    const field = (name: string): string => {
      const value = row.get(name) ?? '';
      return value === '\\N' || value === 'NULL' ? '' : value;
    };
    const time = (name: string): number | undefined => this.#time(line, name, field(name));
    const start = time('acctstarttime');
    const stop = time('acctstoptime');
    const update = time('acctupdatetime');
    if ((start ?? stop ?? update) === undefined) {
      this.#options.onOddRow(line, 'its row holds no time');
      return [];
    }
    const due = start === undefined ? [] : this.#due(start);
    const attributes = attributesOf(field);
    if (start !== undefined) due.push(recordOf(line, 'Start', start, attributes));
    const last = stop ?? (update !== undefined && update !== start ? update : undefined);
    if (last !== undefined) {
      const kind = stop === undefined ? 'Interim-Update' : 'Stop';
      const onOdd = (column: string): void => this.#options.onDropped(line, column);
      const own = lastAttributesOf(field, onOdd);
      this.#insert({ time: last, record: recordOf(line, kind, last, [...attributes, ...own]) });
    }
    return due;
  }

  /** Zero dates (`0000-00-00 00:00:00`, 1970) are no time; another text that is none is lost. */
  #time(line: number, column: string, text: string): number | undefined {
    if (text.trim() === '' || zeroDate.test(text)) return undefined;
    const time = this.#options.timeOf(text);
    if (time === undefined) this.#options.onDropped(line, column);
    return time !== undefined && time >= eventTimeMin ? time : undefined;
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

function recordOf(
  line: number,
  status: string,
  time: number,
  attributes: readonly DetailAttribute[],
): DetailRecord {
  const seconds = String(Math.floor(time / 1000));
  const own = [named('Acct-Status-Type', status), named('Timestamp', seconds)];
  return { line, header: '', attributes: [...own, ...attributes] };
}

const named = (name: string, value: string): DetailAttribute => ({ name, value, isQuoted: false });
const quoted = (name: string, value: string): DetailAttribute => ({ name, value, isQuoted: true });

function attributesOf(field: (name: string) => string): DetailAttribute[] {
  return Object.entries(columns).flatMap(([column, name]) => {
    const value = field(column);
    const own = value.includes(':') ? (ofIpv6[name] ?? name) : name;
    return value === '' ? [] : [quoted(own, value)];
  });
}

function lastAttributesOf(
  field: (name: string) => string,
  onOdd: (column: string) => void,
): DetailAttribute[] {
  const plain = Object.entries(lastColumns).flatMap(([column, name]) => {
    const value = field(column);
    return value === '' ? [] : [quoted(name, value)];
  });
  const counted = Object.entries(counters).flatMap(([column, [low, high]]) => {
    const value = field(column);
    if (value === '') return [];
    const octets = /^\d{1,20}$/.test(value) ? BigInt(value) : octetsMax + 1n;
    if (octets > octetsMax) {
      onOdd(column);
      return [];
    }
    return [named(low, String(octets & 0xffff_ffffn)), named(high, String(octets >> 32n))];
  });
  return [...plain, ...counted];
}
