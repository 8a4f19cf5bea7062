// What other systems, the API and analysts see of a detection that records corrected, over the
// real tables: told, listed and explained, never silent; a classification stays.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { mergeDetections } from '../../../domain/detect/alert.ts';
import type { Detection } from '../../../domain/detection.ts';
import { detectionView } from '../../../lambdas/query/views.ts';
import { changed, statusOf } from '../../../lambdas/shared/triage.ts';
import { cefLine } from '../../../lambdas/siem/cef.ts';
import { ecsDocument } from '../../../lambdas/siem/ecs.ts';
import {
  type BusEvent,
  detectionSource,
  makePublisher,
  type PublishedState,
} from '../../../lambdas/siem/publish.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { eventViolations } from '../../support/event-schemas.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';
import { dayMs, london, ordinaryDays } from '../../support/life.ts';
import { ocsfViolations } from '../../support/ocsf.ts';

const nextTown = '2.125.160.216';
const begin = morning + dayMs;
const change = begin + 60 * minuteMs;
const start = eventOf({ sessionId: 'home', address: london, at: begin });
const next = eventOf({ sessionId: 'next', address: nextTown, at: change });
/** Of a line that was lost: its gateway noticed a minute later. */
const stop = eventOf({
  kind: 'stop',
  sessionId: 'home',
  address: london,
  at: change + minuteMs,
  seconds: 3660,
});
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startTestCloud(change + 2 * hourMs);
  const days = ordinaryDays(40, { user: 'alice' });
  for (let at = 0; at < days.length; at += 20) {
    const part = days.slice(at, at + 20).map((event) => imported(event));
    await cloud.deliver([part]);
  }
});
afterEach(() => cloud.stop());

const imported = (event: AccountingEvent): AccountingEvent => ({ ...event, flags: ['imported'] });
const list = async (query: Record<string, string> = {}) =>
  (await cloud.get('GET /v1/detections', { query })).body.items;

it('is told, listed and explained when it is lowered or withdrawn, and not again', async () => {
  await cloud.deliver([[start], [next]]);
  const [raised] = await list();
  await cloud.deliver([[stop]]);
  await cloud.deliver([[stop], [next], [start]], 2);

  const [first, second, ...more] = cloud.sent;
  expect(first?.detailType).toBe('Detection Finding Created');
  expect(more).toEqual([]);
  const all = await list({ status: 'new,withdrawn' });
  expect(all).toHaveLength(1);
  const [detection] = all;
  expect(detection.id).toBe(raised.id);
  expect(detection.correction.reason).toContain('ended 2026-11-24T09:01Z');
  if (detection.status === 'withdrawn') {
    expect(await list()).toEqual([]);
    expect(second).toMatchObject({
      detailType: 'Detection Finding Closed',
      detail: { status: 'Withdrawn', is_alert: false },
    });
  } else {
    expect(detection.score).toBeLessThan(raised.score);
  }
  for (const { detail } of cloud.sent) {
    expect(ocsfViolations('detection_finding', detail)).toEqual([]);
  }
});

describe('what is published of the states of one detection', () => {
  const correction = (
    change: NonNullable<Detection['correction']>['change'],
    revision: number,
  ) => ({
    revision,
    change,
    reason: 'The session through asa-lyon since 2026-11-23T08:00Z ended 2026-11-23T08:59Z',
    at: morning,
    severity: 'high' as const,
    score: 97,
  });
  const high: Detection = { ...lyon, severity: 'high', score: 97 };
  const lowered: Detection = {
    ...lyon,
    severity: 'medium',
    revision: 1,
    correction: correction('lowered', 1),
  };
  const withdrawn: Detection = { ...high, revision: 2, correction: correction('withdrawn', 2) };
  const restored: Detection = { ...high, revision: 3, correction: correction('restored', 3) };

  /** Publishes states in an order of writes, as the table merges them. */
  async function published(states: readonly Detection[], classification?: 'benign') {
    const sent: BusEvent[] = [];
    let known: PublishedState | undefined;
    let stored: Detection | undefined;
    const triage = changed(undefined, {
      at: morning,
      by: 'eve',
      status: 'resolved',
      ...(classification ? { classification } : {}),
    });
    const publisher = makePublisher({
      send: async (event) => {
        sent.push(event);
      },
      book: {
        publishedSeverity: async () => known,
        notePublished: async (_, state) => {
          known = state;
        },
      },
      stored: async () => stored,
      triage: async () => (classification ? triage : undefined),
      now: () => morning,
    });
    for (const state of states) {
      stored = stored ? mergeDetections(stored, state) : state;
      await publisher.publishDetection(state);
    }
    for (const { detail, detailType } of sent) {
      expect(ocsfViolations('detection_finding', detail)).toEqual([]);
      const Detail = JSON.stringify(detail);
      const entry = { Source: detectionSource, DetailType: detailType, Detail };
      expect(eventViolations('detection-finding', entry)).toEqual([]);
    }
    return sent.map(({ detailType, detail }) => {
      const { severity, status, is_alert: isAlert } = detail;
      return [detailType.split(' ').at(-1), severity, status, isAlert].join(' ');
    });
  }

  it('is an update that is no alert, a close, and an alert when it comes back', async () => {
    expect(await published([high, lowered, withdrawn, restored])).toEqual([
      'Created High New true',
      'Updated Medium New false',
      'Closed High Withdrawn false',
      'Updated High New true',
    ]);
  });

  it('is nothing more for a redelivery of any of them, or of what nobody was told', async () => {
    expect(await published([high, withdrawn, high, lowered, withdrawn])).toEqual([
      'Created High New true',
      'Closed High Withdrawn false',
    ]);
    expect(await published([withdrawn, high])).toEqual([]);
  });

  it('is a note on what an analyst has classified, which stays so', async () => {
    expect(await published([high, withdrawn], 'benign')).toEqual([
      'Created High New true',
      'Updated High Resolved false',
    ]);
    const triage = changed(undefined, {
      at: morning,
      by: 'eve',
      status: 'resolved',
      classification: 'benign',
    });
    expect(statusOf(withdrawn, triage)).toBe('resolved');
    expect(statusOf(withdrawn, undefined)).toBe('withdrawn');
    expect(detectionView(withdrawn, triage)).toMatchObject({
      status: 'resolved',
      classification: 'benign',
      correction: { change: 'withdrawn' },
    });
  });

  it('says so in CEF and ECS', () => {
    const context = { trigger: 'close', time: morning } as const;
    expect(cefLine(withdrawn, context)).toContain('cs6=withdrawn (high, 97): The session');
    expect(ecsDocument(withdrawn, context)).toMatchObject({
      event: { kind: 'event' },
      labels: { wherefrom_status: 'withdrawn', wherefrom_correction: 'withdrawn' },
    });
  });
});
