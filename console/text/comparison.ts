// A detected session beside what is usual for the user: property by property, new or known. Pure:
// facts in, rows out.

import type { Detection, Profile, Tally } from '../api/types.ts';
import { percentText } from './clock-text.ts';
import { deviceText } from './sentences.ts';

export type Compared = {
  readonly what: string;
  readonly here: string;
  readonly usual: string;
  /** Seen in no session but those of the detection. */
  readonly isNew: boolean;
  readonly times: number;
};

/** What stands for what is usual where no other session has shown any. */
export const noneYet = 'nothing else so far';

/** The rows; a property that the connection did not show is left out. */
export function comparisonOf(detection: Detection, profile: Profile): readonly Compared[] {
  const { place, network, gateway } = detection;
  // What is usual is said of the sessions that are not the detection's own.
  const others = profile.sessions - detection.sessionCount;
  const row: Row = (what, list, isSame, nameOf, here) => {
    const times = list.find(isSame)?.count ?? 0;
    const [usual] = list
      .map((item) => ({ item, count: item.count - (isSame(item) ? detection.sessionCount : 0) }))
      .filter(({ count }) => count > 0)
      .sort((one, other) => other.count - one.count);
    const share = usual && percentText(Math.min(1, usual.count / Math.max(1, others)));
    return {
      what,
      here,
      usual: usual ? `${nameOf(usual.item)} (${share})` : noneYet,
      isNew: times <= detection.sessionCount,
      times,
    };
  };
  return [
    row(
      'Place',
      profile.places,
      ({ key }) => key === place.key,
      ({ label }) => label,
      place.label,
    ),
    ...(network
      ? [
          row(
            'Network',
            profile.networks,
            ({ asn }) => asn === network.asn,
            ({ organization }) => organization,
            network.organization,
          ),
        ]
      : []),
    row(
      'Gateway',
      profile.gateways,
      ({ id }) => id === gateway,
      ({ id }) => id,
      gateway,
    ),
    ...deviceRow(detection, profile, row),
  ];
}

type Row = <T extends Tally>(
  what: string,
  list: readonly T[],
  isSame: (item: T) => boolean,
  nameOf: (item: T) => string,
  here: string,
) => Compared;

/**
 * A gateway that says nothing of devices makes a known one no news; it is said plainly. What names
 * a program only is compared with programs: a whole company has the same.
 */
function deviceRow({ device }: Detection, { devices }: Profile, row: Row): readonly Compared[] {
  if (device) {
    const isProgram = device.kind === 'client';
    const isSame = ({ key }: { readonly key: string }): boolean => key === device.key;
    const alike = devices.filter(({ kind }) => (kind === 'client') === isProgram);
    const what = isProgram ? 'VPN client' : 'Device';
    return [row(what, alike, isSame, deviceText, deviceText(device))];
  }
  if (devices.length === 0) return [];
  const here = 'not named by the gateway';
  return [{ ...row('Device', devices, () => false, deviceText, here), isNew: false }];
}
