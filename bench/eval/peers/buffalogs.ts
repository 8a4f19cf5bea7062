// BuffaLogs 3.0.0 (certego/BuffaLogs, modules/detection.py and alert_filter.py): new country,
// atypical country, impossible travel to a never-used address. The shipped defaults, except the
// filter by the user's risk, with which a new user could never alert. `New Device` is filtered by
// default; the second form alerts on it too.

import { distanceKm, type Located } from '../../../domain/location.ts';
import { dayMs, hourMs } from '../parameters.ts';
import type { Login, Scorer } from '../scorer.ts';

const learningMs = 14 * dayMs;
const retentionMs = 45 * dayMs;
const atypicalMs = 30 * dayMs;
const distanceAcceptedKm = 100;
const speedAcceptedKmh = 300;

type Row = {
  readonly country: string;
  readonly agent: string;
  at: number;
  lat: number;
  lon: number;
};
type User = { readonly created: number; rows: Row[]; readonly addresses: Map<string, number> };

/** Alerts where BuffaLogs would. */
export function makeBuffaLogs(isNewDeviceAlerting: boolean): Scorer {
  const users = new Map<number, User>();
  return {
    name: isNewDeviceAlerting ? 'BuffaLogs, with new device' : 'BuffaLogs',
    isRule: true,
    score: (login) => {
      if (login.location.kind !== 'located') return 0;
      const user = users.get(login.person) ?? {
        created: login.start,
        rows: [],
        addresses: new Map(),
      };
      users.set(login.person, user);
      forget(user, login.start);
      const isAlert =
        user.rows.length > 0 && judge(user, login, login.location, isNewDeviceAlerting);
      learn(user, login, login.location);
      // Mobile clients are ignored, and so is everybody in the first fourteen days.
      const isMobile = login.device?.os === 'iOS' || login.device?.os === 'Android';
      const isLearning = login.start - user.created < learningMs;
      return isAlert && !isMobile && !isLearning ? 1 : 0;
    },
  };
}

function forget(user: User, now: number): void {
  user.rows = user.rows.filter((row) => now - row.at < retentionMs);
  for (const [address, at] of user.addresses) {
    if (now - at >= retentionMs) user.addresses.delete(address);
  }
}

function judge(user: User, login: Login, location: Located, isNewDeviceAlerting: boolean): boolean {
  // Theirs takes the row created last, which may be an old one: the latest in time is kinder.
  const there = user.rows.filter((row) => row.country === location.country).map(({ at }) => at);
  if (there.length === 0 || login.start - Math.max(...there) >= atypicalMs) return true;
  const agent = agentOf(login);
  if (isNewDeviceAlerting && agent !== '' && !user.rows.some((row) => row.agent === agent))
    return true;
  if (user.addresses.has(login.address)) return false;
  const latest = user.rows.reduce((a, b) => (b.at > a.at ? b : a));
  // `ignored_impossible_travel_all_same_country` is on as shipped.
  if (latest.country === location.country) return false;
  const km = distanceKm(latest, location);
  const hours = Math.max(0.001, (login.start - latest.at) / hourMs);
  return km > distanceAcceptedKm && km / hours > speedAcceptedKmh;
}

/** Our device key stands for the user agent: finer than theirs, which flatters the rule. */
function agentOf({ device }: Login): string {
  return device?.key ?? '';
}

/** One row per country and agent, overwritten. */
function learn(user: User, login: Login, { country, lat, lon }: Located): void {
  const agent = agentOf(login);
  user.addresses.set(login.address, login.start);
  const row = user.rows.find((known) => known.country === country && known.agent === agent);
  if (row) Object.assign(row, { at: login.start, lat, lon });
  else user.rows.push({ country, agent, at: login.start, lat, lon });
}
