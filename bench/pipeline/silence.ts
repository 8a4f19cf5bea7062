// What the API tells of a session without Stop, beside what its gateway sent, by how often that
// gateway sends interims and for how long nothing has come: last word, duration, octets. Through
// the real functions over a DynamoDB API.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { makeTableQuery } from '../../lambdas/wiring/table-handlers.ts';
import { encodeBatch } from '../../wire/batch.ts';
import { recordOf } from './message.ts';
import { tableProcess } from './table-process.ts';
import { startBenchTables } from './tables.ts';
import { batchOf, begin, sessionOf, shapes } from './traffic.ts';

const minuteMs = 60_000;
/** How long the gateway was heard of. */
const ranMinutes = 157;
const octetsPerSecond = 10;

export type Silence = {
  /** Minutes between interims; 0: none. */
  readonly periodMinutes: number;
  readonly silenceHours: number;
  readonly state: string;
  readonly lastSeenBy: string;
  /** How far the API is behind the last record, seconds. */
  readonly lastSeenBehind: number;
  /** Duration told less duration known: of an open session without interims to now. */
  readonly durationOff: number;
  /** Octets sent that are not told. */
  readonly octetsMissing: number;
};

/** Plays a session for each period, then asks after each silence. */
export async function silences(
  periods: readonly number[],
  hours: readonly number[],
): Promise<readonly Silence[]> {
  const tables = await startBenchTables();
  let now = begin;
  const process = tableProcess(tables, () => now);
  const query = makeTableQuery({
    client: tables.client,
    profilesTable: tables.profiles,
    controlTable: tables.control,
    now: () => now,
    writeLog: () => undefined,
    placesTable: tables.control,
    access: { kind: 'open' },
    contract: () => '',
  });
  const events = periods.flatMap((minutes, user) => recordsOf(minutes, user));
  let position = 1;
  for (const event of events.sort((a, b) => a.time - b.time)) {
    now = event.receivedTime;
    const record = recordOf(encodeBatch(batchOf([event], position)));
    const { batchItemFailures } = await process({ Records: [record] });
    if (batchItemFailures.length > 0) throw new Error('a record was not taken');
    position += 1;
  }
  const found: Silence[] = [];
  for (const [user, minutes] of periods.entries()) {
    const last =
      begin + (minutes === 0 ? 0 : Math.floor(ranMinutes / minutes) * minutes) * minuteMs;
    for (const silenceHours of hours) {
      now = last + silenceHours * 60 * minuteMs;
      const path = { user: `person.${user}@example.com` };
      const answer = await query(activitiesOf(path));
      const [session] = JSON.parse(answer.body ?? '').items;
      const isTicking = minutes === 0 && session.state === 'open';
      found.push({
        periodMinutes: minutes,
        silenceHours,
        state: session.state,
        lastSeenBy: session.lastSeenBy,
        lastSeenBehind: (last - Date.parse(session.lastSeen)) / 1000,
        durationOff: session.durationSeconds - ((isTicking ? now : last) - begin) / 1000,
        octetsMissing: ((last - begin) / 1000) * octetsPerSecond - Number(session.octetsIn ?? 0),
      });
    }
  }
  await tables.stop();
  return found;
}

/** A Start, and interims as long as the gateway is heard of. */
function recordsOf(minutes: number, user: number): readonly AccountingEvent[] {
  const [start] = sessionOf(shapes[0], { user, day: 0, turn: 0 });
  if (!start) return [];
  const first = { ...start, time: begin, receivedTime: begin };
  const count = minutes === 0 ? 0 : Math.floor(ranMinutes / minutes);
  const interims = Array.from({ length: count }, (_, at): AccountingEvent => {
    const seconds = (at + 1) * minutes * 60;
    const time = begin + seconds * 1000;
    return {
      ...first,
      eventId: `${user}-${at}`.padEnd(22, 'x'),
      kind: 'interim',
      time,
      receivedTime: time,
      session: { ...first.session, seconds, octetsIn: `${seconds * octetsPerSecond}` },
    };
  });
  return [first, ...interims];
}

function activitiesOf(pathParameters: Record<string, string>): APIGatewayProxyEventV2 {
  const routeKey = 'GET /v1/users/{user}/activities';
  const event = { routeKey, rawPath: '/v1/users/x/activities', headers: {}, requestContext: {} };
  return { ...event, pathParameters } as unknown as APIGatewayProxyEventV2;
}
