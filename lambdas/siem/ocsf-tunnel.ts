// A session as OCSF 1.6.0 Tunnel Activity (class 4014): Open when it began and, once it has ended,
// Close with its octets. Source: schema.ocsf.io, class tunnel_activity. `device` is the gateway
// that reported it; the user's device is the source endpoint.

import { placeLabel } from '../../domain/location.ts';
import type { Session } from '../../domain/session/session.ts';
import { trafficOf } from '../../domain/session/session-state.ts';
import { ocsfProduct, ocsfVersion, sessionUid } from './ocsf-finding.ts';
import { type JsonObject, timeText, userParts } from './parts.ts';

const classUid = 4014;
const activityNames = { 1: 'Open', 2: 'Close' } as const;

/** One event of an open session, two of one that ended. */
export function tunnelActivities(
  userKey: string,
  session: Session,
  endedAt: number | undefined,
): readonly JsonObject[] {
  const open = tunnelActivity(userKey, session, 1, session.startedAt);
  if (endedAt === undefined) return [open];
  const close = {
    ...tunnelActivity(userKey, session, 2, endedAt),
    start_time: session.startedAt,
    end_time: endedAt,
    duration: Math.max(0, endedAt - session.startedAt),
    ...trafficObject(session),
  };
  return [open, close];
}

function tunnelActivity(
  userKey: string,
  session: Session,
  activityId: 1 | 2,
  time: number,
): JsonObject {
  const user = userParts(userKey);
  const uid = sessionUid(`${session.rowStart}/${session.identity}`);
  // The class has no place for an assigned prefix.
  const assigned = session.assignedAddresses.find((address) => !address.includes('/'));
  const device = session.devices[0];
  return {
    activity_id: activityId,
    activity_name: activityNames[activityId],
    category_uid: 4,
    category_name: 'Network Activity',
    class_uid: classUid,
    class_name: 'Tunnel Activity',
    type_uid: classUid * 100 + activityId,
    severity_id: 1,
    severity: 'Informational',
    status_id: 1,
    status: 'Success',
    time,
    metadata: {
      version: ocsfVersion,
      uid: `${uid}:${activityId === 1 ? 'start' : 'stop'}`,
      log_name: 'sessions',
      correlation_uid: uid,
      original_time: timeText(time),
      product: { ...ocsfProduct },
    },
    user: {
      uid: user.uid,
      name: user.name,
      ...(user.domain ? { domain: user.domain } : {}),
      ...(user.email ? { email_addr: user.email } : {}),
      type_id: user.isMachine ? 3 : 1,
    },
    ...sourceEndpoint(session),
    dst_endpoint: { name: session.gatewayId, type_id: 9, type: 'Firewall' },
    device: { type_id: 9, type: 'Firewall', name: session.gatewayId },
    session: {
      uid: session.sessionId === '' ? uid : session.sessionId,
      uid_alt: uid,
      created_time: session.startedAt,
      is_remote: true,
      is_vpn: true,
      ...(session.terminateCause ? { expiration_reason: session.terminateCause } : {}),
    },
    ...(assigned ? { tunnel_interface: { ip: assigned, type_id: 4, type: 'Tunnel' } } : {}),
    ...(device?.name
      ? {
          observables: [
            { name: 'src_endpoint.hostname', type_id: 1, type: 'Hostname', value: device.name },
          ],
        }
      : {}),
  };
}

/** Where it came from: the newest address of the session. Empty when the gateway sends none. */
function sourceEndpoint(session: Session): JsonObject {
  const sighting = [...session.sightings].sort((a, b) => b.firstSeen - a.firstSeen)[0];
  const device = session.devices[0];
  if (!(sighting || device)) return {};
  const location = sighting?.location;
  const network = location && location.kind !== 'special' ? location.network : undefined;
  return {
    src_endpoint: {
      ...(sighting ? { ip: sighting.address } : {}),
      ...(device ? { uid: device.key, ...(device.name ? { hostname: device.name } : {}) } : {}),
      ...(location?.kind === 'located'
        ? {
            location: {
              country: location.country,
              ...(location.region ? { region: location.region } : {}),
              ...(location.city ? { city: location.city } : {}),
              lat: location.lat,
              long: location.lon,
              desc: placeLabel(location),
            },
          }
        : {}),
      ...(network && network.asn > 0
        ? { autonomous_system: { number: network.asn, name: network.organization } }
        : {}),
    },
  };
}

/** Octets as the schema's integers. What no double can hold exactly is left out, not rounded. */
function trafficObject(session: Session): JsonObject {
  const { octetsIn, octetsOut } = trafficOf(session);
  const exact = (name: string, octets: string | undefined): JsonObject => {
    const value = Number(octets);
    return octets !== undefined && Number.isSafeInteger(value) ? { [name]: value } : {};
  };
  const traffic = { ...exact('bytes_in', octetsIn), ...exact('bytes_out', octetsOut) };
  return Object.keys(traffic).length > 0 ? { traffic } : {};
}
