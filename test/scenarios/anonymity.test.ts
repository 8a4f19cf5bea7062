// "The call to resolve an external IP address to a location is anonymous": the whole sample
// morning, from packets to profiles, with a recorder behind every call that leaves a function.

import { GeoPlacesClient } from '@aws-sdk/client-geo-places';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LocationClient } from '@aws-sdk/client-location';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { openInstalledLocator } from '../../geo/open-locator.ts';
import { makeAmazonLocationNamer } from '../../lambdas/aws/location/amazon-location.ts';
import { makeGeoPlacesNamer } from '../../lambdas/aws/location/geo-places.ts';
import { makeLabelRequests, withLabelRequests } from '../../lambdas/aws/location/label-requests.ts';
import { makeLambdaLocate } from '../../lambdas/aws/location/lambda-locate.ts';
import { makeLabel } from '../../lambdas/label/label.ts';
import { makeLocate } from '../../lambdas/locate/locate.ts';
import { planMorning } from '../../local/sample/day.ts';
import { encodeRecord } from '../../local/sample/packets.ts';
import { hash, settings } from '../support/events.ts';
import {
  type LoopbackService,
  type RecordedRequest,
  startLoopbackService,
} from '../support/loopback-service.ts';
import { makeMemoryStore } from '../support/memory-store.ts';
import { eventOf } from '../support/records.ts';

/** The morning's accounting events, decoded from the packets its gateways send. */
function morningEvents(): AccountingEvent[] {
  const now = Date.now();
  return planMorning(now - 5 * 3_600_000).map((record, index) => {
    const secret = 'a-secret-of-the-test';
    const packet = encodeRecord(record, { identifier: index % 256, secret, sentTime: now });
    return eventOf(packet, { receivedTime: now, gatewayId: record.gateway });
  });
}

/** Every text of an event that could tell who, with what or through what. */
function tellingTexts(event: AccountingEvent): string[] {
  const { user, session, device, gateway, vendorAttributes, assignedAddresses } = event;
  const texts = [user.raw, user.account, session.id, gateway.id, gateway.name, device?.key];
  return [...texts, device?.name, ...assignedAddresses, ...Object.values(vendorAttributes)].filter(
    (text): text is string => text !== undefined && text.length > 4,
  );
}

/** Headers of the transport, each with all that it may be: digits and hashes, but no text. */
const transport: Readonly<Record<string, RegExp>> = {
  host: /^127\.0\.0\.1:\d{1,5}$/,
  'content-length': /^\d+$/,
  'x-amz-date': /^\d{8}T\d{6}Z$/,
  'x-amz-content-sha256': /^[0-9a-f]{64}$/,
  'amz-sdk-invocation-id': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  authorization: new RegExp(
    '^AWS4-HMAC-SHA256 Credential=\\w+/\\d{8}/[\\w-]+/[\\w-]+/aws4_request, ' +
      'SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$',
  ),
};

/**
 * What a request says. Transport headers are held to their form and left out: among so many random
 * digits five of a session's would be found by chance.
 */
function spoken({ path, headers, body }: RecordedRequest): string {
  const said = Object.entries(headers).filter(([name, value]) => {
    const form = transport[name];
    if (form) expect(value).toMatch(form);
    return form === undefined;
  });
  return JSON.stringify([path, said, body]);
}

const centre = '\\[-?\\d{1,3}\\.[27]5,-?\\d{1,2}\\.[27]5\\]';
const services = [
  {
    by: 'place-index',
    asked: `^{"Position":${centre},"MaxResults":1,"Language":"en"}$`,
    open: (config: LoopbackService['clientConfig']) => {
      const client = new LocationClient({ ...config, disableHostPrefix: true });
      return { client, namer: makeAmazonLocationNamer({ client, indexName: 'places' }) };
    },
  },
  {
    by: 'places-v2',
    asked:
      `^{"QueryPosition":${centre},"QueryRadius":40000,"MaxResults":1,` +
      '"Filter":{"IncludePlaceTypes":\\["Locality"\\]},"Language":"en","IntendedUse":"Storage"}$',
    open: (config: LoopbackService['clientConfig']) => {
      const client = new GeoPlacesClient(config);
      return { client, namer: makeGeoPlacesNamer({ client }) };
    },
  },
] as const;

describe.each(services)('the sample morning, named by $by', (service) => {
  const events = morningEvents();
  let lambda: LoopbackService;
  let location: LoopbackService;

  beforeAll(async () => {
    const locate = makeLocate({ locate: openInstalledLocator().locate });
    const pending: Promise<unknown>[] = [];
    location = await startLoopbackService(() => ({ body: '{"Summary":{},"Results":[]}' }));
    const opened = service.open(location.clientConfig);
    const label = makeLabel({
      namer: opened.namer,
      labels: { claim: async () => true, keep: async () => undefined },
      now: Date.now,
    });
    // Answers of locate are made before they are asked for: the service answers at once.
    const addresses = [...new Set(events.flatMap((e) => e.clientAddress ?? []))].sort();
    const { locations } = await locate({ addresses });
    lambda = await startLoopbackService(({ path, body }) => {
      if (!path.includes('/label/')) return { body: JSON.stringify({ locations }) };
      pending.push(label(JSON.parse(body)));
      return { status: 202, body: '' };
    });
    const client = new LambdaClient(lambda.clientConfig);
    const asked = withLabelRequests(
      makeLambdaLocate({ client, functionName: 'locate' }),
      makeLabelRequests({ client, functionName: 'label' }),
    );
    await processEvents({ ...makeMemoryStore(), locate: asked, settings, hash }, events);
    await Promise.all(pending);
    client.destroy();
    opened.client.destroy();
  });
  afterAll(() => Promise.all([lambda.close(), location.close()]));

  it('sends locate one sorted set of addresses, and nothing beside it', () => {
    // Administration of a gateway is no VPN connection: nobody needs to know where from.
    const vpn = events.filter((event) => !event.flags.includes('not-vpn'));
    const addresses = [...new Set(vpn.flatMap((event) => event.clientAddress ?? []))].sort();
    const asked = lambda.requests.filter(({ path }) => path.includes('/locate/'));

    expect(addresses.length).toBeGreaterThan(30);
    expect(asked.map(({ body }) => body)).toEqual([JSON.stringify({ addresses })]);
  });

  it('sends Amazon Location centres of cells, never an address, for at least ten cities', () => {
    expect(location.requests.length).toBeGreaterThanOrEqual(10);
    const asked = new RegExp(service.asked);
    for (const { body } of location.requests) expect(body).toMatch(asked);
  });

  it('lets no user, session, computer or gateway into any request for a place', () => {
    const sent = [...lambda.requests, ...location.requests].map(spoken).join('\n');
    const texts = new Set(events.flatMap(tellingTexts));

    expect(texts.size).toBeGreaterThan(200);
    expect([...texts].filter((text) => sent.includes(text))).toEqual([]);
  });

  it('lets exact addresses into the payload of locate alone', () => {
    const others = [...lambda.requests, ...location.requests].filter(
      ({ path }) => !path.includes('/locate/'),
    );
    const text = JSON.stringify(others);
    const addresses = events.flatMap((event) => event.clientAddress ?? []);

    expect(others.length).toBeGreaterThan(10);
    expect(addresses.filter((address) => text.includes(address))).toEqual([]);
  });
});
