// Which detections a question is about: each parameter takes one value or several, by comma or
// repeated; a detection must suit every parameter that is given. `none` asks for those that have no
// such value. The filter works on rows (shared/detection-row.ts).

import {
  type DetectionRow,
  digestOf,
  rowDevice,
  rowGateway,
  rowOwner,
  rowStatus,
  rowUser,
} from '../shared/detection-row.ts';
import { classifications, detectionStatuses, triageStatuses } from '../shared/triage.ts';
import {
  type Answer,
  invalid,
  isAnswer,
  oneOrMore,
  type QueryRequest,
  valuesOf,
} from './request.ts';

export const severities = ['low', 'medium', 'high'] as const;
const kinds = ['abnormal-vpn-connection', 'connection-burst'] as const;
/** Asks for what has no value of the kind. */
export const noValue = 'none';

/** Parameters that choose detections. */
export const detectionFilters = [
  'severity',
  'status',
  'classification',
  'kind',
  'user',
  'owner',
  'address',
  'asn',
  'country',
  'place',
  'device',
  'gateway',
  'scoreMin',
] as const;
type FilterName = (typeof detectionFilters)[number];

/** What a row says to each parameter; a value of `noValue`: nothing. */
export type RowValue = (row: DetectionRow) => string;

const orNone = (value: string | undefined): string => value || noValue;

/** Values of a row by parameter, in the form that parameters are brought to. */
export const rowValues: Readonly<Record<Exclude<FilterName, 'scoreMin'>, RowValue>> = {
  severity: (row) => row.severity,
  status: rowStatus,
  classification: (row) => orNone(row.decision?.classification),
  kind: (row) => row.kind,
  user: (row) => row.user,
  owner: (row) => orNone(row.decision?.owner),
  address: (row) => orNone(row.address),
  asn: (row) => (row.asn === 0 ? noValue : `${row.asn}`),
  country: (row) => orNone(row.country),
  place: (row) => row.place,
  device: (row) => orNone(row.device),
  gateway: (row) => row.gateway,
};

/** One parameter's part of a filter. */
type Condition = {
  readonly name: FilterName;
  readonly isMet: (row: DetectionRow) => boolean;
};

/** A filter that may be asked without some of its parameters, for counts of what they leave out. */
export type DetectionFilter = {
  readonly isMet: (row: DetectionRow, ...without: readonly string[]) => boolean;
  /** Whether every detection of the range suits it. */
  readonly isOpen: boolean;
};

const unlessNone =
  (form: (text: string) => string) =>
  (text: string): string =>
    text === noValue ? text : form(text);

/** Free values, brought to the form that rows hold. */
const freeForms = {
  user: rowUser,
  owner: unlessNone(rowOwner),
  address: (text: string) => text.trim(),
  place: digestOf,
  device: unlessNone(rowDevice),
  gateway: rowGateway,
  asn: (text: string) => text.replace(/^AS(?=\d)/i, ''),
  country: (text: string) => (text === noValue ? text : text.toUpperCase()),
} as const;
const shapes: Partial<Record<keyof typeof freeForms, readonly [RegExp, string]>> = {
  asn: [/^(\d{1,10}|none)$/, 'AS numbers, as AS7303 or 7303, or none'],
  country: [/^([A-Z]{2}|none)$/, 'countries, ISO 3166-1 alpha-2, or none'],
};

/** The filter of a request, or the refusal. Without `status`, what was withdrawn is left out. */
export function detectionFilterOf(request: QueryRequest): DetectionFilter | Answer {
  const conditions: Condition[] = [];
  const listed = {
    severity: oneOrMore(request, 'severity', severities),
    status: oneOrMore(request, 'status', detectionStatuses) ?? new Set<string>(triageStatuses),
    classification: oneOrMore(request, 'classification', [...classifications, noValue]),
    kind: oneOrMore(request, 'kind', kinds),
  };
  for (const [name, set] of Object.entries(listed)) {
    if (set === undefined) continue;
    if (isAnswer(set)) return set;
    conditions.push(conditionOf(name as keyof typeof listed, set));
  }
  for (const [name, form] of Object.entries(freeForms)) {
    const key = name as keyof typeof freeForms;
    const asked = valuesOf(request, key);
    if (asked === undefined) continue;
    const values = asked.map(form);
    const [shape, expected] = shapes[key] ?? [/./s, 'a value'];
    if (!values.every((value) => shape.test(value))) return invalid(key, expected);
    conditions.push(conditionOf(key, new Set(values)));
  }
  const score = request.query['scoreMin'];
  if (score !== undefined) {
    const least = Number(score);
    if (!/^\d{1,3}$/.test(score) || least > 100) return invalid('scoreMin', 'a number to 100');
    conditions.push({ name: 'scoreMin', isMet: (row) => row.score >= least });
  }
  return {
    isMet: (row, ...without) =>
      conditions.every(({ name, isMet }) => without.includes(name) || isMet(row)),
    isOpen:
      conditions.every(({ name }) => name === 'status') && request.query['status'] === undefined,
  };
}

function conditionOf(name: keyof typeof rowValues, values: ReadonlySet<string>): Condition {
  const read = rowValues[name];
  return { name, isMet: (row) => values.has(read(row)) };
}
