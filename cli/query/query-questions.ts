// The subcommands of `npm run query`, each with the path it requests and the table it prints. Pure:
// words in, path and table out.

import { type Column, durationText, shown, type Table, timeText } from './query-table.ts';

/** An answer of the API: whatever JSON came. Fields that are not there are shown as nothing. */
type Row = { readonly [key: string]: unknown };

export type Question = {
  /** How it is typed, and what it answers: a line of the help. */
  readonly usage: string;
  readonly says: string;
  /** Words that must follow, at least and at most. */
  readonly words: readonly [least: number, most: number];
  readonly pathOf: (words: readonly string[]) => string;
  /** Options that its list takes. */
  readonly takes: readonly ('from' | 'to' | 'severity' | 'status' | 'format')[];
  readonly tables: (answer: Row) => readonly Table[];
};

/** A name in a path is encoded twice: the gateway decodes a path before it splits it. */
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text));

const rowsOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
const rowOf = (value: unknown): Row => rowsOf([value])[0] ?? {};
const text = (value: unknown): string => (value === undefined ? '' : shown(String(value)));
const time = (value: unknown): string => (typeof value === 'string' ? timeText(value) : '');
const percent = (value: unknown): string => `${Math.round(Number(value ?? 0) * 100)} %`;

const column = (title: string, cell: (row: Row) => string): Column<Row> => ({ title, cell });
const count = column('sessions', (row) => text(row['count']));
const seen = [
  column('first seen', (row) => time(row['firstSeen'])),
  column('last seen', (row) => time(row['lastSeen'])),
];

const userColumns = [
  column('user', (row) => text(row['user'])),
  column('kind', (row) => text(row['kind'])),
];
const deviceColumns = [
  column('device', (row) => text(row['name'] ?? row['key'])),
  column('key', (row) => text(row['key'])),
  column('system', (row) => text(row['os'])),
];
const activityColumns = [
  column('began', (row) => time(row['startedAt'])),
  column('lasted', (row) => durationText(Number(row['durationSeconds']))),
  column('state', (row) => text(row['state'])),
  column('place', (row) => text(rowOf(row['location'])['label'])),
  column('address', (row) => text(row['clientAddress'])),
  column('network', (row) => text(rowOf(row['network'])['organization'])),
  column('gateway', (row) => text(row['gateway'])),
  column('device', (row) =>
    rowsOf(row['devices'])
      .map((one) => text(one['name']))
      .join(' '),
  ),
];
const detectionColumns = [
  column('severity', (row) => text(row['severity'])),
  column('score', (row) => text(row['score'])),
  column('state', (row) =>
    [row['status'], row['classification']].filter(Boolean).map(text).join(', '),
  ),
  column('began', (row) => time(row['firstSeen'])),
  column('user', (row) => text(row['user'])),
  column('place', (row) => text(rowOf(row['place'])['label'])),
  column('id', (row) => text(row['id'])),
  column('why', (row) => text(rowsOf(row['reasons'])[0]?.['text'])),
];

const list =
  (columns: readonly Column<Row>[], empty: string) =>
  (answer: Row): readonly Table[] => [{ columns, rows: rowsOf(answer['items']), empty }];

/** Every question by its first word. */
export const questions: Readonly<Record<string, Question>> = {
  users: {
    usage: 'users [TEXT]',
    says: 'users whose name begins with TEXT, in any spelling',
    words: [0, 1],
    pathOf: ([search]) => (search ? `users?search=${encodeURIComponent(search)}` : 'users'),
    takes: [],
    tables: list(userColumns, 'No such user.'),
  },
  profile: {
    usage: 'profile USER',
    says: 'who this is and where they connect from',
    words: [1, 1],
    pathOf: ([user = '']) => `users/${twice(user)}`,
    takes: [],
    tables: profileTables,
  },
  activities: {
    usage: 'activities USER',
    says: 'their sessions, newest first',
    words: [1, 1],
    pathOf: ([user = '']) => `users/${twice(user)}/activities`,
    takes: ['from', 'to', 'format'],
    tables: list(activityColumns, 'No session began in this time.'),
  },
  detections: {
    usage: 'detections [USER]',
    says: 'abnormal connections, newest first',
    words: [0, 1],
    pathOf: ([user]) => (user ? `users/${twice(user)}/detections` : 'detections'),
    takes: ['from', 'to', 'severity', 'status', 'format'],
    tables: list(detectionColumns, 'No such detection.'),
  },
  detection: {
    usage: 'detection ID',
    says: 'one of them, with every reason',
    words: [1, 1],
    pathOf: ([id = '']) => `detections/${twice(id)}`,
    takes: ['format'],
    tables: detectionTables,
  },
  devices: {
    usage: 'devices [TEXT]',
    says: 'devices whose key begins with TEXT',
    words: [0, 1],
    pathOf: ([search]) => (search ? `devices?search=${encodeURIComponent(search)}` : 'devices'),
    takes: [],
    tables: list(deviceColumns, 'No such device.'),
  },
  device: {
    usage: 'device KEY',
    says: 'who used it, and from where',
    words: [1, 1],
    pathOf: ([key = '']) => `devices/${twice(key)}`,
    takes: [],
    tables: (answer) => [
      { columns: [userColumns[0] as Column<Row>, count, ...seen], rows: rowsOf(answer['users']) },
      { columns: [placeColumn, count, ...seen], rows: rowsOf(answer['locations']) },
    ],
  },
  summary: {
    usage: 'summary',
    says: 'the organisation in a few numbers',
    words: [0, 0],
    pathOf: () => 'summary',
    takes: [],
    tables: summaryTables,
  },
};

const placeColumn = column('place', (row) => text(row['label']));
const share = column('share', (row) => percent(row['share']));
/** Name and value, where there is one row of many fields. */
const factColumns = [
  column('', (row) => text(row['name'])),
  column('', (row) => text(row['value'])),
];
const facts = (pairs: Readonly<Record<string, unknown>>): Table => ({
  columns: factColumns,
  rows: Object.entries(pairs).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name, value }],
  ),
});

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `learning until 29 Dec`; and how many sessions are missing, where some are. */
function learningText({ until, sessions, sessionsNeeded }: Row): string {
  const [, month = '', day = ''] = /^\d+-(\d\d)-(\d\d)/.exec(String(until)) ?? [];
  const missing = Number(sessionsNeeded) - Number(sessions);
  const days = `learning until ${Number(day)} ${months[Number(month) - 1]}`;
  return missing > 0 ? `${days}, and for ${missing} more session${missing === 1 ? '' : 's'}` : days;
}

function profileTables(answer: Row): readonly Table[] {
  const learning = rowOf(answer['learning']);
  const { isOver, until, sessions, sessionsNeeded } = learning;
  const state = isOver ? 'learned' : learningText({ until, sessions, sessionsNeeded });
  return [
    facts({
      user: answer['user'],
      'typed as': (answer['spellings'] as unknown[] | undefined)?.join(', '),
      sessions: answer['sessions'],
      'first seen': time(answer['firstSeen']),
      'last seen': time(answer['lastSeen']),
      profile: state,
    }),
    {
      title: 'Places',
      columns: [placeColumn, share, count, ...seen],
      rows: rowsOf(answer['places']),
    },
    {
      title: 'Networks',
      columns: [column('network', (row) => text(row['organization'])), share, count, ...seen],
      rows: rowsOf(answer['networks']),
    },
    { title: 'Devices', columns: [...deviceColumns, count], rows: rowsOf(answer['devices']) },
    { title: 'Open now', columns: activityColumns, rows: rowsOf(answer['openSessions']) },
    { title: 'Detections', columns: detectionColumns, rows: rowsOf(answer['detections']) },
  ];
}

/** `withdrawn, was medium, 76 of 100: the session ...`; nothing where nothing was corrected. */
function correctionText({ change, severity, score, reason }: Row): string | undefined {
  if (change === undefined) return undefined;
  return `${text(change)}, was ${text(severity)}, ${text(score)} of 100: ${text(reason)}`;
}

function detectionTables(answer: Row): readonly Table[] {
  const triage = rowOf(answer['triage']);
  return [
    facts({
      detection: answer['id'],
      what: answer['message'],
      severity: `${text(answer['severity'])}, ${text(answer['score'])} of 100`,
      state: [answer['status'], answer['classification']].filter(Boolean).join(', '),
      correction: correctionText(rowOf(answer['correction'])),
      note: triage['note'],
      'decided by': triage['by'],
      address: answer['clientAddress'],
      gateway: answer['gateway'],
      sessions: (answer['sessions'] as unknown[] | undefined)?.length,
    }),
    {
      title: 'Why',
      columns: [
        column('weight', (row) => Number(row['weight'] ?? 0).toFixed(2)),
        column('reason', (row) => text(row['text'])),
      ],
      rows: rowsOf(answer['reasons']),
    },
  ];
}

function summaryTables(answer: Row): readonly Table[] {
  const detections = rowOf(answer['detections']);
  const live = rowOf(answer['live']);
  return [
    facts({
      users: answer['users'],
      'open sessions': live['openSessions'],
      'high detections': detections['high'],
      'medium detections': detections['medium'],
      'low detections': detections['low'],
      'not looked at': answer['detectionsNew'],
    }),
    {
      title: 'Places of the last 24 hours',
      columns: [placeColumn, column('users', (row) => text(row['users']))],
      rows: rowsOf(live['places']),
    },
  ];
}
