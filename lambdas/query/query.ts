// The query function: profiles, activities, detections and devices as JSON (docs/openapi.yaml).
// It only reads. Partitions come from the path, never from a cursor, so a cursor gives access to
// nothing else.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  type Access,
  type Caller,
  callerOf,
  type Group,
  refuseOutsider,
} from '../shared/access.ts';
import { problem } from '../shared/problem.ts';
import { auditFilters, exportAudit, listAudit } from './audit.ts';
import { exportCase } from './case-export.ts';
import { caseFilters, getCase, listCaseComments, listCases } from './cases.ts';
import { listComments } from './comments.ts';
import { getContract } from './contract.ts';
import { countDetections } from './detection-counts.ts';
import { detectionFilters } from './detection-filter.ts';
import { exportDetection, getDetection, getSummary, listDetections } from './detections.ts';
import { revalidated } from './etag.ts';
import { asFile } from './formats.ts';
import { getLearned } from './learned.ts';
import { getMe } from './me.ts';
import { listOpenSessions, openFilters } from './open-sessions.ts';
import { getAddress, getNetwork } from './origins.ts';
import { listPlaces } from './place-list.ts';
import { getDevice, listCellUsers, listDevices } from './places.ts';
import type { QueryDeps } from './ports.ts';
import { getRelated } from './related.ts';
import { type Answer, type QueryRequest, refuseUnknown, requestOf } from './request.ts';
import { search } from './search.ts';
import { getSensitivity, sensitivityParameters } from './sensitivity.ts';
import { getTimeline } from './timeline.ts';
import { getUser, listActivities, listUserDetections, listUsers } from './users.ts';

type Route = {
  readonly handle: (deps: QueryDeps, request: QueryRequest, caller: Caller) => Promise<Answer>;
  readonly parameters: readonly string[];
  /** The least group of a caller; absent: analyst. */
  readonly caller?: Group;
};

const pageParameters = ['limit', 'cursor'] as const;
const order = ['sort', 'order'] as const;
const rangeParameters = ['from', 'to', ...pageParameters] as const;

/** Every route of the query function, by API Gateway route key. */
export const queryRoutes: Readonly<Record<string, Route>> = {
  'GET /v1/users': { handle: listUsers, parameters: ['search', ...order, ...rangeParameters] },
  'GET /v1/users/{user}': { handle: getUser, parameters: [] },
  'GET /v1/users/{user}/activities': {
    handle: listActivities,
    parameters: ['format', ...rangeParameters],
  },
  'GET /v1/users/{user}/timeline': { handle: getTimeline, parameters: ['from', 'to'] },
  'GET /v1/users/{user}/detections': {
    handle: listUserDetections,
    parameters: ['format', ...pageParameters],
  },
  'GET /v1/users/{user}/learned': { handle: getLearned, parameters: ['detection'] },
  'GET /v1/detections': {
    handle: listDetections,
    parameters: [...detectionFilters, ...order, 'format', ...rangeParameters],
  },
  'GET /v1/detections/facets': {
    handle: countDetections,
    parameters: [...detectionFilters, 'from', 'to'],
  },
  'GET /v1/detections/{id}/related': { handle: getRelated, parameters: [] },
  'GET /v1/detections/{id}/comments': { handle: listComments, parameters: pageParameters },
  'GET /v1/cases': {
    handle: listCases,
    parameters: [...caseFilters, 'sort', ...rangeParameters],
  },
  'GET /v1/cases/{case}': { handle: getCase, parameters: [] },
  'GET /v1/cases/{case}/comments': { handle: listCaseComments, parameters: pageParameters },
  'GET /v1/me': { handle: async (_, __, caller) => getMe(caller), parameters: [] },
  'GET /v1/detections/{id}': { handle: getDetection, parameters: ['format'] },
  'GET /v1/devices': {
    handle: listDevices,
    parameters: ['search', ...order, ...rangeParameters],
  },
  'GET /v1/devices/{device}': { handle: getDevice, parameters: [] },
  'GET /v1/places': { handle: listPlaces, parameters: ['search', ...order, ...rangeParameters] },
  'GET /v1/locations/{cell}/users': { handle: listCellUsers, parameters: pageParameters },
  'GET /v1/sessions/open': {
    handle: listOpenSessions,
    parameters: [...openFilters, 'order', ...pageParameters],
  },
  'GET /v1/search': { handle: search, parameters: ['q', 'limit'] },
  'GET /v1/addresses/{address}': { handle: getAddress, parameters: pageParameters },
  'GET /v1/networks/{asn}': { handle: getNetwork, parameters: pageParameters },
  'GET /v1/summary': { handle: getSummary, parameters: [] },
  'GET /v1/sensitivity': { handle: getSensitivity, parameters: sensitivityParameters },
  'GET /v1/exports/users/{user}/activities': {
    handle: asFile(listActivities),
    parameters: ['format', ...rangeParameters],
  },
  'GET /v1/exports/users/{user}/detections': {
    handle: asFile(listUserDetections),
    parameters: ['format', ...pageParameters],
  },
  'GET /v1/exports/detections': {
    handle: asFile(listDetections),
    parameters: [...detectionFilters, ...order, 'format', ...rangeParameters],
  },
  'GET /v1/exports/detections/{id}': {
    handle: asFile(exportDetection),
    parameters: ['format'],
  },
  'GET /v1/exports/cases/{case}': { handle: exportCase, parameters: ['format'] },
  'GET /v1/audit': {
    handle: listAudit,
    parameters: [...auditFilters, ...rangeParameters],
    caller: 'admin',
  },
  'GET /v1/exports/audit': {
    handle: exportAudit,
    parameters: [...auditFilters, 'format', ...rangeParameters],
    caller: 'admin',
  },
  'GET /v1/openapi.yaml': { handle: getContract, parameters: [] },
};

/** After a table's throttle a client waits this long; the SDK's own repeats took time already. */
const retryAfterSeconds = 5;
const passing = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'TimeoutError',
];

/**
 * Makes the handler. It answers every request: an unchanged answer as 304, a table that is busy as
 * 503 with Retry-After, faults inside as a 500 without details.
 */
export function makeQuery(
  deps: QueryDeps & { readonly access: Access; readonly onError: (error: unknown) => void },
): (event: APIGatewayProxyEventV2) => Promise<Answer> {
  return async (event) => {
    const route = queryRoutes[event.routeKey];
    if (!route) return problem('not-found', { detail: 'the API has no such path' });
    const outsider = refuseOutsider(deps.access, event, route.caller ?? 'analyst');
    if (outsider) return outsider;
    const request = requestOf(event, deps.now());
    const caller = callerOf(deps.access, event);
    try {
      const refusal = refuseUnknown(request, route.parameters);
      if (refusal) return refusal;
      return revalidated(
        await route.handle(deps, request, caller),
        event.headers?.['if-none-match'],
      );
    } catch (error) {
      deps.onError(error);
      if (error instanceof Error && passing.includes(error.name)) {
        const detail = 'the table is busy: wait as long as Retry-After says';
        return problem('unavailable', { detail, retryAfterSeconds });
      }
      return problem('internal-error', { detail: 'the fault was logged; try again' });
    }
  };
}
