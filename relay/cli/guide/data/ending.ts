// How a gateway is told to take Disconnect-Requests of the relay (RFC 5176), by name of its guide,
// and where there is no such thing. Each says where its lines are from; only strongSwan was run.

export type EndingGuide = {
  /** `form` of the relay's list; absent: it takes no such request, as far as is known. */
  readonly form?: string;
  readonly text: string;
  readonly lines?: string;
  /** How sure this is, as a sentence. */
  readonly evidence: string;
  readonly sources: readonly string[];
};

export const endingGuides: Readonly<Record<string, EndingGuide>> = {
  strongswan: {
    form: 'strongswan',
    text: 'In the same `eap-radius` block; it needs a restart, not a reload. **It goes by User-Name alone**: every session of the name ends, and it takes a recorded request again, so let its port be reached from the relay only.',
    lines: [
      'dae {',
      '    enable = yes',
      '    listen = {{gatewayAddress}}',
      '    port = 3799',
      '    secret = REPLACE_ME_WITH_ANOTHER',
      '}',
    ].join('\n'),
    evidence: 'Run against 5.9.8, with live sessions.',
    sources: [
      'docs.strongswan.org/docs/latest/plugins/eap-radius.html (`dae`)',
      'strongswan conf/plugins/eap-radius.opt',
    ],
  },
  'accel-ppp': {
    form: 'accel-ppp',
    text: 'In `[radius]`; `dae-allowed` is of newer versions and keeps others out. `nas-identifier` and `nas-ip-address`, where set, must match what its accounting says.',
    lines: [
      '[radius]',
      'dae-server={{gatewayAddress}}:3799,REPLACE_ME_WITH_ANOTHER',
      'dae-allowed={{relay}}',
    ].join('\n'),
    evidence: 'From its manual page, not run here.',
    sources: ['accel-ppp/accel-ppp accel-pppd/accel-ppp.conf.5 (`dae-server`, `dae-allowed`)'],
  },
  fortigate: {
    form: 'fortigate',
    text: 'A RADIUS entry of its own, so that its secret is not that of accounting; `source-ip` where the gateway has several addresses. Interims must be on: the request names User-Name and Framed-IP-Address, which only they carry, and User-Name alone is refused. SSL VPN since FortiOS 7.0, which looks for the session by user name **and the RADIUS entry that authenticated it**: where users are authenticated by another entry it may refuse.',
    lines: [
      'config user radius',
      '    edit "wherefrom-disconnect"',
      '        set server "{{relay}}"',
      '        set secret REPLACE_ME_WITH_ANOTHER',
      '        set radius-coa enable',
      '    next',
      'end',
    ].join('\n'),
    evidence: 'Names, syntax and what it looks for are from the vendor, not run here.',
    sources: [
      'community.fortinet.com, Technical Tip 230043: Send RADIUS Change of Authorization (CoA) via FortiAuthenticator',
      'docs.fortinet.com/document/fortigate/6.4.15/cli-reference/430620 (config user radius, `radius-coa`)',
    ],
  },
  mikrotik: {
    form: 'mikrotik',
    text: 'The port is named because releases differ in their default (1700 before, 3799 now). A request counts with the secret of a `/radius` entry for the address that it comes from. The relay refuses the secret of accounting: give the relay a second address for Disconnect-Requests, or leave this off.',
    lines: ['/radius incoming', 'set accept=yes port=3799'].join('\n'),
    evidence:
      'From the documentation of the vendor; that the secret is that of the entry was not run.',
    sources: [
      'help.mikrotik.com/docs/spaces/ROS/pages/328097/RADIUS (RADIUS Client, incoming)',
      'wiki.mikrotik.com, Manual:RADIUS Client, history (default of `port`: 1700, then 3799)',
    ],
  },
  'cisco-asa': {
    form: 'cisco-asa',
    text: 'In the server group that accounts; the request goes by `audit-session-id`, which the ASA sends where the group has this line. Its key is the one of the host entry: make a group of its own for the relay’s second secret.',
    lines: [
      'aaa-server WHEREFROM-COA protocol radius',
      ' dynamic-authorization port 1700',
      'aaa-server WHEREFROM-COA (inside) host {{relay}}',
      ' key REPLACE_ME_WITH_ANOTHER',
    ].join('\n'),
    evidence: 'By what the vendor documents for ISE, not run here: `doctor` tells.',
    sources: [
      'Cisco ASA Series General Operations CLI Configuration Guide, RADIUS Servers for AAA (`dynamic-authorization`)',
    ],
  },
  'cisco-ftd': {
    form: 'cisco-asa',
    text: 'In FMC, Objects, RADIUS Server Group: "Enable dynamic authorization", port 1700, with the relay as a server of its own group and a key of its own. The vendor means it for a group that the remote access VPN uses together with ISE.',
    evidence: 'By what the vendor documents for ISE, not run here: `doctor` tells.',
    sources: [
      'Cisco Secure Firewall Management Center guide, RADIUS Server Group options',
      'docs.defenseorchestrator.com, Create a RADIUS Server Group (Dynamic Authorization/Port)',
    ],
  },
  ocserv: {
    text: 'It takes no Disconnect-Request: there is no such option in `doc/sample.config`. Use its own command.',
    evidence: 'Looked for in its source code.',
    sources: ['ocserv doc/sample.config', 'occtl(8) (`disconnect user`)'],
  },
  'f5-apm': {
    text: 'Nothing is documented for APM sessions of the access policy. Use its own command: `sessiondump --delete` with the eight characters of the session that `sessiondump --allkeys` shows, or Access, Overview, Active Sessions, Kill Selected Sessions.',
    evidence:
      'Looked for in the documentation of the vendor, and not found; the command is the one of its community’s scripts.',
    sources: [
      'techdocs.f5.com, BIG-IP APM authentication methods: RADIUS Accounting',
      'community.f5.com, CodeShare 290858 (`sessiondump --allkeys`, `sessiondump --delete`)',
    ],
  },
  'check-point': {
    text: 'Nothing is documented for remote access. Once the account is disabled, end it in SmartView Monitor (Users, right click, Reset Tunnel), or on the gateway with `vpn tu`, "Delete all IPsec+IKE SAs for a given User (Client)".',
    evidence:
      'Looked for in the documentation of the vendor, and not found; both ways are as administrators and the menu itself describe them, not run here.',
    sources: [
      'Check Point CLI Reference Guide R81 (`vpn tu`)',
      'yurisk.info/2016/12/01/disconnect-vpn-or-mobile-access-or-snx-user-from-check-point-firewall',
    ],
  },
  'microsoft-rras': {
    text: 'RRAS takes no Disconnect-Request. Use its own command, on the server that has the connection: by user name (every connection of it), or `-HostIPAddress` with the tunnel address.',
    evidence: 'From the documentation of the vendor.',
    sources: ['learn.microsoft.com, module RemoteAccess, Disconnect-VpnUser'],
  },
};
