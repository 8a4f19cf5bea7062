// The audit trail: who did what, when, to what. Rows hold ids and references, never a name or a
// text that somebody wrote; a user is a keyed hash that nothing resolves any more once the user is
// erased (aws/dynamodb/person-references.ts).

import type { UnixMs } from '../../domain/accounting-event.ts';

/** What has an audit row: changes by hand, decisions, and relays' keys. */
export const auditActions = [
  'settings-changed',
  'relay-token-made',
  'relay-enrolled',
  'relay-keys-rotated',
  'relay-key-added',
  'relay-revoked',
  'session-end-ordered',
  'session-end-reported',
  'detection-decided',
  'detection-commented',
  'case-assigned',
  'case-split',
  'case-commented',
  'user-erased',
  'expected-added',
  'expected-removed',
] as const;

/** A change by hand. `subject` names what was changed; never a user or a secret. */
export type AuditEntry = {
  readonly actor: string;
  readonly action: (typeof auditActions)[number];
  readonly subject: string;
  /** The user it is about, who is kept by a reference only. */
  readonly userKey?: string;
};

/** An entry as it is kept; `begun`: it never ended, so look whether the change was made. */
export type AuditRow = Omit<AuditEntry, 'userKey'> & {
  /** Sorts by time. */
  readonly id: string;
  /**
   * The user it is about, as a keyed hash: the same in every row, and in the erasure. A row of the
   * user's own says whose it is, until the user is erased.
   */
  readonly about?: string | undefined;
  readonly at: UnixMs;
  readonly outcome: 'begun' | 'done' | 'refused';
};

export type AuditBook = {
  /** Written before the change; the returned function notes how it ended. */
  begin(entry: AuditEntry): Promise<(outcome: 'done' | 'refused') => Promise<void>>;
  /** Writes down a refusal, once an hour for the same entry; false: it stands there already. */
  noteRefused(entry: AuditEntry): Promise<boolean>;
};
