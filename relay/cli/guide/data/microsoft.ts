// Microsoft: Routing and Remote Access, and the Network Policy Server as a forwarder.

import type { VendorGuide } from '../guide.ts';

export const rras: VendorGuide = {
  name: 'microsoft-rras',
  title: 'Microsoft Routing and Remote Access (RRAS)',
  vendor: 'microsoft-rras',
  sends: 'accounting',
  evidence: 'vendor documentation',
  summary: 'The gateway that Defender for Identity was made for. Sends address and computer name.',
  gets: {
    clientAddress: 'yes, Calling-Station-Id and Tunnel-Client-Endpoint',
    device: 'yes: computer name and client version',
    interims: 'only if the RADIUS authentication policy returns Acct-Interim-Interval',
    onOff: 'yes, when switched on: the default is off',
  },
  steps: [
    {
      text: 'In PowerShell as administrator. The second command is for a second relay.',
      language: 'powershell',
      lines: [
        "Set-RemoteAccessAccounting -EnableAccountingType ExternalRadius -RadiusServer {{relay}} -SharedSecret 'REPLACE_ME' -RadiusPort {{port}} -RadiusScore 30 -RadiusTimeout 5 -AccountingOnOffMsg Enabled -PassThru",
        "Add-RemoteAccessRadius -ServerName SECOND_RELAY -Purpose Accounting -SharedSecret 'REPLACE_ME' -Port {{port}} -Score 20 -Timeout 5 -AccountingOnOffMsg Enabled -PassThru",
      ].join('\n'),
    },
    {
      text: 'Or by hand: Routing and Remote Access > server > Properties > Security > Accounting provider *RADIUS Accounting* > Configure > Add; tick *Send RADIUS Accounting On and Accounting Off messages*.',
    },
  ],
  verify: '`Get-RemoteAccessAccounting` and `Get-RemoteAccessRadius`.',
  quirks: [
    'The setting is global for all Remote Access servers of the deployment, and switches away from Windows accounting; the inbox store may stay on beside it.',
    'The secret is passed in clear text: clear the history (`Clear-History`, and the file of PSReadLine).',
    'Session ids are small counters that start again with the service; Accounting-On keeps the sessions apart.',
    'A device tunnel sends `host/name`: a machine, kept apart from people.',
  ],
  undo: '`Set-RemoteAccessAccounting -DisableAccountingType ExternalRadius`',
  sources: [
    'learn.microsoft.com/powershell/module/remoteaccess/set-remoteaccessaccounting',
    'learn.microsoft.com/powershell/module/remoteaccess/add-remoteaccessradius',
    'learn.microsoft.com/defender-for-identity/vpn-integration',
    '[MS-RNAP] 2.2.1 and 3.1.5.2 (attributes)',
  ],
};

export const nps: VendorGuide = {
  name: 'nps',
  title: 'Microsoft Network Policy Server (NPS) as a forwarder',
  sends: 'forwarded',
  evidence: 'vendor documentation',
  summary:
    'You already send accounting to NPS: let it pass a copy of each request on. The label of the tick box is not confirmed.',
  gets: {
    clientAddress: 'what the gateway behind it sends',
    device: 'what the gateway behind it sends',
    interims: 'what the gateway behind it sends',
    onOff: 'with the tick box below',
  },
  steps: [
    {
      text: 'Remote RADIUS Server Groups > New > Add: server {{relay}}. Tab Authentication/Accounting: accounting port {{port}}, shared secret `REPLACE_ME`, tick *Forward network access server start and stop notifications to this server*.',
    },
    {
      text: 'Connection Request Policies > your policy > Settings > Accounting: tick *Forward accounting requests to this remote RADIUS server group* and choose the group.',
    },
  ],
  quirks: [
    'The relay sees the address of NPS: with `behindProxy` it tells gateways apart by NAS-IP-Address or NAS-Identifier.',
    'NPS itself holds UDP 1812 and 1813 on its host: run the relay on another machine or on another port.',
  ],
  undo: 'Untick the forwarding in the connection request policy.',
  sources: ['learn.microsoft.com, NPS: remote RADIUS server groups, connection request policies'],
};
