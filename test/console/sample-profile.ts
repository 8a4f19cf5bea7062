// A profile and a detection as the API tells them, with invented people.

import type { Activity, Detection, PlaceTally, Profile } from '../../console/api/types.ts';

/** 2026-11-23T08:00:00Z, a Monday. */
export const now = Date.parse('2026-11-23T08:00:00Z');

const seen = { firstSeen: '2026-08-03T07:00:00Z', lastSeen: '2026-11-23T07:00:00Z' };

export function placeOf(
  label: string,
  share: number,
  changes: Partial<PlaceTally> = {},
): PlaceTally {
  const [city = '', country = ''] = label.split(', ');
  const key = `${country}/${city}/${city}`;
  return {
    kind: 'located',
    key,
    label,
    country,
    city,
    share,
    ...(share >= 0.1 ? { isUsual: true } : {}),
    count: Math.round(share * 240),
    ...seen,
    ...changes,
  };
}

export function activityOf(changes: Partial<Activity> = {}): Activity {
  return {
    id: 's1',
    sessionId: '1A',
    gateway: 'asa-london',
    state: 'ended',
    startedAt: '2026-11-23T06:00:00Z',
    isStartSeen: true,
    endedAt: '2026-11-23T07:00:00Z',
    lastSeen: '2026-11-23T07:00:00Z',
    lastSeenBy: 'stop',
    durationSeconds: 3600,
    location: placeOf('London, GB', 1),
    sightings: [],
    assignedAddresses: [],
    devices: [],
    ...changes,
  };
}

export function detectionOf(changes: Partial<Detection> = {}): Detection {
  return {
    id: '20261123T060000Z-abcdefghijklmnop',
    kind: 'abnormal-vpn-connection',
    title: 'Abnormal VPN connection',
    message: 'alice connected from Lyon, FR.',
    user: 'alice@contoso.com',
    severity: 'high',
    score: 91,
    isLearning: false,
    status: 'new',
    firstSeen: '2026-11-23T06:00:00Z',
    lastSeen: '2026-11-23T06:00:00Z',
    sessionCount: 1,
    sessions: ['s9'],
    gateway: 'apm-paris',
    clientAddress: '192.0.2.7',
    place: { key: 'FR/Lyon/Lyon', label: 'Lyon, FR', lat: 45.8, lon: 4.8, radiusKm: 50 },
    reasons: [
      { term: 'travel', weight: 3.5, text: 'Too far, too fast', numbers: { distanceKm: 733 } },
    ],
    techniques: [],
    ...changes,
  };
}

export function profileOf(changes: Partial<Profile> = {}): Profile {
  return {
    user: 'alice@contoso.com',
    kind: 'person',
    spellings: ['alice'],
    ...seen,
    sessions: 240,
    places: [
      placeOf('London, GB', 0.82, { lat: 51.5, lon: -0.1, radiusKm: 25 }),
      placeOf('Leeds, GB', 0.11, { lat: 53.8, lon: -1.5, radiusKm: 25 }),
    ],
    addresses: [],
    networks: [
      {
        asn: 64500,
        organization: 'Example Telecom',
        type: 'access',
        share: 1,
        count: 240,
        ...seen,
      },
    ],
    devices: [{ key: 'host:lt-0412', kind: 'host', name: 'LT-0412', count: 240, ...seen }],
    gateways: [{ id: 'asa-london', count: 240, ...seen }],
    hours: Array.from({ length: 168 }, () => 0),
    learning: {
      isOver: true,
      until: '2026-09-02T08:00:00.000Z',
      sessions: 44,
      sessionsNeeded: 5,
    },
    openSessions: [activityOf({ state: 'open' })],
    activities: [],
    detections: [detectionOf()],
    attribution: [],
    ...changes,
  };
}
