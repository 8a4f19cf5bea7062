// The summary of the sample, gathered through the HTTP query API and nothing else: it shows what
// any client of the API sees.
// Types name the fields used; the API is this program's own, so its answers are trusted.

/** Parallel requests; the API answers a small organisation in well under a second. */
const requestsInFlight = 8;
const pageLimit = 100;
/** Names counted for each that is listed: a page of names costs what a profile costs. */
const countedShare = 50;

export type UserSummary = {
  readonly user: string;
  readonly kind: 'person' | 'machine';
  readonly sessions: number;
  readonly openSessions: number;
  /** Labels such as `Lyon, FR`, most used first. */
  readonly places: readonly string[];
  readonly networks: readonly string[];
  readonly gateways: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
};

export type LocationSummary = {
  readonly city?: string;
  readonly region?: string;
  readonly country: string;
  readonly users: number;
  readonly sessions: number;
};

export type DetectionSummary = {
  readonly id: string;
  readonly user: string;
  readonly severity: string;
  readonly score: number;
  readonly message: string;
  readonly firstSeen: string;
  readonly clientAddress: string;
  readonly place: { readonly label: string };
  readonly network?: { readonly organization: string };
  readonly gateway: string;
  readonly reasons: readonly { readonly text: string; readonly weight: number }[];
  /** Of the sample: what was played. Not of the API. */
  readonly played?: string;
};

export type Summary = {
  /** Users beside those that are listed. */
  readonly otherUsers?: number;
  /** More of them than were counted. */
  readonly isAtLeast?: boolean;
  readonly users: readonly UserSummary[];
  readonly locations: readonly LocationSummary[];
  readonly detections: readonly DetectionSummary[];
};

type PlaceView = {
  readonly kind: 'located' | 'special' | 'unknown';
  readonly key: string;
  readonly label: string;
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly count: number;
};

type ProfileView = {
  readonly user: string;
  readonly kind: UserSummary['kind'];
  readonly sessions: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly places: readonly PlaceView[];
  readonly networks: readonly { readonly organization: string }[];
  readonly gateways: readonly { readonly id: string }[];
  readonly openSessions: readonly unknown[];
};

type PageView<T> = { readonly items: readonly T[]; readonly next?: string };

async function getJson<T>(url: URL): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  return (await response.json()) as T;
}

/** All items of a list route, page after page; no more pages from `countMax` items on. */
export async function getAll<T>(
  apiUrl: string,
  path: string,
  countMax: number = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const items: T[] = [];
  const url = new URL(path, apiUrl);
  url.searchParams.set('limit', String(pageLimit));
  for (;;) {
    const page = await getJson<PageView<T>>(url);
    items.push(...page.items);
    if (page.next === undefined || items.length >= countMax) return items;
    url.searchParams.set('cursor', page.next);
  }
}

/** The path of a user's profile; encoded twice, so that the slash in `host/pc17` splits nothing. */
export function userPath(user: string): string {
  return `/v1/users/${encodeURIComponent(encodeURIComponent(user))}`;
}

async function mapInParallel<In, Out>(
  items: readonly In[],
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: requestsInFlight }, worker));
  return results;
}

function locationsOf(profiles: readonly ProfileView[]): LocationSummary[] {
  const byKey = new Map<string, LocationSummary>();
  for (const place of profiles.flatMap((profile) => profile.places)) {
    if (place.country === undefined) continue;
    const known = byKey.get(place.key);
    byKey.set(place.key, {
      ...(place.city === undefined ? {} : { city: place.city }),
      ...(place.region === undefined ? {} : { region: place.region }),
      country: place.country,
      users: (known?.users ?? 0) + 1,
      sessions: (known?.sessions ?? 0) + place.count,
    });
  }
  return [...byKey.values()].sort((a, b) => b.users - a.users || b.sessions - a.sessions);
}

function userOf(profile: ProfileView): UserSummary {
  const { user, kind, sessions, openSessions, firstSeen, lastSeen } = profile;
  return {
    user,
    kind,
    sessions,
    openSessions: openSessions.length,
    places: profile.places.map((place) => place.label),
    networks: profile.networks.map((network) => network.organization),
    gateways: profile.gateways.map((gateway) => gateway.id),
    firstSeen,
    lastSeen,
  };
}

const severities = ['high', 'medium', 'low'];

function byGravity(a: DetectionSummary, b: DetectionSummary): number {
  const rankOf = ({ severity }: DetectionSummary): number => severities.indexOf(severity);
  return rankOf(a) - rankOf(b) || b.score - a.score || (a.id < b.id ? -1 : 1);
}

/**
 * Gathers the summary from a running API; the gravest detections come first.
 *
 * @param apiUrl such as `http://127.0.0.1:8080`
 * @param playedOf what a sample has played of a user
 * @param usersMax of an organisation with more, only the first are read and listed
 * @throws Error when a route does not answer 200
 */
export async function collectSummary(
  apiUrl: string,
  playedOf: (user: string) => string | undefined = () => undefined,
  usersMax: number = Number.POSITIVE_INFINITY,
): Promise<Summary> {
  const countMax = usersMax * countedShare;
  const names = await getAll<{ user: string }>(apiUrl, '/v1/users', countMax);
  const listed = names.slice(0, usersMax);
  const otherUsers = names.length - listed.length;
  const profiles = await mapInParallel(listed, ({ user }) =>
    getJson<ProfileView>(new URL(userPath(user), apiUrl)),
  );
  const found = await getAll<DetectionSummary>(apiUrl, '/v1/detections', countMax);
  const detections = found.sort(byGravity).map((detection): DetectionSummary => {
    const text = playedOf(detection.user);
    return text === undefined ? detection : { ...detection, played: text };
  });
  const others = otherUsers > 0 ? { otherUsers, isAtLeast: names.length >= countMax } : {};
  return { users: profiles.map(userOf), locations: locationsOf(profiles), detections, ...others };
}
