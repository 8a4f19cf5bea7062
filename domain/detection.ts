// The shape of a detection: an abnormal VPN connection, with the reasons that made it one. It
// stands below profile and detect, because a profile carries the detections that are still to be
// written. What makes, names and merges detections is in detect/.

import type { Device, UnixMs } from './accounting-event.ts';
import type { Network, PlaceKey } from './location.ts';

export type Severity = 'low' | 'medium' | 'high';

/** One printable reason for a judgement. Weight in nats; negative weights mitigate. */
export type Reason = {
  readonly term: string;
  readonly weight: number;
  readonly text: string;
  /** Every number the text states and those it was computed from. */
  readonly numbers: Readonly<Record<string, number>>;
};

/** What a detection's numbers come from, as of the judgement that gave its reasons. */
export type Basis = {
  /** Of the session, at the address judged. */
  readonly at: UnixMs;
  /** The score, and that from which on an alert is raised. */
  readonly nats: number;
  readonly threshold: number;
  /** What the learning gate goes by. */
  readonly daysSinceFirst: number;
  readonly sessionsInMonth: number;
  /** What the organisation's counts come from. */
  readonly organisation: {
    readonly users: number;
    readonly days: number;
    readonly sessions: number;
  };
  /** In the order of the reasons: the weight unrounded, and what it was computed from. */
  readonly terms: readonly {
    readonly term: string;
    /** Which of its formulas. */
    readonly aspect: string;
    readonly weight: number;
    readonly inputs: Readonly<Record<string, number>>;
  }[];
};

/** A technique of MITRE ATT&CK with the tactics it serves here. */
export type Technique = {
  readonly id: string;
  readonly name: string;
  readonly tactics: readonly string[];
};

/** How a detection was corrected last, because what it rested on was otherwise. */
export type Correction = {
  /** The revision that it made. */
  readonly revision: number;
  /** Of severity or score; `withdrawn`: it would not be raised any more. */
  readonly change: 'withdrawn' | 'lowered' | 'raised' | 'restored';
  /** What was otherwise, in words; times as ISO 8601 to the minute, UTC. */
  readonly reason: string;
  /** Time of the record that showed it. */
  readonly at: UnixMs;
  /** What was said before. */
  readonly severity: Severity;
  readonly score: number;
};

export type Detection = {
  readonly id: string;
  /**
   * Counts its corrections; absent: none. Of two states of a detection the one of the greater
   * revision holds: it has seen more.
   */
  readonly revision?: number;
  /** The last correction. A withdrawn detection keeps the severity that it had. */
  readonly correction?: Correction;
  /** One user's session, or one alert for several users (`detect/burst-alert.ts`). */
  readonly kind: 'abnormal-vpn-connection' | 'connection-burst';
  /** Of a burst: the least of `users`. */
  readonly userKey: string;
  /** Of a burst: the users it was seen of, sorted. */
  readonly users?: readonly string[];
  /** Of a burst: the detections of its users that fold into it; the first 64, sorted. */
  readonly detections?: readonly string[];
  /** Nobody of the organisation had come through its network until 24 hours before. */
  readonly isNetworkNew?: true;
  /** Of a detection that folds into a burst: the burst's id. It is published no more. */
  readonly burstId?: string;
  /** Of a burst: the population's key of the network (`n:3215`) or address (`p:192.0.2.7`). */
  readonly burstKey?: string;
  readonly severity: Severity;
  /** 0 to 100. */
  readonly score: number;
  /** Made before the learning gate of 30 days and 5 connections. */
  readonly isLearning: boolean;
  /** All its records come from imported history: not published to EventBridge. */
  readonly isImported?: true;
  /** All its records were held up by our own backlog. */
  readonly isLate?: true;
  /** Starts of the first and last session folded in. */
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  /** Sessions folded in, by identity and start: the first 64. */
  readonly sessions: readonly string[];
  /** How many there are, where the profile counts them (`profile/held.ts`). */
  readonly sessionCount?: number;
  readonly gatewayId: string;
  /** Absent: the gateway sent none. */
  readonly clientAddress?: string;
  readonly place: {
    readonly key: PlaceKey;
    readonly label: string;
    readonly lat?: number;
    readonly lon?: number;
    readonly radiusKm?: number;
  };
  readonly network?: Network;
  readonly device?: Device;
  /** The known user whose key differs in marks alone, as whom the session was judged as well. */
  readonly looksLike?: string;
  /** Heaviest first. */
  readonly reasons: readonly Reason[];
  /** Absent: of a burst, or judged before it was kept. */
  readonly basis?: Basis;
  readonly techniques: readonly Technique[];
};

/** Whether it would not be raised any more. */
export const isWithdrawn = ({ correction }: Pick<Detection, 'correction'>): boolean =>
  correction?.change === 'withdrawn';
