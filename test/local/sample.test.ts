import radius from 'radius';
import { distanceKm } from '../../domain/location.ts';
import { parseUserName, userKey } from '../../domain/user-name.ts';
import { installedPlainData } from '../../geo/installed-data.ts';
import { openPlainLocator } from '../../geo/plain-locator.ts';
import { morningMinutes, type PlannedRecord, planMorning } from '../../local/sample/day.ts';
import { sampleGateways } from '../../local/sample/gateways.ts';
import { planHistory } from '../../local/sample/history.ts';
import { encodeRecord } from '../../local/sample/packets.ts';
import {
  guessedAccount,
  sampleDomain,
  stolenAccount,
  typedName,
  visits,
} from '../../local/sample/sample-users.ts';

const morningStart = Date.UTC(2026, 10, 23, 6);
const plan = planMorning(morningStart);
const locator = openPlainLocator(installedPlainData());
const settings = {
  netbios: { [sampleDomain.netbios]: sampleDomain.dns },
  defaultDomain: sampleDomain.dns,
};
const personOf = (typed: string) => userKey(parseUserName(typed), settings);

function decode(record: PlannedRecord, sentTime = morningStart + 4 * 3600_000) {
  const secret = 'sample-secret';
  const packet = encodeRecord(record, { identifier: 9, secret, sentTime });
  return radius.decode({ packet, secret }).attributes;
}

const one = (gateway: string, kind: string): PlannedRecord => {
  const found = plan.find((record) => record.gateway === gateway && record.kind === kind);
  if (!found) throw new Error(`no ${kind} of ${gateway} in the plan`);
  return found;
};

describe('the people of the sample morning', () => {
  it.each(visits.map((visit) => [visit.account, visit] as const))(
    'finds %s where the sample says, on an access network',
    (_, visit) => {
      const location = locator.locate(visit.address);

      expect(location).toMatchObject({
        kind: 'located',
        city: visit.city,
        country: visit.country,
        network: { type: 'access' },
      });
    },
  );

  it('are about 40, from at least 10 cities in 4 countries, over IPv4 and IPv6', () => {
    const users = new Set(visits.map((visit) => personOf(typedName(visit))));

    expect(users.size).toBeGreaterThanOrEqual(38);
    expect(new Set(visits.map((visit) => visit.city)).size).toBeGreaterThanOrEqual(20);
    expect(new Set(visits.map((visit) => visit.country)).size).toBeGreaterThanOrEqual(10);
    expect(visits.filter((visit) => visit.address.includes(':')).length).toBeGreaterThanOrEqual(5);
  });

  it('include one person under three spellings', () => {
    const sophie = visits.filter((visit) => visit.account.toLowerCase() === 'sophie.clarke');

    expect(new Set(sophie.map(typedName)).size).toBe(3);
    expect(new Set(sophie.map((visit) => personOf(typedName(visit))))).toEqual(
      new Set(['sophie.clarke@contoso.com']),
    );
  });

  it('let only the stolen account be in two far places within the morning', () => {
    const farApart = visits.filter((visit) =>
      visits
        .filter((other) => personOf(typedName(other)) === personOf(typedName(visit)))
        .some((other) => kmBetween(visit.address, other.address) > 1000),
    );

    expect(new Set(farApart.map((visit) => visit.account))).toEqual(new Set([stolenAccount]));
  });

  function kmBetween(a: string, b: string): number {
    const [from, to] = [locator.locate(a), locator.locate(b)];
    if (from.kind !== 'located' || to.kind !== 'located') throw new Error('not located');
    return distanceKm(from, to);
  }
});

describe('the plan of the sample morning', () => {
  it('is the same for the same morning, and moves with the clock', () => {
    expect(planMorning(morningStart)).toEqual(plan);
    expect(planMorning(morningStart + 1000)[0]?.time).toBe((plan[0]?.time ?? 0) + 1000);
  });

  it('lies within the morning, in time order', () => {
    const times = plan.map((record) => record.time);

    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(0)).toBeGreaterThanOrEqual(morningStart);
    expect(times.at(-1)).toBeLessThan(morningStart + morningMinutes * 60_000);
  });

  it('has every kind of record and both kinds of repeats', () => {
    expect(new Set(plan.map((record) => record.kind))).toEqual(
      new Set(['start', 'interim', 'stop', 'gateway-on', 'gateway-off']),
    );
    expect(new Set(plan.map((record) => record.repeat))).toEqual(
      new Set([undefined, 'new-identifier', 'same-datagram-new-port']),
    );
    expect(new Set(plan.map((record) => record.gateway)).size).toBe(sampleGateways.length);
  });

  it('lets RRAS restart: sessions cut without a Stop, ids counted anew', () => {
    const restart = plan.findLast((record) => record.kind === 'gateway-on')?.time ?? 0;
    const starts = plan.filter((r) => r.gateway === 'rras-hamburg' && r.kind === 'start');
    const idsBefore = new Set(starts.filter((r) => r.time < restart).map((r) => r.sessionId));
    const after = starts.filter((r) => r.time > restart);

    expect(after.length).toBeGreaterThan(3);
    expect(after.some((record) => idsBefore.has(record.sessionId))).toBe(true);
  });
});

describe('the five weeks before the morning', () => {
  const weeks = planHistory(morningStart);

  it('are about 4,000 records, in time order, and the same every time', () => {
    const times = weeks.map(({ time }) => time);

    expect(planHistory(morningStart)).toEqual(weeks);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(morningStart);
    expect(times.at(0)).toBeGreaterThan(morningStart - 36 * 86_400_000);
    expect(weeks.length).toBeGreaterThan(3_900);
    expect(weeks.length).toBeLessThan(4_300);
  });

  it('take nobody past the learning gate too late, and know nothing of the thieves', () => {
    const persons = new Set(weeks.map(({ session }) => session && personOf(session.userName)));
    const places = weeks.flatMap(({ session }) => (session ? [session.visit] : []));

    expect(persons.size).toBe(new Set(visits.map((visit) => personOf(typedName(visit)))).size);
    expect(places.some(({ city }) => city === 'Buenos Aires')).toBe(false);
    expect(
      places.some(({ account, city }) => account === guessedAccount && city === 'Prague'),
    ).toBe(false);
  });

  it('tell their age by Acct-Delay-Time, whatever the gateway sends otherwise', () => {
    const record = weeks.find(({ gateway }) => gateway === 'rras-hamburg');
    if (!record) throw new Error('no record of RRAS in the weeks');
    const attributes = decode(record, record.time + 30 * 86_400_000);

    expect(attributes['Acct-Delay-Time']).toBe(30 * 86_400);
    expect(attributes).not.toHaveProperty('Event-Timestamp');
  });
});

describe('the packets of the sample gateways', () => {
  it('tell the time of an ASA and an APM by Acct-Delay-Time alone', () => {
    for (const gateway of ['asa-london', 'apm-paris']) {
      const record = one(gateway, 'stop');
      const attributes = decode(record, record.time + 7_500_000);

      expect(attributes['Acct-Delay-Time']).toBe(7500);
      expect(attributes).not.toHaveProperty('Event-Timestamp');
    }
  });

  it('tell the time of RRAS and Check Point by Event-Timestamp', () => {
    for (const gateway of ['rras-hamburg', 'checkpoint-madrid']) {
      const record = one(gateway, 'stop');

      expect(decode(record)['Event-Timestamp']).toEqual(new Date(record.time));
    }
  });

  it('name the client address as each vendor does', () => {
    const asa = one('asa-london', 'start');
    const apm = one('apm-paris', 'start');

    expect(decode(asa)).toMatchObject({
      'Calling-Station-Id': asa.session?.visit.address,
      'Tunnel-Client-Endpoint': [0, asa.session?.visit.address],
    });
    expect(decode(apm)).toMatchObject({ 'Tunnel-Client-Endpoint': apm.session?.visit.address });
    expect(decode(apm)).not.toHaveProperty('Calling-Station-Id');
  });

  it('count more than 4 GiB with gigawords', () => {
    const record = {
      ...one('asa-london', 'stop'),
      usage: { seconds: 60, octetsIn: 5_000_000_000, octetsOut: 7 },
    };

    expect(decode(record)).toMatchObject({
      'Acct-Input-Octets': 705_032_704,
      'Acct-Input-Gigawords': 1,
      'Acct-Output-Octets': 7,
      'Acct-Output-Gigawords': 0,
    });
  });

  it('name no user when a gateway restarts', () => {
    expect(decode(one('rras-hamburg', 'gateway-on'))).not.toHaveProperty('User-Name');
  });
});
