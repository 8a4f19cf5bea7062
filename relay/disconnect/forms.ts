// The forms of a Disconnect-Request: by which attributes a kind of gateway finds the session to end
// (RFC 5176 section 3 lets each choose), and so which sessions a request ends.
// Promise: data only. `evidence` says whether a form was run against the real server.

import type { MarkName } from './session-marks.ts';

export type DisconnectForm = {
  /** Copied from the gateway's own packet; without one of them nothing can be sent. */
  readonly needs: readonly MarkName[];
  /** Copied where the packet had them. */
  readonly takes: readonly MarkName[];
  /** `session`: that session alone. `name`: every session of the user on the gateway. */
  readonly ends: 'session' | 'name';
  /** `run`: against the real server. `documents`: by its documentation only. */
  readonly evidence: 'run' | 'documents';
  /** Port of the vendor's default; RFC 5176 section 2.1 says 3799. */
  readonly port: number;
};

const radiusDynamicPort = 3799;

/** By name, as `disconnect[].form` of the configuration says it. */
export const disconnectForms = {
  // RFC 5176 section 3: what identifies a session by the standard alone.
  rfc5176: {
    needs: ['sessionId', 'userName'],
    takes: ['nasIdentifier', 'nasIpAddress', 'nasIpv6Address'],
    ends: 'session',
    evidence: 'documents',
    port: radiusDynamicPort,
  },
  // 5.9.8 looks at User-Name and nothing else: a wrong session id beside it is ignored.
  strongswan: {
    needs: ['userName'],
    takes: [],
    ends: 'name',
    evidence: 'run',
    port: radiusDynamicPort,
  },
  // 2.10 answers Unsupported-Attribute to what it does not know, so no Framed-IP-Address.
  hostapd: {
    needs: ['sessionId', 'userName'],
    takes: ['nasIdentifier', 'nasIpAddress'],
    ends: 'session',
    evidence: 'run',
    port: radiusDynamicPort,
  },
  // Name alone is refused; NAS-IP-Address is an unsupported attribute. SSL VPN since FortiOS 7.0.
  fortigate: {
    needs: ['userName', 'framedIpAddress'],
    takes: [],
    ends: 'session',
    evidence: 'documents',
    port: radiusDynamicPort,
  },
  mikrotik: {
    needs: ['userName', 'framedIpAddress'],
    takes: [],
    ends: 'session',
    evidence: 'documents',
    port: radiusDynamicPort,
  },
  'accel-ppp': {
    needs: ['sessionId', 'userName'],
    takes: ['framedIpAddress'],
    ends: 'session',
    evidence: 'documents',
    port: radiusDynamicPort,
  },
  // The session id is used again after a reload; `audit-session-id` is the one that stays.
  'cisco-asa': {
    needs: ['auditSessionId'],
    takes: ['userName', 'callingStationId', 'nasIpAddress'],
    ends: 'session',
    evidence: 'documents',
    port: 1700,
  },
} as const satisfies Readonly<Record<string, DisconnectForm>>;

export type FormName = keyof typeof disconnectForms;

export const formNames = Object.keys(disconnectForms) as FormName[];

export const formOf = (name: FormName): DisconnectForm => disconnectForms[name];
