// Every number of the world, with its unit; README.md says what they mean and why.
// Changing one changes what is measured: never to suit a model.

/** `drawn`, `training`: every parameter drawn from the seed (draw-parameters.ts). */
export type WorldName = 'full' | 'no-device' | 'shifted' | 'drawn' | 'training';
/** The worlds that are reported. */
export const worldNames: readonly WorldName[] = ['full', 'no-device', 'shifted', 'drawn'];

/** Whoever tunes a model looks only at these seeds; the others are reported. */
export const tuningSeeds = [1, 2, 3, 4, 5] as const;
export const testSeeds = [201, 202, 203, 204, 205] as const;

export const dayMs = 24 * 3600 * 1000;
export const hourMs = 3600 * 1000;
export const minuteMs = 60 * 1000;

/** Monday 2026-08-03, 00:00 UTC. */
export const worldStart = Date.UTC(2026, 7, 3);
export const peopleDefault = 500;
export const daysDefault = 90;
/** Alerts count after this share of the days. */
export const historyShare = 0.5;

export type Kind =
  | 'daily'
  | 'hybrid'
  | 'occasional'
  | 'road'
  | 'contractor'
  | 'on-call'
  | 'shared'
  | 'new-hire';

export const kinds: readonly (readonly [Kind, number])[] = [
  ['daily', 27],
  ['hybrid', 36],
  ['occasional', 14],
  ['road', 8],
  ['contractor', 6],
  ['on-call', 4],
  ['shared', 1.5],
  ['new-hire', 3.5],
];
export const leaverShare = 0.02;

export type GatewayKind = 'asa' | 'rras' | 'ocserv' | 'f5' | 'strongswan';
export const gatewayShares: readonly (readonly [GatewayKind, number])[] = [
  ['asa', 48],
  ['rras', 26],
  ['ocserv', 6],
  ['f5', 10],
  ['strongswan', 10],
];
export const otherGateway = { abroad: 0.12, usual: 0.02 };
export const silentClientShare = 0.07;
export const macKeyShare = 0.3;
export const randomMacShare = 0.25;
export const interimMs = 60 * minuteMs;

export const day = {
  startHourMean: 8.67,
  startHourSpreadPeople: 0.83,
  startHourSpreadDays: 0.58,
  hoursMean: 8,
  hoursSpread: 1,
  lunchBreak: 0.35,
  dropsMean: 0.25,
  dropToHotspot: 0.12,
  evening: 0.12,
  weekend: 0.04,
  officeVpn: 0.12,
  occasional: 1 / 12,
  hybridHome: 0.5,
  /** People whose days begin at any hour, and by how much. */
  irregular: 0.15,
  irregularSpread: 2.5,
  shiftWorkers: 0.04,
  lateCheck: 0.03,
  alwaysOn: 0.15,
  alwaysOnNights: 0.2,
};

/** Mean days of a lease (0: static), the groups of blocks it comes from, share. */
export const leases: readonly (readonly [
  lease: { readonly days: number; readonly groups: number },
  share: number,
])[] = [
  [{ days: 0, groups: 1 }, 35],
  [{ days: 21, groups: 2 }, 30],
  [{ days: 4, groups: 3 }, 20],
  [{ days: 1, groups: 4 }, 15],
];
/** A new lease comes from the known groups with this probability, else from a new one. */
export const leaseStays = 0.88;

/** What the database says of a home block: shares, with the reach in km. */
export const homeGeo: readonly (readonly ['city' | 'near' | 'country' | 'abroad', number])[] = [
  ['city', 66],
  ['near', 14],
  ['country', 17],
  ['abroad', 3],
];
export const cityKm = 40;
export const nearKm = 150;

export const access = {
  cafeAtHome: 0.03,
  cafeOnRoad: 0.15,
  personalVpn: 0.05,
  vpnUse: [0.08, 0.6] as const,
  corporateEgress: 0.04,
  corporateEgressUse: 0.85,
  secondHome: 0.09,
  secondHomeDays: 0.12,
  phone: 0.12,
  phoneDays: 0.15,
  moves: 0.015,
  nat64: 0.02,
  satellite: 0.01,
};

export const trips = {
  perDayUsual: 0.75 / 90,
  perDayRoad: 7 / 90,
  domestic: 0.55,
  airline: 0.06,
  holiday: 0.25,
  abroadBy: [
    ['hotel', 60],
    ['roaming', 20],
    ['local-sim', 12],
    ['vpn', 8],
  ] as readonly (readonly ['hotel' | 'roaming' | 'local-sim' | 'vpn', number])[],
};

/** Shares of people per 90 days. */
export const change = {
  relocation: 0.02,
  provider: 0.05,
  newComputer: 0.08,
  secondComputer: 0.1,
  reinstalled: 0.1,
  loaner: 0.04,
};

export type AttackClass =
  | 'dc-abroad'
  | 'dc-country'
  | 'home-abroad'
  | 'proxy-country'
  | 'same-city'
  | 'same-city-asn'
  | 'hijack-far'
  | 'hijack-near'
  | 'spray'
  | 'stolen-laptop'
  | 'mimic'
  | 'slow-poison';

/** Campaigns per 500 users. */
export const campaignCounts: Readonly<Record<AttackClass, number>> = {
  'dc-abroad': 8,
  'dc-country': 8,
  'home-abroad': 8,
  'proxy-country': 10,
  'same-city': 8,
  'same-city-asn': 8,
  'hijack-far': 8,
  'hijack-near': 8,
  spray: 5,
  'stolen-laptop': 6,
  mimic: 4,
  'slow-poison': 4,
};
export const attackers = {
  /** Of those who bring a computer where others report theirs. */
  silentDevice: 0.15,
  /** Residential proxies that are phones. */
  mobileProxies: 0.25,
  /** A session from another address than the attacker's last. */
  freshAddress: 0.3,
  visitsMax: 3,
  /** Hours between two visits. */
  pauseHours: [0.5, 30] as readonly [number, number],
  usualGateway: 0.85,
  /** When they connect: their own working day, the victim's, or the victim's night. */
  hours: [
    ['own', 50],
    ['victim', 25],
    ['night', 25],
  ] as readonly (readonly ['own' | 'victim' | 'night', number])[],
  /** Whose habits of traffic they have. */
  traffic: 'own' as 'own' | 'victim',
  /** Of those with habits of their own: who takes much, and its median in octets a session. */
  taking: 0.35,
  takenOctets: 3e9,
};

/** What sessions move (traffic.ts). */
export const traffic = {
  /** Median of people's medians, octets an hour to the user, and the share of it from the user. */
  downPerHour: 60e6,
  upShare: 0.15,
  /** Standard deviations of natural logarithms: between people, of their shares, of sessions. */
  spreadPeople: 1,
  spreadShares: 0.7,
  spreadSessions: [0.5, 1.3] as readonly [number, number],
  /** Sessions far above the usual, in one direction, and how far. */
  largeSessions: 0.02,
  largeTimes: [5, 40] as readonly [number, number],
};

export const dirt = {
  geoFlips: 0.03,
  lostStop: 0.03,
  lostInterim: 0.02,
  lostStart: 0.007,
  killedClient: 0.06,
  killedClientLateMs: 5 * minuteMs,
  twice: 0.01,
  late: 0.01,
  lateMs: [minuteMs, 90 * minuteMs] as const,
  backlogMs: 5 * hourMs,
  restarts: 2,
  spellingSlip: 0.08,
  clockFastMs: 200_000,
  clockSlowMs: -140_000,
};

/** What differs between worlds; the other numbers above are the same in all. */
export type Parameters = {
  /** Share of people who report no device, beyond those whose gateway never does. */
  readonly deviceless: number;
  /** Share of sessions moved from the home line to a mobile carrier. */
  readonly mobileSessions: number;
  /** Share of hosting and VPN networks missing from the network list. */
  readonly unlistedHosting: number;
  /** Share of homes that the gateway sees by an IPv6 address. */
  readonly ipv6Homes: number;
  readonly kinds: typeof kinds;
  readonly gatewayShares: typeof gatewayShares;
  readonly day: typeof day;
  readonly leases: typeof leases;
  readonly leaseStays: number;
  readonly homeGeo: typeof homeGeo;
  readonly access: typeof access;
  readonly trips: typeof trips;
  readonly change: typeof change;
  /** Per 500 users. */
  readonly campaignCounts: typeof campaignCounts;
  readonly attackers: typeof attackers;
  readonly traffic: typeof traffic;
  /** Share of addresses that change their place in the location data. */
  readonly geoFlips: number;
};

const full: Parameters = {
  deviceless: 0,
  mobileSessions: 0.06,
  unlistedHosting: 0.15,
  ipv6Homes: 0.12,
  kinds,
  gatewayShares,
  day,
  leases,
  leaseStays,
  homeGeo,
  access,
  trips,
  change,
  campaignCounts,
  attackers,
  traffic,
  geoFlips: dirt.geoFlips,
};

/** The three worlds whose parameters are written here. */
export const fixedParameters = {
  full,
  'no-device': { ...full, deviceless: 1 },
  // A quarter goes through gateways or clients that never tell: 0.6 of the rest makes 70 % in all.
  shifted: {
    ...full,
    deviceless: 0.6,
    mobileSessions: 0.28,
    unlistedHosting: 0.5,
    ipv6Homes: 0.2,
  },
} satisfies Readonly<Record<string, Parameters>>;
