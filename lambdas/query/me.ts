// `GET /v1/me`: who is signed in, in which role, and what the role may do. The console shows what
// it may not do as unavailable, with the role that it takes. Every function checks for itself.

import { type Caller, type Group, groupsThatMay } from '../shared/access.ts';
import { type Answer, jsonAnswer } from './request.ts';

/** What a person may do by role, and the least role for each. */
export const actionGroups = {
  'classify-detections': 'analyst',
  'end-sessions': 'responder',
  'change-settings': 'admin',
  'manage-relays': 'admin',
  'erase-users': 'admin',
  'read-audit': 'admin',
} as const satisfies Readonly<Record<string, Group>>;

/** Answers who calls. */
export function getMe({ id, name, group }: Caller): Answer {
  return jsonAnswer({
    id,
    ...(name ? { name } : {}),
    role: group ?? 'analyst',
    actions: Object.entries(actionGroups).map(([action, needs]) => ({
      action,
      isAllowed: group !== undefined && groupsThatMay(needs).includes(group),
      needs,
    })),
  });
}
