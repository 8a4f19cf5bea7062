// Writes small MaxMind-format files, so that tests need no installed database.
// Format: https://maxmind.github.io/MaxMind-DB/. Later blocks win where blocks nest.

import { type AddressOctets, parseCidr } from '../../domain/address.ts';

export type MmdbEntry = readonly [cidr: string, record: MmdbValue];
export type MmdbValue =
  | string
  | number
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

type Node = { left: Child; right: Child };
type Child = Node | { readonly record: number } | undefined;

const metadataMarker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);

/** The bytes of a file of one IP version; IPv4 blocks in a version 6 file go under ::/96. */
export function mmdbFile(
  entries: readonly MmdbEntry[],
  options: { ipVersion: 4 | 6; recordSize?: 24 | 28 | 32; buildEpoch?: number },
): Buffer {
  const { ipVersion, recordSize = 28, buildEpoch = Date.UTC(2026, 5, 5) / 1000 } = options;
  const root: Node = { left: undefined, right: undefined };
  const data: Buffer[] = [];
  const offsets: number[] = [];
  let dataBytes = 0;
  for (const [cidrText, record] of entries) {
    const cidr = parseCidr(cidrText);
    if (!cidr) throw new Error(`${cidrText} is no block`);
    insert(root, bitsOf(cidr.network, cidr.bits, ipVersion), data.length);
    const bytes = encodeValue(record);
    offsets.push(dataBytes);
    dataBytes += bytes.length;
    data.push(bytes);
  }
  const nodes: Node[] = [];
  const numbers = new Map<Node, number>();
  const collect = (node: Node): void => {
    numbers.set(node, nodes.length);
    nodes.push(node);
    for (const child of [node.left, node.right]) if (child && 'left' in child) collect(child);
  };
  collect(root);
  const value = (child: Child): number => {
    if (!child) return nodes.length;
    if ('left' in child) return numbers.get(child) as number;
    return nodes.length + 16 + (offsets[child.record] as number);
  };
  const tree = Buffer.concat(
    nodes.map((node) => encodeNode(value(node.left), value(node.right), recordSize)),
  );
  const metadata = encodeValue({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: buildEpoch,
    database_type: 'test',
    description: {},
    ip_version: ipVersion,
    languages: [],
    node_count: nodes.length,
    record_size: recordSize,
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, metadataMarker, metadata]);
}

function bitsOf(network: AddressOctets, bits: number, ipVersion: 4 | 6): number[] {
  const own = Array.from({ length: bits }, (_, i) => ((network[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
  return ipVersion === 6 && network.length === 4 ? [...new Array<number>(96).fill(0), ...own] : own;
}

function insert(root: Node, bits: readonly number[], record: number): void {
  let node = root;
  for (const [i, bit] of bits.entries()) {
    const side = bit === 1 ? 'right' : 'left';
    if (i === bits.length - 1) {
      node[side] = { record };
      return;
    }
    const child = node[side];
    if (child && 'left' in child) node = child;
    else {
      const made: Node = { left: child, right: child };
      node[side] = made;
      node = made;
    }
  }
}

function encodeNode(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const node = Buffer.alloc((recordSize * 2) / 8);
  if (recordSize === 28) {
    node.writeUIntBE(left & 0xffffff, 0, 3);
    node.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
    node.writeUIntBE(right & 0xffffff, 4, 3);
  } else {
    node.writeUIntBE(left, 0, recordSize / 8);
    node.writeUIntBE(right, recordSize / 8, recordSize / 8);
  }
  return node;
}

function control(type: number, size: number): Buffer {
  if (size > 284) throw new Error('too long for a test');
  const [code, extra] = size < 29 ? [size, []] : [29, [size - 29]];
  return type < 8
    ? Buffer.from([(type << 5) | code, ...extra])
    : Buffer.from([code, type - 7, ...extra]);
}

/** Strings, maps, arrays, integers (uint32) and other numbers (double). */
function encodeValue(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return Buffer.concat([control(6, 4), bytes]);
    }
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([control(11, value.length), ...value.map(encodeValue)]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, inner]) => [encodeValue(key), encodeValue(inner)]),
  ]);
}
