// Every kind of event that leaves for EventBridge, by the publishers themselves, held to the JSON
// Schemas that consumers get.

import fc from 'fast-check';
import { makeEventBus } from '../../../../lambdas/aws/events/event-bus.ts';
import { makeHealthEvents } from '../../../../lambdas/aws/events/health-events.ts';
import { makeRelayKeyEvents } from '../../../../lambdas/aws/events/relay-key-events.ts';
import { healthChanges } from '../../../../lambdas/control/health-changes.ts';
import { relayKeyEvent } from '../../../../lambdas/control/key-events.ts';
import { changed } from '../../../../lambdas/shared/triage.ts';
import { makePublisher } from '../../../../lambdas/siem/publish.ts';
import { anyDetection } from '../../../support/any-detection.ts';
import { eventViolations, type PutEntry } from '../../../support/event-schemas.ts';

const time = Date.parse('2026-11-23T08:00:00Z');
let entries: PutEntry[];
/** Takes what the SDK would send. */
const client = {
  send: async (command: { readonly input: { readonly Entries: PutEntry[] } }) => {
    entries.push(...command.input.Entries);
    return { FailedEntryCount: 0 };
  },
} as never;
const options = { client, busName: 'default' };

beforeEach(() => {
  entries = [];
});

it('holds for a detection that is new and is decided, whatever a gateway sends', async () => {
  const publisher = makePublisher({
    send: makeEventBus(options),
    book: {
      publishedSeverity: async () => undefined,
      notePublished: async () => undefined,
    },
    stored: async () => undefined,
    now: () => time,
    pageOrigin: 'https://console.example',
  });
  const decision = fc.record(
    {
      at: fc.constant(time),
      by: fc.string(),
      status: fc.constantFrom('new' as const, 'in-progress' as const, 'resolved' as const),
      classification: fc.constantFrom('benign' as const, 'malicious' as const),
      note: fc.string({ minLength: 1 }),
    },
    { requiredKeys: ['at', 'by', 'status'] },
  );

  await fc.assert(
    fc.asyncProperty(anyDetection, decision, async (detection, change) => {
      entries = [];
      await publisher.publishDetection(detection);
      await publisher.publishDecision({ detection, triage: changed(undefined, change) });

      expect(entries.length).toBeGreaterThan(0);
      expect(entries.flatMap((entry) => eventViolations('detection-finding', entry))).toEqual([]);
    }),
  );
});

it.each(['gateway-silent', 'clock', 'wrong-secret', 'disk-nearly-full'])(
  'holds for %s that a relay reports, and for its end',
  async (code) => {
    const publish = makeHealthEvents(options);
    const condition = { code, since: time, gateway: 'asa-lyon', detail: '300 s' };
    const began = healthChanges('relay-1', [], [condition], time);
    const over = healthChanges('relay-1', [condition], [], time);

    for (const change of [...began, ...over]) await publish(change);

    expect(entries).toHaveLength(2);
    expect(entries.flatMap((entry) => eventViolations('relay-health', entry))).toEqual([]);
  },
);

it.each(['relay-silent', 'ledger-gap'] as const)(
  'holds for %s that the cloud sees',
  async (trouble) => {
    const publish = makeHealthEvents(options);
    const missing = trouble === 'ledger-gap' ? { missing: 12 } : {};
    await publish({ trouble, state: 'began', relayId: 'relay-1', time, ...missing });
    await publish({ trouble, state: 'recovered', relayId: 'relay-1', time });

    expect(entries.flatMap((entry) => eventViolations('relay-health', entry))).toEqual([]);
  },
);

it.each(['enrolled', 'rotated', 'rotation-refused'] as const)(
  'holds for keys that are %s',
  async (change) => {
    const publish = makeRelayKeyEvents(options);
    const refused = { previousKeyId: 'old', reason: 'unproven' };
    const more =
      change === 'enrolled' ? {} : change === 'rotated' ? { previousKeyId: 'old' } : refused;
    await publish(relayKeyEvent({ change, relayId: 'relay-1', keyId: 'key', time, ...more }));

    expect(entries.flatMap((entry) => eventViolations('relay-keys', entry))).toEqual([]);
  },
);

it('refuses a property that no schema names, and a title that no rule knows', () => {
  const Detail = JSON.stringify({ trouble: 'clock', state: 'began', relayId: 'r', user: 'alice' });
  const entry = { Source: 'wherefrom', DetailType: 'Something else', Detail };

  expect(eventViolations('relay-health', entry)).toHaveLength(2);
});
