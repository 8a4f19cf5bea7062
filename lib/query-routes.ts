// The routes people and tools read through: each needs an IAM signature. A test compares them with
// docs/openapi.yaml.

export const queryRoutes = [
  '/v1/users',
  '/v1/users/{user}',
  '/v1/users/{user}/activities',
  '/v1/users/{user}/detections',
  '/v1/devices',
  '/v1/devices/{device}',
  '/v1/detections',
  '/v1/detections/{id}',
  '/v1/locations/{cell}/users',
  '/v1/summary',
] as const;

/** Where relays deliver. No authorizer: admit verifies the seal, which covers the body as well. */
export const ingestRoute = '/v1/batches';
