// No client address does not mean no alert: a gateway that always sends one and suddenly does not
// is a reason, and a new device or a new gateway may alert without a place.

import type { SessionJudgement } from '../../../../domain/detect/judgement.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays } from '../../../support/life.ts';

/** What is judged of one more session after so many days with an address, or without. */
async function oneMore(
  options: { device?: string; gateway?: string; minutes?: number },
  isSent = true,
) {
  const organization = makeOrganization();
  const { address: _, ...without } = { address: london };
  await organization.play(
    isSent
      ? ordinaryDays(35)
      : Array.from({ length: 35 }, (_none, index) =>
          sessionEvents({
            ...without,
            device: 'LT-0412',
            minutes: 90,
            sessionId: `usual-${index}`,
            at: morning - (35 - index) * dayMs,
          }),
        ).flat(),
  );
  const judgements: SessionJudgement[] = [];
  Object.assign(organization.ports, {
    onJudgement: (one: SessionJudgement) => void judgements.push(one),
  });
  const { minutes = 0, ...rest } = options;
  await organization.play([
    eventOf({ device: 'LT-0412', ...rest, sessionId: 'more', at: morning + minutes * minuteMs }),
  ]);
  const detections = [...organization.store.detections.values()];
  const { judgement } = judgements[0] as SessionJudgement;
  const missing = judgement.evidence.find(({ term }) => term === 'no-address');
  return { organization, judgement, missing, detections };
}

it('is a reason where it was always sent, and no alert by itself', async () => {
  const { missing, detections } = await oneMore({});

  expect(missing?.weight).toBeGreaterThan(1.5);
  expect(missing?.text()).toBe(
    'Gateway asa-lyon sent no client address; 35 of 35 earlier sessions had one',
  );
  expect(detections).toEqual([]);
});

it('is none where it never was, nor on a gateway of which nothing is known', async () => {
  expect((await oneMore({}, false)).missing).toBeUndefined();
  expect((await oneMore({ gateway: 'new-one' })).missing).toBeUndefined();
});

it.each([{ isSent: true }, { isSent: false }])(
  'alerts of a new device without a place (addresses before: $isSent)',
  async ({ isSent }) => {
    const { detections } = await oneMore({ device: 'KALI', minutes: 4 * 60 }, isSent);

    expect(detections).toHaveLength(1);
    const [detection] = detections;
    expect(detection).not.toHaveProperty('clientAddress');
    expect(detection?.place).toEqual({ key: 'no-address', label: 'an address that was not sent' });
    expect(detection?.severity).not.toBe('low');
  },
);

it('costs less each time: a gateway set up otherwise is soon no news', async () => {
  const { organization } = await oneMore({});
  const weights: number[] = [];
  Object.assign(organization.ports, {
    onJudgement: ({ judgement }: SessionJudgement) => {
      weights.push(judgement.evidence.find(({ term }) => term === 'no-address')?.weight ?? 0);
    },
  });
  for (let day = 1; day < 4; day += 1) {
    const at = morning + day * dayMs + hourMs;
    await organization.play([eventOf({ device: 'LT-0412', sessionId: `day-${day}`, at })]);
  }

  expect(weights[0]).toBeLessThan(1.8);
  expect(weights.at(-1)).toBe(0);
});
