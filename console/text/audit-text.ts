// The trail of who did what, in words. Pure.

import type { AuditEntry } from '../api/types.ts';

/** What was done, as a person says it. */
export const actionNames = [
  ['detection-decided', 'decided about a detection'],
  ['detection-commented', 'commented on a detection'],
  ['case-assigned', 'took or gave back a case'],
  ['case-split', 'split a case'],
  ['case-commented', 'commented on a case'],
  ['session-end-ordered', 'ordered the end of a session'],
  ['session-end-reported', 'reported the end of a session'],
  ['expected-added', 'said what is expected'],
  ['expected-removed', 'took back what was expected'],
  ['user-erased', 'erased a user'],
  ['settings-changed', 'changed settings'],
  ['relay-token-made', 'made a token for a relay'],
  ['relay-enrolled', 'enrolled a relay'],
  ['relay-keys-rotated', 'changed the keys of a relay'],
  ['relay-key-added', 'added a key of a relay'],
  ['relay-revoked', 'revoked a relay'],
] as const satisfies readonly (readonly [AuditEntry['action'], string])[];

const names: Readonly<Record<string, string>> = Object.fromEntries(actionNames);

/** An action that this console does not know is shown as it came. */
export const actionText = (action: string): string => names[action] ?? action;

const outcomes: Readonly<Record<string, string>> = {
  done: 'done',
  refused: 'refused',
  begun: 'began, and no end is known: look whether it was made',
};

export const outcomeText = (outcome: string): string => outcomes[outcome] ?? outcome;

/** An entry with what names its row, also where two are alike. */
export type NamedEntry = AuditEntry & { readonly key: string };

/** Entries newest first, each with a key that more of them below do not change. */
export function namedEntries(entries: readonly AuditEntry[]): readonly NamedEntry[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const { at, actor, action, subject, about = '' } = entry;
    const name = JSON.stringify([at, actor, action, subject, about]);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { ...entry, key: `${name} ${count}` };
  });
}
