// What really happened: one VPN session, before gateways, losses and databases blur it.

import type { Device } from '../../domain/accounting-event.ts';
import type { Computer } from './computers.ts';
import type { GatewayKind } from './parameters.ts';
import type { Person } from './people.ts';
import { type Random, seedOf } from './random.ts';

export type TrueSession = {
  /** Index of the account's owner. */
  readonly person: number;
  readonly gateway: GatewayKind;
  readonly start: number;
  readonly end: number;
  readonly address: string;
  /** The client address changes while connected. */
  readonly move?: { readonly at: number; readonly address: string };
  /** As the gateway reports it; absent: reports none. */
  readonly device?: Device;
  /** Index of the campaign; absent: the person themself. */
  readonly campaign?: number;
};

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** A MAC address; its last octets from a hash. */
function macOf(text: string, isRandom: boolean): string {
  const digits = hex(seedOf('mac', text)) + hex(seedOf('oui', text));
  const octets = (digits.slice(0, 12).match(/../g) ?? []).map((pair) => pair);
  // The second-least bit of the first octet marks an address as locally made up.
  octets[0] = isRandom ? '9a' : '3c';
  return octets.join('-');
}

/**
 * A computer as a gateway reports it.
 * `network` names the Wi-Fi or cable it hangs on: what a MAC key depends on.
 */
export function deviceAt(
  gateway: GatewayKind,
  computer: Computer,
  network: { readonly name: string; readonly isForeign: boolean },
): Device | undefined {
  const { name, os } = computer;
  if (gateway === 'f5' || gateway === 'strongswan') return undefined;
  if (gateway === 'rras') {
    return computer.isPhone ? undefined : { key: `host:${name.toLowerCase()}`, kind: 'host', name };
  }
  const client = `AnyConnect ${os} 5.1.${seedOf(name) % 4}`;
  // A program is no computer: many people share this key.
  if (gateway === 'ocserv')
    return { key: `client:${client.toLowerCase()}`, kind: 'client', client };
  if (!computer.isMacKeyed) {
    const { installs } = computer;
    const key = `uid:${hex(seedOf('uid', name, installs))}${hex(seedOf('uid2', name, installs))}`;
    return { key, kind: 'uid', os, client };
  }
  const isRandom = computer.isMacRandom && network.isForeign;
  const adapter = isRandom ? network.name : adapterOf(network);
  const key = `mac:${macOf(`${name}/${adapter}`, isRandom)}`;
  return { key, kind: 'mac', os, client };
}

/** At home and in the office a dock's adapter, elsewhere the built-in one. */
function adapterOf(network: { readonly name: string; readonly isForeign: boolean }): string {
  return network.isForeign || network.name === 'mobile' ? 'wifi' : network.name;
}

/** The computer in use at a time: for four days after a change it may still be the old one. */
export function computerAt(person: Person, at: number, random: Random): Computer {
  const owned = person.computers.filter(({ from }) => from <= at);
  const newest = owned.at(-1) ?? (person.computers[0] as Person['computers'][number]);
  const isOverlap = newest.isOverlapping && at - newest.from < 4 * 86_400_000;
  const main = isOverlap && random.chance(0.5) ? (owned.at(-2) ?? newest) : newest;
  const { secondComputer } = person;
  return secondComputer && random.chance(0.15) ? secondComputer : main.computer;
}
