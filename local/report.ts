// The local run's report as text for a terminal. Pure: facts in, text out.
// User names, devices and session ids come from the network: control and bidirectional characters
// are shown as escapes, so that no packet can steer the terminal.

import { displayWidth, padDisplay } from '../domain/display-width.ts';
import type { DetectionSummary, Summary, UserSummary } from './summary.ts';

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from the network, safe to print. */
export function printable(text: string): string {
  return text.replace(
    unsafe,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => padDisplay(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function userRow(user: UserSummary): string[] {
  return [
    printable(user.user),
    user.places.map(printable).join(' · '),
    String(user.sessions),
    user.openSessions > 0 ? 'yes' : '-',
    user.networks.map(printable).join(' · '),
  ];
}

function detectionLines(detection: DetectionSummary): string[] {
  const { severity, score, firstSeen, reasons, played } = detection;
  const user = printable(detection.user);
  const place = printable(detection.place.label);
  const network = detection.network ? ` (${printable(detection.network.organization)})` : '';
  const gateway = printable(detection.gateway);
  return [
    `${severity.toUpperCase()} ${user} from ${place}${network}, score ${score}`,
    ...(played === undefined ? [] : [`  played: ${played}`]),
    ...reasons.map((reason) => `  because: ${printable(reason.text)}`),
    `  at ${firstSeen} on ${gateway}, client ${printable(detection.clientAddress)}`,
  ];
}

/** The gravest ones; a year of history may have hundreds. */
const detectionsListedMax = 20;

function abnormalLines(detections: readonly DetectionSummary[]): string[] {
  const heading = `${counted(detections.length, 'abnormal connection')}:`;
  const listed = detections.slice(0, detectionsListedMax);
  const others = detections.length - listed.length;
  const more = others > 0 ? ['', `... and ${others} more: see the page, or npm run query`] : [];
  return [heading, '', ...listed.flatMap(detectionLines), ...more];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Who connected from where, then what looks wrong. */
export function summaryText(summary: Summary): string {
  const { users, locations, detections } = summary;
  const countries = new Set(locations.map((location) => location.country)).size;
  const { otherUsers = 0, isAtLeast = false } = summary;
  const all = users.length + otherUsers;
  const who = `${isAtLeast ? 'At least ' : ''}${counted(all, 'user')}`;
  const places = counted(locations.length, 'place');
  const where = `${places} in ${counted(countries, 'country', 'countries')}`;
  const byName = [...users].sort((a, b) => (a.user < b.user ? -1 : 1));
  const heading = ['USER', 'CONNECTED FROM', 'TIMES', 'OPEN', 'NETWORK'];
  return [
    '',
    otherUsers === 0
      ? `${who} connected from ${where}:`
      : `${who} connected. The first ${users.length} of them, from ${where}:`,
    '',
    ...table([heading, ...byName.map(userRow)]),
    ...(otherUsers > 0 ? ['... and the others: see the page, or npm run query -- users'] : []),
    '',
    ...(detections.length === 0 ? ['No abnormal connection.'] : abnormalLines(detections)),
    '',
  ].join('\n');
}

export type Endpoints = {
  /** `127.0.0.1:1813`. */
  readonly radius: string;
  /** `http://127.0.0.1:8080`. */
  readonly api: string;
  /** The shared secret of every local gateway. */
  readonly secret: string;
};

/** Where to send packets and where to look: with a line that can be pasted into a shell. */
export function endpointsText(endpoints: Endpoints, attribution: string): string {
  const { radius, api, secret } = endpoints;
  const [, port = ''] = radius.split(':');
  const packet = [
    'User-Name=alice@contoso.com',
    'Acct-Status-Type=Start',
    'Acct-Session-Id=demo-1',
    'Calling-Station-Id=5.80.19.135',
    'NAS-Port-Type=Virtual',
  ];
  return [
    `RADIUS accounting  127.0.0.1:${port} (UDP), shared secret ${secret}`,
    `Page               ${api}/`,
    `Users              ${api}/v1/users`,
    `Detections         ${api}/v1/detections`,
    '',
    'Send a packet of your own (Debian: freeradius-utils), then look at its profile:',
    '',
    `  echo '${packet.join(',')}' | radclient ${radius} acct ${secret}`,
    `  curl ${api}/v1/users/alice@contoso.com`,
    '',
    attribution,
    '',
  ].join('\n');
}
