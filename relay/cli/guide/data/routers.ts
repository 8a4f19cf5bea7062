// Routers and the rest: MikroTik, Nokia, D-Link, those that send nothing, and any other gateway.

import type { VendorGuide } from '../guide.ts';

export const mikrotik: VendorGuide = {
  name: 'mikrotik',
  title: 'MikroTik RouterOS',
  vendor: 'mikrotik',
  sends: 'accounting',
  evidence: 'vendor documentation',
  summary: 'PPP kinds of VPN: L2TP, SSTP, OVPN, PPTP.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id; a MAC address for hotspots, which are no VPN',
    device: 'no',
    interims: 'yes, `interim-update`',
    onOff: 'not documented',
  },
  steps: [
    {
      text: 'In the terminal:',
      lines: [
        '/radius add service=ppp address={{relay}} secret=REPLACE_ME accounting-port={{port}} timeout=3s comment=wherefrom',
        '/ppp aaa set use-radius=yes accounting=yes interim-update=10m',
      ].join('\n'),
    },
  ],
  verify: '`/radius monitor 0` counts requests, timeouts and answers.',
  quirks: [
    'The default `timeout` is **300 ms**: too short.',
    '`use-radius=yes` also asks this server to authenticate users that are not local: keep all users local, or let your RADIUS server forward ([freeradius](freeradius.md)).',
    '`interim-update` takes a time, `received` or `none`. Use `src-address=` on a router with several addresses.',
    'Event-Timestamp is wrong until NTP has set the clock: it is then not used, and marked.',
  ],
  undo: '`/radius remove [find comment=wherefrom]` and `/ppp aaa set accounting=no`.',
  sources: [
    'help.mikrotik.com, PPP AAA',
    'mikrotikdocs.fyi, radius-client and radius-accounting-coa',
  ],
};

export const nokia: VendorGuide = {
  name: 'nokia',
  title: 'Nokia 7750 (IPsec)',
  vendor: 'nokia',
  sends: 'accounting',
  evidence: 'not verified',
  summary: 'Every attribute is optional by policy; the steps on the router are not confirmed.',
  gets: {
    clientAddress: 'in Calling-Station-Id, when the policy includes it',
    device: 'no',
    interims: 'by policy',
    onOff: 'by policy',
  },
  steps: [
    {
      text: 'In the RADIUS accounting policy of the IPsec gateway: server {{relay}}, port {{port}}, secret `REPLACE_ME`; include Calling-Station-Id, Framed-IP-Address and interim updates of an hour or less.',
    },
  ],
  quirks: ['Calling-Station-Id holds address and port; the port is taken off.'],
  sources: ['Nokia 7750 SR documentation, IPsec RADIUS accounting'],
};

export const netdefend: VendorGuide = {
  name: 'netdefend',
  title: 'D-Link NetDefend',
  vendor: 'netdefend',
  sends: 'accounting',
  evidence: 'not verified',
  summary: 'Documented to send **no client address**: sessions are recorded without a location.',
  gets: { clientAddress: '**no**', device: 'no', interims: 'optional', onOff: 'unknown' },
  steps: [
    {
      text: 'Add a RADIUS accounting server with address {{relay}}, port {{port}} and secret `REPLACE_ME`, and choose it in the user authentication rules.',
    },
  ],
  quirks: [
    'Session ids are 7 random characters: sessions are told apart by user and time as well.',
  ],
  sources: ['D-Link NetDefendOS manual, section 8.9'],
};

export const softether: VendorGuide = {
  name: 'softether',
  title: 'SoftEther',
  sends: 'none',
  evidence: 'source code',
  summary: '**Sends no RADIUS accounting**: it only authenticates.',
  steps: [
    {
      text: 'Its Access-Requests carry the client address: a FreeRADIUS that authenticates its users could write a record at each login. We have not tried that.',
    },
  ],
  quirks: [],
  sources: ['SoftEtherVPN issues 101, 340 and 350'],
};

export const watchguard: VendorGuide = {
  name: 'watchguard',
  title: 'WatchGuard Firebox',
  sends: 'none',
  evidence: 'vendor documentation',
  summary:
    '**Documented as a receiver of RADIUS accounting** (RADIUS single sign-on), not as a sender.',
  steps: [
    {
      text: 'Let the RADIUS server that authenticates its users forward accounting, if it gets any; else its sessions cannot be seen.',
    },
  ],
  quirks: [],
  sources: ['watchguard.com, About RADIUS Single Sign-On'],
};

export const generic: VendorGuide = {
  name: 'generic',
  title: 'Any other gateway',
  sends: 'accounting',
  evidence: 'not verified',
  summary: 'Whatever speaks RFC 2866 is read. These are the settings to look for.',
  gets: {
    clientAddress: 'from Calling-Station-Id or Tunnel-Client-Endpoint, if they hold one',
    device: 'no',
    interims: 'switch them on',
    onOff: 'switch them on',
  },
  steps: [
    {
      text: 'RADIUS **accounting** server: {{relay}}, UDP port {{port}}, secret `REPLACE_ME`, timeout 2 to 5 s, 3 tries. List two relays where the gateway can.',
    },
    {
      text: 'Interim updates: an hour or less. Accounting-On and -Off: yes. Calling-Station-Id: the address of the client.',
    },
  ],
  quirks: [
    '`capture` says where a gateway keeps what is not found; `overrides` in the configuration reads it from there.',
  ],
  undo: 'Remove the accounting server.',
  sources: ['RFC 2866', 'RFC 2869'],
};
