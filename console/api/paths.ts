// Addresses of the console and of the API. A name in an API path is percent-encoded twice, because
// the gateway decodes a path before it splits it (docs/openapi.yaml). In the console's own
// addresses once is enough, because only the console reads them.

export type Route =
  | { readonly page: 'queue' }
  | { readonly page: 'live' }
  | { readonly page: 'map' }
  | { readonly page: 'users' }
  | { readonly page: 'user'; readonly user: string }
  | { readonly page: 'detection'; readonly id: string }
  | { readonly page: 'cases' }
  | { readonly page: 'case'; readonly id: string }
  | { readonly page: 'devices' }
  | { readonly page: 'device'; readonly key: string }
  | { readonly page: 'places' }
  | { readonly page: 'place'; readonly cell: string }
  | { readonly page: 'address'; readonly address: string }
  | { readonly page: 'networks' }
  | { readonly page: 'network'; readonly asn: string }
  | { readonly page: 'settings'; readonly section: string | undefined }
  | { readonly page: 'audit' }
  | { readonly page: 'relays' }
  | { readonly page: 'signed-in' }
  | { readonly page: 'nothing' };

/** Reads the path of the page's address. */
export function routeOf(pathname: string): Route {
  const [first = '', second, ...rest] = pathname.replace(/^\//, '').split('/');
  if (rest.length > 0) return { page: 'nothing' };
  const value = second === undefined || second === '' ? undefined : decoded(second);
  if (first === '' && second === undefined) return { page: 'queue' };
  if (first === 'users')
    return value === undefined ? { page: first } : { page: 'user', user: value };
  if (first === 'detections') {
    return value === undefined ? { page: 'queue' } : { page: 'detection', id: value };
  }
  if (first === 'cases') {
    return value === undefined ? { page: first } : { page: 'case', id: value };
  }
  if (first === 'devices') {
    return value === undefined ? { page: first } : { page: 'device', key: value };
  }
  if (first === 'places') {
    return value === undefined ? { page: first } : { page: 'place', cell: value };
  }
  if (first === 'addresses' && value !== undefined) return { page: 'address', address: value };
  if (first === 'networks') {
    return value === undefined ? { page: first } : { page: 'network', asn: value };
  }
  if (first === 'settings') return { page: first, section: value };
  const alone = standingAlone.find((page) => page === first);
  return { page: value === undefined && alone ? alone : 'nothing' };
}

/** Pages that are about no one thing. */
const standingAlone = ['live', 'map', 'relays', 'audit', 'signed-in'] as const;

/** The queue under filters. */
export const queueHref = (filters: Query): string => `/${queryText(filters)}`;
/** Users whose names begin with a text. */
export const usersHref = (search: string): string => `/users${queryText({ search })}`;
export const userHref = (user: string): string => `/users/${once(user)}`;
export const settingsHref = (section: string): string => `/settings/${section}`;
/** The audit of one user. */
export const auditHref = (user: string): string => `/audit${queryText({ user })}`;
export const detectionHref = (id: string): string => `/detections/${once(id)}`;
export const caseHref = (id: string): string => `/cases/${once(id)}`;
export const deviceHref = (key: string): string => `/devices/${once(key)}`;
export const placeHref = (cell: string): string => `/places/${once(cell)}`;
export const addressHref = (address: string): string => `/addresses/${once(address)}`;
export const networkHref = (asn: number | string): string => `/networks/AS${asn}`;

/** Where a result of the search leads. */
export function hitHref(
  kind: string,
  { key, user = key }: { readonly key: string; readonly user?: string },
): string {
  switch (kind) {
    case 'address':
      return addressHref(key);
    case 'network':
      return networkHref(key);
    case 'device':
      return deviceHref(key);
    case 'place':
      return placeHref(key);
    case 'gateway':
      return `/live${queryText({ gateway: key })}`;
    case 'detection':
      return detectionHref(key);
    default:
      return userHref(user);
  }
}

/** Parameters; several values of one are sent as several parameters. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export const apiPaths = {
  summary: '/v1/summary',
  search: (q: string) => `/v1/search${queryText({ q })}`,
  address: (address: string, query: Query) => `/v1/addresses/${twice(address)}${queryText(query)}`,
  network: (asn: string, query: Query) => `/v1/networks/${twice(asn)}${queryText(query)}`,
  openSessions: (query: Query) => `/v1/sessions/open${queryText(query)}`,
  settings: '/v1/settings',
  relays: '/v1/relays',
  relay: (id: string) => `/v1/relays/${twice(id)}`,
  users: (query: Query) => `/v1/users${queryText(query)}`,
  user: (user: string) => `/v1/users/${twice(user)}`,
  activities: (user: string, query: Query) =>
    `/v1/users/${twice(user)}/activities${queryText(query)}`,
  timeline: (user: string, query: Query) => `/v1/users/${twice(user)}/timeline${queryText(query)}`,
  expected: (user: string) => `/v1/users/${twice(user)}/expected`,
  expectedOne: (user: string, id: string) => `/v1/users/${twice(user)}/expected/${twice(id)}`,
  sessionEnds: (user: string) => `/v1/users/${twice(user)}/session-ends`,
  sessionEndPlan: (user: string) => `/v1/users/${twice(user)}/session-ends/plan`,
  sensitivity: (query: Query) => `/v1/sensitivity${queryText(query)}`,
  learned: (user: string, detection: string) =>
    `/v1/users/${twice(user)}/learned${queryText({ detection })}`,
  userDetections: (user: string, query: Query) =>
    `/v1/users/${twice(user)}/detections${queryText(query)}`,
  detections: (query: Query) => `/v1/detections${queryText(query)}`,
  detectionCounts: (query: Query) => `/v1/detections/facets${queryText(query)}`,
  related: (id: string) => `/v1/detections/${twice(id)}/related`,
  comments: (id: string, query: Query) => `/v1/detections/${twice(id)}/comments${queryText(query)}`,
  audit: (query: Query) => `/v1/audit${queryText(query)}`,
  cases: (query: Query) => `/v1/cases${queryText(query)}`,
  case: (id: string) => `/v1/cases/${twice(id)}`,
  caseComments: (id: string, query: Query) => `/v1/cases/${twice(id)}/comments${queryText(query)}`,
  me: '/v1/me',
  detection: (id: string) => `/v1/detections/${twice(id)}`,
  devices: (query: Query) => `/v1/devices${queryText(query)}`,
  device: (key: string) => `/v1/devices/${twice(key)}`,
  places: (query: Query) => `/v1/places${queryText(query)}`,
  cellUsers: (cell: string, query: Query) =>
    `/v1/locations/${twice(cell)}/users${queryText(query)}`,
} as const;

/** Where the rows of a list, or one detection, are to be had as a file. */
export const exportPath = (path: string): string => path.replace('/v1/', '/v1/exports/');

/** Half a surrogate pair cannot be encoded; the replacement character finds nothing, harmlessly. */
const whole = (text: string): string => text.toWellFormed();
const once = (text: string): string => encodeURIComponent(whole(text)).replaceAll('%40', '@');
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(whole(text)));

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value = []]) =>
    [value]
      .flat()
      .filter((one) => one !== '')
      .map((one) => [name, whole(one)]),
  );
  const text = new URLSearchParams(pairs as [string, string][]).toString();
  return text === '' ? '' : `?${text}`;
}
