// Identifies the gateway of a record: the configured name, and behind a proxy the NAS that the
// packet names.
// Promise: stable for one gateway, and never taken from the packet unless the configuration says
// that the packet's source is a proxy: real packets claim to come from 127.0.0.1.

import { parseAddress } from '../../domain/address.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { AttributeSet } from './attribute-set.ts';
import { attribute } from './attributes.ts';
import type { GatewayConfig } from './gateway.ts';

/** Longest NAS-Identifier that goes into an id, characters. */
const identifierCharactersMax = 64;

/** 0.0.0.0, 127.0.0.0/8, `::` and `::1` name no gateway; real packets carry them. */
function isNobody(address: string): boolean {
  const octets = parseAddress(address);
  if (octets?.length === 4) return octets[0] === 0 || octets[0] === 127;
  return address === '::' || address === '::1';
}

/**
 * The NAS a proxied packet names: NAS-IP-Address, else NAS-IPv6-Address, else NAS-Identifier with
 * control characters and `/` replaced; undefined when it names none.
 */
function namedNas(attributes: AttributeSet): string | undefined {
  const addresses = [
    attributes.address(attribute.nasIpAddress),
    attributes.address(attribute.nasIpv6Address),
  ];
  const address = addresses.find((text) => text !== undefined && !isNobody(text));
  const identifier = attributes.text(attribute.nasIdentifier);
  return address ?? identifier?.slice(0, identifierCharactersMax).replace(/[\p{Cc}/]/gu, '-');
}

/**
 * `gateway.id` of an event: `record.gatewayId`, except behind a proxy, where it is
 * `<configured name>/<NAS>`: the same whichever of several proxies passed the packet on.
 */
export function gatewayIdOf(
  record: Pick<JournalRecord, 'gatewayId'>,
  gateway: GatewayConfig | undefined,
  attributes: AttributeSet,
): string {
  const nas = gateway?.behindProxy ? namedNas(attributes) : undefined;
  return gateway && nas !== undefined ? `${gateway.name}/${nas}` : record.gatewayId;
}
