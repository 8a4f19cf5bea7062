import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { mergeSessions } from '../../../domain/session/merge-session.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import { changed } from '../../../lambdas/shared/triage.ts';
import { cefLine } from '../../../lambdas/siem/cef.ts';
import { ecsDocument } from '../../../lambdas/siem/ecs.ts';
import { detectionFinding } from '../../../lambdas/siem/ocsf-finding.ts';
import { tunnelActivities } from '../../../lambdas/siem/ocsf-tunnel.ts';
import { type FindingContext, product } from '../../../lambdas/siem/parts.ts';
import { anyDetection } from '../../support/any-detection.ts';
import { lyon } from '../../support/detections.ts';
import { eventOf, locate, minuteMs, morning } from '../../support/events.ts';
import { ocsfViolations } from '../../support/ocsf.ts';

const time = Date.parse('2026-11-23T09:00:00Z');
const context: FindingContext = { trigger: 'new', time, pageOrigin: 'https://console.example' };

describe('a detection as OCSF Detection Finding', () => {
  const finding = detectionFinding(lyon, context);

  it('is valid under the schema and carries what an analyst needs', () => {
    expect(ocsfViolations('detection_finding', finding)).toEqual([]);
    expect(finding).toMatchObject({
      type_uid: 200401,
      severity_id: 3,
      status: 'New',
      message: 'alice@contoso.com connected to the VPN from Lyon, FR. New city Lyon, FR.',
      finding_info: { src_url: `https://console.example/detections/${lyon.id}` },
    });
    expect(finding['evidences']).toMatchObject([
      {
        user: { name: 'alice', domain: 'contoso.com' },
        src_endpoint: { ip: '203.0.113.77', location: { city: 'Lyon', country: 'FR' } },
      },
    ]);
    expect(finding['finding_info']).toMatchObject({
      attacks: [
        { technique: { uid: 'T1133' }, tactic: { uid: 'TA0001' } },
        { technique: { uid: 'T1133' }, tactic: { uid: 'TA0003' } },
        { technique: { uid: 'T1078' }, tactic: { uid: 'TA0001' } },
        { technique: { uid: 'T1078' }, tactic: { uid: 'TA0005' } },
        { technique: { uid: 'T1110' }, sub_technique: { uid: 'T1110.003' } },
      ],
    });
  });

  it('tells the verdict of a person in the incident profile', () => {
    const change = { at: time, by: 'eve', status: 'resolved', note: 'On leave' } as const;
    const triage = changed(undefined, { ...change, classification: 'benign' });
    const closed = detectionFinding(lyon, { ...context, trigger: 'close', triage });

    expect(ocsfViolations('detection_finding', closed)).toEqual([]);
    expect(closed).toMatchObject({ activity_id: 3, status_id: 4, verdict_id: 5, is_alert: false });
  });

  it('has the same event id for the same news, and another when the severity rises', () => {
    const uid = (event: typeof finding) => (event['metadata'] as { uid: string }).uid;
    const again = detectionFinding(lyon, { ...context, time: time + 1 });
    const risen = detectionFinding(
      { ...lyon, severity: 'high' },
      { ...context, trigger: 'update' },
    );

    expect(uid(again)).toBe(uid(finding));
    expect(uid(risen)).not.toBe(uid(finding));
  });

  it('stays valid where the gateway sent no address, with a computer and without', () => {
    const { clientAddress: _, device: __, ...nothing } = lyon;
    const place = { key: 'no-address', label: 'an address that was not sent' };
    for (const device of [lyon.device, undefined]) {
      const detection = { ...nothing, place, ...(device ? { device } : {}) };
      const found = detectionFinding(detection, context);

      expect(ocsfViolations('detection_finding', found)).toEqual([]);
      expect(JSON.stringify(found)).not.toContain('IP Address');
      expect(ecsDocument(detection, context)).not.toHaveProperty('source');
      expect(cefLine(detection, context)).not.toContain(' src=');
    }
  });

  it('stays valid whatever a gateway sends', () => {
    fc.assert(
      fc.property(anyDetection, (detection) => {
        expect(ocsfViolations('detection_finding', detectionFinding(detection, context))).toEqual(
          [],
        );
      }),
    );
  });

  it('is refused by the schema when a required part is missing or one is made up', () => {
    const { finding_info: _, ...without } = finding;

    expect(ocsfViolations('detection_finding', without)).toHaveLength(1);
    expect(ocsfViolations('detection_finding', { ...finding, made_up: 1 })).toHaveLength(1);
  });
});

describe('a session as OCSF Tunnel Activity', () => {
  const start = eventOf({ address: '81.2.69.142', device: 'lt-0412' });
  const stop = eventOf({ kind: 'stop', at: morning + 60 * minuteMs, seconds: 3600, octetsIn: '5' });
  const location = locate(['81.2.69.142']).then((found) => found.get('81.2.69.142'));
  const session = async () =>
    mergeSessions(
      sessionOf(start, 'identity1234', await location),
      sessionOf(stop, 'x', undefined),
    );

  it('opens and closes, valid under the schema', async () => {
    const events = tunnelActivities('contoso\\alice', await session(), morning + 60 * minuteMs);

    expect(events.map((event) => ocsfViolations('tunnel_activity', event))).toEqual([[], []]);
    expect(events).toMatchObject([
      { type_uid: 401401, user: { name: 'alice', domain: 'contoso' } },
      { type_uid: 401402, traffic: { bytes_in: 5 }, duration: 3_600_000 },
    ]);
    expect(events[0]).toMatchObject({
      src_endpoint: { ip: '81.2.69.142', hostname: 'lt-0412', location: { city: 'London' } },
      session: { is_vpn: true },
    });
  });

  it('is an Open alone while the session lasts, and needs no address', () => {
    const bare = sessionOf(eventOf({}), 'identity1234', undefined);
    const events = tunnelActivities('host/pc17', bare, undefined);

    expect(events.map((event) => ocsfViolations('tunnel_activity', event))).toEqual([[]]);
    expect(events[0]).toMatchObject({ user: { type_id: 3 } });
  });
});

/** Fields of a CEF line, read as a collector does: unescaped separators only. */
function readCef(line: string): { header: string[]; extension: Map<string, string> } {
  const parts = line.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/);
  const text = parts.slice(7).join('|');
  const pairs = [...text.matchAll(/(?:^| )(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)/gs)];
  const unescaped = (value: string): string => value.replace(/\\(.)/gs, '$1');
  return {
    header: parts.slice(0, 7).map(unescaped),
    extension: new Map(pairs.map(([, name = '', value = '']) => [name, unescaped(value)])),
  };
}

describe('a detection as CEF line', () => {
  it('reads as Defender for Identity writes its VPN alert', () => {
    const { header, extension } = readCef(cefLine(lyon, context));

    expect(header.slice(4)).toEqual(['abnormal-vpn-connection', 'Suspicious VPN connection', '5']);
    expect(Object.fromEntries(extension)).toMatchObject({
      start: '2026-11-23T08:02:00.000Z',
      app: 'VpnConnection',
      suser: 'alice',
      src: '203.0.113.77',
      shost: 'lt-0412',
      externalId: '2025',
      cs1Label: 'url',
      cs1: `https://console.example/detections/${lyon.id}`,
      cs2: 'new',
      cs4: 'Lyon, FR',
      cn1: '74',
    });
  });

  it('is one line in which no text of a gateway begins another field', () => {
    const names = [...readCef(cefLine(lyon, context)).extension.keys()];
    fc.assert(
      fc.property(anyDetection, (detection) => {
        const line = cefLine(detection, context);
        const { header, extension } = readCef(line);

        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(header[4]).toBe('abnormal-vpn-connection');
        expect([...extension.keys()].filter((name) => !names.includes(name))).toEqual([]);
        expect(extension.get('externalId')).toBe('2025');
      }),
    );
  });
});

describe('a detection in the Elastic Common Schema', () => {
  it('has the fields that detection rules and dashboards ask for', () => {
    expect(ecsDocument(lyon, context)).toMatchObject({
      '@timestamp': '2026-11-23T08:02:00.000Z',
      event: { kind: 'alert', category: ['session', 'network'], type: ['start'], risk_score: 74 },
      user: { id: 'alice@contoso.com', name: 'alice', domain: 'contoso.com' },
      source: {
        ip: '203.0.113.77',
        geo: { city_name: 'Lyon', country_iso_code: 'FR', location: { lat: 45.7, lon: 4.8 } },
        as: { number: 64496, organization: { name: 'Example Hosting' } },
      },
      observer: { hostname: 'asa-lyon', type: 'vpn' },
      host: { hostname: 'lt-0412' },
      threat: { technique: { id: ['T1133', 'T1078', 'T1110.003'] } },
      related: { ip: ['203.0.113.77'], hosts: ['lt-0412'] },
    });
  });
});

it('every format names the version of this package', () => {
  const path = join(import.meta.dirname, '../../../package.json');

  expect(product.version).toBe(JSON.parse(readFileSync(path, 'utf8')).version);
});
