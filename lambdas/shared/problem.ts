// Every error response of every handler: application/problem+json (RFC 9457) with a stable code.
// Details never echo names, addresses, headers or bodies.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The documented codes (docs/problems.md), each with its status and title. */
export const problems = {
  'invalid-parameter': { status: 400, title: 'A parameter is not acceptable' },
  'invalid-cursor': { status: 400, title: 'The cursor was not made for this list' },
  'seal-invalid': { status: 401, title: 'The request is not signed by a known, current key' },
  'token-invalid': { status: 401, title: 'The enrolment token opens nothing' },
  'relay-revoked': { status: 401, title: 'The key was revoked or has run out' },
  forbidden: { status: 403, title: 'The caller is not in the group this takes' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'This path has no such method' },
  'batch-conflict': { status: 409, title: 'The batch id is known with another content' },
  'relay-exists': { status: 409, title: 'A relay of this name is enrolled' },
  'key-refused': { status: 409, title: 'This key cannot be registered for this relay' },
  'upgrade-needed': {
    status: 409,
    title: 'The relay is of a version that cannot do this any more',
  },
  'no-agreement-key': { status: 409, title: 'Nothing can be encrypted to this relay yet' },
  'not-possible': { status: 409, title: 'The session cannot be ended from here' },
  'too-many': { status: 409, title: 'There are as many of them as there may be' },
  'version-conflict': { status: 412, title: 'It was changed since it was read' },
  'too-large': { status: 413, title: 'The request is over a bound' },
  'not-json': { status: 415, title: 'The body must be application/json' },
  malformed: { status: 422, title: 'The body is not what this path takes' },
  'invalid-settings': { status: 422, title: 'The settings hold mistakes' },
  'version-required': { status: 428, title: 'Say which version the change is made to' },
  'internal-error': { status: 500, title: 'The request could not be served' },
  'unsupported-version': { status: 501, title: 'The batch is of a version not known here yet' },
  unavailable: { status: 503, title: 'Service temporarily unavailable' },
} as const;

export type ProblemCode = keyof typeof problems;

export type ProblemOptions = {
  /** What to do about it. */
  readonly detail?: string;
  /** The parameters, or the places in the body (RFC 6901), that are wrong. */
  readonly errors?: readonly ({ readonly detail: string } & (
    | { readonly parameter: string }
    | { readonly pointer: string }
  ))[];
  readonly retryAfterSeconds?: number;
};

/** Builds the answer for a refusal. */
export function problem(
  code: ProblemCode,
  options: ProblemOptions = {},
): APIGatewayProxyStructuredResultV2 {
  const { status, title } = problems[code];
  const { detail, errors, retryAfterSeconds } = options;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` }),
    },
    body: JSON.stringify({
      type: `/problems/${code}`,
      title,
      status,
      code,
      ...(detail ? { detail } : {}),
      ...(errors ? { errors } : {}),
    }),
  };
}
