// The CSV form of a list: a header names the column of addresses, blocks, AS numbers, or the first
// and last address of a range; without one the first column is it. Separated by comma, semicolon or
// tab, quoted or not.

import { formatAddress, parseAddress } from '../../domain/address.ts';

/** Texts of the addresses, blocks and AS numbers of a line; undefined: it has none. */
export type LineReader = (line: string) => readonly string[] | undefined;

const single =
  /^(?:ip|ips|ip[ _-]?address|address|network|cidr|prefix|subnet|range|ip[ _-]?range)$/;
const ofNetwork = /^(?:asn|as|as[ _-]?number)$/;
const first = /^(?:start|first|from|ip[ _-]?from|start[ _-]?ip|range[ _-]?start|first[ _-]?ip)$/;
const last = /^(?:end|last|to|ip[ _-]?to|end[ _-]?ip|range[ _-]?end|last[ _-]?ip)$/;

/**
 * How to read a CSV file by its first line; undefined when it is none.
 * @returns `isHeader`: the line names columns and holds no entry
 */
export function csvReader(
  line: string,
): { readonly read: LineReader; readonly isHeader: boolean } | undefined {
  const separator = [',', '\t', ';'].find((mark) => line.includes(mark));
  const columns = fieldsOf(line, separator).map((name) => name.toLowerCase());
  const at = (pattern: RegExp): number => columns.findIndex((name) => pattern.test(name));
  const [from, to] = [at(first), at(last)];
  if (from >= 0 && to >= 0) return { isHeader: true, read: rangeReader(separator, from, to) };
  const column = at(single) >= 0 ? at(single) : at(ofNetwork);
  if (column >= 0) {
    const isAsn = at(single) < 0;
    return { isHeader: true, read: (row) => entryOf(fieldsOf(row, separator)[column], isAsn) };
  }
  // `1.2.3.4;comment` and `AS64500 name, city` are lines of text with something behind them.
  if (separator !== ',' && separator !== '\t') return undefined;
  if (/^AS\d/i.test(line)) return { isHeader: false, read: (row) => [row.split(/[,\t]/)[0] ?? ''] };
  const second = fieldsOf(line, separator)[1] ?? '';
  return parseAddress(second)
    ? { isHeader: false, read: rangeReader(separator, 0, 1) }
    : { isHeader: false, read: (row) => entryOf(fieldsOf(row, separator)[0], false) };
}

const fieldsOf = (line: string, separator: string | undefined): string[] =>
  (separator === undefined ? [line] : line.split(separator)).map((field) =>
    field
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );

function entryOf(field: string | undefined, isAsn: boolean): readonly string[] | undefined {
  if (field === undefined || field === '') return undefined;
  if (isAsn) return [/^\d+$/.test(field) ? `AS${field}` : field];
  const [from, to, more] = field.split(/\s*-\s*/);
  if (more !== undefined || to === undefined || from === undefined) return [field];
  return blocksBetween(from, to) ?? [field];
}

const rangeReader =
  (separator: string | undefined, from: number, to: number): LineReader =>
  (line) => {
    const fields = fieldsOf(line, separator);
    return blocksBetween(fields[from] ?? '', fields[to] ?? '');
  };

/** The blocks that hold exactly the addresses of a range; undefined when it is none. */
export function blocksBetween(from: string, to: string): readonly string[] | undefined {
  const [low, high] = [parseAddress(from), parseAddress(to)];
  if (!low || !high || low.length !== high.length) return undefined;
  const width = low.length * 8;
  let [start, end] = [numberOf(low), numberOf(high)];
  if (start > end) return undefined;
  const blocks: string[] = [];
  while (start <= end) {
    let bits = width;
    // As wide as the start is aligned and the end allows.
    while (bits > 0) {
      const size = 1n << BigInt(width - bits + 1);
      if (start % size !== 0n || start + size - 1n > end) break;
      bits -= 1;
    }
    blocks.push(`${textOf(start, low.length)}/${bits}`);
    start += 1n << BigInt(width - bits);
  }
  return blocks;
}

const numberOf = (octets: Uint8Array): bigint =>
  octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);

function textOf(value: bigint, length: number): string {
  const octets = new Uint8Array(length);
  for (let at = length - 1, rest = value; at >= 0; at -= 1, rest >>= 8n) {
    octets[at] = Number(rest & 255n);
  }
  return formatAddress(octets as Parameters<typeof formatAddress>[0]);
}
