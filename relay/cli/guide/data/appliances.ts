// VPN appliances: F5, Check Point, FortiGate, Ivanti, SonicWall, NetScaler, and others with little
// public documentation.

import type { VendorGuide } from '../guide.ts';

export const f5Apm: VendorGuide = {
  name: 'f5-apm',
  title: 'F5 BIG-IP APM',
  vendor: 'f5-apm',
  sends: 'accounting',
  evidence: 'vendor documentation',
  summary: 'Sends a Start and a Stop for each access session. The tmsh line is not confirmed.',
  gets: {
    clientAddress: 'yes, Tunnel-Client-Endpoint',
    device: 'no',
    interims: 'no: only Start and Stop',
    onOff: 'no',
  },
  steps: [
    {
      text: 'Access > Authentication > RADIUS > Create: name `wherefrom_acct`, **Mode: Accounting**, Server Connection Direct (or Use Pool with two relays and a monitor), Server Address {{relay}}, **Accounting Service Port {{port}}, typed in** (the API reference lists the two default ports the wrong way round), Secret `REPLACE_ME`, Timeout 5, Retries 3.',
    },
    {
      text: 'The same as a line, not confirmed: compare with `tmsh help apm aaa radius`.',
      lines:
        'tmsh create apm aaa radius wherefrom_acct { address {{relay}} mode acct acct-port {{port}} secret REPLACE_ME }',
    },
    {
      text: 'Access > Profiles / Policies > Edit: after a successful logon **and after resource assignment** add Authentication > **RADIUS Acct** and choose the server, on every branch that ends in Allow. Apply Access Policy.',
    },
  ],
  quirks: [
    'Placed before resource assignment, Framed-IP-Address is missing.',
    'One server object for authentication and accounting needs two different ports.',
  ],
  undo: 'Remove the RADIUS Acct items from the policy and apply it.',
  sources: [
    'techdocs.f5.com, BIG-IP APM authentication methods: RADIUS Accounting (15.1, 16.1, 17.1)',
    'clouddocs.f5.com, BIG-IQ API r_access_radius_server (mode, acctPort, nasIpAddress; its default ports are the wrong way round)',
    'inverse-inc/packetfence lib/pf/Switch/F5.pm (attributes)',
  ],
};

export const checkPoint: VendorGuide = {
  name: 'check-point',
  title: 'Check Point',
  vendor: 'check-point',
  sends: 'accounting',
  evidence: 'not verified',
  summary:
    'The switch is documented; **what the gateway sends has not been seen in public**. Please send a `capture`.',
  gets: {
    clientAddress: 'expected in Calling-Station-Id',
    device: 'no',
    interims: 'unknown',
    onOff: 'unknown',
  },
  steps: [
    {
      text: 'SmartConsole: Objects > More object types > Server > RADIUS: host = the relay, secret `REPLACE_ME`, version 2.0. Page **Accounting**: *Enable IP Pool Management*, service **NEW-RADIUS-ACCOUNTING** (UDP 1813; RADIUS-ACCOUNTING is the old 1646). Install policy.',
    },
    {
      text: 'The same as a command; the host object `relay-1` is {{relay}}.',
      lines:
        'mgmt_cli add radius-server name "wherefrom" server "relay-1" shared-secret "REPLACE_ME" service "NEW-RADIUS" server-version "RADIUS Ver. 2.0" accounting.enable-ip-pool-management true accounting.accounting-service "NEW-RADIUS-ACCOUNTING"',
    },
    { text: 'Allow gateway to relay, UDP {{port}}, in the rule base.' },
  ],
  quirks: [
    'It "notifies the server when users login and logout", for Office Mode pools handed out by RADIUS.',
    'Not to be confused with *Identity Awareness > RADIUS Accounting*, where the gateway receives.',
    'SMB appliances (Quantum Spark line) send Start and Stop when *RADIUS accounting* is ticked for VPN users.',
    'Sends nothing? Put NPS or FreeRADIUS in front of its authentication and let that forward.',
    'The map of attributes can be set per gateway: `overrides`, with the numbers that `capture` shows.',
  ],
  undo: 'Untick *Enable IP Pool Management* and install the policy.',
  sources: [
    'Check Point management API `radius-server`',
    'CheckPointSW/CheckPointAnsibleMgmtCollection cp_mgmt_radius_server',
    'Safe@Office user guide, page 688',
  ],
};

export const fortigate: VendorGuide = {
  name: 'fortigate',
  title: 'FortiGate',
  vendor: 'fortigate',
  sends: 'accounting',
  evidence: 'vendor documentation',
  summary: 'SSL VPN and IPsec, on the command line only.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id',
    device: 'no; the kind of VPN in Connect-Info',
    interims: 'yes, `acct-interim-interval` in seconds',
    onOff: 'not documented',
  },
  steps: [
    {
      text: 'Extend the RADIUS entry that the user group of the VPN uses. A second relay is `edit 2`.',
      lines: [
        'config user radius',
        '    edit "your-existing-radius"',
        '        set acct-interim-interval 600',
        '        set acct-all-servers enable',
        '        config accounting-server',
        '            edit 1',
        '                set status enable',
        '                set server "{{relay}}"',
        '                set secret REPLACE_ME',
        '                set port {{port}}',
        '            next',
        '        end',
        '    next',
        'end',
      ].join('\n'),
    },
  ],
  verify:
    '`diagnose debug application fnbamd -1`, then `diagnose debug enable`, without which nothing is shown; afterwards `diagnose debug disable` and `diagnose debug reset`.',
  quirks: [
    'The RADIUS entry must be a member of the user group of the VPN; local users send nothing.',
    'VPN sessions are known by Connect-Info `vpn-...`; logins of administrators and captive portals are recorded and kept out of profiles.',
    'FortiOS 7.6 knows `call-station-id-type` (`legacy`, `IP`, `MAC`): with `MAC` Calling-Station-Id holds no address.',
    'Add `set source-ip` when the relay knows the gateway under another address.',
  ],
  undo: '`config user radius`, `edit`, `config accounting-server`, `delete 1`.',
  sources: [
    'docs.fortinet.com/document/fortigate/7.4.0/cli-reference/463620 and .../7.6.1/cli-reference/164332072/config-user-radius',
    'help.okta.com, Fortinet RADIUS troubleshooting (`diag debug application fnbamd`, then `diag debug enable`)',
    'Fortinet technical tip 198861 (IPsec)',
  ],
};

export const ivanti: VendorGuide = {
  name: 'ivanti',
  title: 'Ivanti Connect Secure (Pulse, Juniper IVE)',
  vendor: 'ivanti',
  sends: 'accounting',
  evidence: 'not verified',
  summary: 'How it is read comes from real logs; the steps on the appliance are not confirmed.',
  gets: {
    clientAddress: 'yes, Tunnel-Client-Endpoint',
    device: 'no',
    interims: 'optional',
    onOff: 'unknown',
  },
  steps: [
    {
      text: 'In the RADIUS server of the authentication servers: accounting port {{port}}, host {{relay}}, secret `REPLACE_ME`, and interim updates at an hour or less.',
    },
    { text: 'In each user realm, choose that server for accounting.' },
  ],
  quirks: [
    'Names come as `user(Realm)[Role]`: the user is the part before, realm and role are kept apart.',
    'Parent and sub-sessions send a Start each, with one Acct-Multi-Session-Id: they are one logon.',
    'Session ids hold quotes, spaces and slashes.',
  ],
  sources: ['FreeRADIUS/freeradius-server issue 3204 (real log)'],
};

export const sonicwall: VendorGuide = {
  name: 'sonicwall',
  title: 'SonicWall SMA 1000',
  vendor: 'sonicwall',
  sends: 'accounting',
  evidence: 'not verified',
  summary:
    'Its documentation says that the source address is in the message and names no attribute: please send a `capture`.',
  gets: {
    clientAddress: 'documented, attribute unknown',
    device: 'unknown',
    interims: 'unknown',
    onOff: 'unknown',
  },
  steps: [
    {
      text: 'In the realm: RADIUS accounting, server {{relay}}, port {{port}}, secret `REPLACE_ME`, locale encoding UTF-8.',
    },
  ],
  quirks: [
    'The administrator chooses the encoding of names. What is not UTF-8 is read as Latin-1 and marked.',
    'If the address stands in another attribute: `overrides.clientAddress` with the number that `capture` shows.',
  ],
  sources: ['sonicwall.com, SMA 1000 12.4: Configuring RADIUS accounting in a realm'],
};

export const netscaler: VendorGuide = {
  name: 'netscaler',
  title: 'NetScaler Gateway',
  vendor: 'netscaler',
  sends: 'accounting',
  evidence: 'vendor documentation',
  summary:
    'Sends who connected and for how long, and **no address**: sessions are recorded without a location, and none is invented.',
  gets: { clientAddress: '**no**', device: 'no', interims: 'no', onOff: 'no' },
  steps: [
    {
      text: 'Set up RADIUS accounting as its documentation says (Configuring RADIUS user accounting), with server {{relay}}, port {{port}} and secret `REPLACE_ME`.',
    },
  ],
  quirks: [
    'Start and Stop carry User-Name and a session id, nothing else of use; since 12.0 a second pair per ICA session.',
    'For locations, let the RADIUS server that authenticates its users forward accounting of another gateway, or accept profiles without places.',
  ],
  sources: ['docs.netscaler.com ng-radius-user-accounting-tsk', 'CTX224271'],
};

export const paloAlto: VendorGuide = {
  name: 'palo-alto',
  title: 'Palo Alto GlobalProtect',
  vendor: 'palo-alto',
  sends: 'none',
  evidence: 'vendor documentation',
  summary: '**Sends no RADIUS accounting.** PAN-OS 11.1 documents accounting over TACACS+ only.',
  steps: [
    {
      text: 'Its client address (vendor attribute 25461/7), host name and operating system go into Access-Requests, to whoever authenticates. If that is FreeRADIUS, it can write an accounting record at each login and forward it; we have not tried that.',
    },
    { text: 'Or put a gateway that sends accounting behind or beside it.' },
  ],
  quirks: [],
  sources: ['PAN-OS 11.1 documentation (TACACS+ accounting)'],
};
