// Who is signed in, and what their role lets them do. What it does not is shown as unavailable with
// the reason, never hidden: the role may change while the page is open.

import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { Me } from '../api/types.ts';

const meMs = 300_000;

/** @returns undefined until it is known */
export function useMe(isQuiet = false): Me | undefined {
  const answer = useApi<Me>(isQuiet ? undefined : apiPaths.me, meMs);
  return answer.kind === 'ok' ? answer.data : undefined;
}

/** Why an action is not to be had; undefined: it is, or nothing is known and the API decides. */
export function refusalOf(me: Me | undefined, action: string): string | undefined {
  const known = me?.actions.find((one) => one.action === action);
  if (!known || known.isAllowed) return undefined;
  return `Needs the role ${known.needs}; yours is ${me?.role}.`;
}

/** An id as people read it: `me` where it is the reader. */
export const ownerText = (owner: string, me: Me | undefined): string =>
  owner === me?.id ? 'me' : owner;
