// The device a user connects from, out of the attributes a gateway sends about it.
// Promise: the key is the most specific identity sent, in one spelling; absent when nothing is.

import type { Device } from '../../domain/accounting-event.ts';
import { foldText } from '../../domain/user-name.ts';
import { normalizeMac } from './client-address.ts';

/** What a packet may say about a device, as sent. */
export type DeviceFacts = {
  /** Identity that outlives the VPN profile (Cisco `device-uid-global`). */
  readonly uidGlobal?: string | undefined;
  readonly uid?: string | undefined;
  readonly mac?: string | undefined;
  readonly publicMac?: string | undefined;
  readonly hostname?: string | undefined;
  readonly platform?: string | undefined;
  readonly platformVersion?: string | undefined;
  /** Make and model. */
  readonly type?: string | undefined;
  /** Name and version of the VPN client. */
  readonly userAgent?: string | undefined;
};

type Identity = Pick<Device, 'key' | 'kind'>;

/** Longest key kept: identities are hashes, names and agent strings. */
const keyCharactersMax = 128;

function identity(kind: Device['kind'], value: string | undefined): Identity | undefined {
  return value ? { kind, key: `${kind}:${foldText(value).slice(0, keyCharactersMax)}` } : undefined;
}

function identify(facts: DeviceFacts): Identity | undefined {
  return (
    identity('uid', facts.uidGlobal ?? facts.uid) ??
    identity('mac', facts.mac && normalizeMac(facts.mac)) ??
    identity('host', facts.hostname) ??
    identity('client', facts.userAgent ?? facts.platform)
  );
}

/** The device of an event; undefined when the packet identifies none. */
export function makeDevice(facts: DeviceFacts): Device | undefined {
  const identity = identify(facts);
  if (!identity) return undefined;
  const os = [facts.platform, facts.platformVersion].filter(Boolean).join(' ');
  return {
    ...identity,
    ...(facts.hostname ? { name: facts.hostname } : {}),
    ...(os ? { os } : {}),
    ...(facts.userAgent ? { client: facts.userAgent } : {}),
  };
}

/** The facts no field of a device holds, by attribute name. */
export function deviceAttributes(facts: DeviceFacts): [string, string | undefined][] {
  return [
    ['device-mac', facts.mac],
    ['device-public-mac', facts.publicMac],
    ['device-platform', facts.platform],
    ['device-platform-version', facts.platformVersion],
    ['device-type', facts.type],
    ['device-uid', facts.uid],
    ['device-uid-global', facts.uidGlobal],
  ];
}
