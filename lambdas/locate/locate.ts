// The anonymous lookup: bare addresses in, locations out.
// Only addresses cross this boundary. Adding a key to the payload is a privacy change:
// docs/privacy.md. It keeps no state between invocations, writes nothing and makes no request.

import * as v from 'valibot';
import { canonicalAddress } from '../../domain/address.ts';
import { locateAddressesMax } from '../../domain/limits.ts';
import type { Location } from '../../domain/location.ts';
import { type Log, makeLog } from '../shared/log.ts';
import { makeGeoAge } from './geo-age.ts';

/** Sorted and distinct, so that neither order nor repetition can carry one. */
function isSortedAndDistinct(addresses: readonly string[]): boolean {
  return addresses.every((address, i) => i === 0 || (addresses[i - 1] ?? '') < address);
}

/** One spelling per address, so that a spelling cannot carry a message. */
const address = v.pipe(
  v.string(),
  v.maxLength(45),
  v.check((text: string) => canonicalAddress(text) === text),
);

/** Everything the lookup accepts: one key, at most 5,000 canonical addresses in order. */
export const locatePayload = v.strictObject({
  addresses: v.pipe(
    v.array(address),
    v.maxLength(locateAddressesMax),
    v.check((addresses: string[]) => isSortedAndDistinct(addresses)),
  ),
});

export type LocatePayload = v.InferOutput<typeof locatePayload>;
export type LocateResult = { readonly locations: Readonly<Record<string, Location>> };

/**
 * Makes the function's handler.
 * @throws Error (rejects) when the payload is anything but addresses; it repeats nothing of it.
 */
export function makeLocate(deps: {
  readonly locate: (address: string) => Location;
}): (payload: unknown) => Promise<LocateResult> {
  return async (payload) => {
    const parsed = v.safeParse(locatePayload, payload, { abortEarly: true });
    if (!parsed.success) throw new Error('LOCATE_PAYLOAD: not a list of addresses');
    const locations: Record<string, Location> = {};
    for (const address of parsed.output.addresses) locations[address] = deps.locate(address);
    return { locations };
  };
}

/** The handler over real data: it also says how old the data is. */
export function makeDatedLocate(
  locator: { readonly locate: (address: string) => Location; readonly dataDate: string },
  now: () => number,
  log: Pick<Log, 'counts'> = makeLog({ service: 'locate', now }),
): ReturnType<typeof makeLocate> {
  const handle = makeLocate(locator);
  const tellAge = makeGeoAge({ dataDate: locator.dataDate, now, log });
  return (payload) => {
    tellAge();
    return handle(payload);
  };
}
