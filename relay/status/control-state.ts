// The state of a relay towards the control routes, for status and metrics.

import type { UnixMs } from '../../domain/accounting-event.ts';

export type ControlState = {
  readonly isRevoked: boolean;
  /** Thumbprint of the key in use. */
  readonly keyId: string;
  readonly settings: {
    /** `cloud`: as fetched. `copy`: the last good copy. `local`: the relay's own file only. */
    readonly source: 'cloud' | 'copy' | 'local';
    readonly version?: number;
    readonly isEnabled: boolean;
    /** What the relay's own file replaces: `gateways.asa-lyon`. */
    readonly overrides: readonly string[];
    /** Gateways that could not be used, as sentences. */
    readonly leftOut: readonly string[];
  };
  /** The last answer that was neither a refusal nor silence. */
  readonly lastContactTime?: UnixMs;
  readonly clockAheadMs?: number;
  /** What is wrong, as a sentence. */
  readonly trouble?: string;
};
