// Every kind of row that is stored, with what becomes of it: whose it is, when it goes, and by what
// answer of the API it is given out. `stored-words.test.ts` holds the list to the code, in both
// directions; `erase-everything.test.ts` writes a row of each kind that is of a person, erases the
// person and looks for them: a kind that is added without an erasure fails there.

export type StoredKind = {
  readonly table: 'profiles' | 'control';
  /**
   * `person`: it names a user, and an erasure takes the name out. `reference`: it holds a keyed
   * hash or an id that leads to nobody after an erasure. `none`: no row of it has to do with users.
   */
  readonly of: 'person' | 'reference' | 'none';
  /** `time`: by `expiresAt`. `user`: it stays until the user is erased. Absent: `of` is `none`. */
  readonly goes?: 'time' | 'user' | 'never';
  /** The route that gives it out; absent: none does, and `why` says so. */
  readonly route?: string;
  readonly why?: string;
};

const person = (goes: 'time' | 'user', route: string): StoredKind => ({
  table: 'profiles',
  of: 'person',
  goes,
  route,
});
const inControl: StoredKind = { table: 'control', of: 'none' };

/** By partition, as far as it is constant. */
export const storedPartitions: Readonly<Record<string, StoredKind>> = {
  'ADDRESS#': person('time', 'GET /v1/addresses/{address}'),
  ASIDE: { table: 'control', of: 'person', goes: 'time', why: 'npm run dead-letters lists them' },
  'AUDIT#': { table: 'control', of: 'reference', goes: 'never', route: 'GET /v1/audit' },
  'BATCH#': inControl,
  'CELL#': person('user', 'GET /v1/locations/{cell}/users'),
  'CASES#': {
    table: 'profiles',
    of: 'reference',
    goes: 'time',
    why: 'owners, and ids of detections that were split off',
  },
  'CLOUD-KEY': inControl,
  'COMMENTS#': person('time', 'GET /v1/detections/{id}/comments'),
  'CURSOR-KEY': inControl,
  'DETECTIONS#': person('time', 'GET /v1/detections/{id}'),
  'DEVICE#': person('user', 'GET /v1/devices/{device}'),
  DEVICES: {
    table: 'profiles',
    of: 'reference',
    goes: 'user',
    route: 'GET /v1/devices',
  },
  DIRECTORY: person('user', 'GET /v1/users'),
  'ERASURE-KEY': inControl,
  ERASURES: { table: 'control', of: 'reference', goes: 'never', why: 'it prevents a return' },
  'GATEWAY#': inControl,
  'HEALTH#': inControl,
  'KEY#': inControl,
  'LEDGER#': inControl,
  'LOOK#': person('user', 'GET /v1/users'),
  MALICIOUS: { table: 'control', of: 'reference', goes: 'never', why: 'marks, 90 days' },
  'NEAR#': person('time', 'GET /v1/sensitivity'),
  'NETWORK#': person('time', 'GET /v1/networks/{asn}'),
  'ODD#': { table: 'profiles', of: 'person', goes: 'time', why: 'a burst lists its users' },
  OPEN: { table: 'profiles', of: 'none' },
  'OPEN#': person('user', 'GET /v1/sessions/open'),
  'ORDERS#': { table: 'control', of: 'person', goes: 'time', why: 'it waits for a relay' },
  'PERSON#': person('time', 'GET /v1/audit'),
  'POPULATION#': { table: 'control', of: 'none', why: 'counts, and users as short hashes' },
  'QUEUE#': person('time', 'GET /v1/detections'),
  RELAYS: inControl,
  SEARCH: person('user', 'GET /v1/search'),
  'SEARCH#': person('user', 'GET /v1/search'),
  SETTINGS: inControl,
  'SETTINGS-TURN': inControl,
  SWEEP: {
    table: 'control',
    of: 'none',
    why: 'a pass that is cut off names whom it goes on after',
  },
  'TOKEN#': inControl,
  'TOLD#': { table: 'profiles', of: 'reference', goes: 'time', why: 'an id and a severity' },
  'TRIAGE#': person('time', 'GET /v1/detections/{id}'),
  'USE#': { table: 'control', of: 'none', why: 'users as short hashes, 90 days' },
  'USER#': person('user', 'GET /v1/users/{user}'),
  'WORDS#': person('time', 'GET /v1/sessions/open'),
};

/** Of a user's own partition, by the first letter of the sort key. */
export const storedOfUser: Readonly<Record<string, StoredKind>> = {
  'D#': person('time', 'GET /v1/users/{user}/detections'),
  'E#': { ...person('time', ''), route: 'GET /v1/users/{user}/expected' },
  'I#': { table: 'profiles', of: 'person', goes: 'user', why: 'it leads to rows elsewhere' },
  'M#': person('time', 'GET /v1/users/{user}/timeline'),
  'O#': person('time', 'GET /v1/users/{user}/session-ends'),
  'S#': person('time', 'GET /v1/users/{user}/activities'),
  'Z#': person('user', 'GET /v1/users/{user}'),
};
