import { endpointsText, printable, summaryText } from '../../local/report.ts';
import type { Summary } from '../../local/summary.ts';

const summary: Summary = {
  users: [
    {
      user: 'bo\u001b[2J@contoso.com',
      kind: 'person',
      sessions: 2,
      openSessions: 1,
      places: ['Lyon, FR', 'Paris, FR'],
      networks: ['Orange S.A.'],
      gateways: ['apm-paris'],
      firstSeen: '2026-11-23T06:00:00.000Z',
      lastSeen: '2026-11-23T09:00:00.000Z',
    },
  ],
  locations: [{ city: 'Lyon', country: 'FR', users: 1, sessions: 2 }],
  detections: [
    {
      id: 'd1',
      user: 'jonas@contoso.com',
      severity: 'low',
      score: 82,
      message: 'jonas@contoso.com connected from Buenos Aires, AR.',
      firstSeen: '2026-11-23T07:37:00.000Z',
      clientAddress: '181.15.27.153',
      place: { label: 'Buenos Aires, AR' },
      network: { organization: 'Telecom Argentina S.A.' },
      gateway: 'apm-paris',
      reasons: [{ text: 'Overlaps session 1CFF9000 from Hamburg, DE', weight: 3.5 }],
    },
  ],
};

describe('the report on the terminal', () => {
  it('lists who connected from where and why a connection is abnormal', () => {
    const text = summaryText(summary);

    expect(text).toContain('1 user connected from 1 place in 1 country');
    expect(text).toMatch(/Lyon, FR · Paris, FR +2 +yes +Orange S\.A\./);
    expect(text).toContain('LOW jonas@contoso.com from Buenos Aires, AR (Telecom Argentina S.A.)');
    expect(text).toContain('because: Overlaps session 1CFF9000 from Hamburg, DE');
  });

  it('shows control and bidirectional characters of a user name as escapes', () => {
    expect(printable('a\u001b[2J\u202eb\n')).toBe('a\\u{1b}[2J\\u{202e}b\\u{a}');
    expect(summaryText(summary)).not.toContain('\u001b');
  });

  it('shows a screen of a large organisation and says how many there are', () => {
    const [detection] = summary.detections;
    if (!detection) throw new Error('the summary has one');
    const detections = Array.from({ length: 25 }, () => detection);
    const text = summaryText({ ...summary, detections, otherUsers: 4_999, isAtLeast: true });

    expect(text).toContain('At least 5000 users connected. The first 1 of them, from 1 place');
    expect(text).toContain('... and the others: see the page, or npm run query -- users');
    expect(text).toContain('25 abnormal connections:');
    expect(text.match(/^LOW /gm)).toHaveLength(20);
    expect(text).toContain('... and 5 more: see the page, or npm run query');
  });

  it('gives a radclient line that can be pasted', () => {
    const text = endpointsText(
      { radius: '127.0.0.1:1813', api: 'http://127.0.0.1:8080', secret: 's3cret' },
      'IP Geolocation by DB-IP',
    );

    expect(text).toMatch(/echo 'User-Name=.*' \| radclient 127\.0\.0\.1:1813 acct s3cret/);
    expect(text).toContain('http://127.0.0.1:8080/v1/users/alice@contoso.com');
    expect(text).toContain('DB-IP');
  });
});
