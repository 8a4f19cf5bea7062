// Attack campaigns on a simulated organisation: how many of each class, on whom and when.
// One campaign a person at most.

import { type Attack, type AttackContext, sessionsOf, spray } from './attack-sessions.ts';
import { drawComputer } from './computers.ts';
import { attackCountries } from './networks.ts';
import { type AttackClass, dayMs, historyShare, peopleDefault, worldStart } from './parameters.ts';
import { Random } from './random.ts';
import type { TrueSession } from './true-session.ts';

export type Campaign = {
  readonly attack: AttackClass;
  readonly people: readonly number[];
  readonly sessions: readonly TrueSession[];
};

/** Draws all campaigns, in no particular order; `times` as many as the parameters say. */
export function drawCampaigns(context: AttackContext, times = 1): Campaign[] {
  const random = new Random(context.seed, 'attackers');
  const free = new Set(context.people.map((person) => person.index));
  const campaigns: Campaign[] = [];
  const { campaignCounts } = context.parameters;
  const scale = (times * context.people.length) / peopleDefault;
  for (const [attack, count] of Object.entries(campaignCounts) as [AttackClass, number][]) {
    for (let i = Math.max(1, Math.round(count * scale)); i > 0; i -= 1) {
      const campaign = drawCampaign(context, random, attack, free, campaigns.length);
      if (!campaign) continue;
      for (const person of campaign.people) free.delete(person);
      campaigns.push(campaign);
    }
  }
  return campaigns;
}

/** Tries several victims: not everyone has a session to hijack or a hoster in their country. */
function drawCampaign(
  context: AttackContext,
  random: Random,
  attack: AttackClass,
  free: ReadonlySet<number>,
  id: number,
): Campaign | undefined {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const at = worldStart + random.between(historyShare, 0.96) * context.days * dayMs;
    const victims = random.sample([...free], attack === 'spray' ? 3 + random.int(6) : 1);
    const attacks = victims.map((index) => prepare(context, random, index, at));
    if (attacks.some((one) => one === undefined)) continue;
    const ready = attacks as Attack[];
    const sessions = attack === 'spray' ? spray(ready) : sessionsOf(attack, ready[0] as Attack);
    if (sessions.length < victims.length) continue;
    const marked = sessions.map((session) => ({ ...session, campaign: id }));
    return { attack, people: victims, sessions: marked.sort((a, b) => a.start - b.start) };
  }
  return undefined;
}

/** A victim must have connected in the last 30 days, and still be there. */
function prepare(
  context: AttackContext,
  random: Random,
  index: number,
  at: number,
): Attack | undefined {
  const victim = context.people[index];
  const own = context.own[index] ?? [];
  const isAlive = own.some(({ start }) => start < at && start > at - 30 * dayMs);
  if (!victim || !isAlive || victim.activeTo < at + 4 * dayMs) return undefined;
  const home = victim.homes.filter(({ from }) => from <= at).at(-1);
  if (!home) return undefined;
  const base = random.pick(attackCountries);
  return { random, context, victim, home, computer: drawComputer(random, false), at, base };
}
