// The people of the sample organisation and when they connect: one row is one visit to the VPN.
// People and computers are invented. Client addresses are real ones of access networks, so that
// they resolve; city and country are what the location data says of them (a test compares).
// The rows tell small stories: spellings of one account, trips, a machine tunnel, a stolen account.

import type { SampleGatewayName } from './gateways.ts';

/** How the person types the account: `alice`, `alice@contoso.com`, `CONTOSO\alice`, `host/...`. */
export type Spelling = 'plain' | 'upn' | 'netbios' | 'machine';

export type Visit = {
  readonly account: string;
  /** Name of the computer; empty: one the organisation does not know. */
  readonly computer: string;
  readonly gateway: SampleGatewayName;
  readonly spelling: Spelling;
  readonly city: string;
  readonly country: string;
  readonly address: string;
  /** Minutes after the start of the morning. */
  readonly fromMinute: number;
  /** Length; absent: still connected when the sample ends. */
  readonly minutes?: number;
};

/** The organisation's domain as DNS suffix and as NetBIOS name. */
export const sampleDomain = { dns: 'contoso.com', netbios: 'CONTOSO' } as const;

/** Whose password was stolen: at home in Hamburg while somebody else connects from far away. */
export const stolenAccount = 'jonas.weber';
/** Whose password was guessed: used from another country once its owner is gone. */
export const guessedAccount = 'max.krueger';

/** What was played where something is to be found, by account: told beside what was found. */
export const played: ReadonlyMap<string, string> = new Map([
  [
    stolenAccount,
    "a thief with jonas.weber's password, from Buenos Aires, while Jonas works at home in Hamburg",
  ],
  [
    guessedAccount,
    "a thief who guessed max.krueger's password, from Prague, an hour after Max has gone",
  ],
]);

const asa = 'asa-london';
const rras = 'rras-hamburg';
const apm = 'apm-paris';
const checkpoint = 'checkpoint-madrid';

type Row = readonly [
  account: string,
  computer: string,
  gateway: SampleGatewayName,
  spelling: Spelling,
  city: string,
  country: string,
  address: string,
  fromMinute: number,
  minutes?: number,
];

const rows: readonly Row[] = [
  ['amelia.hughes', 'LT-0101', asa, 'upn', 'London', 'GB', '5.80.19.135', 4],
  ['oliver.grant', 'LT-0102', asa, 'plain', 'London', 'GB', '2.120.76.94', 9, 118],
  ['oliver.grant', 'LT-0102', asa, 'plain', 'London', 'GB', '2.120.76.94', 171],
  ['isla.murray', 'LT-0103', asa, 'upn', 'Edinburgh', 'GB', '31.53.127.107', 12, 201],
  ['harry.bennett', 'LT-0104', asa, 'netbios', 'Manchester', 'GB', '82.21.136.119', 17],
  ['george.palmer', 'LT-0106', asa, 'upn', 'London', 'GB', '2a02:8801:147:1:4c1d:9dff:fe41:22', 21],
  ['emily.shaw', 'LT-0107', asa, 'plain', 'Leeds', 'GB', '109.181.223.131', 41, 150],
  // One person, three spellings, two gateways: one profile.
  ['sophie.clarke', 'LT-0109', asa, 'upn', 'London', 'GB', '5.80.44.206', 14, 83],
  ['Sophie.Clarke', 'LT-0109', rras, 'netbios', 'London', 'GB', '5.80.44.206', 104, 12],
  ['SOPHIE.CLARKE', '', apm, 'plain', 'London', 'GB', '5.80.44.206', 139],
  ['aoife.byrne', 'LT-0110', asa, 'upn', 'Dublin', 'IE', '46.7.121.129', 28],
  ['cian.doyle', 'LT-0111', asa, 'plain', 'Dublin', 'IE', '89.101.140.38', 52, 130],
  ['grace.miller', 'LT-0112', asa, 'upn', 'Boston', 'US', '50.170.17.155', 96],
  ['ethan.brooks', 'LT-0113', asa, 'upn', 'Boston', 'US', '23.25.223.187', 121, 60],
  ['noah.carter', 'LT-0114', asa, 'plain', 'Philadelphia', 'US', '24.40.0.163', 134],
  ['yuki.tanaka', 'LT-0115', asa, 'upn', 'Osaka', 'JP', '124.84.89.25', 2, 64],
  [
    'haruto.sato',
    'LT-0116',
    asa,
    'upn',
    'Osaka',
    'JP',
    '2400:4001:b4e8:7:4c1d:9dff:fe41:31',
    7,
    49,
  ],
  // The stolen account: Jonas works at home all morning.
  [stolenAccount, 'LT-0117', asa, 'upn', 'Hamburg', 'DE', '95.134.180.83', 11],
  [stolenAccount, '', apm, 'plain', 'Buenos Aires', 'AR', '181.15.27.153', 97, 38],
  ['lena.fischer', 'LT-0118', rras, 'netbios', 'Hamburg', 'DE', '2.162.51.207', 8],
  ['felix.wagner', 'LT-0119', rras, 'netbios', 'Hamburg', 'DE', '31.57.119.14', 19, 187],
  ['mia.schulz', 'LT-0120', rras, 'upn', 'Berlin', 'DE', '88.134.156.14', 23],
  // On the train: the same laptop in Hamburg and, two hours later, in Berlin.
  ['paul.becker', 'LT-0121', rras, 'netbios', 'Hamburg', 'DE', '2.162.51.207', 3, 46],
  ['paul.becker', 'LT-0121', rras, 'netbios', 'Berlin', 'DE', '95.135.77.152', 168],
  // A device tunnel before anybody signs in: a machine, not a person.
  ['LT-0122.contoso.com', 'LT-0122', rras, 'machine', 'Munich', 'DE', '2.165.102.12', 1],
  ['anna.hoffmann', 'LT-0122', rras, 'netbios', 'Munich', 'DE', '2.165.102.12', 10],
  [guessedAccount, 'LT-0123', rras, 'netbios', 'Frankfurt am Main', 'DE', '2.163.102.108', 37, 61],
  // Somebody else with Max's password, an hour after he is gone: another country.
  [guessedAccount, '', rras, 'upn', 'Prague', 'CZ', '94.112.20.8', 161, 22],
  ['clara.vogel', 'LT-0124', rras, 'upn', 'Cologne', 'DE', '62.156.195.56', 44],
  ['emma.jansen', 'LT-0125', rras, 'netbios', 'Amsterdam', 'NL', '31.149.47.139', 16, 90],
  [
    'daan.visser',
    'LT-0126',
    rras,
    'upn',
    'Amsterdam',
    'NL',
    '2001:888:a3d:1:4c1d:9dff:fe41:45',
    31,
  ],
  ['maja.lind', 'LT-0128', rras, 'upn', 'Stockholm', 'SE', '2.252.41.184', 26],
  ['sofie.holm', 'LT-0129', rras, 'netbios', 'Copenhagen', 'DK', '77.215.196.15', 49, 33],
  ['LT-0130.contoso.com', 'LT-0130', rras, 'machine', 'Warsaw', 'PL', '83.2.51.91', 5, 210],
  ['zofia.nowak', 'LT-0130', rras, 'netbios', 'Warsaw', 'PL', '83.2.51.91', 15, 195],
  ['camille.moreau', '', apm, 'plain', 'Paris', 'FR', '2.4.35.119', 13, 176],
  ['hugo.lambert', '', apm, 'plain', 'Paris', 'FR', '2a01:e00:51e:1:4c1d:9dff:fe41:51', 22],
  // Lyon at breakfast, Paris before lunch: a fast train, not a thief.
  ['louise.girard', '', apm, 'plain', 'Lyon', 'FR', '2.3.41.33', 5, 41],
  ['louise.girard', '', apm, 'plain', 'Paris', 'FR', '88.173.255.107', 196],
  ['manon.roussel', '', apm, 'plain', 'Marseille', 'FR', '82.122.25.209', 29, 112],
  ['nina.keller', '', apm, 'upn', 'Zurich', 'CH', '46.14.35.167', 18],
  ['luca.meier', '', apm, 'upn', 'Zurich', 'CH', '81.62.70.60', 47, 126],
  ['elise.favre', '', apm, 'plain', 'Geneva', 'CH', '62.202.62.208', 25],
  ['carmen.ortega', '', checkpoint, 'plain', 'Madrid', 'ES', '2.138.127.179', 20],
  [
    'diego.navarro',
    '',
    checkpoint,
    'plain',
    'Madrid',
    'ES',
    '2a02:9000:147b:1:4c1d:9dff:fe41:61',
    35,
    90,
  ],
  ['marta.puig', '', checkpoint, 'plain', 'Barcelona', 'ES', '176.80.179.207', 24, 171],
  ['jordi.serra', '', checkpoint, 'plain', 'Barcelona', 'ES', '2.136.25.177', 62],
  ['ines.almeida', '', checkpoint, 'plain', 'Lisbon', 'PT', '2.80.140.102', 39, 155],
  ['giulia.ferri', '', checkpoint, 'plain', 'Milan', 'IT', '2.112.25.129', 30],
  ['marco.conti', '', checkpoint, 'plain', 'Rome', 'IT', '2.114.25.33', 43, 71],
];

export const visits: readonly Visit[] = rows.map(
  ([account, computer, gateway, spelling, city, country, address, fromMinute, minutes]) => ({
    account,
    computer,
    gateway,
    spelling,
    city,
    country,
    address,
    fromMinute,
    ...(minutes === undefined ? {} : { minutes }),
  }),
);

/** The User-Name as this visit's gateway sends it. */
export function typedName(visit: Pick<Visit, 'account' | 'spelling'>): string {
  if (visit.spelling === 'upn') return `${visit.account}@${sampleDomain.dns}`;
  if (visit.spelling === 'netbios') return `${sampleDomain.netbios}\\${visit.account}`;
  if (visit.spelling === 'machine') return `host/${visit.account}`;
  return visit.account;
}
