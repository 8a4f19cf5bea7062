// Names that the search knows: users, devices, places, networks and gateways, gathered from the
// rows that a profile's fold leaves (profile/user-rows.ts), and packed for rows that many share.
// Sets: the order of adding and repeats leave no trace (decision 0043).

import { ByteReader, ByteWriter } from '../profile/packed-bytes.ts';
import type { ProfileIndexRow } from '../profile/profile.ts';

/** In the order in which groups are shown; stored by their place in the list. */
export const nameKinds = ['user', 'device', 'place', 'network', 'gateway'] as const;
export type NameKind = (typeof nameKinds)[number];

export type KnownName = {
  readonly kind: NameKind;
  /** A user's or device's key, a place's key, an AS number, a gateway's id. */
  readonly key: string;
  /** A device's name, a network's organization; else empty. */
  readonly label: string;
  /** `machine` of a machine's account, a place's cell, a network's type; else empty. */
  readonly note: string;
};

/** What a row names. */
export function namesOf(row: ProfileIndexRow): readonly KnownName[] {
  const name = (kind: NameKind, key: string, label = '', note = ''): readonly KnownName[] => [
    { kind, key, label, note },
  ];
  switch (row.type) {
    case 'directory':
      return name('user', row.userKey, '', row.kind === 'machine' ? 'machine' : '');
    case 'device-user':
      return name('device', row.device.key, row.device.name ?? '');
    case 'place-user':
      return name('place', row.place, '', row.cell);
    case 'network-user': {
      const { asn, organization, type } = row.network;
      // Said when the pair is new: rows of later days say nothing new of the network.
      return row.isReferenced ? name('network', `${asn}`, organization, type) : [];
    }
    case 'gateway-user':
      return name('gateway', row.gatewayId);
    default:
      return [];
  }
}

/** Identifies a name: of two with the same the later word counts. */
const idOf = ({ kind, key }: KnownName): string => `${nameKinds.indexOf(kind)}${key}`;

/** Names as a set, in the order in which they are packed: later ones replace earlier ones. */
export function joinNames(...sets: readonly (readonly KnownName[])[]): KnownName[] {
  const byId = new Map<string, KnownName>();
  for (const names of sets) for (const name of names) byId.set(idOf(name), name);
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

const version = 1;

/** Packs names in the order of `joinNames`, in which neighbours share most of their text. */
export function packNames(names: readonly KnownName[]): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(version);
  let previous = '';
  for (const { kind, key, label, note } of names) {
    writer.byte(nameKinds.indexOf(kind));
    writer.textAfter(previous, key);
    writer.text(label);
    writer.text(note);
    previous = key;
  }
  return writer.finish();
}

/** @throws RangeError when the bytes are not those of `packNames` */
export function unpackNames(bytes: Uint8Array): KnownName[] {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== version) throw new RangeError('packed names have an unknown version');
  const names: KnownName[] = [];
  let previous = '';
  while (!reader.isAtEnd) {
    const kind = nameKinds[reader.byte()];
    if (!kind) throw new RangeError('packed names have an unknown kind');
    previous = reader.textAfter(previous);
    names.push({ kind, key: previous, label: reader.text(), note: reader.text() });
  }
  return names;
}
