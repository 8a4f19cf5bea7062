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

/** The rows; a property that the connection did not show is left out. */
export function comparisonOf(detection: Detection, profile: Profile): readonly Compared[] {
  const { place, network, gateway } = detection;
  const { sessions } = profile;
  const row: Row = (what, list, isSame, nameOf, here) => {
    const times = list.find(isSame)?.count ?? 0;
    const usual = list.find((item) => !isSame(item));
    const share = usual && percentText(usual.count / Math.max(1, sessions));
    return {
      what,
      here,
      usual: usual ? `${nameOf(usual)} (${share})` : 'nothing else so far',
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

/** A gateway that says nothing of devices makes a known one no news; it is said plainly. */
function deviceRow({ device }: Detection, { devices }: Profile, row: Row): readonly Compared[] {
  if (device) {
    const isSame = ({ key }: { readonly key: string }): boolean => key === device.key;
    return [row('Device', devices, isSame, deviceText, deviceText(device))];
  }
  if (devices.length === 0) return [];
  const here = 'not named by the gateway';
  return [{ ...row('Device', devices, () => false, deviceText, here), isNew: false }];
}
