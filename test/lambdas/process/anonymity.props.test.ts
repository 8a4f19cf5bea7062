// The promise, tested from outside: whatever people, sessions, devices and gateways the events
// hold, no byte of it gets into a request for a place. Every call that leaves runs through the real
// SDK to a recorder: the locate function, the label function, Amazon Location.

import { LambdaClient } from '@aws-sdk/client-lambda';
import { LocationClient } from '@aws-sdk/client-location';
import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import type { Location } from '../../../domain/location.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { defaultSettings } from '../../../domain/settings.ts';
import { makeAmazonLocationNamer } from '../../../lambdas/aws/location/amazon-location.ts';
import {
  makeLabelRequests,
  withLabelRequests,
} from '../../../lambdas/aws/location/label-requests.ts';
import { makeLambdaLocate } from '../../../lambdas/aws/location/lambda-locate.ts';
import { makeLabel } from '../../../lambdas/label/label.ts';
import { makeLocate } from '../../../lambdas/locate/locate.ts';
import { eventOf, hash } from '../../support/events.ts';
import { type LoopbackService, startLoopbackService } from '../../support/loopback-service.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';

/** In every text that is about a person; no address, cell or country contains it. */
const mark = 'Zx!';

const secretText = fc.string({ maxLength: 12 }).map((text) => `${mark}${text}`);

/** Places spread over the world by the last octet. */
const placeOf = (address: string): Location => {
  const last = Number(address.split('.').at(-1)) || 7;
  return {
    kind: 'located',
    country: 'FR',
    city: `${mark}city`,
    lat: (last % 120) - 60 + 0.3,
    lon: last - 128 + 0.7,
    radiusKm: 200,
    confidence: 'city',
    network: { asn: 64500, organization: `${mark}net`, type: 'access' },
  };
};

const eventArbitrary = fc
  .record({
    user: secretText,
    sessionId: secretText,
    gateway: secretText,
    device: secretText,
    address: fc.oneof(
      fc.ipV4().filter((address) => !address.startsWith('0')),
      fc.constant('2a00:1::7'),
      // A relay that reads a gateway wrongly must not turn into a leak either.
      secretText,
    ),
    minute: fc.integer({ min: 0, max: 600 }),
    marked: secretText,
  })
  .map(({ marked, minute, ...options }): AccountingEvent => {
    const event = eventOf({ ...options, at: Date.parse('2026-11-23T08:00:00Z') + minute * 60_000 });
    return {
      ...event,
      user: { ...event.user, domain: marked },
      session: { ...event.session, multiId: marked, terminateCause: marked },
      tunnel: { type: marked, group: marked },
      assignedAddresses: ['10.99.98.97'],
      vendorAttributes: { 'audit-session-id': marked },
    };
  });

describe('requests for places', () => {
  let lambda: LoopbackService;
  let location: LoopbackService;
  let lambdaClient: LambdaClient;
  let locationClient: LocationClient;
  let labelling: Promise<unknown>[];

  beforeAll(async () => {
    const label = makeLabel({
      namer: {
        source: 'test',
        nameAt: (position, key) =>
          makeAmazonLocationNamer({ client: locationClient, indexName: 'places' }).nameAt(
            position,
            key,
          ),
      },
      labels: { claim: async () => true, keep: async () => undefined },
      now: Date.now,
    });
    const located = (body: string): string => {
      const { addresses } = JSON.parse(body) as { addresses: string[] };
      const locations = Object.fromEntries(addresses.map((a) => [a, placeOf(a)]));
      return JSON.stringify({ locations });
    };
    lambda = await startLoopbackService(({ path, body }) => {
      if (path.includes('/label/')) {
        labelling.push(label(JSON.parse(body)));
        return { status: 202, body: '' };
      }
      return { body: located(body) };
    });
    location = await startLoopbackService(() => ({ body: '{"Summary":{},"Results":[]}' }));
    lambdaClient = new LambdaClient(lambda.clientConfig);
    locationClient = new LocationClient({ ...location.clientConfig, disableHostPrefix: true });
  });
  afterAll(async () => {
    lambdaClient.destroy();
    locationClient.destroy();
    await Promise.all([lambda.close(), location.close()]);
  });

  it('hold addresses or cells, and nothing that is in an event', async () => {
    const strict = makeLocate({ locate: placeOf });
    await fc.assert(
      fc.asyncProperty(fc.array(eventArbitrary, { minLength: 1, maxLength: 8 }), async (events) => {
        labelling = [];
        const [firstLambda, firstLocation] = [lambda.requests.length, location.requests.length];
        const store = makeMemoryStore();
        const locate = withLabelRequests(
          makeLambdaLocate({ client: lambdaClient, functionName: 'locate' }),
          makeLabelRequests({ client: lambdaClient, functionName: 'label' }),
        );

        await processEvents(
          { ...store, locate, settings: async () => defaultSettings, hash },
          events,
        );
        await Promise.all(labelling);

        const sent = new Set(events.map(({ clientAddress }) => clientAddress));
        for (const { path, body, headers } of lambda.requests.slice(firstLambda)) {
          expect(JSON.stringify([path, headers, body])).not.toContain(mark);
          if (path.includes('/label/')) expect(body).toMatch(cells);
          else {
            const payload = JSON.parse(body) as { addresses: string[] };
            expect(payload.addresses.every((address) => sent.has(address))).toBe(true);
            expect(body).toBe(
              JSON.stringify({ addresses: [...new Set(payload.addresses)].sort() }),
            );
            await expect(strict(payload)).resolves.toBeDefined();
          }
        }
        for (const { path, body, headers } of location.requests.slice(firstLocation)) {
          expect(JSON.stringify([path, headers, body])).not.toContain(mark);
          expect(body).toMatch(position);
        }
      }),
      { numRuns: 60 },
    );
    expect(lambda.requests.some(({ path }) => path.includes('/locate/'))).toBe(true);
    expect(location.requests.length).toBeGreaterThan(0);
  });
});

const cells =
  /^\{"cells":\[(\{"cell":"-?\d{1,2}\.[05]_-?\d{1,3}\.[05]","country":"[A-Z]{2}"\},?)+\]\}$/;
const position =
  /^\{"Position":\[-?\d{1,3}\.[27]5,-?\d{1,2}\.[27]5\],"MaxResults":1,"Language":"en"\}$/;
