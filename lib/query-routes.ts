// The routes of the API: those of users and tools need a token, those of relays a signature.
// A test compares them with docs/openapi.yaml.

export const queryRoutes = [
  'GET /v1/users',
  'GET /v1/users/{user}',
  'GET /v1/users/{user}/activities',
  'GET /v1/users/{user}/timeline',
  'GET /v1/users/{user}/detections',
  'GET /v1/users/{user}/learned',
  'GET /v1/devices',
  'GET /v1/devices/{device}',
  'GET /v1/detections',
  'GET /v1/detections/{id}',
  'GET /v1/detections/facets',
  'GET /v1/detections/{id}/related',
  'GET /v1/detections/{id}/comments',
  'GET /v1/cases',
  'GET /v1/cases/{case}',
  'GET /v1/cases/{case}/comments',
  'GET /v1/me',
  'GET /v1/audit',
  'GET /v1/exports/audit',
  'GET /v1/places',
  'GET /v1/locations/{cell}/users',
  'GET /v1/sessions/open',
  'GET /v1/search',
  'GET /v1/addresses/{address}',
  'GET /v1/networks/{asn}',
  'GET /v1/summary',
  'GET /v1/sensitivity',
  'GET /v1/exports/users/{user}/activities',
  'GET /v1/exports/users/{user}/detections',
  'GET /v1/exports/detections',
  'GET /v1/exports/detections/{id}',
  'GET /v1/exports/cases/{case}',
  'GET /v1/openapi.yaml',
] as const;

/** Where relays deliver. No authorizer: admit verifies the seal, which covers the body as well. */
export const ingestRoutes = ['POST /v1/batches'] as const;

/** What users and tools change, and what they read of relays and settings. */
export const controlRoutes = [
  'GET /v1/settings',
  'PUT /v1/settings',
  'GET /v1/relays',
  'POST /v1/relays',
  'DELETE /v1/relays/{id}',
  'PATCH /v1/detections/{id}',
  'PATCH /v1/detections',
  'POST /v1/detections/{id}/comments',
  'PATCH /v1/cases/{case}',
  'POST /v1/cases/{case}/comments',
  'DELETE /v1/users/{user}',
  'GET /v1/users/{user}/session-ends',
  'POST /v1/users/{user}/session-ends',
  'POST /v1/users/{user}/session-ends/plan',
  'GET /v1/users/{user}/expected',
  'POST /v1/users/{user}/expected',
  'DELETE /v1/users/{user}/expected/{id}',
] as const;

/** Where relays get in, get their settings and tell how they are: control verifies their seals. */
export const relayRoutes = [
  'POST /v1/relay/enrol',
  'POST /v1/relay/keys',
  'GET /v1/relay/config',
  'POST /v1/relay/health',
  'GET /v1/relay/orders',
  'POST /v1/relay/orders',
] as const;
