// A detection with every field.

import type { Detection } from '../../domain/detection.ts';

/** Alice from Lyon, as the judge tells it. */
export const lyon: Detection = {
  id: '20261123T080200Z-AbCdEfGhIjKlMnOp',
  kind: 'abnormal-vpn-connection',
  userKey: 'alice@contoso.com',
  severity: 'medium',
  score: 74,
  isLearning: false,
  firstSeen: Date.parse('2026-11-23T08:02:00Z'),
  lastSeen: Date.parse('2026-11-23T08:40:00Z'),
  sessions: ['1795420920000/a1b2c3d4e5f6', '1795423200000/0a0b0c0d0e0f'],
  gatewayId: 'asa-lyon',
  clientAddress: '203.0.113.77',
  place: { key: 'FR/Auvergne/Lyon', label: 'Lyon, FR', lat: 45.7, lon: 4.8, radiusKm: 25 },
  network: { asn: 64496, organization: 'Example Hosting', type: 'hosting' },
  device: { key: 'host:lt-0412', kind: 'host', name: 'lt-0412' },
  reasons: [
    { term: 'place', weight: 2.7, text: 'New city Lyon, FR', numbers: { knownPlaces: 2 } },
    { term: 'trip', weight: -0.4, text: 'Same country as before', numbers: {} },
  ],
  techniques: [
    { id: 'T1133', name: 'External Remote Services', tactics: ['TA0001', 'TA0003'] },
    { id: 'T1078', name: 'Valid Accounts', tactics: ['TA0001', 'TA0005'] },
    { id: 'T1110.003', name: 'Brute Force: Password Spraying', tactics: ['TA0006'] },
  ],
};
