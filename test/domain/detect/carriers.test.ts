// Mixed carriers: of one network some users' addresses move, as phones' do, and some stay, as lines
// do. How their own sessions behaved tells them apart: a phone's fresh address is not news, a
// line's is; and who is new on the network is taken for what the organisation's others are there.

import { moveRate } from '../../../domain/detect/context/moves.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import type { Location } from '../../../domain/location.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { hourMs, morning, sessionEvents } from '../../support/events.ts';
import { dayMs, makeOrganization } from '../../support/life.ts';

const asn = 3320;
const home: Location = {
  kind: 'located',
  country: 'DE',
  region: 'Hamburg',
  city: 'Hamburg',
  lat: 53.6,
  lon: 10,
  radiusKm: 100,
  confidence: 'city',
  network: { asn, organization: 'Carrier of both', type: 'access' },
};

type Habit = (day: number) => string;
const phone: Habit = (day) => `80.187.${(day * 37) % 250}.${10 + (day % 200)}`;
const line: Habit = () => '84.0.12.9';
const fresh = '80.187.251.77';

/** An organisation whose users come through the carrier for so many days. */
async function live(habits: Readonly<Record<string, Habit>>, days: number) {
  const { ports, store, population } = makeOrganization();
  const judgements: SessionJudgement[] = [];
  const all = {
    ...ports,
    locate: async (list: readonly string[]) => new Map(list.map((one) => [one, home])),
    onJudgement: (one: SessionJudgement) => void judgements.push(one),
  };
  const session = async (user: string, address: string, at: number) => {
    const options = { user, address, at, device: `LT-${user}`, minutes: 60 };
    for (const event of sessionEvents({ ...options, sessionId: `${user}-${at}` })) {
      await processEvents(all, [event]);
    }
  };
  for (let day = 0; day < days; day += 1) {
    for (const [user, habit] of Object.entries(habits)) {
      await session(user, habit(day), morning - (days - day) * dayMs);
    }
  }
  /** Nats of the address, and the score, of one more session. */
  const one = async (user: string, address: string) => {
    await session(user, address, morning + hourMs);
    const { judgement } = judgements.at(-1) as SessionJudgement;
    const prefix = judgement.evidence.find(({ term }) => term === 'prefix')?.weight ?? 0;
    return { prefix, score: judgement.score };
  };
  return { one, store, population };
}

it("takes a phone's fresh address for nothing, a line's on the same carrier for news", async () => {
  const { one } = await live({ mobile: phone, fixed: line }, 40);
  const ofPhone = await one('mobile', fresh);
  const ofLine = await one('fixed', fresh);

  expect(Math.abs(ofPhone.prefix)).toBeLessThan(0.3);
  expect(ofLine.prefix).toBeGreaterThan(2);
  expect(ofLine.score - ofPhone.score).toBeGreaterThan(2);
});

it('asks what others show there of a user who hardly knows the network', async () => {
  const phones = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`p${at}`, phone]));
  const lines = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`l${at}`, line]));
  const rates: number[] = [];
  for (const habits of [phones, lines]) {
    const { population, store } = await live(habits, 20);
    const { learned } = store.profileOf(Object.keys(habits)[0] as string) ?? {};
    if (!learned) throw new Error('nobody was learned');
    const view = await population.view([], morning);
    const asked = { asn, time: morning, habit: 0.1 };
    const found = moveRate({ ...learned, networks: [] }, view, asked);
    expect(found.movers + found.stayers).toBe(6);
    rates.push(found.rate);
  }
  expect(rates[0]).toBeGreaterThan(0.5);
  expect(rates[1]).toBeLessThan(0.1);
});

it('keeps a bounded number of users a network, each once', async () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`u${at}`, phone]));
  const { population } = await live(many, 12);
  const use = (await population.view([], morning)).use(`l:${asn}`);

  expect(use?.sighters).toHaveLength(8);
  expect(use?.latest).toHaveLength(8);
});
