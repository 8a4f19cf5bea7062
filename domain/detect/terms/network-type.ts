// Term "network-type": a person at home or on the road does not come from a data centre.
// Formula: .8 ln(.35 / max(.004, p_hosting)), where p_hosting is how often this user's
// connections come from hosting, VPN, Tor or anycast space: a habit of commercial VPN makes it
// cheap. Minus 3 k when a device the user has used at least 5 times appears there: a personal
// VPN is likelier.
// Source: threat reports (stolen credentials are used from rented servers and VPN exits); measured:
// personal VPNs cause most false alerts at tight budgets. Blind spots: residential proxies; hosting
// that no list knows; an intruder who copies the device's name.

import type { NetworkType } from '../../location.ts';
import { anonymising, isAnonymous } from '../context/familiarity.ts';
import { ofSessions, sessionsOfType } from '../context/history.ts';
import {
  type Evidence,
  lowers,
  rateInputs,
  rateNumbers,
  rounded,
  type TermContext,
} from '../context/term.ts';

const typeWeight = 0.8;
const attackShare = 0.35;
const rateFloor = 0.004;
const knownDeviceDiscount = 3;
const wellKnown = 5;

const spoken: Partial<Record<NetworkType, string>> = {
  hosting: 'a hosting network',
  vpn: 'a commercial VPN',
  tor: 'the Tor network',
  anycast: 'an anycast network',
};

export function networkTypeTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history, rates } = context;
  if (!observation.network || !isAnonymous(observation)) return undefined;
  const rate = Math.max(rateFloor, rates.of('hosting').rate);
  const isKnownDevice = familiarity.device.weight >= wellKnown;
  const full = Math.max(0, typeWeight * Math.log(attackShare / rate));
  const unseen = 1 - familiarity.prefix.k;
  const discount = isKnownDevice ? knownDeviceDiscount : 0;
  const kind = spoken[observation.network.type] ?? observation.network.type;
  const weight = unseen * (full - discount);
  return {
    term: 'network-type',
    aspect: isKnownDevice ? 'hosting-known-device' : 'hosting',
    weight,
    numbers: () => ({
      sessions: history.sessions,
      sessionsOfType: sessionsOfType(history, anonymising),
      ...rateNumbers(rates.of('hosting')),
      unseen: rounded(unseen),
      deviceWeight: rounded(familiarity.device.weight),
      discount,
    }),
    inputs: () => ({
      prefixWeight: familiarity.prefix.weight,
      deviceWeight: familiarity.device.weight,
      ...rateInputs(rates.of('hosting')),
    }),
    text: () => {
      const before = sessionsOfType(history, anonymising);
      const how = 'came from servers, VPN services or Tor';
      const known = ', with a device this user often has: a personal VPN is likely';
      if (weight < 0) return `Comes from ${kind}${known}${lowers}`;
      const device = isKnownDevice ? ', though with a device this user often has' : '';
      return `Comes from ${kind}${device}; ${ofSessions(before, history.sessions)} ${how}`;
    },
  };
}
