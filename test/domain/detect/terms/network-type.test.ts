// The term about servers, VPN services, Tor and proxies: what it says of a list that was brought.

import type { Reason } from '../../../../domain/detection.ts';
import type { Location, NetworkType } from '../../../../domain/location.ts';
import { processEvents } from '../../../../domain/process/process-events.ts';
import { eventOf, hash, locationOf, morning, settings } from '../../../support/events.ts';
import { ordinaryDays } from '../../../support/life.ts';
import { makeMemoryStore } from '../../../support/memory-store.ts';

const exit = '86.208.1.1';

/** The reason of a session from an address of that type, after forty days from home. */
async function reasonFrom(type: NetworkType, date?: string): Promise<Reason | undefined> {
  const store = makeMemoryStore();
  const placed = (address: string): Location => {
    const location = locationOf(address, address === exit ? type : 'access');
    if (location.kind !== 'located' || address !== exit || date === undefined) return location;
    const network = { ...location.network, listed: { list: 'exits.txt', date } };
    return { ...location, network };
  };
  const ports = {
    users: store.users,
    gateways: store.gateways,
    settings,
    hash,
    locate: async (list: readonly string[]) => new Map(list.map((one) => [one, placed(one)])),
  };
  await processEvents(ports, [
    ...ordinaryDays(40),
    eventOf({ sessionId: 'odd', address: exit, device: 'KALI', at: morning }),
  ]);
  const [detection] = store.detections.values();
  if (!detection) throw new Error('nothing was found of the session');
  return detection.reasons.find((one) => one.term === 'network-type');
}

describe('the type of a network', () => {
  it('names the list that says so, and how old it was then', async () => {
    const reason = await reasonFrom('tor', '2026-11-20');
    expect(reason?.text).toBe(
      'Comes from the Tor network, by the list exits.txt (3 days old then); ' +
        'none of 40 earlier sessions came from servers, VPN services or Tor',
    );
    expect(reason?.numbers).toMatchObject({ listAgeDays: 3 });
    expect((await reasonFrom('tor', '2026-11-22'))?.text).toContain('(1 day old then)');
    // A newer list than the session: it was imported, or judged again.
    expect((await reasonFrom('tor', '2026-12-24'))?.text).toContain('(of that day)');
  });

  it('weighs the same whoever says so, and a proxy like the others', async () => {
    const [named, listed, proxy] = [
      await reasonFrom('tor'),
      await reasonFrom('tor', '2026-11-20'),
      await reasonFrom('proxy', '2026-11-20'),
    ];
    expect(named?.weight).toBe(listed?.weight);
    expect(proxy?.weight).toBe(listed?.weight);
    expect(named?.text).not.toContain('list');
    expect(proxy?.text).toContain('Comes from a proxy, by the list');
  });

  it('is no evidence of a home', async () => {
    expect(await reasonFrom('access', '2026-11-20')).toBeUndefined();
  });
});
