// Cisco: ASA, Firepower Threat Defense, and the VPN 3000, which is still in use.

import type { VendorGuide } from '../guide.ts';

export const ciscoAsa: VendorGuide = {
  name: 'cisco-asa',
  title: 'Cisco ASA and ASAv',
  vendor: 'cisco-asa',
  sends: 'accounting',
  evidence: 'field guide',
  summary: 'Sends everything that is wanted: address, device and, when asked to, interim updates.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id (also Tunnel-Client-Endpoint and an AVPair)',
    device: 'yes with AnyConnect/Secure Client: platform, version, MAC and unique ids',
    interims: 'with `interim-accounting-update periodic`, in hours',
    onOff: 'not documented',
  },
  steps: [
    {
      text: 'Put the relay into a server group of its own; the authentication group stays as it is. `(inside)` is the name of the interface towards the relay: `show nameif` lists them. A second relay is a second `aaa-server ... host` block.',
      lines: [
        'aaa-server WHEREFROM protocol radius',
        ' accounting-mode simultaneous',
        ' interim-accounting-update periodic 1',
        'aaa-server WHEREFROM (inside) host {{relay}}',
        ' key REPLACE_ME',
        ' accounting-port {{port}}',
        ' timeout 5',
        'tunnel-group YOUR_TUNNEL_GROUP general-attributes',
        ' accounting-server-group WHEREFROM',
        'write memory',
      ].join('\n'),
    },
    {
      text: 'Every tunnel group needs the two lines before `write memory`, which keeps them over a restart: `show running-config tunnel-group`.',
    },
  ],
  verify:
    '`show aaa-server WHEREFROM` counts requests and answers; `show vpn-sessiondb anyconnect`.',
  quirks: [
    '`periodic` is in hours, 1 to 120; without it interims come only when a session changes.',
    '`simultaneous` sends to every server of the group; the default `single` sends to one.',
    'SSH and ASDM logins of administrators send Starts too (Service-Type NAS-Prompt): they are recorded and kept out of profiles.',
    'There is no Event-Timestamp: the time of arrival is used. Session ids start again after a reload; `audit-session-id` keeps sessions apart.',
    'IKEv1 clients send no AVPairs, and so no device.',
  ],
  undo: '`no accounting-server-group WHEREFROM` in each tunnel group, then `no aaa-server WHEREFROM` and `write memory`.',
  sources: [
    'PacketFence network guide (docs/network/vpn_configuration.asciidoc)',
    'Cisco ASA Series CLI Configuration Guide, Configuring Accounting for Network Access (`aaa-server GROUP (inside) host`)',
    'Cisco ASDM guide OL-20339, chapter 31 (accounting mode)',
    'Cisco FMC data model (interval 1 to 120 h)',
  ],
};

export const ciscoFtd: VendorGuide = {
  name: 'cisco-ftd',
  title: 'Cisco Firepower Threat Defense, managed by FMC',
  vendor: 'cisco-asa',
  sends: 'accounting',
  evidence: 'not verified',
  summary:
    'Sends what an ASA sends. The field names are those of the FMC API; the menu path is not confirmed.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id',
    device: 'yes with Secure Client',
    interims: 'with *Enable interim account update*, 1 to 120 h',
    onOff: 'not documented',
  },
  steps: [
    {
      text: 'Objects > AAA Server > RADIUS Server Group > Add: tick *Enable interim account update*, interval 1 h, *group accounting mode* Multiple. Add a server: host {{relay}}, accounting port {{port}}, key `REPLACE_ME`.',
    },
    {
      text: 'Devices > VPN > Remote Access > your policy > each connection profile > AAA > *Accounting Server*: that group. Deploy.',
    },
  ],
  quirks: [
    'Every connection profile needs the accounting server, as every tunnel group of an ASA.',
  ],
  undo: 'Empty *Accounting Server* in each connection profile and deploy.',
  sources: ['Cisco FMC API `radiusservergroups` (field names)'],
};

export const ciscoVpn3000: VendorGuide = {
  name: 'cisco-vpn3000',
  title: 'Cisco VPN 3000 Concentrator',
  vendor: 'cisco-vpn3000',
  sends: 'accounting',
  evidence: 'not verified',
  summary: 'Out of support for many years; read because it is read the same way as its successors.',
  gets: {
    clientAddress: 'yes, only in Tunnel-Client-Endpoint',
    device: 'no',
    interims: 'no',
    onOff: 'not documented',
  },
  steps: [
    {
      text: 'In its manager, add an accounting server with address {{relay}}, port {{port}} and secret `REPLACE_ME`.',
    },
  ],
  quirks: ['There is no Calling-Station-Id at all; keep `"vendor": "cisco-vpn3000"`.'],
  sources: ['VPN 3000 user guide, table 5-1 (attributes)'],
};
