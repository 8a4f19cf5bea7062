// Several people, one new network: one alert that lists them all, and none when an office moves.

import fc from 'fast-check';
import { processEvents } from '../../../../domain/process/process-events.ts';
import { casesOf } from '../../../../lambdas/shared/case-groups.ts';
import { foundPart } from '../../../../lambdas/shared/detection-row.ts';
import { eventOf, minuteMs, morning } from '../../../support/events.ts';
import {
  makeOrganization,
  ordinaryDays,
  type TestOrganization,
  tokyo,
} from '../../../support/life.ts';

const victims = ['ann', 'bob', 'cem', 'dora', 'eve'];

/** Five people with five weeks each. */
async function fivePeople(): Promise<TestOrganization> {
  const organization = makeOrganization({ types: { [tokyo]: 'hosting' } });
  for (const user of victims) {
    await organization.play(ordinaryDays(35, { user, device: `LT-${user}` }));
  }
  return organization;
}

const spray = (device: (user: string) => string, address = tokyo) =>
  victims.map((user, at) =>
    eventOf({
      user,
      address,
      device: device(user),
      sessionId: `spray-${user}`,
      at: morning + at * 20 * minuteMs,
    }),
  );

const burstsOf = ({ store }: TestOrganization) =>
  [...store.detections.values()].filter(({ kind }) => kind === 'connection-burst');

it('raises one alert that lists the people, beside the alerts of each', async () => {
  const organization = await fivePeople();
  await organization.play(spray(() => 'KALI'));

  const [burst, ...more] = burstsOf(organization);
  expect(more).toEqual([]);
  expect(burst).toMatchObject({ severity: 'high', users: victims, userKey: 'ann' });
  expect(burst?.reasons.map(({ term }) => term)).toEqual(['burst']);
  expect(burst?.techniques.map(({ id }) => id)).toContain('T1110.003');
});

it('lists the same people when all of it is delivered at once, and again', async () => {
  const organization = await fivePeople();
  const events = spray(() => 'KALI');
  await processEvents(organization.ports, events);
  const [first] = burstsOf(organization);
  await processEvents(organization.ports, events);

  expect(burstsOf(organization)).toEqual([first]);
  expect(first?.users?.length).toBeGreaterThanOrEqual(3);
});

it('says nothing of an office that moves to a new line with its own computers', async () => {
  const organization = await fivePeople();
  await organization.play(spray((user) => `LT-${user}`, '2.125.160.216'));

  expect(burstsOf(organization)).toEqual([]);
});

it('raises one alert, with everybody in it, when its members come in any order', async () => {
  const turned = spray(() => 'KALI').toReversed();
  const organization = await fivePeople();
  for (const event of [...turned.slice(2), ...turned.slice(0, 2)]) await organization.play([event]);

  const bursts = burstsOf(organization);
  expect(bursts).toHaveLength(1);
  expect(bursts[0]?.users).toEqual(victims);
});

it('raises none in the first fortnight of an organisation: every place is new to it', async () => {
  const organization = makeOrganization({ types: { [tokyo]: 'hosting' } });
  for (const user of victims) {
    await organization.play(ordinaryDays(10, { user, device: `LT-${user}` }));
  }
  await organization.play(spray(() => 'KALI'));

  expect(burstsOf(organization)).toEqual([]);
});

it('is none at a site of the organisation', async () => {
  const organization = await fivePeople();
  const locate = async (list: readonly string[]) => {
    const found = await organization.ports.locate(list);
    const office = {
      lat: 35.7,
      lon: 139.7,
      radiusKm: 5,
      country: 'JP',
      confidence: 'city',
    } as const;
    const network = { asn: 0, organization: 'Tokyo office', type: 'corporate' } as const;
    return new Map(
      [...found].map(([at, place]) => [
        at,
        at === tokyo ? ({ kind: 'located', ...office, network } as const) : place,
      ]),
    );
  };
  for (const event of spray(() => 'KALI')) {
    await processEvents({ ...organization.ports, locate }, [event]);
  }

  expect(burstsOf(organization)).toEqual([]);
});

describe('a burst of ten in nineteen hours, each record by two relays', () => {
  const ten = Array.from({ length: 10 }, (_, at) => `user-${at}`);
  const prepared = async (): Promise<TestOrganization> => {
    const organization = makeOrganization({ types: { [tokyo]: 'hosting' } });
    for (const user of ten) {
      await organization.play(ordinaryDays(35, { user, device: `LT-${user}` }));
    }
    return organization;
  };
  const starts = ten.map((user, at) =>
    eventOf({
      user,
      address: tokyo,
      device: 'KALI',
      sessionId: `spray-${user}`,
      at: morning + at * 2 * 60 * minuteMs,
    }),
  );

  it('is one alert with everybody in it, into which their own fold, in any order', async () => {
    const orders = fc.shuffledSubarray([...starts, ...starts], { minLength: 20 });
    const ids = new Set<string | undefined>();
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const organization = await prepared();
        for (const event of order) await processEvents(organization.ports, [event]);

        const [burst, ...more] = burstsOf(organization);
        expect(more).toEqual([]);
        expect(burst?.users).toEqual(ten);
        const own = [...organization.store.detections.values()].filter(
          ({ kind }) => kind === 'abnormal-vpn-connection',
        );
        expect(own.map(({ id }) => id).sort()).toEqual(burst?.detections);
        expect(own.map(({ burstId }) => burstId)).toEqual(own.map(() => burst?.id));
        expect(own.map(({ userKey }) => userKey).sort()).toEqual(ten);
        // All of it is one case, and always the same one.
        const rows = [...organization.store.detections.values()].map((one) => ({
          id: one.id,
          ...foundPart(one),
          decision: undefined,
        }));
        const cases = casesOf(rows);
        expect(cases.map(({ members }) => members.length)).toEqual([ten.length + 1]);
        ids.add(cases[0]?.id);
      }),
      { numRuns: 4 },
    );
    expect(ids.size).toBe(1);
  });

  it('is the same when one invocation brings all of it', async () => {
    const organization = await prepared();
    await processEvents(organization.ports, starts.toReversed());

    const [burst] = burstsOf(organization);
    const own = [...organization.store.detections.values()].filter(({ users }) => !users);
    expect(burst?.users).toEqual(ten);
    expect(own.map(({ burstId }) => burstId)).toEqual(ten.map(() => burst?.id));
  });
});
