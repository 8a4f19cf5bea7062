// The routes people and tools read through: each needs a token. A test compares them with
// docs/openapi.yaml.

export const queryRoutes = [
  'GET /v1/users',
  'GET /v1/users/{user}',
  'GET /v1/users/{user}/activities',
  'GET /v1/users/{user}/detections',
  'GET /v1/devices',
  'GET /v1/devices/{device}',
  'GET /v1/detections',
  'GET /v1/detections/{id}',
  'GET /v1/locations/{cell}/users',
  'GET /v1/summary',
] as const;

/** Where relays deliver. No authorizer: admit verifies the seal, which covers the body as well. */
export const ingestRoutes = ['POST /v1/batches'] as const;
