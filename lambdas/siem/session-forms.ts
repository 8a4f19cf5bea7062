// A session as a CEF line and as an ECS document, for collectors that want connections as well as
// detections. The OCSF form is in ocsf-tunnel.ts.

import { placeLabel } from '../../domain/location.ts';
import type { Session } from '../../domain/session/session.ts';
import { trafficOf } from '../../domain/session/session-state.ts';
import { cefText } from './cef.ts';
import { sessionUid } from './ocsf-finding.ts';
import { type JsonObject, product, timeText, userParts } from './parts.ts';

const uidOf = (session: Session): string => sessionUid(`${session.rowStart}/${session.identity}`);

/** The CEF line; `end`, `in` and `out` are there once it has ended. */
export function sessionLine(
  userKey: string,
  session: Session,
  endedAt: number | undefined,
): string {
  const user = userParts(userKey);
  const [sighting] = session.sightings;
  return cefText(
    ['vpn-session', 'VPN session', '1'],
    [
      ['start', timeText(session.startedAt)],
      ['end', endedAt === undefined ? undefined : timeText(endedAt)],
      ['app', 'VpnConnection'],
      ['act', endedAt === undefined ? 'open' : 'close'],
      ['suser', user.name],
      ['sntdom', user.domain],
      ['suid', user.uid],
      ['src', sighting?.address],
      ['shost', session.devices[0]?.name],
      ['dvchost', session.gatewayId],
      ['in', endedAt === undefined ? undefined : session.octetsIn],
      ['out', endedAt === undefined ? undefined : session.octetsOut],
      ['reason', session.terminateCause],
      ['cs4Label', sighting && 'location'],
      ['cs4', sighting && placeLabel(sighting.location)],
      ['cs5Label', 'sessionId'],
      ['cs5', uidOf(session)],
    ],
  );
}

/** The ECS document of a session. */
export function ecsSession(
  userKey: string,
  session: Session,
  endedAt: number | undefined,
): JsonObject {
  const user = userParts(userKey);
  const [sighting] = session.sightings;
  const name = session.devices[0]?.name;
  return {
    '@timestamp': timeText(session.startedAt),
    ecs: { version: '8.17.0' },
    event: {
      kind: 'event',
      category: ['session', 'network'],
      type: [endedAt === undefined ? 'start' : 'end'],
      id: uidOf(session),
      module: product.name,
      dataset: `${product.name}.sessions`,
      start: timeText(session.startedAt),
      ...(endedAt === undefined
        ? {}
        : { end: timeText(endedAt), duration: (endedAt - session.startedAt) * 1_000_000 }),
      ...(session.terminateCause ? { reason: session.terminateCause } : {}),
    },
    user: { id: user.uid, name: user.name, ...(user.domain ? { domain: user.domain } : {}) },
    ...(sighting ? { source: sourceOf(sighting, session) } : {}),
    observer: { hostname: session.gatewayId, type: 'vpn', vendor: product.name },
    ...(name ? { host: { hostname: name } } : {}),
    related: {
      user: [...new Set([user.uid, user.name])],
      ...(sighting ? { ip: [sighting.address] } : {}),
      ...(name ? { hosts: [name] } : {}),
    },
  };
}

function sourceOf(
  { address, location }: Session['sightings'][number],
  session: Session,
): JsonObject {
  const { octetsIn } = trafficOf(session);
  const network = location.kind === 'special' ? undefined : location.network;
  const bytes = Number(octetsIn);
  return {
    ip: address,
    address,
    ...(octetsIn && Number.isSafeInteger(bytes) ? { bytes } : {}),
    ...(location.kind === 'located'
      ? {
          geo: {
            country_iso_code: location.country,
            ...(location.region ? { region_name: location.region } : {}),
            ...(location.city ? { city_name: location.city } : {}),
            location: { lat: location.lat, lon: location.lon },
          },
        }
      : {}),
    ...(network && network.asn > 0
      ? { as: { number: network.asn, organization: { name: network.organization } } }
      : {}),
  };
}
