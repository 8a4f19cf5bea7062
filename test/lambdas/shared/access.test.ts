import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Access, accessOf, actorOf, refuseOutsider } from '../../../lambdas/shared/access.ts';

const pool = accessOf({ GROUPS_CLAIM: 'cognito:groups', SCOPE_PREFIX: 'wherefrom/' });
const ownIssuer = accessOf({ GROUPS_CLAIM: 'roles' });

function requestWith(claims?: Record<string, unknown>): APIGatewayProxyEventV2 {
  const authorizer = claims && { authorizer: { jwt: { claims, scopes: [] } } };
  return { headers: {}, requestContext: { ...authorizer } } as unknown as APIGatewayProxyEventV2;
}

/** Which groups the claims open: none, analyst, admin. */
function opened(access: Access, claims?: Record<string, unknown>): string {
  const request = requestWith(claims);
  if (refuseOutsider(access, request, 'analyst')) return 'none';
  return refuseOutsider(access, request, 'admin') ? 'analyst' : 'admin';
}

const person = { sub: '1f0c', username: '1f0c', token_use: 'access' };
const machine = { sub: 'client', client_id: 'client', token_use: 'access' };

it.each<[string, string, Access, Record<string, unknown> | undefined]>([
  ['nobody without a token', 'none', pool, undefined],
  ['nobody in no group', 'none', pool, person],
  ['an analyst, as HTTP APIs write one group', 'analyst', pool, groups('[analyst]')],
  ['an admin among other groups', 'admin', pool, groups('[staff analyst admin]')],
  ['an admin, who is also an analyst', 'admin', pool, groups('[admin]')],
  ['a list that came as a list', 'analyst', pool, { ...person, 'cognito:groups': ['analyst'] }],
  ['nobody of a group that only begins alike', 'none', pool, groups('[analysts admin-x]')],
  ['nobody whose claim is a number', 'none', pool, { ...person, 'cognito:groups': 7 }],
  ['a machine that may read', 'analyst', pool, { ...machine, scope: 'wherefrom/read' }],
  [
    'a machine that may do all',
    'admin',
    pool,
    { ...machine, scope: 'wherefrom/read wherefrom/admin' },
  ],
  ['nobody by a scope of another service', 'none', pool, { ...machine, scope: 'other/admin' }],
  ['no person by a scope they asked for', 'none', pool, { ...person, scope: 'wherefrom/admin' }],
  ['a role of the organisation’s own issuer', 'admin', ownIssuer, { roles: '[admin]' }],
  ['no scope of the own issuer', 'none', ownIssuer, { ...machine, scope: 'wherefrom/admin' }],
  ['no claim of another name', 'none', ownIssuer, groups('[admin]')],
  ['whoever is on loopback', 'admin', { kind: 'open' }, undefined],
])('lets in %s: %s', (_, expected, access, claims) => {
  expect(opened(access, claims)).toBe(expected);
});

function groups(text: string): Record<string, unknown> {
  return { ...person, 'cognito:groups': text };
}

it('says which group is missing, as a problem, and nothing of the caller', () => {
  const answer = refuseOutsider(pool, requestWith(groups('[analyst]')), 'admin');

  expect(answer?.statusCode).toBe(403);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({
    code: 'forbidden',
    detail: expect.stringContaining('group admin'),
  });
  expect(answer?.body).not.toContain('1f0c');
});

it('names the caller in audits by the id of the token, never by a name', () => {
  expect(actorOf(pool, requestWith({ ...person, email: 'alice@example.com' }))).toBe('1f0c');
  expect(actorOf(pool, requestWith({ client_id: 'machine' }))).toBe('machine');
  expect(actorOf({ kind: 'open' }, requestWith())).toBe('local');
});
