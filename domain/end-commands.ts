// How a session is ended on the gateway itself, by vendor: for gateways that are asked by nobody,
// and for whoever stands before one. Guides and the console show the same lines.
// Promise: a name or session id is filled in only if no shell or command line could read more into
// it than a name; else the line keeps `NAME` or `SESSION`.

/** By vendor (`vendor` of a gateway). Lines with `{{name}}` and `{{session}}`. */
export const endCommands = {
  'microsoft-rras': {
    title: 'RRAS (PowerShell)',
    lines: "Disconnect-VpnUser -UserName '{{name}}'",
  },
  'cisco-asa': { title: 'Cisco ASA', lines: 'vpn-sessiondb logoff name {{name}} noconfirm' },
  fortigate: {
    title: 'FortiGate (SSL VPN)',
    lines: 'execute vpn sslvpn list\nexecute vpn sslvpn del-tunnel INDEX_OF_{{name}}',
  },
  ocserv: { title: 'ocserv', lines: "occtl disconnect user '{{name}}'" },
  strongswan: {
    title: 'strongSwan',
    lines: 'swanctl --list-sas\nswanctl --terminate --ike-id ID_OF_{{name}}',
  },
  'f5-apm': { title: 'F5 BIG-IP APM', lines: 'sessiondump --delete {{session}}' },
  'check-point': {
    title: 'Check Point (IPsec clients): in the menu, all SAs for a given User (Client)',
    lines: 'vpn tu',
  },
  mikrotik: { title: 'MikroTik', lines: '/ppp active remove [find name="{{name}}"]' },
} as const satisfies Readonly<Record<string, { title: string; lines: string }>>;

export type EndCommand = {
  readonly vendor: string;
  readonly title: string;
  readonly lines: string;
};

/** Letters, digits and marks that mean nothing to any of these command lines. */
const plainText = /^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}$/;
const plainly = (text: string, otherwise: string): string =>
  plainText.test(text) ? text : otherwise;

/**
 * The lines for a session.
 * @param vendor of the gateway; undefined, or another than these: those of all
 */
export function endCommandsFor(
  vendor: string | undefined,
  { account, sessionId }: { readonly account: string; readonly sessionId: string },
): readonly EndCommand[] {
  const filled = Object.entries(endCommands).map(([name, { title, lines }]) => ({
    vendor: name,
    title,
    lines: lines
      .replaceAll('{{name}}', plainly(account, 'NAME'))
      .replaceAll('{{session}}', plainly(sessionId, 'SESSION')),
  }));
  const own = filled.filter((one) => one.vendor === vendor);
  return own.length > 0 ? own : filled;
}
