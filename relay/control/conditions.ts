// The conditions of a relay or a gateway at this moment: what is wrong, by code, since when, and
// when it is over. The health report sends them to the cloud, which publishes them.
// Promise: pure over the numbers it is given; names gateways, never a user, a client or a secret.
// What counts as wrong is defined in docs/runbook.md under "Events of relays".

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RelayHealth } from '../../wire/relay-documents.ts';
import type { RelayStatus } from '../status/relay-status.ts';

export type Condition = RelayHealth['conditions'][number];

/** Numbers from outside of the relay's own status. */
export type ConditionFacts = {
  readonly now: UnixMs;
  readonly startedTime: UnixMs;
  /** The cloud's clock less ours, ms, as last seen. */
  readonly clockAheadMs?: number;
  /** Why the newest settings are not used. */
  readonly settingsTrouble?: string;
};

type Found = Omit<Condition, 'since'>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const conditionLimits = {
  /** A clock that is further off than this; seals allow 300 s. */
  clockMs: minuteMs,
  /** A wrong secret is over when no such packet came for this long. */
  wrongSecretMs: 15 * minuteMs,
  /** Interim updates that did not come while sessions are open. */
  missedInterims: 3,
  interimSilenceMsMin: 15 * minuteMs,
  /** A gateway without open sessions may rest over a weekend. */
  silenceMs: 72 * hourMs,
  journalFullShare: 0.9,
  backlogMs: hourMs,
} as const;

const detailCharactersMax = 200;

export class ConditionBook {
  readonly #open = new Map<string, Condition>();
  readonly #refusals = new Map<string, { readonly count: number; readonly growthTime: UnixMs }>();

  /** Looks anew; true when a condition began or is over. */
  update(status: RelayStatus, facts: ConditionFacts): boolean {
    const found = new Map(
      this.#find(status, facts).map((one) => [`${one.code} ${one.gateway ?? ''}`, one]),
    );
    let isChanged = false;
    for (const key of this.#open.keys()) {
      if (found.has(key)) continue;
      this.#open.delete(key);
      isChanged = true;
    }
    for (const [key, one] of found) {
      const since = this.#open.get(key)?.since;
      isChanged ||= since === undefined;
      this.#open.set(key, { ...one, since: since ?? facts.now });
    }
    return isChanged;
  }

  /** What is wrong now, the oldest first. */
  list(): readonly Condition[] {
    return [...this.#open.values()].sort((a, b) => a.since - b.since);
  }

  #find(status: RelayStatus, facts: ConditionFacts): Found[] {
    // A relay that is switched off receives nothing, which is no condition.
    const ofGateways = status.isEnabled
      ? [...status.perMinute.keys()].flatMap((name) => [
          ...silence(name, status, facts),
          ...this.#wrongSecret(name, status, facts),
          ...wrongClock(name, status),
        ])
      : [];
    return [...ofGateways, ...ofRelay(status, facts)];
  }

  #wrongSecret(name: string, status: RelayStatus, { now }: ConditionFacts): Found[] {
    const { outcomes } = status.counts.gateways[name] ?? { outcomes: {} };
    const count =
      (outcomes['bad-authenticator'] ?? 0) + (outcomes['bad-message-authenticator'] ?? 0);
    const known = this.#refusals.get(name);
    if (count === 0) return [];
    const growthTime = known?.count === count ? known.growthTime : now;
    this.#refusals.set(name, { count, growthTime });
    if (now - growthTime > conditionLimits.wrongSecretMs) return [];
    const finding = status.secretFindings.get(name) ?? 'the secrets differ';
    return [{ code: 'wrong-secret', gateway: name, ...detail(finding) }];
  }
}

function wrongClock(name: string, { clocks }: RelayStatus): Found[] {
  const seconds = clocks.get(name)?.offsetSeconds;
  if (seconds === undefined) return [];
  const side = seconds > 0 ? 'ahead of' : 'behind';
  const text = `its clock is ${Math.abs(seconds)} s ${side} the relay's`;
  return [{ code: 'gateway-clock', gateway: name, ...detail(text) }];
}

function silence(name: string, status: RelayStatus, facts: ConditionFacts): Found[] {
  const { lastPacketTime } = status.counts.gateways[name] ?? {};
  const activity = status.activity.get(name);
  const quietMs = facts.now - (lastPacketTime ?? facts.startedTime);
  const interimMs = (activity?.interimSeconds ?? 0) * 1000;
  const hasOpen = activity !== undefined && activity.starts > activity.stops;
  const { missedInterims, interimSilenceMsMin, silenceMs } = conditionLimits;
  const limitMs =
    hasOpen && interimMs > 0
      ? Math.max(interimSilenceMsMin, missedInterims * interimMs)
      : silenceMs;
  if (quietMs <= limitMs) return [];
  const minutes = Math.floor(quietMs / minuteMs);
  const open = hasOpen && interimMs > 0 ? ' while sessions were open' : '';
  return [
    { code: 'gateway-silent', gateway: name, ...detail(`no packet for ${minutes} min${open}`) },
  ];
}

function ofRelay(status: RelayStatus, facts: ConditionFacts): Found[] {
  const { journal, journalBytesMax, shipping, balance } = status;
  const found: Found[] = [];
  const aheadMs = facts.clockAheadMs ?? 0;
  if (Math.abs(aheadMs) > conditionLimits.clockMs) {
    const side = aheadMs > 0 ? 'behind' : 'ahead of';
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    found.push({ code: 'clock', ...detail(`${seconds} s ${side} the cloud's clock`) });
  }
  // What is shipped makes room by itself: only what waits can fill the journal.
  const onDisk = Math.max(1, journal.durablePosition - journal.firstPosition + 1);
  const waitingShare = Math.min(1, Math.max(0, balance.total.waiting) / onDisk);
  const share = (waitingShare * journal.bytes) / journalBytesMax;
  if (!journal.isWritable) found.push({ code: 'journal-full', ...detail('no packet is answered') });
  else if (share > conditionLimits.journalFullShare) {
    const percent = Math.floor(share * 100);
    found.push({ code: 'journal-full', ...detail(`${percent} % are used by what waits`) });
  }
  const oldestMs = facts.now - (shipping?.oldestTime ?? facts.now);
  if (oldestMs > conditionLimits.backlogMs) {
    const minutes = Math.floor(oldestMs / minuteMs);
    found.push({ code: 'backlog', ...detail(`the oldest record waits for ${minutes} min`) });
  }
  if (!balance.isCounting && balance.total.difference !== 0) {
    const records = Math.abs(balance.total.difference);
    found.push({ code: 'unbalanced', ...detail(`${records} records are unaccounted for`) });
  }
  if (facts.settingsTrouble !== undefined) {
    found.push({ code: 'settings-refused', ...detail(facts.settingsTrouble) });
  }
  return found;
}

/** What may cross the wire: printable ASCII, bounded. */
function detail(text: string): Pick<Found, 'detail'> {
  return { detail: text.replace(/[^\x20-\x7e]/g, '?').slice(0, detailCharactersMax) };
}
