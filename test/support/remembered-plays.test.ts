// An organisation whose days were remembered is the one that lived through them.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { eventOf, morning } from './events.ts';
import { makeOrganization, ordinaryDays, type TestOrganization, tokyo } from './life.ts';

const users = ['ann', 'bob'];
const days = users.map((user) => ordinaryDays(33, { user, device: `LT-${user}` }));
const types = { [tokyo]: 'hosting' } as const;
const thief = eventOf({ user: 'ann', address: tokyo, device: 'KALI', sessionId: 't', at: morning });

/** Past what remembers. */
async function lived({ ports }: TestOrganization, events: readonly AccountingEvent[]) {
  for (const event of events) await processEvents(ports, [event]);
}

async function seen({ store, population, play, ports }: TestOrganization) {
  await play([thief]);
  const { steps, ...view } = await population.view([], morning);
  const heard = [...store.sessions.values()].flatMap((rows) =>
    [...rows.values()].map(({ session }) => session),
  );
  const { store: _, ...stored } = { store, ...store.state() };
  return {
    ...stored,
    view: { ...view, use: view.use('country:GB') },
    heard: await ports.words?.heard(heard),
  };
}

it('is the same as one that lived through them', async () => {
  const organizations = [1, 2, 3].map(() => makeOrganization({ types }));
  const [first, second, other] = organizations as [
    TestOrganization,
    TestOrganization,
    TestOrganization,
  ];
  for (const one of [first, second]) for (const some of days) await one.play(some);
  for (const some of days) await lived(other, some);
  const expected = await seen(other);

  expect(other.store.detections.size).toBe(1);
  expect(await seen(first)).toEqual(expected);
  expect(await seen(second)).toEqual(expected);
});

it('is not given what another one became that was elsewhere before', async () => {
  const [ann = [], bob = []] = days;
  const plays = async (touch: (organization: TestOrganization) => unknown, detection = {}) => {
    const organization = makeOrganization({ types, detection });
    await organization.play(ann);
    await touch(organization);
    await organization.play(bob);
    return organization.store;
  };
  const usual = await plays(() => undefined);
  const robbed = await plays(({ ports }) => processEvents(ports, [thief]));
  const emptied = await plays(({ store }) => store.profiles.clear());
  const strict = await plays(({ play }) => play([thief]), { strictGate: true });

  expect([usual.detections.size, robbed.detections.size]).toEqual([0, 1]);
  expect([usual.profiles.size, emptied.profiles.size]).toEqual([2, 1]);
  expect(strict.profileOf('ann')?.learned).toBeDefined();
  expect(robbed.profileOf('bob')).toEqual(usual.profileOf('bob'));
});
