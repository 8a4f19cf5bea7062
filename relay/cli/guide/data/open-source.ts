// Open-source VPN servers: what they send was read in their source code, and most were run.

import type { VendorGuide } from '../guide.ts';

/** A variable of FreeRADIUS, not of ours. */
const detailFile = `$\{radacctdir}/detail-wherefrom`;

export const strongswan: VendorGuide = {
  name: 'strongswan',
  title: 'strongSwan',
  vendor: 'strongswan',
  sends: 'accounting',
  evidence: 'source code',
  summary:
    'IKEv2 with the `eap-radius` plugin; what it sends was measured with 5.9.8. pfSense and OPNsense run it for IPsec.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id, with `[port]` unless switched off',
    device: 'no',
    interims: 'yes, `accounting_interval`',
    onOff: 'no',
  },
  steps: [
    {
      text: 'On Debian and Ubuntu the plugin, and the file below with it, is in the package `libcharon-extra-plugins`: `apt install libcharon-extra-plugins`. In `/etc/strongswan.d/charon/eap-radius.conf`; then `swanctl --reload-settings` or a restart.',
      lines: [
        'eap-radius {',
        '    load = yes',
        '    accounting = yes',
        '    accounting_interval = 600s',
        '    accounting_close_on_timeout = no',
        '    station_id_with_port = no',
        '    nas_identifier = {{gateway}}',
        '    servers {',
        '        relay {',
        '            address = {{relay}}',
        '            secret = REPLACE_ME',
        '            auth_port = 1812',
        '            acct_port = {{port}}',
        '        }',
        '    }',
        '}',
      ].join('\n'),
    },
  ],
  verify: '`journalctl -u strongswan` says "sending RADIUS Accounting-Request".',
  quirks: [
    '**`accounting_close_on_timeout` is yes by default**: an accounting server that does not answer would then cut VPN users off.',
    '`servers` authenticate, too: if RADIUS authenticates your users, keep that server and let it forward ([freeradius](freeradius.md), [nps](nps.md)).',
    'One request at a time, authentication included: what delays an answer delays logins.',
    'IKEv1 needs a virtual address for accounting. There is no Event-Timestamp and no Acct-Delay-Time.',
  ],
  undo: '`accounting = no`, and reload.',
  sources: [
    'docs.strongswan.org/docs/latest/plugins/eap-radius.html',
    'strongswan conf/plugins/eap-radius.opt',
    'testing/tests/ikev2/rw-radius-accounting',
    'Debian 12, `dpkg -S eap-radius.conf`: libcharon-extra-plugins 5.9.8-5+deb12u6',
  ],
};

export const ocserv: VendorGuide = {
  name: 'ocserv',
  title: 'ocserv (OpenConnect)',
  vendor: 'ocserv',
  sends: 'accounting',
  evidence: 'source code',
  summary:
    'Accounting works with any way of authenticating; what it sends was measured with 1.1.6.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id',
    device: 'the user agent, in Starts',
    interims: 'yes, `stats-report-time` in seconds',
    onOff: 'no',
  },
  steps: [
    {
      text: 'In `/etc/ocserv/ocserv.conf`:',
      lines: [
        'acct = "radius[config=/etc/radcli/radiusclient-wherefrom.conf,nas-identifier={{gateway}}]"',
        'stats-report-time = 600',
      ].join('\n'),
    },
    {
      text: 'In `/etc/radcli/radiusclient-wherefrom.conf`, a copy of `radiusclient.conf` with these lines:',
      lines: [
        'acctserver      {{relay}}:{{port}}',
        'servers         /etc/radcli/servers',
        'radius_timeout  5',
        'radius_retries  3',
      ].join('\n'),
    },
    {
      text: 'In `/etc/radcli/servers`, readable by root only:',
      lines: '{{relay}}        REPLACE_ME',
    },
    { text: 'Restart ocserv: `acct` does not change on reload.' },
  ],
  quirks: [
    'While accounting is not answered it refuses logins (`401 Cookie is not acceptable`): give it two relays.',
    'After a lost connection the Stop comes only when `cookie-timeout` ends. An orderly restart sends no Stop.',
    'NAS-IP-Address is 127.0.0.1: gateways are told apart by where packets come from.',
  ],
  undo: 'Remove `acct` and restart.',
  sources: ['ocserv doc/README-radius.md', 'doc/sample.config'],
};

export const openvpn: VendorGuide = {
  name: 'openvpn',
  title: 'OpenVPN with openvpn-auth-radius',
  vendor: 'openvpn',
  sends: 'accounting',
  evidence: 'source code',
  summary:
    'OpenVPN itself sends no accounting; the plugin `openvpn-auth-radius` 2.1 of Debian does.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id',
    device: 'no',
    interims: 'if the authentication server returns Acct-Interim-Interval',
    onOff: 'no',
  },
  steps: [
    {
      text: 'In `radiusplugin.cnf`. The server block authenticates, too: if RADIUS authenticates your users, let that server forward instead ([freeradius](freeradius.md), [nps](nps.md)).',
      lines: [
        'NAS-Identifier={{gateway}}',
        'OpenVPNConfig=/etc/openvpn/server.conf',
        'server',
        '{',
        '    acctport={{port}}',
        '    authport=1812',
        '    name={{relay}}',
        '    retry=3',
        '    wait=2',
        '    sharedsecret=REPLACE_ME',
        '}',
      ].join('\n'),
    },
    {
      text: 'In the server configuration, then restart:',
      lines: 'plugin /usr/lib/openvpn/radiusplugin.so /etc/openvpn/radiusplugin.cnf',
    },
  ],
  quirks: [
    'Unanswered accounting ends in AUTH_FAILED: 4 tries in 8 s. Give it two relays: a second `server` block.',
    'Repeats come from a new port each time; they are recorded once.',
    'Acct-Terminate-Cause is missing, and octets are 0 when the status file cannot be read.',
  ],
  undo: 'Remove the `plugin` line and restart.',
  sources: [
    'openvpn-auth-radius 2.1 (radiusplugin.cnf of its examples)',
    'privacyIDEA documentation, OpenVPN integration',
  ],
};

export const pfsense: VendorGuide = {
  name: 'pfsense',
  title: 'pfSense and OPNsense',
  vendor: 'strongswan',
  sends: 'accounting',
  evidence: 'not verified',
  summary:
    'IPsec is strongSwan and sends accounting where it is switched on; **their OpenVPN sends none**.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id with `[port]`',
    device: 'no',
    interims: 'if the RADIUS server returns Acct-Interim-Interval',
    onOff: 'no',
  },
  steps: [
    {
      text: 'Add the relay as a RADIUS server that offers accounting: address {{relay}}, accounting port {{port}}, secret `REPLACE_ME`; choose it for mobile IPsec clients. The server authenticates, too: if yours authenticates users, let that one forward ([freeradius](freeradius.md)).',
    },
    { text: 'For OpenVPN: authenticate by a FreeRADIUS that forwards, or move to IPsec.' },
  ],
  quirks: [
    'Their captive portal sends accounting that is no VPN, on OPNsense every few seconds: keep it away from the relay.',
  ],
  sources: [
    'pfsense/pfsense src/etc/inc/ipsec.inc',
    'opnsense/core library/OPNsense/Auth/Radius.php',
    'opnsense/core issue 10452',
  ],
};

export const accelPpp: VendorGuide = {
  name: 'accel-ppp',
  title: 'accel-ppp and VyOS',
  vendor: 'accel-ppp',
  sends: 'accounting',
  evidence: 'not verified',
  summary:
    'L2TP, PPTP and SSTP of accel-ppp, which VyOS runs. The attributes are from the source code; the lines were not run.',
  gets: {
    clientAddress:
      'yes for L2TP, PPTP and SSTP; a MAC address for PPPoE and IPoE, which are no VPN',
    device: 'no',
    interims: 'yes, `acct-interim-interval` in seconds',
    onOff: 'optional',
  },
  steps: [
    {
      text: 'In `/etc/accel-ppp.conf`. The server authenticates, too; where that is another one, let it forward.',
      lines: [
        '[radius]',
        'nas-identifier={{gateway}}',
        'server={{relay}},REPLACE_ME,auth-port=1812,acct-port={{port}}',
        'acct-interim-interval=600',
      ].join('\n'),
    },
    {
      text: 'On VyOS, for L2TP (`sstp` and `pptp` alike):',
      lines: [
        'set vpn l2tp remote-access authentication radius server {{relay}} key REPLACE_ME',
        'set vpn l2tp remote-access authentication radius server {{relay}} acct-port {{port}}',
        'set vpn l2tp remote-access authentication radius accounting-interim-interval 600',
      ].join('\n'),
    },
  ],
  verify: '`accel-cmd show stat` has a section on the RADIUS server.',
  quirks: [
    '**It ends the session of a user whose accounting is not answered** within `acct-timeout`: give it two relays.',
    'With Acct-Delay-Time switched on, each repeat has another id: they are recorded once.',
  ],
  sources: [
    'accel-ppp/accel-ppp accel-pppd/radius/{req,acct}.c',
    'vyos/vyos-1x interface definitions (radius accounting)',
  ],
};

export const freeradius: VendorGuide = {
  name: 'freeradius',
  title: 'FreeRADIUS 3.2 as a forwarder',
  sends: 'forwarded',
  evidence: 'measured',
  summary:
    'You already send accounting to FreeRADIUS: let it pass a copy on, beside the way of its own answers.',
  gets: {
    clientAddress: 'what the gateway behind it sends',
    device: 'what the gateway behind it sends',
    interims: 'what the gateway behind it sends',
    onOff: 'what the gateway behind it sends',
  },
  steps: [
    {
      text: 'In `proxy.conf`. The relay answers Status-Server on its accounting port.',
      lines: [
        'home_server wherefrom {',
        '    type   = acct',
        '    ipaddr = {{relay}}',
        '    port   = {{port}}',
        '    secret = REPLACE_ME',
        '    response_window = 10',
        '    status_check = status-server',
        '}',
        'home_server_pool wherefrom {',
        '    home_server = wherefrom',
        '}',
        'realm wherefrom {',
        '    acct_pool = wherefrom',
        '    nostrip',
        '}',
      ].join('\n'),
    },
    {
      text: 'A file of its own to forward from: `mods-enabled/wherefrom`, and the word `wherefrom` in the `accounting` section of `sites-enabled/default`.',
      lines: [
        'detail wherefrom {',
        `    filename = ${detailFile}`,
        '    permissions = 0600',
        '    header = "%t"',
        '    locking = yes',
        '}',
      ].join('\n'),
    },
    {
      text: 'Who forwards it: `sites-enabled/wherefrom`. Then restart.',
      lines: [
        'server wherefrom {',
        '    listen {',
        '        type = detail',
        `        filename = ${detailFile}`,
        '        load_factor = 10',
        '    }',
        '    preacct {',
        '        update control {',
        '            Proxy-To-Realm := "wherefrom"',
        '        }',
        '    }',
        '    accounting {',
        '        ok',
        '    }',
        '}',
      ].join('\n'),
    },
    {
      text: 'Detail files of the past can be imported: `{{command}} import --help`.',
    },
  ],
  verify: '`freeradius -X` shows "Read packet from" and "Proxying request".',
  quirks: [
    '**`Home-Server-Name` alone, as `copy-acct-to-home-server` of 3.2.1 has it, forwards nothing**: it reads each record, says it is done, and deletes it. Name the realm.',
    'The relay sees the address of FreeRADIUS: with `behindProxy` it tells gateways apart by NAS-IP-Address or NAS-Identifier.',
    'While the relay is away, records wait in that file and are sent later, one at a time; they are not synced to disk.',
  ],
  undo: 'Remove both files and the word, and restart.',
  sources: ['FreeRADIUS/freeradius-server v3.2.x raddb/sites-available, raddb/proxy.conf'],
};
