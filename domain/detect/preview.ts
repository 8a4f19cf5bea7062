// How many alerts another sensitivity would have raised, from the near misses of some days: each
// counts where it reaches the threshold and the gate lets it through; those of one user from one
// place within a day are one alert, as they are one detection. Pure (decision 0052).

import { detectionRepeatMs } from '../limits.ts';
import type { NearMissRow } from '../profile/profile.ts';
import type { DetectionSettings } from '../settings.ts';
import { budgetKeptMax } from './near-miss.ts';
import { budgetOf, standardThreshold } from './threshold.ts';

export type Preview = {
  /** Alerts by the settings as they are, and by those asked about. */
  readonly current: number;
  readonly asked: number;
  /** The first session of each alert that only the settings asked about raise, newest first. */
  readonly more: readonly NearMissRow[];
  /** Of each that they do not raise any more. */
  readonly fewer: readonly NearMissRow[];
  /** They would raise more than is kept. */
  readonly isAbout: boolean;
};

/** Counts alerts under two settings. */
export function previewOf(
  rows: readonly NearMissRow[],
  current: DetectionSettings,
  asked: DetectionSettings,
): Preview {
  const now = alertsOf(rows, current);
  const then = alertsOf(rows, asked);
  return {
    current: now.length,
    asked: then.length,
    more: beyond(then, now),
    fewer: beyond(now, then),
    isAbout: budgetOf(asked) > budgetKeptMax || budgetOf(current) > budgetKeptMax,
  };
}

/** The sessions of an alert, the first one first. */
type Alert = readonly NearMissRow[];

/** Alerts that have no session in common with any of the others. */
function beyond(alerts: readonly Alert[], others: readonly Alert[]): readonly NearMissRow[] {
  const raised = new Set(others.flat());
  return alerts.filter((alert) => !alert.some((row) => raised.has(row))).flatMap(firstOf);
}

const firstOf = ([first]: Alert): readonly NearMissRow[] => (first ? [first] : []);

/** Newest first. */
function alertsOf(rows: readonly NearMissRow[], settings: DetectionSettings): readonly Alert[] {
  const from = standardThreshold(budgetOf(settings));
  const isLetThrough = ({ gate }: NearMissRow): boolean =>
    gate === 'open' || (gate === 'hard' && settings.strictGate !== true);
  const alerts: NearMissRow[][] = [];
  const latest = new Map<string, NearMissRow[]>();
  const raised = new Set<string>();
  const inTime = rows.filter(isLetThrough).sort((a, b) => a.startedAt - b.startedAt);
  for (const row of inTime) {
    const { nats, onHeld } = row;
    // Where that detection would not have been raised, nothing is held for the session to rest on.
    const isHeld = onHeld && raised.has(`${onHeld.since} ${row.userKey}`);
    if ((onHeld && !isHeld ? onHeld.whole : nats) < from) continue;
    raised.add(`${row.startedAt} ${row.userKey}`);
    const name = JSON.stringify([row.userKey, row.place]);
    const known = latest.get(name);
    const [first] = known ?? [];
    if (known && first && row.startedAt - first.startedAt <= detectionRepeatMs) known.push(row);
    else {
      const alert = [row];
      alerts.push(alert);
      latest.set(name, alert);
    }
  }
  return alerts.reverse();
}
