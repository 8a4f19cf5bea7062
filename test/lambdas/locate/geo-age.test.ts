import { makeGeoAge } from '../../../lambdas/locate/geo-age.ts';
import { makeDatedLocate } from '../../../lambdas/locate/locate.ts';
import { hourMs, locationOf, morning } from '../../support/events.ts';

const dayMs = 24 * hourMs;

it('tells the age of the location data in whole days, once an hour', () => {
  const told: object[] = [];
  let now = morning;
  const log = { counts: (stage: string, values: object) => told.push({ stage, ...values }) };
  const dataDate = new Date(morning - 40 * dayMs).toISOString().slice(0, 10);
  const publish = makeGeoAge({ dataDate, now: () => now, log });

  publish();
  now += hourMs - 1;
  publish();
  now += 1;
  publish();

  expect(told).toEqual([
    { stage: 'locate', 'geo-data-days': 40 },
    { stage: 'locate', 'geo-data-days': 40 },
  ]);
});

it('is told by the locate function, whose answer stays what it was', async () => {
  const told: string[] = [];
  const locate = makeDatedLocate(
    { locate: (address) => locationOf(address), dataDate: '2026-06-05' },
    () => morning,
    { counts: (stage, values) => told.push(`${stage} ${Object.keys(values)}`) },
  );

  const { locations } = await locate({ addresses: ['81.2.69.142'] });

  expect(locations['81.2.69.142']).toMatchObject({ city: 'London' });
  expect(told).toEqual(['locate geo-data-days']);
});
