// A request to the control function after the checks that hold for every route: a JSON body where
// the route takes one, known parameters, the caller's group. Handlers never see raw events.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as v from 'valibot';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { problem } from '../shared/problem.ts';

export type Answer = APIGatewayProxyStructuredResultV2;

export type ControlRequest = {
  /** Parameters of the path, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as received; empty when there is none. */
  readonly body: Buffer;
  /** The parsed body of a route that takes JSON from users; undefined elsewhere. */
  readonly json: unknown;
  /** The caller, for audit rows: an id, not a name. */
  readonly actor: string;
  readonly now: UnixMs;
  /** For what only sealed routes need: method, host and path as signed. */
  readonly event: APIGatewayProxyEventV2;
};

/** Octets of a body: far more than the settings of one organisation. */
export const controlBodyBytesMax = 512 * 1024;

/** The body as octets; a problem when it is too large. */
export function bodyOf(event: APIGatewayProxyEventV2): Buffer | Answer {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length <= controlBodyBytesMax) return body;
  return problem('too-large', { detail: `the body is over ${controlBodyBytesMax} octets` });
}

/** Reads a JSON body; a problem when the type is another or the text is no JSON. */
export function jsonOf(event: APIGatewayProxyEventV2, body: Buffer): { value: unknown } | Answer {
  const type = event.headers['content-type'] ?? '';
  if (!/^application\/(merge-patch\+)?json\s*(;|$)/i.test(type)) {
    return problem('not-json', { detail: 'send content-type: application/json' });
  }
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return problem('malformed', { detail: 'the body is no JSON' });
  }
}

/** Answers with JSON that no cache keeps. */
export function jsonAnswer(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

export const isAnswer = (value: object): value is Answer => 'statusCode' in value;

/** A body that a schema refuses: what each fault expects, in its own words where it has some. */
export function malformed(issues: readonly v.BaseIssue<unknown>[]): Answer {
  const errors = issues.slice(0, 10).map((issue) => ({
    parameter: v.getDotPath(issue) ?? 'body',
    detail: issue.message.startsWith('expects')
      ? issue.message
      : `expects ${issue.expected ?? 'another form'}`,
  }));
  return problem('malformed', { errors });
}
