// What people did about a user, in words and in order.

import { historyOf } from '../../../console/text/user-history.ts';
import { detectionOf } from '../sample-profile.ts';

const at = (hour: number): string => `2026-11-23T${String(hour).padStart(2, '0')}:00:00Z`;

it('tells decisions, ended sessions and expectations, newest first, each note once', () => {
  const decided = detectionOf({
    triage: {
      at: at(12),
      by: 'ben',
      status: 'new',
      note: 'Asked by telephone',
      history: [
        { at: at(9), by: 'anna', status: 'in-progress', owner: 'anna' },
        { at: at(10), by: 'anna', status: 'resolved', owner: 'anna', classification: 'benign' },
        {
          at: at(11),
          by: 'anna',
          status: 'resolved',
          owner: 'anna',
          classification: 'benign',
          note: 'Asked by telephone',
        },
      ],
    },
  });
  const order = {
    id: 'o1',
    session: 's1',
    sessionId: '1A',
    gateway: 'asa-london',
    relay: 'relay-1',
    form: 'by-session',
    alsoEnds: [],
    state: 'confirmed' as const,
    reason: 'Stolen',
    by: 'ben',
    orderedAt: at(8),
    expiresAt: at(9),
    steps: [],
  };
  const expected = {
    id: 'e1',
    kind: 'country' as const,
    value: 'JP',
    from: at(1),
    until: at(20),
    state: 'current' as const,
    reason: 'A fair',
    by: 'anna',
    at: at(7),
  };
  const lines = historyOf([decided], [order], [expected]);

  expect(lines.map(({ by, text, quoted }) => [by, text, quoted])).toEqual([
    [
      'ben',
      expect.stringMatching(/^Took back the classification of the high detection from /),
      undefined,
    ],
    ['anna', expect.stringMatching(/^Changed the high detection/), 'Asked by telephone'],
    ['anna', expect.stringMatching(/^Classified as benign the high detection/), undefined],
    ['anna', expect.stringMatching(/^Took up the high detection/), undefined],
    [
      'ben',
      'Ordered the end of session 1A on asa-london. The session has ended: its Stop has come.',
      'Stolen',
    ],
    ['anna', 'Said what is expected: country JP', 'A fair'],
  ]);
  expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
});
