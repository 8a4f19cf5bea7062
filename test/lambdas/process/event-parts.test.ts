import { partsOf } from '../../../lambdas/process/event-parts.ts';
import { eventOf, morning } from '../../support/events.ts';

const events = Array.from({ length: 25 }, (_, at) =>
  eventOf({ user: ['ann', 'Ann', 'bob'][at % 3] ?? '', at: morning + at * 1000 }),
);

it('cuts events into parts of bounded size, each event once', () => {
  const inOrder = partsOf(events, 10, true);
  const byUser = partsOf(events, 10);

  expect(inOrder.map((part) => part.length)).toEqual([10, 10, 5]);
  expect(inOrder.flat()).toEqual(events);
  expect(byUser.flat().length).toBe(25);
  // Whoever is spelled alike is read and written once, be they more than fit.
  expect(byUser.map((part) => part.length)).toEqual([17, 8]);
  expect(partsOf(events)).toEqual([events]);
});

it('cuts events in order where one user has a thousand', () => {
  const many = Array.from({ length: 2_500 }, (_, at) => eventOf({ user: 'ann', at: morning + at }));
  const parts = partsOf([...many, ...events], 20_000, true);

  expect(parts.map((part) => part.length)).toEqual([1_000, 1_000, 525]);
  expect(parts.flat()).toEqual([...many, ...events]);
  expect(partsOf([], 10, true)).toEqual([[]]);
});
