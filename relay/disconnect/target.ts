// Where the relay's own file lets it send Disconnect-Requests (`disconnect` in the configuration).
// The cloud has no part in it: what is not listed is never asked to end anything.

import type { FormName } from './forms.ts';

/** How a gateway is reached: over UDP, or over the TLS connection that it opened to this relay. */
export const disconnectWays = ['udp', 'radsec'] as const;

type AnyTarget = {
  /** Name of a gateway, of the file or of the settings. */
  readonly gateway: string;
  /** Where to ask; the gateway's packets must come from the same. Canonical. */
  readonly address: string;
  readonly form: FormName;
  /** Sessions it may be asked to end within an hour. */
  readonly perHourMax: number;
};

export type UdpTarget = AnyTarget & {
  readonly via: 'udp';
  readonly port: number;
  /** Of Disconnect-Requests alone, not the accounting secret. */
  readonly secret: Buffer;
  /** A gateway of the settings that has this secret for accounting: then nothing is sent. */
  readonly secretSharedWith?: string;
};

/** TLS has authenticated both ends: there is no port to know and no secret to keep. */
export type RadsecTarget = AnyTarget & { readonly via: 'radsec' };

export type DisconnectTarget = UdpTarget | RadsecTarget;

export type DisconnectConfig = {
  readonly targets: readonly DisconnectTarget[];
  /** False: the kill switch of the file. */
  readonly isEnabled: boolean;
};

export const disconnectDefaults = { perHourMax: 5 } as const;
export const disconnectPerHourMax = 100;
