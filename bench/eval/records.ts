// What gateways and networks make of true sessions: records with lost, late and doubled ones,
// wrong clocks, restarts, session ids used again and many spellings of one account. Promise:
// records come in the order they arrive, each with the number of its true session.

import type { AccountingEvent, EventKind, UserName } from '../../domain/accounting-event.ts';
import { parseUserName } from '../../domain/user-name.ts';
import {
  dayMs,
  dirt,
  type GatewayKind,
  hourMs,
  interimMs,
  minuteMs,
  worldStart,
} from './parameters.ts';
import type { Person } from './people.ts';
import { Random, seedOf } from './random.ts';
import type { Traffic } from './traffic.ts';
import type { TrueSession } from './true-session.ts';

export const gatewayKinds: readonly GatewayKind[] = ['asa', 'rras', 'ocserv', 'f5', 'strongswan'];

const vendors: Readonly<Record<GatewayKind, string>> = {
  asa: 'cisco-asa',
  rras: 'microsoft-rras',
  ocserv: 'ocserv',
  f5: 'generic',
  strongswan: 'strongswan',
};

/** One record on its way, small: the event is built when it is asked for. */
export type Planned = {
  readonly arrival: number;
  readonly time: number;
  readonly kind: EventKind;
  readonly gateway: GatewayKind;
  /** Number of the true session; -1 for On and Off. */
  readonly uid: number;
  readonly sessionId: string;
  readonly seconds: number;
  readonly address: string;
  readonly isRepeated: boolean;
  /** Moved until then, from and to the user; absent in records that say nothing of it. */
  readonly octets?: Traffic;
};

/** A gateway's life: restarts, the hours its records were held up, and its clock. */
type Gateway = {
  readonly restarts: readonly number[];
  readonly backlogFrom: number;
  readonly clock: readonly {
    readonly from: number;
    readonly to: number;
    readonly offsetMs: number;
  }[];
};

function drawGateway(random: Random, kind: GatewayKind, days: number): Gateway {
  const moment = (): number => worldStart + random.next() * days * dayMs;
  const restarts = Array.from({ length: dirt.restarts }, moment).sort((a, b) => a - b);
  const week = 7 * dayMs;
  const fast = moment();
  const slow = moment();
  const clock = [
    { from: fast, to: fast + week, offsetMs: dirt.clockFastMs },
    { from: slow, to: slow + week, offsetMs: dirt.clockSlowMs },
  ];
  return { restarts, backlogFrom: moment(), clock: kind === 'rras' ? clock : [] };
}

/** Plans all records of the sessions (in order of their starts), sorted by arrival. */
export function planRecords(
  seed: number,
  sessions: readonly TrueSession[],
  days: number,
  octetsOf: (uid: number) => Traffic,
): Planned[] {
  const random = new Random(seed, 'records');
  const planned: Planned[] = [];
  for (const kind of gatewayKinds) {
    const gateway = drawGateway(random, kind, days);
    planned.push(...restartRecords(kind, gateway));
    let counter = 0;
    let generation = 0;
    for (const [uid, session] of sessions.entries()) {
      if (session.gateway !== kind) continue;
      const born = gateway.restarts.filter((at) => at <= session.start).length;
      if (born !== generation) counter = 0;
      generation = born;
      counter += 1;
      const sessionId = counter.toString(16).padStart(8, '0');
      const octets = octetsOf(uid);
      for (const draft of recordsOf(random, uid, session, sessionId, gateway)) {
        const record = withOctets(draft, session, octets);
        planned.push(...onTheWay(random, record, gateway));
      }
    }
  }
  return planned.sort((a, b) => a.arrival - b.arrival || a.uid - b.uid || a.time - b.time);
}

function restartRecords(gateway: GatewayKind, { restarts }: Gateway): Planned[] {
  const common = { gateway, uid: -1, sessionId: '', seconds: 0, address: '', isRepeated: false };
  return restarts.flatMap((at) => [
    { ...common, kind: 'gateway-off' as const, arrival: at, time: at },
    { ...common, kind: 'gateway-on' as const, arrival: at + 3 * minuteMs, time: at + 3 * minuteMs },
  ]);
}

type Draft = Omit<Planned, 'arrival' | 'isRepeated'>;

/** The records a gateway sends of a session, less those that never arrive. */
function recordsOf(
  random: Random,
  uid: number,
  session: TrueSession,
  sessionId: string,
  { restarts }: Gateway,
): Draft[] {
  const { start, end, gateway, address, move } = session;
  const cut = restarts.find((at) => at > start && at < end);
  const last = cut ?? end;
  const draft = (kind: EventKind, time: number, seconds: number): Draft => ({
    kind,
    time,
    gateway,
    uid,
    sessionId,
    seconds,
    address: move && time >= move.at ? move.address : address,
  });
  const drafts: Draft[] = [];
  if (!random.chance(dirt.lostStart)) drafts.push(draft('start', start, 0));
  const isPeriodic = gateway !== 'f5';
  for (let at = start + interimMs; isPeriodic && at < last; at += interimMs) {
    if (!random.chance(dirt.lostInterim)) drafts.push(draft('interim', at, (at - start) / 1000));
  }
  if (move && isPeriodic && move.at < last) {
    const at = Math.round(move.at / 1000) * 1000 + 1000;
    drafts.push(draft('interim', at, (at - start) / 1000));
  }
  if (cut !== undefined || random.chance(dirt.lostStop)) return drafts;
  const isKilled = random.chance(dirt.killedClient);
  drafts.push(draft('stop', end + (isKilled ? dirt.killedClientLateMs : 0), (end - start) / 1000));
  return drafts;
}

/** What was moved by then, evenly over the session. */
function withOctets(draft: Draft, { start, end }: TrueSession, octets: Traffic): Draft {
  if (draft.kind !== 'interim' && draft.kind !== 'stop') return draft;
  const share = Math.min(1, (draft.seconds * 1000) / Math.max(1, end - start));
  const { octetsIn, octetsOut } = octets;
  const moved = (whole: number): number => Math.round(whole * share);
  return { ...draft, octets: { octetsIn: moved(octetsIn), octetsOut: moved(octetsOut) } };
}

/** Arrival, clock and repetition of a record. */
function onTheWay(random: Random, draft: Draft, gateway: Gateway): Planned[] {
  const { time } = draft;
  const skew = gateway.clock.find(({ from, to }) => time >= from && time < to)?.offsetMs ?? 0;
  const isHeld = time >= gateway.backlogFrom && time < gateway.backlogFrom + dirt.backlogMs;
  const late = random.chance(dirt.late) ? random.between(...dirt.lateMs) : random.between(20, 900);
  const arrival = isHeld ? gateway.backlogFrom + dirt.backlogMs + late : time + late;
  const planned = { ...draft, time: time + skew, arrival, isRepeated: false };
  if (!random.chance(dirt.twice)) return [planned];
  const again = arrival + random.between(2000, 60_000);
  return [planned, { ...planned, arrival: again, isRepeated: random.chance(0.5) }];
}

/** Builds the event of a planned record as the relay would. */
export function eventOf(
  planned: Planned,
  session: TrueSession | undefined,
  person: Person | undefined,
): AccountingEvent {
  const { kind, gateway, sessionId, seconds, address, arrival, time, isRepeated } = planned;
  const { octets } = planned;
  const user = person ? spellingOf(person, planned) : noUser;
  const hasDevice = session?.device !== undefined && kind !== 'interim';
  return {
    eventId: eventIdOf(planned, user, session),
    kind,
    time: Math.round(time),
    receivedTime: Math.round(arrival),
    gateway: {
      id: gateway,
      address: `192.0.2.${gatewayKinds.indexOf(gateway) + 1}`,
      vendor: vendors[gateway],
    },
    session: {
      ...(sessionId ? { id: sessionId } : {}),
      ...(kind === 'interim' || kind === 'stop' ? { seconds: Math.round(seconds) } : {}),
      ...(octets ? { octetsIn: `${octets.octetsIn}`, octetsOut: `${octets.octetsOut}` } : {}),
    },
    user,
    ...(address ? { clientAddress: address } : {}),
    assignedAddresses: [],
    ...(hasDevice && session?.device ? { device: session.device } : {}),
    vendorAttributes: {},
    flags: isRepeated ? ['repeated'] : [],
  };
}

const noUser: UserName = { raw: '', account: '', form: 'none' };

/** One spelling a session: a habit, now and then left. */
function spellingOf(person: Person, { uid }: Planned): UserName {
  const random = new Random('spelling', person.account, uid);
  const isSlip = random.chance(dirt.spellingSlip);
  const form = isSlip ? random.int(3) : person.spelling.form;
  const isUpper = isSlip ? random.chance(0.5) : person.spelling.isUpper;
  const name = isUpper ? person.account.toUpperCase() : person.account;
  const raw = form === 0 ? name : form === 1 ? `CORP\\${name}` : `${name}@corp.example`;
  return parseUserName(raw);
}

/** What the relay hashes: everything but the time (ARCHITECTURE, "eventId"). */
function eventIdOf(planned: Planned, user: UserName, session: TrueSession | undefined): string {
  const { kind, gateway, sessionId, seconds, address } = planned;
  const at =
    kind === 'gateway-on' || kind === 'gateway-off' ? Math.floor(planned.time / hourMs) : 0;
  const text = [
    kind,
    gateway,
    sessionId,
    user.raw,
    seconds,
    address,
    session?.device?.key,
    at,
  ].join();
  const part = (salt: string): string => seedOf(salt, text).toString(36).padStart(7, '0');
  return (part('a') + part('b') + part('c') + part('d')).slice(0, 22);
}
