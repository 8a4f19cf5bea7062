// What is said of colleagues is exact or says "at least": beyond the users that are told apart, the
// count of a country grows by who comes back as well.

import { eventOf, hourMs, morning } from '../../../support/events.ts';
import { dayMs, makeOrganization, ordinaryDays } from '../../../support/life.ts';

const lyon = '86.208.1.1';

async function saidOfFrance(colleagues: number, daysAgo = 30) {
  const { play, store } = makeOrganization();
  await play(ordinaryDays(40));
  for (let n = 0; n < colleagues; n += 1) {
    const at = morning - daysAgo * dayMs + n * 60_000;
    await play([eventOf({ user: `colleague-${n}`, sessionId: `c${n}`, address: lyon, at })]);
  }
  await play([
    eventOf({ sessionId: 'abroad', address: lyon, device: 'KALI', at: morning + 3 * hourMs }),
  ]);
  const reasons = [...store.detections.values()].flatMap((one) => one.reasons);
  return reasons.find(({ term }) => term === 'colleagues');
}

it.each([
  [3, '3 of 4 users of the organisation were seen in FR (lowers the score)', 3],
  [16, '16 of 17 users of the organisation were seen in FR (lowers the score)', 16],
  [17, 'At least 16 of 18 users of the organisation were seen in FR (lowers the score)', undefined],
])('%i colleagues', async (colleagues, text, counted) => {
  const reason = await saidOfFrance(colleagues);

  expect(reason?.text).toBe(text);
  expect(reason?.numbers['peopleInCountry']).toBe(counted);
});

it.each([
  [3, '3 users of the organisation were seen in FR (lowers the score)'],
  [17, 'At least 16 users of the organisation were seen in FR (lowers the score)'],
])('%i colleagues of before, where one user is left', async (colleagues, text) => {
  const reason = await saidOfFrance(colleagues, 100);

  expect(reason?.text).toBe(text);
  expect(reason?.numbers).not.toHaveProperty('people');
});
