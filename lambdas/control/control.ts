// The control function handles every change by hand: settings, relays and their keys, analysts'
// decisions, erasure (docs/openapi.yaml; relay routes: docs/wire-format.md).
// Promise: one table of routes defines who may do what; the caller's group is checked before a
// handler runs; no answer, log line or error holds a secret.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { refuseUnknown, requestOf } from '../query/request.ts';
import { type Access, actorOf, type Group, refuseOutsider } from '../shared/access.ts';
import type { ErasureDeps } from '../shared/erasures.ts';
import type { Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { type CaseDeps, patchCase, postCaseComment } from './cases.ts';
import { type CommentDeps, postComment } from './comments.ts';
import type { DecideDeps } from './decide.ts';
import { type EnrolDeps, enrolRelay } from './enrol.ts';
import { deleteUser } from './erase-user.ts';
import { addExpected, type ExpectedDeps, listExpected, removeExpected } from './expected.ts';
import { getRelayConfig, postRelayHealth, type RelayConfigDeps } from './relay-config.ts';
import { getRelayOrders, postRelayOrders } from './relay-orders.ts';
import { addRelay, listRelays, type RelaysDeps, revokeRelay } from './relays.ts';
import { type Answer, bodyOf, type ControlRequest, isAnswer, jsonOf } from './request.ts';
import { type RotateDeps, rotateRelayKeys } from './rotate-keys.ts';
import {
  listSessionEnds,
  orderSessionEnd,
  planSessionEnd,
  type SessionEndDeps,
} from './session-ends.ts';
import { getSettings, putSettings, type SettingsDeps } from './settings.ts';
import { patchDetection, patchDetections } from './triage.ts';

/** What the handlers of all routes need; each names its own part. */
export type ControlDeps = {
  readonly access: Access;
  readonly now: () => number;
  readonly log: Log;
  readonly relay: SettingsDeps & RelaysDeps & EnrolDeps & RotateDeps & RelayConfigDeps;
  readonly triage: DecideDeps & CommentDeps & CaseDeps;
  readonly erasure: ErasureDeps;
  readonly sessionEnds: SessionEndDeps;
  readonly expected: ExpectedDeps;
};

type Route = {
  readonly handle: (deps: ControlDeps, request: ControlRequest) => Promise<Answer>;
  /** The least group of a caller; `sealed`: a relay, whose seal the handler verifies. */
  readonly caller: Group | 'sealed';
  /** True: the body is JSON from a user or program, parsed before the handler runs. */
  readonly takesJson?: boolean;
};

/** Every route of the control function, by API Gateway route key. */
export const controlRoutes: Readonly<Record<string, Route>> = {
  'GET /v1/settings': {
    handle: ({ relay }, request) => getSettings(relay, request),
    caller: 'analyst',
  },
  'PUT /v1/settings': {
    handle: ({ relay }, request) => putSettings(relay, request),
    caller: 'admin',
    takesJson: true,
  },
  'GET /v1/relays': {
    handle: ({ relay }, request) => listRelays(relay, request),
    caller: 'analyst',
  },
  'POST /v1/relays': {
    handle: ({ relay }, request) => addRelay(relay, request),
    caller: 'admin',
    takesJson: true,
  },
  'DELETE /v1/relays/{id}': {
    handle: ({ relay }, request) => revokeRelay(relay, request),
    caller: 'admin',
  },
  'POST /v1/relay/enrol': {
    handle: ({ relay }, request) => enrolRelay(relay, request),
    caller: 'sealed',
  },
  'POST /v1/relay/keys': {
    handle: ({ relay }, request) => rotateRelayKeys(relay, request),
    caller: 'sealed',
  },
  'GET /v1/relay/config': {
    handle: ({ relay }, request) => getRelayConfig(relay, request),
    caller: 'sealed',
  },
  'POST /v1/relay/health': {
    handle: ({ relay }, request) => postRelayHealth(relay, request),
    caller: 'sealed',
  },
  'PATCH /v1/detections/{id}': {
    handle: ({ triage }, request) => patchDetection(triage, request),
    caller: 'analyst',
    takesJson: true,
  },
  'PATCH /v1/detections': {
    handle: ({ triage, now }, request) => patchDetections({ ...triage, now }, request),
    caller: 'analyst',
    takesJson: true,
  },
  'POST /v1/detections/{id}/comments': {
    handle: ({ triage }, request) => postComment(triage, request),
    caller: 'analyst',
    takesJson: true,
  },
  'PATCH /v1/cases/{case}': {
    handle: ({ triage }, request) => patchCase(triage, request),
    caller: 'analyst',
    takesJson: true,
  },
  'POST /v1/cases/{case}/comments': {
    handle: ({ triage }, request) => postCaseComment(triage, request),
    caller: 'analyst',
    takesJson: true,
  },
  'GET /v1/relay/orders': {
    handle: ({ relay, sessionEnds }, request) =>
      getRelayOrders({ ...relay, ...sessionEnds }, request),
    caller: 'sealed',
  },
  'POST /v1/relay/orders': {
    handle: ({ relay, sessionEnds }, request) =>
      postRelayOrders({ ...relay, ...sessionEnds }, request),
    caller: 'sealed',
  },
  'GET /v1/users/{user}/session-ends': {
    handle: ({ sessionEnds }, request) => listSessionEnds(sessionEnds, request),
    caller: 'analyst',
  },
  'POST /v1/users/{user}/session-ends': {
    handle: ({ sessionEnds }, request) => orderSessionEnd(sessionEnds, request),
    caller: 'responder',
    takesJson: true,
  },
  'POST /v1/users/{user}/session-ends/plan': {
    handle: ({ sessionEnds }, request) => planSessionEnd(sessionEnds, request),
    caller: 'responder',
    takesJson: true,
  },
  'GET /v1/users/{user}/expected': {
    handle: ({ expected }, request) => listExpected(expected, request),
    caller: 'analyst',
  },
  'POST /v1/users/{user}/expected': {
    handle: ({ expected }, request) => addExpected(expected, request),
    caller: 'analyst',
    takesJson: true,
  },
  'DELETE /v1/users/{user}/expected/{id}': {
    handle: ({ expected }, request) => removeExpected(expected, request),
    caller: 'analyst',
  },
  'DELETE /v1/users/{user}': {
    handle: ({ erasure }, request) => deleteUser(erasure, request),
    caller: 'admin',
  },
};

/** Makes the handler. It answers every request; faults inside become a 500 without details. */
export function makeControl(deps: ControlDeps): (event: APIGatewayProxyEventV2) => Promise<Answer> {
  return async (event) => {
    const route = controlRoutes[event.routeKey];
    if (!route) return problem('not-found', { detail: 'the API has no such path' });
    try {
      const request = readRequest(deps, route, event);
      return isAnswer(request) ? request : await route.handle(deps, request);
    } catch (error) {
      deps.log.error('a request failed', error, { route: event.routeKey });
      return problem('internal-error', { detail: 'the fault was logged; try again' });
    }
  };
}

function readRequest(
  { access, now }: ControlDeps,
  route: Route,
  event: APIGatewayProxyEventV2,
): ControlRequest | Answer {
  const { caller, takesJson } = route;
  if (caller !== 'sealed') {
    const refusal = refuseOutsider(access, event, caller);
    if (refusal) return refusal;
  }
  const asked = requestOf(event, now());
  const refusal = refuseUnknown(asked, []);
  if (refusal) return refusal;
  const body = bodyOf(event);
  if (isAnswer(body)) return body;
  const json = takesJson ? jsonOf(event, body) : { value: undefined };
  if (isAnswer(json)) return json;
  const { params } = asked;
  const actor = actorOf(access, event);
  return { params, headers: event.headers, body, json: json.value, actor, now: now(), event };
}
