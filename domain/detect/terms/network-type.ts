// Term "network-type": a person at home or on the road does not come from a data centre.
// Formula: .8 ln(.35 / max(.004, p_hosting)), where p_hosting is how often this user's
// connections come from hosting, VPN, Tor or anycast space: a habit of commercial VPN makes it
// cheap. Minus 3 k when a device the user has used at least 5 times appears there: a personal
// VPN is likelier.
// Source: threat reports (stolen credentials are used from rented servers and VPN exits); measured:
// personal VPNs cause most false alerts at tight budgets. Where the type is the word of a list that
// the operator brought, the list and its age are said; they change no weight: lists are weak
// evidence (Wiefling et al., ACM TOPS 2022), as the name of a network is. Blind spots: residential
// proxies; hosting that no list knows; an address that a list still names and somebody else has by
// now; an intruder who copies the device's name.

import type { ListMention, NetworkType } from '../../location.ts';
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
  proxy: 'a proxy',
  anycast: 'an anycast network',
};

const dayMs = 24 * 3600 * 1000;

/** Days from the day of a list's data to a time; a list of the day itself, or later, is 0 old. */
const listAgeDays = ({ date }: ListMention, time: number): number =>
  Math.max(0, Math.floor((time - Date.parse(date)) / dayMs));

/** `, by the list vpn.txt (3 days old then)`. */
function listText(listed: ListMention | undefined, time: number): string {
  if (!listed) return '';
  const days = listAgeDays(listed, time);
  const age = days === 0 ? 'of that day' : `${days} day${days === 1 ? '' : 's'} old then`;
  return `, by the list ${listed.list} (${age})`;
}

export function networkTypeTerm(context: TermContext): Evidence | undefined {
  const { observation, familiarity, history, rates } = context;
  if (!observation.network || !isAnonymous(observation)) return undefined;
  const rate = Math.max(rateFloor, rates.of('hosting').rate);
  const isKnownDevice = familiarity.device.weight >= wellKnown;
  const full = Math.max(0, typeWeight * Math.log(attackShare / rate));
  const unseen = 1 - familiarity.prefix.k;
  const discount = isKnownDevice ? knownDeviceDiscount : 0;
  const { type, listed } = observation.network;
  const kind = `${spoken[type] ?? type}${listText(listed, observation.time)}`;
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
      ...(listed ? { listAgeDays: listAgeDays(listed, observation.time) } : {}),
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
