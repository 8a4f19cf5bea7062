// Invokes the locate function for the process function. Addresses are sorted and deduplicated, so
// that only the set of addresses is sent. Any failure rejects; the affected events are then
// retried, never guessed.

import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { canonicalAddress } from '../../../domain/address.ts';
import { locateAddressesMax } from '../../../domain/limits.ts';
import type { Location } from '../../../domain/location.ts';
import type { Locate } from '../../../domain/process/ports.ts';
import type { LocatePayload } from '../../locate/locate.ts';
import { locationSchema } from './location-schema.ts';

const answerSchema = v.object({ locations: v.record(v.string(), locationSchema) });

const noAddress: Location = {
  kind: 'unknown',
  network: { asn: 0, organization: '', type: 'unknown' },
};

/** Groups texts by the address they mean; text that means none stays on this side. */
function byCanonicalAddress(addresses: readonly string[]): Map<string, string[]> {
  const spellings = new Map<string, string[]>();
  for (const address of addresses) {
    const canonical = canonicalAddress(address);
    if (canonical === undefined) continue;
    const group = spellings.get(canonical);
    if (group) group.push(address);
    else spellings.set(canonical, [address]);
  }
  return spellings;
}

/**
 * Makes the `Locate` port over the locate function. Every address asked for gets an answer.
 * Rejects when the function fails, answers nonsense or leaves an address out.
 */
export function makeLambdaLocate(deps: {
  readonly client: Pick<LambdaClient, 'send'>;
  readonly functionName: string;
}): Locate {
  return async (addresses) => {
    const spellings = byCanonicalAddress(addresses);
    const sorted = [...spellings.keys()].sort((a, b) => (a < b ? -1 : 1));
    const found = new Map<string, Location>(addresses.map((address) => [address, noAddress]));
    for (let from = 0; from < sorted.length; from += locateAddressesMax) {
      const part = sorted.slice(from, from + locateAddressesMax);
      const locations = await invoke(deps, { addresses: part });
      for (const address of part) {
        const location = locations[address];
        if (!location) throw new Error('LOCATE_ANSWER: an address was left out');
        for (const spelling of spellings.get(address) ?? []) found.set(spelling, location);
      }
    }
    return found;
  };
}

async function invoke(
  deps: { readonly client: Pick<LambdaClient, 'send'>; readonly functionName: string },
  payload: LocatePayload,
): Promise<Record<string, Location>> {
  const answer = await deps.client.send(
    new InvokeCommand({
      FunctionName: deps.functionName,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
  if (answer.FunctionError) throw new Error('LOCATE_FAILED: the locate function failed');
  const text = Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8');
  const parsed = v.safeParse(answerSchema, jsonOf(text));
  if (!parsed.success) throw new Error('LOCATE_ANSWER: not a list of locations');
  return parsed.output.locations;
}

/** The value of JSON text; a parser's own error would quote addresses, so it is swallowed. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
