// The conditions that began or ended between two health reports of a relay, for on-call staff.
// Pure.
// It names relays and gateways, never users. Silence and missing records are published by the
// `sweep` function instead.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RelayHealth } from '../../wire/relay-documents.ts';

/** A trouble that a relay itself reports began or is over. */
export type ReportedTrouble = {
  /** The condition's code, `gateway-silent`. */
  readonly trouble: string;
  readonly state: 'began' | 'recovered';
  readonly relayId: string;
  readonly time: UnixMs;
  readonly gateway?: string;
  readonly detail?: string;
};

type Conditions = RelayHealth['conditions'];

/** Compares by code and gateway. */
export function healthChanges(
  relayId: string,
  before: Conditions,
  now: Conditions,
  time: UnixMs,
): readonly ReportedTrouble[] {
  const nameOf = ({ code, gateway }: Conditions[number]) => `${code} ${gateway ?? ''}`;
  const were = new Set(before.map(nameOf));
  const are = new Set(now.map(nameOf));
  const publish = (state: ReportedTrouble['state'], conditions: Conditions) =>
    conditions.map(({ code, gateway, detail }) => ({
      trouble: code,
      state,
      relayId,
      time,
      ...(gateway !== undefined && { gateway }),
      ...(state === 'began' && detail !== undefined && { detail }),
    }));
  return [
    ...publish(
      'began',
      now.filter((one) => !were.has(nameOf(one))),
    ),
    ...publish(
      'recovered',
      before.filter((one) => !are.has(nameOf(one))),
    ),
  ];
}
