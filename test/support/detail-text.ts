// Detail files of invented people, as rlm_detail writes them.

/** One session of history. */
export type WrittenSession = {
  readonly session: string;
  readonly user: string;
  /** NAS-IP-Address. */
  readonly nas: string;
  /** Unix ms. */
  readonly start: number;
  readonly seconds: number;
  readonly address: string;
};

const asctime = (time: number): string => {
  const [weekday, day, month, year, clock] = new Date(time).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${clock} ${year}`;
};

/** One record, a blank line behind it. */
export function recordText(session: WrittenSession, status: 'Start' | 'Stop'): string {
  const isStop = status === 'Stop';
  const time = session.start + (isStop ? session.seconds * 1000 : 0);
  const attributes = [
    `Acct-Status-Type = ${status}`,
    `User-Name = "${session.user}"`,
    `Acct-Session-Id = "${session.session}"`,
    `NAS-IP-Address = ${session.nas}`,
    'NAS-Port-Type = Virtual',
    'Service-Type = Framed-User',
    `Calling-Station-Id = "${session.address}"`,
    `Tunnel-Client-Endpoint:0 = "${session.address}"`,
    `Cisco-AVPair = "mdm-tlv=device-uid=uid-of-${session.user}"`,
    ...(isStop
      ? [`Acct-Session-Time = ${session.seconds}`, 'Acct-Terminate-Cause = User-Request']
      : []),
    `Timestamp = ${Math.floor(time / 1000)}`,
  ];
  return `${asctime(time)}\n${attributes.map((line) => `\t${line}\n`).join('')}\n`;
}

/** Start and Stop of each session, in order of the sessions. */
export const detailText = (sessions: Iterable<WrittenSession>): string =>
  [...sessions].map((one) => recordText(one, 'Start') + recordText(one, 'Stop')).join('');

/** `count` sessions of forty people, ten minutes apart, from documentation addresses. */
export function* writtenSessions(count: number, from: number, nas = '127.0.0.1') {
  for (let at = 0; at < count; at += 1) {
    yield {
      session: `h${at}`,
      user: `user${at % 40}`,
      nas,
      start: from + at * 600_000,
      seconds: 300,
      address: `203.0.113.${(at % 40) + 1}`,
    };
  }
}
