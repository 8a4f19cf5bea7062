// A session in every format of formats.ts. The JSON format is the activity of docs/openapi.yaml.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { placeLabel } from '../../domain/location.ts';
import type { Restarts } from '../../domain/session/restart.ts';
import type { Session } from '../../domain/session/session.ts';
import type { SessionRules } from '../../domain/session/session-rules.ts';
import { type SessionState, sessionState, trafficOf } from '../../domain/session/session-state.ts';
import { tunnelActivities } from '../siem/ocsf-tunnel.ts';
import { ecsSession, sessionLine } from '../siem/session-forms.ts';
import type { Cell } from './csv.ts';
import type { Renderer } from './formats.ts';
import { activityView, durationSecondsOf, timeText } from './views.ts';

const columns = [
  'user',
  'id',
  'sessionId',
  'startedAt',
  'endedAt',
  'lastSeen',
  'state',
  'durationSeconds',
  'gateway',
  'clientAddress',
  'place',
  'country',
  'region',
  'city',
  'latitude',
  'longitude',
  'radiusKm',
  'asn',
  'network',
  'networkType',
  'device',
  'deviceKey',
  'assignedAddresses',
  'octetsIn',
  'octetsOut',
  'terminateCause',
] as const;

/** Forms of a user's activities; `restarts` are the gateways' watermarks. */
export function activityRenderer(
  user: string,
  now: UnixMs,
  restarts: ReadonlyMap<string, Restarts>,
  rules?: SessionRules,
): Renderer<Session> {
  const stateOf = (session: Session) =>
    sessionState(session, now, restarts.get(session.gatewayId), rules);
  const endOf = (session: Session): UnixMs | undefined => stateOf(session).endedAt;
  return {
    file: 'activities',
    view: (session) => activityView(session, now, restarts.get(session.gatewayId), rules),
    columns,
    cells: (session) => {
      const state = stateOf(session);
      return cellsOf(user, session, state, durationSecondsOf(session, state, now));
    },
    ocsf: (session) => tunnelActivities(user, session, endOf(session)),
    cef: (session) => [sessionLine(user, session, endOf(session))],
    ecs: (session) => [ecsSession(user, session, endOf(session))],
  };
}

function cellsOf(
  user: string,
  session: Session,
  { state, endedAt }: SessionState,
  seconds: number,
): readonly Cell[] {
  const first = session.sightings[0];
  const location = first?.location;
  const located = location?.kind === 'located' ? location : undefined;
  const network = location && location.kind !== 'special' ? location.network : undefined;
  const device = session.devices[0];
  const { octetsIn, octetsOut } = trafficOf(session);
  return [
    user,
    `${session.rowStart}-${session.identity}`,
    session.sessionId,
    timeText(session.startedAt),
    endedAt === undefined ? undefined : timeText(endedAt),
    timeText(session.lastSeen),
    state,
    seconds,
    session.gatewayId,
    first?.address,
    location && placeLabel(location),
    located?.country,
    located?.region,
    located?.city,
    located?.lat,
    located?.lon,
    located?.radiusKm,
    network?.asn,
    network?.organization,
    network?.type,
    device?.name,
    device?.key,
    session.assignedAddresses.join(' '),
    octetsIn,
    octetsOut,
    session.terminateCause,
  ];
}
