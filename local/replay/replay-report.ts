// What a replay came to, in words for who has to decide on settings: how many alerts a day, what
// most of them rest on, and which settings would change that. Numbers of other settings are
// "about": what is learned meanwhile depends on what was an alert.

import type { SessionJudgement } from '../../domain/detect/judgement.ts';
import { previewOf } from '../../domain/detect/preview.ts';
import { budgetOf, standardThreshold } from '../../domain/detect/threshold.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import type { NearMissRow } from '../../domain/profile/profile.ts';
import type { DetectionSettings } from '../../domain/settings.ts';

type Sensitivity = NonNullable<DetectionSettings['sensitivity']>;

const reasonsShown = 3;
/** From this share of the alerts on, and of so many users, one network is worth a word. */
const networkShare = 0.15;
const networkUsersMin = 3;
/** Sessions without a client address, as a share: more is a setting of the gateway. */
const noAddressShare = 0.2;
const learningShare = 0.1;

const levels: readonly Sensitivity[] = ['low', 'normal', 'high'];
/** What does not reach it is no alert at any level, nats. */
const thresholdLeast = standardThreshold(budgetOf({ sensitivity: 'high' }));

/** What evidence is called where there is no room for its sentence. */
export const termNames: Readonly<Record<string, string>> = {
  place: 'a new place or country',
  network: 'a new network',
  prefix: 'new addresses on a known network',
  'network-type': 'servers, VPN services or Tor',
  device: 'a new device',
  gateway: 'a gateway not used lately',
  hour: 'an unusual hour',
  travel: 'journeys that cannot be made',
  overlap: 'two places at once',
  traffic: 'more traffic than usual',
  colleagues: 'a country or network that no colleague uses',
  'no-address': 'sessions without a client address',
  burst: 'several users from one new network',
  feedback: 'something called malicious before',
};

type Counted = { readonly detections: number; readonly users: ReadonlySet<string> };

export class ReplayReport {
  readonly #settings: DetectionSettings;
  /** What some level alerts about, by session. */
  readonly #nearMisses = new Map<string, NearMissRow>();
  readonly #reasons = new Map<string, number>();
  readonly #networks = new Map<string, { detections: number; users: Set<string> }>();
  #sessions = 0;
  #withoutAddress = 0;
  #detections = 0;
  #learning = 0;
  #withdrawn = 0;

  constructor(settings: DetectionSettings) {
    this.#settings = settings;
  }

  /** Takes a judgement of a session that counts. */
  judged({ session }: SessionJudgement): void {
    this.#sessions += 1;
    if (session.sightings.length === 0) this.#withoutAddress += 1;
  }

  /** Takes a near miss that counts, in place of what was said of its session before. */
  nearlyMissed(row: NearMissRow): void {
    const { identity, rowStart, nats, onHeld, gate } = row;
    const key = `${identity}${rowStart}`;
    const mayAlert = gate !== 'shut' && Math.max(nats, onHeld?.whole ?? nats) >= thresholdLeast;
    if (mayAlert) this.#nearMisses.set(key, row);
    else this.#nearMisses.delete(key);
  }

  /** Takes a detection that was printed. */
  detected(detection: Detection): void {
    this.#detections += 1;
    if (detection.isLearning) this.#learning += 1;
    if (isWithdrawn(detection)) this.#withdrawn += 1;
    const [heaviest] = detection.reasons;
    if (heaviest && heaviest.weight > 0) {
      this.#reasons.set(heaviest.term, (this.#reasons.get(heaviest.term) ?? 0) + 1);
    }
    const { network, userKey } = detection;
    if (!network) return;
    const name = `AS${network.asn} ${network.organization}`;
    const known = this.#networks.get(name) ?? { detections: 0, users: new Set() };
    known.detections += 1;
    known.users.add(userKey);
    this.#networks.set(name, known);
  }

  /**
   * The report.
   * @param days that the records span
   * @param users that had records
   */
  text({ days, users }: { readonly days: number; readonly users: number }): string {
    const perDay = (count: number): string => (count / Math.max(1, days)).toFixed(1);
    const { alertsPerThousandPerDay, sensitivity = 'normal' } = this.#settings;
    const own =
      alertsPerThousandPerDay === undefined
        ? sensitivity
        : `a budget of ${alertsPerThousandPerDay} a day per 1,000 users`;
    const all = this.#detections;
    const budget = budgetOf(this.#settings);
    const lines = [
      `${counted(days, 'day', 'days')}, ${counted(users, 'user', 'users')}: ` +
        `${perDay(all)} alerts a day at ${own} (${budget} wanted per 1,000 users)`,
    ];
    if (all === 0) lines.push('Before 30 days and 5 connections only hard evidence alerts.');
    else lines.push(this.#reasonsText(), ...this.#advice());
    const others = levels.filter((sensitivity) => budgetOf({ sensitivity }) !== budget);
    const would = others.map((level) => `about ${perDay(this.#alertsAt(level))} a day at ${level}`);
    lines.push(`With another sensitivity it would be ${would.join(', ')}.`);
    return `${lines.join('\n')}\n`;
  }

  /** Alerts with another sensitivity. */
  #alertsAt(sensitivity: Sensitivity): number {
    const { alertsPerThousandPerDay: _, ...same } = this.#settings;
    const rows = [...this.#nearMisses.values()];
    return previewOf(rows, this.#settings, { ...same, sensitivity }).asked;
  }

  #reasonsText(): string {
    const most = [...this.#reasons].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const told = most
      .slice(0, reasonsShown)
      .map(([term, count]) => `${termNames[term] ?? term} (${share(count, this.#detections)})`);
    return `What weighed most in them: ${told.join(', ')}.`;
  }

  /** Settings that would change something, each with its number. */
  #advice(): readonly string[] {
    const all = this.#detections;
    const noisy = [...this.#networks]
      .filter(([, of]) => isNoisy(of, all))
      .sort((a, b) => b[1].detections - a[1].detections)
      .map(
        ([name, { detections, users }]) =>
          `${share(detections, all)} come from ${name}, of ${users.size} users: if that is ` +
          "the organisation's own, name its networks under `sites`.",
      );
    const lines = noisy.slice(0, 1);
    if (this.#withoutAddress >= this.#sessions * noAddressShare) {
      lines.push(
        `${share(this.#withoutAddress, this.#sessions)} of the sessions had no client address: ` +
          'without one only device, hour and gateway are judged (docs/gateways).',
      );
    }
    if (this.#learning >= all * learningShare) {
      lines.push(
        `${share(this.#learning, all)} are of users who are still being learned: ` +
          '`detection.strictGate` silences those.',
      );
    }
    if (this.#withdrawn > 0) {
      lines.push(`${this.#withdrawn} were withdrawn when later records showed them to be wrong.`);
    }
    return lines;
  }
}

const isNoisy = ({ detections, users }: Counted, all: number): boolean =>
  detections >= all * networkShare && users.size >= networkUsersMin;

const share = (part: number, all: number): string => `${Math.round((100 * part) / all)} %`;

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
