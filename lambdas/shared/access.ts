// Authorisation: the groups of a caller, as verified by the API's JWT authorizer, against the group
// a route requires. The authorizer checks signature, issuer, audience and expiry before a function
// runs; it does not check groups. A claim that is not understood grants nothing.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as v from 'valibot';
import type { AccessEnv } from './env.ts';
import { problem } from './problem.ts';

/**
 * A responder may do whatever an analyst may, and end sessions; an admin may do whatever both may.
 */
export const groups = ['analyst', 'responder', 'admin'] as const;
export type Group = (typeof groups)[number];

/** Groups whose members may do what a route asks. */
const sufficient: Readonly<Record<Group, readonly Group[]>> = {
  analyst: ['analyst', 'responder', 'admin'],
  responder: ['responder', 'admin'],
  admin: ['admin'],
};

/** Groups whose members may do what takes the given one. */
export const groupsThatMay = (needed: Group): readonly Group[] => sufficient[needed];

/**
 * How callers prove their groups. `open`: they do not, the API is on loopback; they have `group`
 * (absent: admin), or less if they ask for it (`localCaller`). `token`: by claims of a JWT;
 * `scopePrefix` says which scopes of a machine's token stand for groups (absent: none).
 */
export type Access =
  | { readonly kind: 'open'; readonly group?: Group }
  | { readonly kind: 'token'; readonly groupsClaim: string; readonly scopePrefix?: string };

/** Reads the access rules of a deployed function. */
export function accessOf({ GROUPS_CLAIM, SCOPE_PREFIX }: AccessEnv): Access {
  return {
    kind: 'token',
    groupsClaim: GROUPS_CLAIM,
    ...(SCOPE_PREFIX && { scopePrefix: SCOPE_PREFIX }),
  };
}

const authorizedSchema = v.object({
  authorizer: v.object({ jwt: v.object({ claims: v.record(v.string(), v.unknown()) }) }),
});

/** Scopes of a machine's token: `wherefrom/read`, `wherefrom/respond`, `wherefrom/admin`. */
const groupOfScope: Readonly<Record<string, Group>> = {
  read: 'analyst',
  respond: 'responder',
  admin: 'admin',
};

/**
 * Answers 403 when the caller is not in the group; undefined lets the request pass.
 * @param needed the least group for the route
 */
export function refuseOutsider(
  access: Access,
  event: APIGatewayProxyEventV2,
  needed: Group,
): APIGatewayProxyStructuredResultV2 | undefined {
  const group = groupOf(access, event);
  if (group && sufficient[needed].includes(group)) return undefined;
  return problem('forbidden', { detail: `this takes the group ${needed}: ask an administrator` });
}

/** Who calls: an id for audit rows, the name of the token, and the highest of the groups. */
export type Caller = {
  readonly id: string;
  readonly name?: string;
  readonly group?: Group;
};

/** The caller of a request. */
export function callerOf(access: Access, event: APIGatewayProxyEventV2): Caller {
  const { username } = claimsOf(event);
  const id = actorOf(access, event);
  const group = groupOf(access, event);
  return {
    id,
    ...(typeof username === 'string' && username !== id ? { name: username } : {}),
    ...(group ? { group } : {}),
  };
}

/**
 * The caller, for audit rows: the token's subject, an id without a name in it; without a token
 * `local`, or the name that a local caller gives.
 */
export function actorOf(access: Access, event: APIGatewayProxyEventV2): string {
  const name = access.kind === 'open' ? localCaller(event)?.name : undefined;
  if (name !== undefined) return name;
  const { sub, client_id: clientId } = claimsOf(event);
  if (typeof sub === 'string') return sub;
  return typeof clientId === 'string' ? clientId : 'local';
}

/** The highest of the caller's groups. */
function groupOf(access: Access, event: APIGatewayProxyEventV2): Group | undefined {
  if (access.kind === 'open') {
    const held = access.group ?? 'admin';
    const asked = localCaller(event)?.group ?? held;
    return sufficient[asked].includes(held) ? asked : held;
  }
  const held = groupsOf(access, claimsOf(event));
  return [...groups].reverse().find((group) => held.has(group));
}

const localShape = /^Bearer local:(analyst|responder|admin)(?::([\w.@-]{1,64}))?$/;

/**
 * On loopback a caller may work as somebody of a lesser group, and under a name:
 * `Authorization: Bearer local:analyst:anna`. It proves nothing, and gives no right.
 */
function localCaller({ headers }: APIGatewayProxyEventV2) {
  const [, group, name] = localShape.exec(headers['authorization'] ?? '') ?? [];
  return group === undefined ? undefined : { group: group as Group, name };
}

function claimsOf(event: APIGatewayProxyEventV2): Readonly<Record<string, unknown>> {
  const parsed = v.safeParse(authorizedSchema, event.requestContext);
  return parsed.success ? parsed.output.authorizer.jwt.claims : {};
}

function groupsOf(
  { groupsClaim, scopePrefix }: Extract<Access, { kind: 'token' }>,
  claims: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const groups = new Set(listOf(claims[groupsClaim]));
  // A user's token may carry scopes that the user requested; a machine's were granted to it.
  const isMachine = claims['username'] === undefined && claims['token_use'] === 'access';
  if (scopePrefix === undefined || !isMachine) return groups;
  for (const scope of listOf(claims['scope'])) {
    const group = scope.startsWith(scopePrefix) && groupOfScope[scope.slice(scopePrefix.length)];
    if (group) groups.add(group);
  }
  return groups;
}

/**
 * HTTP APIs hand a list over as one text, `[analyst admin]`; a scope is `a b`. A group whose own
 * name holds a blank cannot be distinguished from two groups: docs/deploy.md says not to have any.
 */
function listOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((one) => typeof one === 'string');
  if (typeof claim !== 'string') return [];
  return claim.replace(/^\[(.*)\]$/, '$1').split(/[\s,]+/);
}
