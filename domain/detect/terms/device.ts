// Term "device": is it the user's device?
// New: (1 - k) s .85 ln(.92 / p_device). Known: k s ln(.04 / clip(share, .05, .95)). s is how much
// the kind of key tells: a host name, unique id or hardware address 1, a randomised hardware
// address .25, the name of a client program .4. Asked only of users known by the same kind of key:
// the first key of another kind comes with another gateway, not with another device. An absent
// attribute is no evidence, never "new". Where the user would have had to be at two far places at
// once, or to travel faster than an airliner, a known one takes nothing off: it is copied.
// Source: detection of Defender for Identity counts devices; Freeman et al. (user agent). Blind
// spots: a stolen laptop; an intruder who copies the name.

import type { Device } from '../../accounting-event.ts';
import { deviceFeature, isPhone } from '../context/familiarity.ts';
import { hardlyKnown, knownBy, sessionsWith } from '../context/history.ts';
import {
  type Evidence,
  type Journey,
  lowers,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const newWeight = 0.85;
const newShare = 0.92;
const knownAttackShare = 0.04;

export function deviceTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history, rates } = context;
  const { device } = observation;
  if (!device) return undefined;
  const { k, weight } = familiarity.device;
  const kind = familiarity.deviceKind;
  const rate = () => rates.of(deviceFeature(device));
  const share = weight / (kind.weight + 0.5);
  const keyScale =
    scaleOf(device) * (device.kind === 'mac' && familiarity.network.k < 0.5 ? 0.6 : 1);
  const scale = keyScale * kind.k;
  const fresh = k < 0.999 ? (1 - k) * newWeight * Math.log(newShare / rate().rate) : 0;
  const known = k * Math.log(knownAttackShare / Math.min(0.95, Math.max(0.05, share)));
  const total = scale * (fresh + known);
  return {
    term: 'device',
    aspect: k < 0.5 ? 'new-device' : 'known-device',
    weight: total,
    numbers: () => ({
      sessions: history.sessions,
      sessionsWithDevice: sessionsWith(history.devices, device.key),
      devices: history.devices.size,
      deviceWeight: rounded(weight),
      kindWeight: rounded(kind.weight),
      familiarity: rounded(k),
      scale: rounded(scale),
      ...rateNumbers(rate()),
    }),
    inputs: () => ({
      deviceWeight: weight,
      kindWeight: kind.weight,
      keyScale,
      ...rateInputs(rate()),
    }),
    text: () => {
      const before = sessionsWith(history.devices, device.key);
      const what = device.kind === 'client' ? 'Program' : 'Device';
      const others = history.devices.size;
      const name = `${what} ${label(device)}`;
      if (total < 0)
        return `${name}: ${knownBy(before, history.sessions, 'came with it')}${lowers}`;
      if (before > 0) return `${name}: ${hardlyKnown(before, history.sessions, 'came with it')}`;
      return (
        `First time with ${what.toLowerCase()} ${label(device)}; ` +
        `${others} other${others === 1 ? '' : 's'} in ${history.sessions} earlier sessions`
      );
    },
  };
}

/** What of it counts beside a journey: of one that nobody can make, a device tells nothing. */
export const deviceBeside = (
  device: Evidence | undefined,
  journey: Journey | undefined,
): Evidence | undefined =>
  device && device.weight < 0 && journey?.finding.isImpossible ? undefined : device;

/** How much a key of this kind identifies a device. */
function scaleOf(device: Device): number {
  if (device.kind === 'client') return 0.4;
  return device.kind === 'mac' && isRandomised(device.key) ? 0.25 : 1;
}

/** The locally administered bit of a hardware address (IEEE 802): made up, often per network. */
function isRandomised(key: string): boolean {
  return /^mac:.[26ae]/i.test(key);
}

function label(device: Device): string {
  const name = device.name ?? device.key.slice(device.key.indexOf(':') + 1);
  const shown = name.replace(/[^\x20-\x7e]/g, '?');
  return isPhone(device) ? `${shown} (a phone)` : shown;
}
