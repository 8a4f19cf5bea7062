// The shape of a location when it comes back from another function.

import * as v from 'valibot';
import type { Location } from '../../../domain/location.ts';
import {
  confidences,
  networkTypes,
  specialKinds,
} from '../../../domain/profile/profile-pack-words.ts';

const network = v.object({
  asn: v.pipe(v.number(), v.integer(), v.minValue(0)),
  organization: v.string(),
  type: v.picklist(networkTypes),
  listed: v.exactOptional(v.object({ list: v.string(), date: v.pipe(v.string(), v.isoDate()) })),
});

const located = v.object({
  kind: v.literal('located'),
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
  region: v.exactOptional(v.string()),
  city: v.exactOptional(v.string()),
  lat: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  lon: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  radiusKm: v.pipe(v.number(), v.minValue(0)),
  confidence: v.picklist(confidences),
  network,
});

const special = v.object({
  kind: v.literal('special'),
  special: v.picklist(specialKinds),
});

/** A location as JSON. */
export const locationSchema: v.GenericSchema<unknown, Location> = v.variant('kind', [
  located,
  special,
  v.object({ kind: v.literal('unknown'), network }),
]);
