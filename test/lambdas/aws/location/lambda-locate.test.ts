// From process to locate, through the real SDK: what crosses is the set of addresses.

import { LambdaClient } from '@aws-sdk/client-lambda';
import { locateAddressesMax } from '../../../../domain/limits.ts';
import type { Location } from '../../../../domain/location.ts';
import { makeLambdaLocate } from '../../../../lambdas/aws/location/lambda-locate.ts';
import { makeLocate } from '../../../../lambdas/locate/locate.ts';
import {
  type LoopbackService,
  type ServiceAnswer,
  startLoopbackService,
} from '../../../support/loopback-service.ts';

const paris: Location = {
  kind: 'located',
  country: 'FR',
  city: 'Paris',
  lat: 48.9,
  lon: 2.3,
  radiusKm: 200,
  confidence: 'city',
  network: { asn: 3215, organization: 'Orange S.A.', type: 'access' },
};

describe('asking the locate function', () => {
  let service: LoopbackService;
  let client: LambdaClient;
  let answer: (body: string) => ServiceAnswer;

  beforeEach(async () => {
    service = await startLoopbackService(({ body }) => answer(body));
    client = new LambdaClient(service.clientConfig);
    answer = (body) => {
      const { addresses } = JSON.parse(body) as { addresses: string[] };
      return {
        body: JSON.stringify({ locations: Object.fromEntries(addresses.map((a) => [a, paris])) }),
      };
    };
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
  });

  const locate = (addresses: readonly string[]) =>
    makeLambdaLocate({ client, functionName: 'wherefrom-locate' })(addresses);

  it('sends each address once, in order, and nothing else', async () => {
    const found = await locate(['198.51.100.7', '2001:db8::1', '192.0.2.1', '198.51.100.7']);

    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.path).toBe('/2015-03-31/functions/wherefrom-locate/invocations');
    expect(service.requests[0]?.body).toBe(
      '{"addresses":["192.0.2.1","198.51.100.7","2001:db8::1"]}',
    );
    expect([...found.keys()].sort()).toEqual(['192.0.2.1', '198.51.100.7', '2001:db8::1']);
    expect(found.get('2001:db8::1')).toEqual(paris);
  });

  it('keeps text that is no address on this side, and answers it as unknown', async () => {
    const found = await locate(['alice', '192.0.2.1', '2001:DB8::1']);

    expect(service.requests[0]?.body).toBe('{"addresses":["192.0.2.1","2001:db8::1"]}');
    expect(found.get('alice')).toMatchObject({ kind: 'unknown' });
    expect(found.get('2001:DB8::1')).toEqual(paris);
  });

  it('asks nobody when there is nothing to ask', async () => {
    expect(await locate([])).toEqual(new Map());
    expect(service.requests).toHaveLength(0);
  });

  it('splits what is more than one payload may hold', async () => {
    const many = Array.from(
      { length: locateAddressesMax + 1 },
      (_, i) => `10.9.${i >> 8}.${i & 255}`,
    );

    const found = await locate(many);

    expect(service.requests).toHaveLength(2);
    expect(found.size).toBe(many.length);
  });

  it.each([
    ['the function failed', { body: '{}', headers: { 'x-amz-function-error': 'Unhandled' } }],
    ['the service refused', { status: 500, body: '{"message":"no"}' }],
    ['the answer is no JSON', { body: 'for 192.0.2.1 I have nothing' }],
    ['the answer is empty', { body: '' }],
    ['an address was left out', { body: '{"locations":{}}' }],
    ['a location is malformed', { body: '{"locations":{"192.0.2.1":{"kind":"located"}}}' }],
  ])('rejects, so that the events are retried, when %s', async (_, given) => {
    answer = () => given;

    const failure = await locate(['192.0.2.1']).catch((error: Error) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain('192.0.2.1');
  });

  it('fits the handler it talks to', async () => {
    const handler = makeLocate({ locate: () => paris });
    const answers: string[] = [];
    answer = (body) => {
      answers.push(body);
      return { body: '{}' };
    };
    await locate(['192.0.2.1', '2001:db8::1']).catch(() => undefined);

    const result = await handler(JSON.parse(answers[0] ?? ''));

    expect(result.locations['192.0.2.1']).toEqual(paris);
  });
});
