// The Okta pair (help.okta.com, behaviour detection): a new device (not among the last 20 logins')
// and a new geo-location (over 20 km from each of the last 20 logins). A login without a device is
// never new: otherwise people without one would alert at every journey.

import { distanceKm, type Located } from '../../../domain/location.ts';
import type { Scorer } from '../scorer.ts';

const memory = 20;
const newLocationKm = 20;

type Past = { readonly devices: string[]; readonly places: Located[] };

/** Alerts when both are new. */
export function makeOktaPair(): Scorer {
  const users = new Map<number, Past>();
  return {
    name: 'Okta pair',
    isRule: true,
    score: ({ person, location, device }) => {
      const past = users.get(person) ?? { devices: [], places: [] };
      users.set(person, past);
      if (location.kind !== 'located') return 0;
      const hasPast = past.places.length > 0;
      const isNewDevice = device !== undefined && !past.devices.includes(device.key);
      const isNewPlace = past.places.every((place) => distanceKm(place, location) > newLocationKm);
      if (device) remember(past.devices, device.key);
      remember(past.places, location);
      return hasPast && isNewDevice && isNewPlace ? 1 : 0;
    },
  };
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > memory) list.shift();
}
